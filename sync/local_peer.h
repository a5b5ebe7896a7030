// sync/local_peer.h: a Store as a Peer. The office's side of replication, and the province's side behind its routes.
//
// A batch is one transaction, durable before write() answers: each refused document becomes a row, its neighbours are
// stored. Where the database merges, a second transaction then *settles* what changed: it resolves conflicts
// (core/records/resolve.h), each merge judged by the rules like any other revision, and lets the rules write receipts.
// Mostly there is nothing of that kind to do, which the first transaction sees.
// How far a store is settled is kept in it, so what a crash left over is done at the next settle(); doing it twice
// changes nothing.
//
// Unlike other Peers it may be used by any number of threads at once. The store and the rules outlive it.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/records/document.h"
#include "storage/store.h"
#include "sync/peer.h"
#include "sync/rules.h"

namespace tram {

struct LocalPeerOptions {
  Rules* rules = nullptr;
  bool merges = false;     // conflicts are resolved on arrival
  bool made_here = false;  // what arrives was made on this PC, by programs that replicate with it
  enum class Identity { instance, database } identity = Identity::instance;  // what id() answers: an office, a server
};

// Documents that arrived together.
struct Batch {
  struct Local {
    std::string id;  // with its _local/ prefix
    std::string body;
    std::string given_rev;  // "0-N" or empty
  };
  std::span<const Document> documents;
  std::vector<Local> locals;     // written in the same transaction, no rows
  std::vector<BlobPtr> blobs;    // bytes that came with the documents
  std::vector<Refused> refused;  // what was refused before: opens the answer's rows
  std::string if_seen;           // Tram-If-Seen
  bool by_office = true;         // for Rules::judge
  // Called in the transaction when all of it is put in, before that is committed.
  std::function<void()> when_put = {};
};

// A local edit, as PUT of one document.
struct Edit {
  std::string id;
  RevisionId parent;  // empty: new, or the tombstone of a deleted document
  bool deleted = false;
  std::string body = "{}";                   // JSON object text, not necessarily canonical
  std::vector<Attachment> attachments = {};  // all of them; one without sha256 is the parent's of that name
  std::vector<BlobPtr> blobs = {};           // bytes that came with them
  // Only the attachment of this name changes, to the one given or to none; the parent's body and others stay.
  std::optional<std::string> only = {};
};

class LocalPeer final : public Peer {
 public:
  explicit LocalPeer(Store& store, LocalPeerOptions options = {});

  Result<PeerId> id() override;
  Result<ChangesPage> changes(const Sequence& since, const PageOptions& options) override;
  Result<RevisionSet> missing(const RevisionSet& offered) override;
  Result<std::vector<Document>> read(const RevisionSet& wanted) override;
  Result<Written> write(std::span<const Document> documents, const WriteOptions& options) override;
  Result<std::optional<Checkpoint>> checkpoint(const std::string& replication_id) override;
  Result<std::string> save_checkpoint(const std::string& replication_id, const Checkpoint& checkpoint) override;

  // write() in full. Errors, with nothing stored: history_changed (if_seen is not in this history, or a cut path meets
  // nothing known), and those of the store. Written::wrote is always told, as "<n>-<epoch8>" without quotes.
  Result<Written> take(const Batch& batch);

  // Local edits in one transaction, in order; each one's new revision, or why not: conflict, bad_request, too_large,
  // forbidden with the rules' code as name. An error of the store fails them all.
  Result<std::vector<Result<RevisionId>>> edit(std::span<const Edit> edits, bool by_office);

  // Merges and lets the rules act on everything that changed since the last time, in transactions of some hundred
  // documents. Does nothing where options say neither merges nor rules. At start, when idle, and after each batch.
  Status settle();

  // settle(), and once more every conflict there is: a rule that refused a merge may say otherwise by now.
  Status merge_pending();

 private:
  class Refusals;

  Status take_all(Transaction& transaction, const Batch& batch, const std::vector<bool>& taken_when_new,
                  Written& written);
  Result<std::optional<Refused>> take_one(Transaction& transaction, const Document& document, bool taken_when_new,
                                          const Batch& batch, const Refusals& refusals);
  Result<RevisionId> edit_one(Transaction& transaction, const Edit& edit, bool by_office);
  Status check_rules(Transaction& transaction, const Edit& edit, bool by_office);
  Status settle_some(bool& more);
  Result<bool> settled_with(Transaction& transaction, std::span<const Document> documents, std::uint64_t before);
  void raise_settled(std::uint64_t settled);
  Status merge(Transaction& transaction, const Record& record);

  Store& store_;
  const LocalPeerOptions options_;
  std::atomic<std::uint64_t> settled_{0};  // at least what the store remembers
  std::atomic<std::uint64_t> noted_{0};    // what it remembers, at least
};

// Contents that came inside a document are put where it can name them; and put inside, as far as they are small and the
// receiver may lack them (Document::held).
Status bring_bytes(Store& store, Transaction& transaction, const Document& document);
Status load_bytes(Snapshot& snapshot, Document& document);

// Of revisions that are not in a document's tree, those that were purged are nothing to ask for.
Status drop_purged(Store& store, Snapshot& snapshot, std::string_view id, std::vector<RevisionId>& revs);

// Merges what merges by itself of one document, within the caller's transaction: whoever edits a document of an office
// does this first. A pull stores what came before it is merged, and an edit in between would go on from what came and
// contradict what its own author typed a moment ago.
Status merge_document(Transaction& transaction, std::string_view id);

// merge_pending() of a store that merges: for an office's own store after a pull, and at start.
Status merge_pending(Store& store, Rules* rules);

// A sequence as JSON text, and back to what Snapshot::since reads ("\"418-9f3c0a1b\"" gives 418-9f3c0a1b).
Sequence to_json(const WireSequence& sequence);
std::string from_json(std::string_view sequence);

// A row of the change feed for a record: every leaf, winner first. With `documents_since` also the leaves that arrived
// after it, closed ones too, with their paths.
Result<ChangeRow> change_row(Snapshot& snapshot, const Record& record, std::optional<std::uint64_t> documents_since);

}  // namespace tram
