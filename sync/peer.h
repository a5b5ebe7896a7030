// sync/peer.h: a Peer is a place that holds documents and can say what changed: this office's store, the province's
// server, or any CouchDB. Replication is one function between two Peers (replicate.h).
//
// One thread at a time. Every call may fail with a retryable error; every call is idempotent, so repeating one is
// always safe. Sequences are opaque: the JSON text of the value exactly as the peer wrote it ("\"418-9f3c0a1b\"", 0).
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/records/document.h"

namespace tram {

using Sequence = std::string;  // JSON text
inline const Sequence kBeginning = "0";

// id -> revisions of it, in the order asked.
using RevisionSet = std::vector<std::pair<std::string, std::vector<RevisionId>>>;

struct ChangeRow {
  Sequence seq;
  std::string id;
  std::vector<RevisionId> leaves;  // winner first
  bool deleted = false;
  // With PageOptions::inline_documents, toward our own server: the leaves that arrived after PageOptions::held.
  std::vector<Document> documents;
};

// Why a document was not taken. `error` is forbidden or unauthorized on the wire; `code` tells the kind.
struct Refused {
  std::string id, rev;
  std::string error = "forbidden";
  std::string code, reason, reason_vi;
};

struct ChangesPage {
  std::vector<ChangeRow> rows;
  Sequence last_seq = kBeginning;        // the position truly read to
  std::optional<std::uint64_t> pending;  // documents behind this page, where that is told
  bool has_documents = false;            // rows carry their documents: no missing(), no read()
  std::vector<Refused> unreadable = {};  // of the documents carried, those that cannot be taken
};

struct PageOptions {
  static constexpr std::size_t kUnseenMax = 500;  // rows whose documents, and so their bytes, are not seen yet

  std::size_t rows_max = 500;
  std::size_t bytes_max = 256 * 1024;
  bool inline_documents = false;
  // Checkpoint::held: what arrived after this position, at or before `since`, may not be at the target. Nothing: `since`.
  std::optional<Sequence> held = {};

  std::size_t rows() const { return inline_documents ? rows_max : std::min(rows_max, kUnseenMax); }
};

// A checkpoint as both sides keep it in _local/tram-<replication id>.
struct Checkpoint {
  struct Session {
    std::string session_id;
    Sequence recorded_seq = kBeginning;
  };
  std::string rev;  // "0-N" as last read or written; empty: none
  std::string session_id;
  Sequence source_last_seq = kBeginning;
  std::vector<Session> history;  // newest first, at most 10
  // In the middle of a run of pages: where it began. A document that changed again stands behind source_last_seq, and a
  // leaf of it that arrived between the two did not go over yet. Nothing: between runs.
  std::optional<Sequence> held = {};

  // Everything that arrived up to here went over.
  const Sequence& whole() const { return held ? *held : source_last_seq; }
};

struct WriteOptions {
  // Written in the same request, as an element of _bulk_docs, and on our own server in the same transaction.
  const Checkpoint* checkpoint = nullptr;
  std::string checkpoint_id;  // replication id, with checkpoint
  // Only if this sequence lies in the target's history: lets paths be cut. Empty: no condition.
  std::string if_seen;
};

struct Written {
  std::vector<Refused> refused;
  // Toward our own server (Tram-Wrote): update_seq before, and after these writes but before merges they caused.
  std::optional<std::pair<std::string, std::string>> wrote;
  std::string rules;  // Tram-Rules, when told
};

// A write under way (Peer::start_write). Destroyed before finish(), it is given up: it may or may not be done.
class PendingWrite {
 public:
  virtual ~PendingWrite() = default;
  // Waits for the end of it. Once.
  virtual Result<Written> finish() = 0;
};

// All that changed, under way in one answer (Peer::start_changes). Destroyed before its end, it is given up.
class PendingChanges {
 public:
  virtual ~PendingChanges() = default;
  // Waits for the next page of it, as long as is asked for here. What came before the line broke is a page too. Not
  // after the end. Error too_large when too much came at once: changes() limits that.
  virtual Result<ChangesPage> next(std::size_t rows_max, std::size_t bytes_max) = 0;
  virtual bool is_over() const = 0;  // that page was the last, or there was an error
};

struct PeerId {
  std::string id;          // what enters the replication id; lives as long as the data
  std::string start_time;  // instance_start_time, "" when not told
};

class Peer {
 public:
  virtual ~Peer() = default;
  virtual Result<PeerId> id() = 0;
  virtual Result<ChangesPage> changes(const Sequence& since, const PageOptions& options) = 0;
  // All pages by one request: the peer goes on while one is read, and a far line costs no round trip for each. Nothing
  // where a peer cannot, or cannot just now: changes() it is then.
  virtual std::unique_ptr<PendingChanges> start_changes(const Sequence&, const PageOptions&) { return nullptr; }
  virtual Result<RevisionSet> missing(const RevisionSet& offered) = 0;
  // The documents found, each with its path; what is missing is simply not there. `latest` leaves stand for lost
  // inner revisions.
  virtual Result<std::vector<Document>> read(const RevisionSet& wanted) = 0;
  virtual Result<Written> write(std::span<const Document> documents, const WriteOptions& options) = 0;
  // A write that need not have ended when the next call is made; several may be under way, and be done in any order.
  // Nothing where a peer cannot, or cannot just now: write() it is then.
  virtual std::unique_ptr<PendingWrite> start_write(std::span<const Document>, const WriteOptions&) { return nullptr; }
  virtual Result<std::optional<Checkpoint>> checkpoint(const std::string& replication_id) = 0;
  // Answers the new "0-N".
  virtual Result<std::string> save_checkpoint(const std::string& replication_id, const Checkpoint& checkpoint) = 0;
};

}  // namespace tram
