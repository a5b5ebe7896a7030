#include "sync/office_peer.h"

#include <algorithm>

#include "sync/ledger.h"
#include "sync/wire.h"

namespace tram {
namespace {

constexpr std::string_view kCheckpointPrefix = "_local/tram-";
constexpr std::size_t kDocumentOverhead = 100;
constexpr std::size_t kPassedOverMax = 200'000;

std::size_t bytes_of(const Document& document) {
  std::size_t bytes = document.id.size() + document.body.size() + 36 * document.path.size() + kDocumentOverhead;
  for (const std::string& content : document.bytes) bytes += content.size() * 4 / 3;
  return bytes;
}

int status_of_code(std::string_view code) {
  if (code == "too_large") return 413;
  if (code == "bad_document") return 400;
  if (code == "missing_stub") return 412;
  if (code == "server_error") return 500;
  return 201;
}

bool is_refusal(const Error& failure) {
  return failure.name == "missing_stub" || failure.code == ErrorCode::forbidden ||
         failure.code == ErrorCode::bad_request || failure.code == ErrorCode::too_large;
}

// Would the province close a branch in favour of a merge that it may not have? That holds for a merge which went out
// only as an ancestor, until its heir is known to be there.
bool must_wait(const RevisionTree& tree, const Node& tombstone, std::uint64_t since,
               std::span<const Refusal> open_rows) {
  const auto named = RevisionId::parse(tombstone.merged_into);
  const std::int32_t merge = named ? tree.find(*named) : Node::kNone;
  if (merge == Node::kNone || !tree.at(merge).local || tree.is_leaf(merge)) return false;
  if (tree.at(merge).arrived > since) return true;
  return std::any_of(open_rows.begin(), open_rows.end(), [&](const Refusal& row) {
    const auto rev = RevisionId::parse(row.rev);
    const std::int32_t refused = rev ? tree.find(*rev) : Node::kNone;
    return refused != Node::kNone && !tree.at(refused).deleted && tree.is_ancestor(merge, refused);
  });
}

// How much of a path the other end needs: down to the first revision that it is known to hold.
std::size_t needed(const RevisionTree& tree, std::int32_t leaf, std::uint64_t since) {
  std::size_t count = 1;
  for (std::int32_t at = tree.at(leaf).parent; at != Node::kNone; at = tree.at(at).parent) {
    ++count;
    if (!tree.at(at).local || tree.at(at).arrived <= since) break;
  }
  return count;
}

Refused awaiting(const Document& document) {
  Refused waiting;
  waiting.id = document.id;
  waiting.rev = document.rev.text();
  waiting.code = kAwaitsBytes;
  waiting.reason = "Waits for its attachments, which go by themselves.";
  waiting.reason_vi = "Đang chờ gửi tệp đính kèm.";
  return waiting;
}

std::vector<Refusal> rows_of(std::span<const Refusal> rows, std::string_view id) {
  std::vector<Refusal> found;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(found), [&](const Refusal& row) { return row.id == id; });
  return found;
}

}  // namespace

Status put_checkpoint(Transaction& transaction, const std::string& replication_id, const Checkpoint& checkpoint) {
  return transaction.put_local(std::string(kCheckpointPrefix) + replication_id, wire::write_checkpoint(checkpoint)).ok()
             ? Status()
             : Status(error(ErrorCode::storage_error, "The checkpoint could not be written."));
}

OfficePeer::OfficePeer(Store& store, Clock& clock, std::string remote)
    : store_(store), clock_(clock), remote_(std::move(remote)), local_(store) {}

Result<PeerId> OfficePeer::id() { return local_.id(); }

Result<RevisionSet> OfficePeer::missing(const RevisionSet& offered) { return local_.missing(offered); }

Result<std::vector<Document>> OfficePeer::read(const RevisionSet& wanted) { return local_.read(wanted); }

Result<std::optional<Checkpoint>> OfficePeer::checkpoint(const std::string& replication_id) {
  return local_.checkpoint(replication_id);
}

