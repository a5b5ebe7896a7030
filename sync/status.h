// sync/status.h: what an office may know about its line to the province, and how it is kept across restarts.
//
// Values; the functions may be called from any thread. Only facts go in: `pending` is counted from the change feed, and
// "everything is sent" follows from the province's answers alone, never from a timeout.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/json.h"
#include "core/base/result.h"
#include "storage/store.h"

namespace tram {

enum class SyncState {
  idle,     // the last round went through
  syncing,  // a round is under way
  offline,  // no line, a captive portal, or the province asks for a pause: tried again by itself
  refused,  // the province shuts this office out (401, 403)
  error,    // another server or database at the address, a disk fault, an answer nobody expected
};
std::string_view name_of(SyncState state);
SyncState state_of(const Error& error);

struct SyncStatus {
  SyncState state = SyncState::idle;
  std::string last_contact;  // "2026-11-22T03:00:00Z", wall time of this PC; empty: never
  struct LastError {
    std::string code, message, message_vi;
    bool operator==(const LastError&) const = default;
  };
  std::optional<LastError> last_error;
  std::uint64_t pending = 0;    // local revisions the province has not acknowledged, without refused ones
  std::uint64_t conflicts = 0;  // documents that wait for a person
  std::uint64_t refused = 0;    // documents with an open refusal
  std::uint64_t sequence = 0;
  std::string epoch;  // first 8 digits of the epoch of `sequence`; empty for an empty store
  struct Link {
    std::uint64_t bytes_sent = 0, bytes_received = 0, requests = 0;  // since the program started
  } link;

  // The members of `status --json` that come from here (all but office and server).
  json::Value to_json() const;
};

// What the store alone tells: for commands while no daemon runs. state is idle or what the last error left behind.
Result<SyncStatus> read_status(Store& own);

}  // namespace tram
