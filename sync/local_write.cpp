// The writing half of LocalPeer.
#include <algorithm>
#include <set>

#include "core/base/json.h"
#include "sync/local_peer.h"

namespace tram {
namespace {

bool is_row(const Error& error) {
  return error.code == ErrorCode::bad_request || error.code == ErrorCode::conflict ||
         error.code == ErrorCode::forbidden || error.code == ErrorCode::too_large;
}

Error history_changed(std::string message) { return error(ErrorCode::history_changed, std::move(message)); }

// Where documents merge, a number must survive every peer, and JavaScript is one.
bool is_portable(const json::Value& value) {
  if (const auto number = json::number_text(value)) return json::is_portable_number(*number);
  if (!value.is_structured()) return true;
  return std::all_of(value.begin(), value.end(), is_portable);
}

std::string key_of(std::string_view id, std::string_view rev) { return std::string(id).append(1, '\0').append(rev); }

}  // namespace

class LocalPeer::Refusals {
 public:
  explicit Refusals(std::vector<Refused>& rows) : rows_(rows) {
    for (const Refused& row : rows_) keys_.insert(key_of(row.id, row.rev));
  }
  void add(Refused row) {
    keys_.insert(key_of(row.id, row.rev));
    rows_.push_back(std::move(row));
  }
  // A tombstone that closes a branch for a merge which was refused would close the only leaf the receiver has.
  bool merge_refused(const Document& document) const {
    if (!document.deleted || keys_.empty()) return false;
    const std::string merge = tombstone_facts(document.body).merged_into;
    return !merge.empty() && keys_.contains(key_of(document.id, merge));
  }

 private:
  std::vector<Refused>& rows_;
  std::set<std::string> keys_;
};

Result<Written> LocalPeer::take(const Batch& batch) {
  Written written;
  std::uint64_t before = 0, after = 0;
  bool settled = false;
  std::vector<bool> taken_when_new;
  if (options_.rules != nullptr && batch.by_office) taken_when_new = options_.rules->takes_when_new(batch.documents);
  taken_when_new.resize(batch.documents.size());
  RETURN_IF_ERROR(store_.write([&](Transaction& transaction) -> Status {
    before = transaction.last_sequence();
    RETURN_IF_ERROR(take_all(transaction, batch, taken_when_new, written));
    after = transaction.last_sequence();
    ASSIGN_OR_RETURN(settled, settled_with(transaction, batch.documents, before));
    if (batch.when_put) batch.when_put();
    return {};
  }));
  if (settled) raise_settled(after);
  RETURN_IF_ERROR(store_.read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const WireSequence first, snapshot.wire(before));
    ASSIGN_OR_RETURN(const WireSequence last, snapshot.wire(after));
    written.wrote.emplace(first.text(), last.text());
    return {};
  }));
  if (options_.rules != nullptr) written.rules = options_.rules->digest();
  return written;
}

Status LocalPeer::take_all(Transaction& transaction, const Batch& batch, const std::vector<bool>& taken_when_new,
                           Written& written) {
  if (!batch.if_seen.empty()) {
    bool in_history = false;
    RETURN_IF_ERROR(transaction.since(batch.if_seen, &in_history));
    if (!in_history) return history_changed("The sequence of Tram-If-Seen is not in this database's history.");
  }
  written.refused = batch.refused;
  for (const BlobPtr& blob : batch.blobs) RETURN_IF_ERROR(transaction.bring(*blob));
  for (const Document& document : batch.documents) RETURN_IF_ERROR(bring_bytes(store_, transaction, document));
  Refusals refusals(written.refused);
  for (std::size_t i = 0; i < batch.documents.size(); ++i) {
    ASSIGN_OR_RETURN(auto refused, take_one(transaction, batch.documents[i], taken_when_new[i], batch, refusals));
    if (refused) refusals.add(*std::move(refused));
  }
  for (const Batch::Local& local : batch.locals) {
    RETURN_IF_ERROR(transaction.put_local(local.id, local.body, local.given_rev));
  }
  return {};
}

