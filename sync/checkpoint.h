// sync/checkpoint.h: how far a replication came, kept at both ends, and what two such notes allow to believe.
//
// A checkpoint S means that everything up to S is durable at the target; too small is always safe, too great never.
// Pure functions; any thread.
#pragma once

#include <optional>
#include <string>

#include "core/base/random.h"
#include "sync/peer.h"

namespace tram {

// Names a replication by what it connects and nothing else (no address, password or option): 32 hex digits.
std::string replication_id(const PeerId& source, const PeerId& target);

// What both ends last agreed on: the value each of them wrote in their newest shared session. Nothing when either has
// no checkpoint or they share no session.
struct Agreed {
  Sequence source, target;
};
std::optional<Agreed> compare(const std::optional<Checkpoint>& source, const std::optional<Checkpoint>& target);

// 16 random bytes in hex, for Checkpoint::session_id.
std::string new_session_id(Random& random);

// Moves a checkpoint on, in this session: its entry in the history is brought up to date or put in front.
void advance(Checkpoint& checkpoint, const std::string& session_id, const Sequence& seq);

}  // namespace tram
