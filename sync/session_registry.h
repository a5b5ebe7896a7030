// sync/session_registry.h: notices replicas that were copied or set back.
//
// An agent opens each session with Tram-Session: i=<instance>, n=<nonce>, c=<SHA-256 hex of the next nonce>, s=<its
// update_seq>; a nonce is "<counter>.<32 hex>", and the agent makes the next one durable before it sends. The last
// accepted of each instance is kept in the office's own store, so it rolls back together with the documents.
//   accepted         n hashes to what is expected; or the instance is unknown here, or not heard of since a restore
//   accepted again   the same (n, c): the answer was lost
//   history_changed  n is ahead of the record: this store went back. The nonce is recorded.
//   replica_fork     n is behind, of another branch, or the agent's own sequence fell: it was copied or set back
// bad_request for a header of another form.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "storage/store.h"

namespace tram {

struct SessionClaim {
  std::string instance;
  std::uint64_t counter = 0;
  std::string nonce;  // whole, with its counter
  std::string next;   // SHA-256 hex of the next one
  std::uint64_t seq = 0;

  static Result<SessionClaim> parse(std::string_view header);
};

// i= of a Tram-Session header; empty when there is none.
std::string session_instance(std::string_view header);

// Durable when it answers.
Status begin_session(Store& store, const SessionClaim& claim);

// Instances that were heard of here under a credential that still holds.
Result<std::vector<std::string>> replicas(Snapshot& snapshot);
// The credential was replaced: those who come again with the new one count again.
Status revoke_replicas(Transaction& transaction);

}  // namespace tram