Result<std::optional<Refused>> LocalPeer::take_one(Transaction& transaction, const Document& document,
                                                   bool taken_when_new, const Batch& batch, const Refusals& refusals) {
  const auto row = [&](std::string code, std::string reason, std::string reason_vi = {}) {
    return std::optional(Refused{document.id, document.rev.text(), "forbidden", std::move(code), std::move(reason),
                                 std::move(reason_vi)});
  };
  if (refusals.merge_refused(document)) {
    return row("merge_refused", "The merge that this revision makes way for was refused.");
  }
  if (options_.rules != nullptr || (!batch.if_seen.empty() && document.path.size() < document.rev.generation)) {
    ASSIGN_OR_RETURN(const auto known, transaction.find(document.id));
    const bool is_cut = !batch.if_seen.empty() && document.path.size() < document.rev.generation;
    ASSIGN_OR_RETURN(const bool is_purged, transaction.is_purged(document));
    if (is_cut && !is_purged &&
        (!known || known->tree.probe(document.rev, document.path) == RevisionTree::Change::rooted)) {
      return history_changed("The revisions of " + document.id + " are cut where nothing is known here.");
    }
    if (options_.rules != nullptr && (known || !taken_when_new)) {
      ASSIGN_OR_RETURN(auto refused, options_.rules->judge(transaction, document, known, batch.by_office));
      if (refused) {
        refused->id = document.id;
        refused->rev = document.rev.text();
        return refused;
      }
    }
  }
  const auto put = transaction.put(document);
  if (put) {
    if (options_.made_here && *put == Transaction::Put::stored) RETURN_IF_ERROR(transaction.note_made_here(document));
    return std::optional<Refused>();
  }
  if (put.error().code == ErrorCode::too_large || put.error().name == "missing_stub" || !is_row(put.error())) {
    return put.error();
  }
  return row(std::string(put.error().what_name()), put.error().message, put.error().message_vi);
}

Result<std::vector<Result<RevisionId>>> LocalPeer::edit(std::span<const Edit> edits, bool by_office) {
  std::vector<Result<RevisionId>> revs;
  RETURN_IF_ERROR(store_.write([&](Transaction& transaction) -> Status {
    revs.clear();
    for (const Edit& edit : edits) {
      revs.push_back(edit_one(transaction, edit, by_office));
      if (revs.back()) continue;
      // One stub of nothing fails them all, as with CouchDB.
      if (!is_row(revs.back().error()) || revs.back().error().name == "missing_stub") return revs.back().error();
    }
    return {};
  }));
  return revs;
}

namespace {

Error edit_conflict() { return error(ErrorCode::conflict, "Document update conflict.", "conflict"); }

// An edit of one attachment becomes one of the whole document.
Status complete(Transaction& transaction, Edit& edit) {
  ASSIGN_OR_RETURN(const auto record, transaction.find(edit.id));
  if (edit.parent.empty()) return record && !record->tree.deleted() ? Status(edit_conflict()) : Status();
  const std::int32_t node = record ? record->tree.find(edit.parent) : Node::kNone;
  if (node == Node::kNone || !record->tree.is_leaf(node)) return edit_conflict();
  ASSIGN_OR_RETURN(auto before, transaction.document(*record, node));
  if (!before) return edit_conflict();
  if (!before->deleted) edit.body = std::move(before->body);
  const auto is_it = [&](const Attachment& one) { return one.name == *edit.only; };
  const auto gone = std::remove_if(before->attachments.begin(), before->attachments.end(), is_it);
  if (edit.attachments.empty() && gone == before->attachments.end()) {
    return error(ErrorCode::not_found, "Document is missing attachment");
  }
  edit.attachments.insert(edit.attachments.end(), std::make_move_iterator(before->attachments.begin()),
                          std::make_move_iterator(gone));
  return {};
}

}  // namespace

Result<RevisionId> LocalPeer::edit_one(Transaction& transaction, const Edit& given, bool by_office) {
  Edit edit = given;
  for (const BlobPtr& blob : edit.blobs) RETURN_IF_ERROR(transaction.bring(*blob));
  if (edit.only) RETURN_IF_ERROR(complete(transaction, edit));
  ASSIGN_OR_RETURN(const json::Value value, json::parse_object(edit.body));
  if ((options_.merges || options_.rules != nullptr) && !is_portable(value)) {
    return error(ErrorCode::bad_request, "A number here has at most 15 significant digits.", "bad_document");
  }
  edit.body = json::print(value);
  if (options_.rules != nullptr) RETURN_IF_ERROR(check_rules(transaction, edit, by_office));
  return transaction.save(edit.id, edit.parent, edit.deleted, edit.body, edit.attachments);
}

Status LocalPeer::check_rules(Transaction& transaction, const Edit& edit, bool by_office) {
  ASSIGN_OR_RETURN(const auto known, transaction.find(edit.id));
  Document document{edit.id, {}, {}, edit.deleted, edit.body, edit.attachments};
  RevisionId parent = edit.parent;
  if (parent.empty() && known && known->tree.deleted()) parent = known->tree.at(known->tree.winner()).rev;
  if (!edit.attachments.empty()) RETURN_IF_ERROR(transaction.resolve(edit.id, parent, document.attachments));
  document.rev = {parent.generation + 1, make_sig(parent, edit.deleted, document.attachments, edit.body)};
  document.path.push_back(document.rev.sig);
  if (const auto node = known ? known->tree.find(parent) : Node::kNone; node != Node::kNone) {
    for (std::string& sig : known->tree.path(node)) document.path.push_back(std::move(sig));
  }
  ASSIGN_OR_RETURN(const auto refused, options_.rules->judge(transaction, document, known, by_office));
  if (refused) return Error{ErrorCode::forbidden, refused->reason, refused->code, refused->reason_vi};
  return {};
}

}  // namespace tram
