// sync/memory.h: what an office must remember of its province from one run of the program to the next, so that a round
// asks nothing it was told before. Kept as one value in the office's own store: it goes back in time with the
// documents.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "core/base/result.h"
#include "storage/store.h"
#include "sync/remote_server.h"
#include "sync/status.h"

namespace tram {

struct Memory {
  std::string uuid;       // of the server; empty: never met
  bool own_kind = false;  // it speaks our additions
  std::string instance;   // instance_uuid of this store when all this was learnt
  std::string peer_id, reference_peer_id;
  SeqMap seqs;        // update sequences last told
  std::string rules;  // Tram-Rules last told
  // Checkpoints are not to be believed, or revisions may be missing at the other end: until a push went to its end, ask
  // for what is missing and send whole paths; until a pull did, compare by ids.
  bool compare_push = false, compare_pull = false, compare_reference = false;
  int server_errors = 0;                       // rounds in a row in which the same batch met 5xx
  std::size_t push_bytes = 0, pull_bytes = 0;  // sizes of batches; 0: as at first
  std::string last_contact;                    // for people
  std::optional<SyncStatus::LastError> last_error;
  SyncState state = SyncState::idle;

  bool operator==(const Memory&) const = default;
};

Result<Memory> load_memory(Snapshot& snapshot);
Status keep_memory(Transaction& transaction, const Memory& memory);

// The sequence up to which the province holds everything made here (refused revisions aside), for pending and fates.
Status keep_acknowledged(Transaction& transaction, const std::string& seq);

// Kept in the copy of reference itself: a pull has gone to its end at least once, so what is not there does not exist.
Status keep_came_whole(Transaction& transaction);
Result<bool> came_whole(Snapshot& snapshot);

}  // namespace tram
