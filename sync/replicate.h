// sync/replicate.h: replication is one function between two Peers.
//
// Data first, checkpoint after (or in the same request or transaction): a crash between the two only repeats work, and
// writing a revision twice changes nothing. A document that the target will not take is never lost and never holds up
// the others: the batch is halved until it stands alone, and it is handed to `keep` with its reason before the
// checkpoint passes it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>

#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "sync/batch_size.h"
#include "sync/checkpoint.h"
#include "sync/peer.h"

namespace tram {

// A page that went over: everything in it is at the target, or among `refused`.
struct PageDone {
  const Checkpoint& checkpoint;         // with this page
  std::span<const Document> documents;  // handed to the target; ids and revisions only
  std::span<const Refused> refused;     // codes too_large, bad_document, source_lost, server_error are our own
  const Written& written;               // of the last request of the page
};

struct ReplicateOptions {
  Clock* clock = nullptr;           // required: how long a batch takes
  Random* random = nullptr;         // required: names the session
  std::string replication_id = {};  // empty: from both ids
  // Where to begin; nothing: what both ends' checkpoints agree on, or the beginning.
  std::optional<Checkpoint> start = {};
  std::string session = {};                         // under which checkpoints are written; empty: one of this run alone
  bool inline_documents = false;                    // ask for documents inside the feed
  bool halve_server_errors = false;                 // 5xx on a batch is treated as 413: one document may be the cause
  BatchSize* size = nullptr;                        // remembered by the caller; nothing: a fresh one
  std::size_t rows_max = BatchSize::kDocumentsMax;  // of a page
  // Toward a far target. Called with pages whose data is durable there, in the order of the feed, several of a quick
  // target at once: keeps the last one's checkpoint and the refusals of all at the near end, in one transaction. A page
  // without documents then costs no request.
  std::function<Status(std::span<const PageDone>)> keep = {};
  // From a far source. Called with what it could not give, before the target moves its checkpoint past that.
  std::function<Status(std::span<const Refused>)> lost = {};
  // Copies of the checkpoint written at the end of the run: at the source, and at a target that does not take it with
  // the data.
  bool checkpoint_at_source = true;
  bool checkpoint_at_target = false;
  std::stop_token stop = {};
  // So many pages are read on a thread of its own while one is written: source and target are then used at the same
  // time, each by one thread.
  std::size_t read_ahead = 0;
  // From this size of a batch on, the next two are sent before the target has answered this one (Peer::start_write); 0:
  // never. Only the last page then carries the checkpoint.
  std::size_t overlap_from = 0;
  // From this size of a page on, all that follow are asked for at once (Peer::start_changes); 0: never.
  std::size_t stream_from = 0;
};

struct Summary {
  std::uint64_t pages = 0, documents = 0, refused = 0;
  Checkpoint checkpoint;  // as far as it came
};

// Until nothing is pending. Errors end the run where it stands; all that was kept before stays.
Result<Summary> replicate(Peer& source, Peer& target, const ReplicateOptions& options);

// Writes documents, halving the batch where the target fails it as a whole; a single one that it still fails is among
// the refused. The checkpoint goes with the last part. Used by replicate.
struct Carried {
  std::vector<Refused> refused;  // of all parts
  Written written;               // of the last part
};
Result<Carried> write_halving(Peer& target, std::span<const Document> documents, const WriteOptions& options,
                              bool halve_server_errors, BatchSize& size);

}  // namespace tram