Result<std::string> OfficePeer::save_checkpoint(const std::string& replication_id, const Checkpoint& checkpoint) {
  return local_.save_checkpoint(replication_id, checkpoint);
}

Result<std::vector<Refusal>> OfficePeer::open_rows(Snapshot& snapshot, bool push) const {
  ASSIGN_OR_RETURN(std::vector<Refusal> rows, snapshot.refusals(true));
  std::erase_if(rows, [&](const Refusal& row) { return row.push != push || row.peer != remote_; });
  return rows;
}

bool OfficePeer::is_to_send(const Node& node, std::span<const Refusal> open_rows) {
  return node.local || std::any_of(open_rows.begin(), open_rows.end(),
                                   [rev = node.rev.text()](const Refusal& row) { return row.rev == rev; });
}

Result<OfficePeer::Offered> OfficePeer::offer(Snapshot& snapshot, const Record& record, std::uint64_t since,
                                              std::span<const Refusal> open_rows) const {
  Offered offered;
  const RevisionTree& tree = record.tree;
  // Where something was refused, everything made here goes again, whole: what was held back with it too.
  const std::vector<Refusal> rows = rows_of(open_rows, record.id);
  for (const std::int32_t leaf : tree.leaves()) {
    const Node& node = tree.at(leaf);
    if (!is_to_send(node, rows) || (node.arrived <= since && rows.empty())) continue;
    if (!node.merged_into.empty() && must_wait(tree, node, since, rows)) {
      Refused held;
      held.id = record.id;
      held.rev = node.rev.text();
      held.code = kHeldBack;
      held.reason = "Waits until the province holds the merge " + node.merged_into + ".";
      offered.held.push_back(std::move(held));
      continue;
    }
    ASSIGN_OR_RETURN(std::optional<Document> document, snapshot.document(record, leaf));
    if (!document) continue;
    if (!document->attachments.empty()) {
      ASSIGN_OR_RETURN(const bool ready, load_attachments(snapshot, tree, leaf, since, !rows.empty(), *document));
      if (!ready) {
        offered.held.push_back(awaiting(*document));
        continue;
      }
    }
    if (cut_ && rows.empty()) document->path.resize(std::min(document->path.size(), needed(tree, leaf, since)));
    offered.documents.push_back(*std::move(document));
  }
  return offered;
}

Result<ChangesPage> OfficePeer::changes(const Sequence& since, const PageOptions& options) {
  if (!only_own_) return local_.changes(since, {options.rows_max, options.bytes_max, false, {}});
  ChangesPage page;
  page.has_documents = true;
  RETURN_IF_ERROR(store_.read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const std::uint64_t from, snapshot.since(from_json(since)));
    ASSIGN_OR_RETURN(const std::uint64_t held, snapshot.since(from_json(options.held.value_or(since))));
    ASSIGN_OR_RETURN(std::uint64_t read_to, snapshot.sequence());
    ASSIGN_OR_RETURN(const std::vector<Refusal> rows, open_rows(snapshot, true));
    const std::uint64_t newest = read_to;
    std::size_t bytes = 0, seen = 0;
    const auto add = [&](const Record& record) -> Result<bool> {
      ASSIGN_OR_RETURN(Offered offered, offer(snapshot, record, std::min(held, from), rows));
      for (const Document& document : offered.documents) bytes += bytes_of(document);
      std::move(offered.held.begin(), offered.held.end(), std::back_inserter(page.unreadable));
      if (!offered.documents.empty()) page.rows.push_back({{}, record.id, {}, false, std::move(offered.documents)});
      const std::size_t told = page.rows.size() + page.unreadable.size();
      // What was pulled fills the feed too: it is passed over here, without a page for each stretch of it.
      const bool is_full = bytes >= options.bytes_max || told >= options.rows_max || ++seen >= kPassedOverMax;
      if (is_full) read_to = record.seq;
      return !is_full;
    };
    RETURN_IF_ERROR(snapshot.each_change(from, newest, add));
    ASSIGN_OR_RETURN(const auto rest, snapshot.changes(read_to, newest, 1));
    if (rest.empty()) read_to = newest;
    ASSIGN_OR_RETURN(const WireSequence last, snapshot.wire(read_to));
    page.last_seq = to_json(last);
    page.pending = newest - read_to;
    return {};
  }));
  return page;
}

