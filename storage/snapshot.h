// storage/snapshot.h: reading a store at one moment.
//
// A Snapshot is handed out by Store::read for the length of one call and sees one consistent state. Values it returns
// are copies. Errors: storage_error, corrupt. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/records/document.h"
#include "core/records/resolve.h"
#include "core/records/tree.h"

namespace tram {

class Connection;

// A document as stored: its tree and the sequence of its latest change.
struct Record {
  std::string id;
  std::uint64_t seq = 0;
  RevisionTree tree;
};

// A position in the change feed as peers write it. Digits first, for PouchDB reads it with parseInt.
struct WireSequence {
  std::uint64_t n = 0;
  std::string epoch8;  // empty for 0
  std::string text() const { return n == 0 ? "0" : std::to_string(n) + "-" + epoch8; }
};

struct LocalDocument {
  std::string rev;   // "0-N"
  std::string body;  // JSON object text without _id and _rev
};

struct Counts {
  std::uint64_t live = 0, deleted = 0;
};

enum class RefusalState { open, superseded, accepted, withdrawn };
std::string_view name_of(RefusalState state);

struct Refusal {
  std::uint64_t n = 0;  // key, set by the store
  std::string peer;
  bool push = true;  // false: pull
  std::string id, rev, code, reason, reason_vi;
  int status = 0;
  std::string rules;  // Tram-Rules at the last try
  std::string first_at, last_at;
  RefusalState state = RefusalState::open;
};

struct LocalWrite {
  std::uint64_t seq = 0;
  std::string id, rev, at;
};

class Snapshot {
 public:
  explicit Snapshot(Connection& connection);
  virtual ~Snapshot();
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  virtual Result<std::optional<Record>> find(std::string_view id);
  // The body of a revision; nothing when the tree lacks it or its body is no longer kept.
  virtual Result<std::optional<Body>> body(const Record& record, const RevisionId& rev);
  // The revision as a document, with its whole path; nothing when there is no body.
  Result<std::optional<Document>> document(const Record& record, std::int32_t node);
  // The winner of a live document; nothing when unknown or deleted.
  Result<std::optional<Document>> winner(std::string_view id);

  // Records in order of sequence, after `since` and up to `until`, at most `limit`.
  Result<std::vector<Record>> changes(std::uint64_t since, std::uint64_t until, std::size_t limit);
  // The same one by one, for who cannot say beforehand how many it takes: until `visit` answers false, or an error.
  // Whether it was asked to go on behind the last one.
  Result<bool> each_change(std::uint64_t since, std::uint64_t until,
                           const std::function<Result<bool>(const Record&)>& visit);
  // Records in order of id (bytes), from `start` (inclusive) while ids are before `end` (exclusive; empty: no end).
  Result<std::vector<Record>> range(std::string_view start, std::string_view end, std::size_t limit,
                                    bool descending = false);
  // As range, for all ids with this prefix.
  Result<std::vector<Record>> with_prefix(std::string_view prefix, std::size_t limit);
  // Documents with more than one live leaf, or with a deletion that waits for a person, that changed after `since`; in
  // order of sequence. They have an index of their own.
  Result<std::vector<Record>> in_conflict(std::size_t limit, std::uint64_t since = 0);
  // How many documents changed after `since`; counts them one by one.
  Result<std::uint64_t> pending(std::uint64_t since);
  // The same, up to `until`.
  Result<std::uint64_t> pending(std::uint64_t since, std::uint64_t until);
  Result<Counts> counts();

  Result<std::uint64_t> sequence();            // of the newest change; 0 when empty
  Result<WireSequence> wire(std::uint64_t n);  // with the epoch in which n was written
  // Reads `since` as a peer gives it: "0", "now", "<n>-<epoch8>", a bare number. Unknown epochs and bare numbers are
  // 0; a closed epoch clamps to its end; beyond the end of the open epoch is the epoch's beginning. Never skips.
  // in_history (optional) tells whether it lies in this history as it stands (Tram-If-Seen).
  Result<std::uint64_t> since(std::string_view text, bool* in_history = nullptr);

  Result<std::optional<LocalDocument>> local(std::string_view id);  // id with its _local/ prefix
  Result<std::vector<std::pair<std::string, LocalDocument>>> locals(std::string_view prefix, std::size_t limit);

  // Revisions of a document that were purged, as "N-sig". Empty in a store where Store::purge_seq() is 0.
  Result<std::vector<std::string>> purged(std::string_view id);
  Result<std::vector<std::pair<std::string, std::string>>> all_purged();  // id, rev

  // A blob's row; nothing when there is none. `bytes` only of one that lies in the row.
  struct BlobRow {
    std::uint64_t length = 0;
    std::string digest;
    bool is_used = false, in_file = false;
    std::string bytes;
  };
  Result<std::optional<BlobRow>> blob(std::string_view sha256);
  Result<std::vector<std::string>> blobs();           // names of those that a kept body refers to
  Result<std::vector<std::string>> blobs_in_files();  // of these, those in files of their own
  Result<std::vector<std::string>> unknown_blobs();   // that a body names and no row answers for; reads all bodies

  Result<std::optional<std::string>> meta(std::string_view name);
  // "ok", or the first thing that SQLite's own checks found; quick_check leaves the indexes out.
  Result<std::string> quick_check();
  Result<std::string> integrity();

  // The refusal ledger. Filters: only open ones; one id.
  Result<std::vector<Refusal>> refusals(bool only_open, std::string_view id = {});
  // Local writes after a sequence, oldest first; with an id, only of that document.
  Result<std::vector<LocalWrite>> writes(std::uint64_t after, std::string_view id = {}, std::size_t limit = SIZE_MAX);
  Result<std::uint64_t> count_writes(std::uint64_t after);

 protected:
  Connection* connection_;

 private:
  class BodyWalk;
  std::unique_ptr<BodyWalk> walk_;  // inside each_change
  // The epoch that wire() found last: a feed asks for one number after the other.
  struct {
    std::uint64_t first = 0, end = 0;
    std::string epoch8;
  } epoch_;
};

// What Snapshot::pending says to somebody who pages through a feed, without counting the rest anew for each page: while
// nothing changes, a page's own rows come off the last count. Any thread.
class PendingCount {
 public:
  Result<std::uint64_t> after(Snapshot& snapshot, std::uint64_t since);

 private:
  struct Counted {
    std::uint64_t sequence = 0, since = 0, pending = 0;
    std::string purges;
  };
  std::mutex mutex_;
  std::optional<Counted> last_;
};

}  // namespace tram