Result<Written> OfficePeer::write(std::span<const Document> documents, const WriteOptions& options) {
  Written written;
  RETURN_IF_ERROR(store_.write([&](Transaction& transaction) -> Status {
    written = {};
    ASSIGN_OR_RETURN(const std::vector<Refusal> rows, open_rows(transaction, false));
    ASSIGN_OR_RETURN(const std::vector<Refusal> sent, open_rows(transaction, true));
    for (const Document& document : documents) {
      RETURN_IF_ERROR(bring_bytes(store_, transaction, document));
      const auto put = transaction.put(document);
      if (!put && put.error().name == "missing_stub") {
        Refused waiting = awaiting(document);
        waiting.reason = "Waits for its attachments, which come by themselves.";
        waiting.reason_vi = "Đang chờ nhận tệp đính kèm.";
        RETURN_IF_ERROR(transaction.add_refusal(refusal_of(waiting, false, "")));
        continue;
      }
      if (!put) {
        if (!is_refusal(put.error())) return put.error();
        Refused refused;
        refused.id = document.id;
        refused.rev = document.rev.text();
        refused.code = std::string(put.error().what_name());
        refused.reason = put.error().message;
        RETURN_IF_ERROR(transaction.add_refusal(refusal_of(refused, false, "")));
        written.refused.push_back(std::move(refused));
        continue;
      }
      RETURN_IF_ERROR(close_rows(transaction, document, rows_of(rows, document.id), rows_of(sent, document.id)));
    }
    if (options.checkpoint != nullptr) {
      RETURN_IF_ERROR(put_checkpoint(transaction, options.checkpoint_id, *options.checkpoint));
    }
    return {};
  }));
  return written;
}

// What a document that came in settles.
Status OfficePeer::close_rows(Transaction& transaction, const Document& came, std::span<const Refusal> pulled,
                              std::span<const Refusal> pushed) {
  if (pulled.empty() && pushed.empty()) return {};
  ASSIGN_OR_RETURN(const std::optional<Record> record, transaction.find(came.id));
  const auto node_of = [&](const Refusal& row) {
    const auto rev = RevisionId::parse(row.rev);
    return record && rev ? record->tree.find(*rev) : Node::kNone;
  };
  for (const Refusal& row : pulled) {
    // Another branch of the document is no answer for the one that still lacks its bytes.
    if (node_of(row) == Node::kNone) continue;
    const bool same = row.rev == came.rev.text();
    RETURN_IF_ERROR(transaction.close_refusal(row.n, same ? RefusalState::accepted : RefusalState::superseded));
  }
  // What a revision grew from is where it came from.
  std::set<std::int32_t> there;
  for (std::int32_t at = record ? record->tree.find(came.rev) : Node::kNone; at != Node::kNone;) {
    there.insert(at);
    at = record->tree.at(at).parent;
  }
  for (const Refusal& row : pushed) {
    if (there.contains(node_of(row))) RETURN_IF_ERROR(transaction.close_refusal(row.n, RefusalState::superseded));
  }
  return {};
}

Result<Sequence> OfficePeer::lower(const Sequence& a, const Sequence& b) {
  Sequence lower = a;
  RETURN_IF_ERROR(store_.read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const std::uint64_t at_a, snapshot.since(from_json(a)));
    ASSIGN_OR_RETURN(const std::uint64_t at_b, snapshot.since(from_json(b)));
    if (at_b < at_a) lower = b;
    return {};
  }));
  return lower;
}

Refusal OfficePeer::refusal_of(const Refused& refused, bool push, const std::string& rules) const {
  Refusal row;
  row.peer = remote_;
  row.push = push;
  row.id = refused.id;
  row.rev = refused.rev;
  row.code = refused.code.empty() ? refused.error : refused.code;
  row.reason = refused.reason;
  row.reason_vi = refused.reason_vi;
  row.status = status_of_code(row.code);
  row.rules = rules;
  row.first_at = row.last_at = utc_text(clock_.wall_ms());
  return row;
}

Status OfficePeer::keep_push(Transaction& transaction, std::span<const Document> sent, std::span<const Refused> refused,
                             const Sequence& since, const std::string& rules) {
  ASSIGN_OR_RETURN(const std::vector<Refusal> rows, open_rows(transaction, true));
  if (rows.empty() && refused.empty()) return {};
  ASSIGN_OR_RETURN(const std::uint64_t from, transaction.since(from_json(since)));

  const auto is_refused = [&](const Document& document) {
    return std::any_of(refused.begin(), refused.end(), [&](const Refused& one) {
      return one.id == document.id && (one.rev.empty() || one.rev == document.rev.text());
    });
  };
  for (const Document& document : sent) {
    ASSIGN_OR_RETURN(const std::optional<Record> record, transaction.find(document.id));
    const std::int32_t node = record ? record->tree.find(document.rev) : Node::kNone;
    for (const Refusal& row : rows_of(rows, document.id)) {
      const auto rev = RevisionId::parse(row.rev);
      const std::int32_t older = rev && record ? record->tree.find(*rev) : Node::kNone;
      if (row.rev == document.rev.text()) {
        if (!is_refused(document)) RETURN_IF_ERROR(transaction.close_refusal(row.n, RefusalState::accepted));
      } else if (node != Node::kNone && (older == Node::kNone || record->tree.is_ancestor(older, node))) {
        // One that the tree has forgotten stood so far above that everything here may have grown from it.
        RETURN_IF_ERROR(transaction.close_refusal(row.n, RefusalState::superseded));
      }
    }
  }
  for (Refused one : refused) {
    const auto same_id = [&](const Document& document) { return document.id == one.id; };
    if (const auto found = std::find_if(sent.begin(), sent.end(), same_id); one.rev.empty() && found != sent.end()) {
      one.rev = found->rev.text();
    }
    RETURN_IF_ERROR(transaction.add_refusal(refusal_of(one, true, rules)));
    // What it grew from and was never sent by itself is not at the province either.
    ASSIGN_OR_RETURN(const std::optional<Record> record, transaction.find(one.id));
    const auto rev = RevisionId::parse(one.rev);
    std::int32_t at = record && rev ? record->tree.find(*rev) : Node::kNone;
    while (at != Node::kNone && (at = record->tree.at(at).parent) != Node::kNone) {
      const Node& node = record->tree.at(at);
      if (!node.local || node.arrived <= from) break;
      one.rev = node.rev.text();
      RETURN_IF_ERROR(transaction.add_refusal(refusal_of(one, true, rules)));
    }
  }
  return {};
}

Status OfficePeer::keep_pull(std::span<const Refused> refused) {
  return store_.write([&](Transaction& transaction) -> Status {
    for (const Refused& one : refused) RETURN_IF_ERROR(transaction.add_refusal(refusal_of(one, false, "")));
    return {};
  });
}

Result<bool> OfficePeer::load_attachments(Snapshot& snapshot, const RevisionTree& tree, std::int32_t leaf,
                                          std::uint64_t since, bool all, Document& document) const {
  for (std::int32_t at = tree.at(leaf).parent; !all && at != Node::kNone; at = tree.at(at).parent) {
    if (tree.at(at).local && tree.at(at).arrived > since) continue;
    document.held = tree.at(at).rev.generation;
    break;
  }
  for (const Attachment& attachment : document.attachments) {
    if (attachment.revpos > document.held && attachment.length > kBlobInRow && !is_there(attachment.sha256))
      return false;
  }
  RETURN_IF_ERROR(load_bytes(snapshot, document));
  return true;
}

}  // namespace tram
