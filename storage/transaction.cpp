#include "storage/transaction.h"

#include <algorithm>
#include <set>

#include "core/base/digest.h"
#include "storage/sqlite.h"
#include "storage/store.h"

namespace tram {
namespace {

constexpr std::size_t kBasesKept = 32;  // bodies of inner revisions on each path
constexpr std::size_t kLeavesMax = 1000;
constexpr int kMissesMin = 8;                         // new documents in a transaction that make it look for gaps,
constexpr int kLooksMin = 8;                          // and so often at least, more often where it helps
constexpr std::size_t kNewBodiesBytesMax = 64 << 10;  // held back until several rows go in at once

// Foreign ids do not name their content, so the content's digest is kept beside them.
std::string body_digest(std::string_view body, std::string_view attachments) {
  const Sha256Digest digest = Sha256().update(body).update("\n").update(attachments).finish();
  return std::string(reinterpret_cast<const char*>(digest.data()), 16);
}

// Does the name of a revision follow from its content? What was found out where the document was read counts where the
// tree has the same parent and nothing was attached since.
bool is_named_by_content(const RevisionTree& tree, std::int32_t index, const Document& document) {
  const Node& node = tree.at(index);
  const RevisionId parent = node.parent == Node::kNone ? RevisionId{} : tree.at(node.parent).rev;
  const bool as_read =
      parent.empty() ? document.path.size() < 2 : document.path.size() > 1 && document.path[1] == parent.sig;
  const bool told = document.attachments.empty() && document.named != Document::Named::unknown;
  if (told && as_read) return document.named == Document::Named::by_content;
  return (!parent.empty() || node.rev.generation == 1) &&
         is_made_sig(node.rev.sig, parent, document.deleted, document.attachments, document.body);
}

int is_deleted(const RevisionTree& tree) { return tree.deleted() ? 1 : 0; }

std::int64_t live_of(const RevisionTree& tree) {
  return static_cast<std::int64_t>(tree.live_leaves() + tree.open_deletions().size());
}

}  // namespace

Transaction::Transaction(Store& store, Connection& connection, std::uint64_t next_seq, std::string now)
    : Snapshot(connection), store_(store), next_seq_(next_seq), now_(std::move(now)) {}

// Whoever looks at a document here mostly goes on to write it.
Result<std::optional<Record>> Transaction::find(std::string_view id) {
  ASSIGN_OR_RETURN(const Dirty* const dirty, open(id));
  if (dirty->record.seq == 0 || dirty->record.tree.empty()) return std::optional<Record>();
  return std::optional(dirty->record);
}

bool Transaction::any_in_conflict() const {
  return std::any_of(dirty_.begin(), dirty_.end(),
                     [](const auto& each) { return each.second.record.tree.live_leaves() > 1; });
}

Result<std::optional<std::string>> Transaction::first_id(const char* sql, std::string_view than) {
  ASSIGN_OR_RETURN(Statement query, connection_->query(sql, than));
  ASSIGN_OR_RETURN(const bool row, query.step());
  return row ? std::optional(std::string(query.text(0))) : std::nullopt;
}

// Around an id that is not stored. Nothing but flush() stores documents, so what is found out here holds until then.
Status Transaction::learn_gap(std::string_view id) {
  if (++gap_.misses < kMissesMin || gap_.looks > kLooksMin + gap_.hits / 2) return {};
  ++gap_.looks;
  ASSIGN_OR_RETURN(gap_.above, first_id("SELECT id FROM docs WHERE id < ? ORDER BY id DESC LIMIT 1", id));
  ASSIGN_OR_RETURN(gap_.below, first_id("SELECT id FROM docs WHERE id > ? ORDER BY id LIMIT 1", id));
  gap_.is_known = true;
  return {};
}

Result<std::optional<Record>> Transaction::look_for(std::string_view id) {
  if (gap_.holds(id)) {
    ++gap_.hits;
    return std::optional<Record>();
  }
  ASSIGN_OR_RETURN(auto record, Snapshot::find(id));
  if (!record) RETURN_IF_ERROR(learn_gap(id));
  return record;
}

Result<Transaction::Dirty*> Transaction::open(std::string_view id) {
  if (last_ != nullptr && last_->record.id == id) return last_;
  auto place = dirty_.lower_bound(id);
  if (place == dirty_.end() || place->first != id) {
    Dirty dirty;
    ASSIGN_OR_RETURN(std::optional<Record> record, look_for(id));
    if (record) {
      dirty.record = std::move(*record);
      dirty.old_seq = dirty.record.seq;
    } else {
      dirty.record.id = id;
    }
    place = dirty_.emplace_hint(place, std::string(id), std::move(dirty));
  }
  last_ = &place->second;
  return last_;
}

void Transaction::take_sequence(Dirty& dirty) {
  if (dirty.changed) return;
  dirty.changed = true;
  dirty.record.seq = next_seq_++;
}

Result<std::uint64_t> Transaction::add_body(std::string_view text, const std::vector<Attachment>& attachments) {
  if (bodies_.next == 0) {
    ASSIGN_OR_RETURN(Statement query, connection_->query("SELECT coalesce(max(body), 0) FROM bodies"));
    RETURN_IF_ERROR(query.step());
    bodies_.next = static_cast<std::uint64_t>(query.integer(0)) + 1;
  }
  const std::uint64_t number = bodies_.next++;
  if (!attachments.empty()) {
    RETURN_IF_ERROR(connection_->run("INSERT INTO bodies(body, text, attachments) VALUES (?, ?, ?)", number, text,
                                     attachments_text(attachments)));
    return number;
  }
  bodies_.texts += text;
  bodies_.rows.push_back({number, bodies_.texts.size()});
  const bool is_full = bodies_.rows.size() == RowsInsert::kRows || bodies_.texts.size() >= kNewBodiesBytesMax;
  if (is_full) RETURN_IF_ERROR(insert_bodies());
  return number;
}

Status Transaction::insert_bodies() {
  static const RowsInsert kInsert("INSERT OR FAIL INTO bodies(body, text) VALUES ", "(?, ?)");
  if (bodies_.failure) return *bodies_.failure;
  const auto& rows = bodies_.rows;
  const Status inserted = connection_->insert(kInsert, rows.size(), [&](Statement& row, int column, std::size_t i) {
    const std::size_t begin = i == 0 ? 0 : rows[i - 1].end;
    row.bind(column, rows[i].number);
    row.bind(column + 1, std::string_view(bodies_.texts).substr(begin, rows[i].end - begin));
  });
  bodies_.rows.clear();
  bodies_.texts.clear();
  if (!inserted) bodies_.failure = inserted.error();
  return inserted;
}

Status Transaction::delete_body(std::uint64_t body) {
  RETURN_IF_ERROR(insert_bodies());
  return connection_->run("DELETE FROM bodies WHERE body = ?", body);
}

Result<std::optional<Body>> Transaction::body(const Record& record, const RevisionId& rev) {
  RETURN_IF_ERROR(insert_bodies());
  return Snapshot::body(record, rev);
}

Status Transaction::attach_body(Dirty& dirty, std::int32_t index, bool deleted, std::string_view body,
                                const std::vector<Attachment>& attachments, bool is_own) {
  Node& node = dirty.record.tree.at(index);
  ASSIGN_OR_RETURN(node.body, add_body(body, attachments));
  if (!attachments.empty()) RETURN_IF_ERROR(use_blobs(node.body, attachments));
  node.has_body = true;
  node.deleted = deleted;
  node.digest = is_own ? "" : body_digest(body, attachments_text(attachments));
  if (deleted) {
    TombstoneFacts facts = tombstone_facts(body);
    node.merged_into = std::move(facts.merged_into);
    node.by_person = facts.by_person;
  }
  return {};
}

Status Transaction::after_change(Dirty& dirty) {
  take_sequence(dirty);
  RevisionTree& tree = dirty.record.tree;
  for (std::size_t i = 0; i < tree.nodes().size(); ++i) {
    Node& node = tree.at(static_cast<std::int32_t>(i));
    if (node.arrived == 0) node.arrived = dirty.record.seq;
  }
  return drop_bodies(dirty);
}

// Bodies of inner revisions stay while a merge may need them: the newest 32 of each path, nearest common ancestors of
// live leaves, and the newest that each peer has confirmed.
Status Transaction::drop_bodies(Dirty& dirty) {
  RevisionTree& tree = dirty.record.tree;
  std::vector<std::uint64_t> stemmed;
  if (tree.nodes().size() > kRevsLimit) {
    std::map<RevisionId, std::uint64_t> before;
    for (const Node& node : tree.nodes()) {
      if (node.has_body) before.emplace(node.rev, node.body);
    }
    for (const RevisionId& rev : tree.stem()) {
      if (const auto found = before.find(rev); found != before.end()) stemmed.push_back(found->second);
    }
  }
  for (const std::uint64_t body : stemmed) RETURN_IF_ERROR(delete_body(body));

  const auto bodies = std::count_if(tree.nodes().begin(), tree.nodes().end(), [](const Node& n) { return n.has_body; });
  if (static_cast<std::size_t>(bodies) <= kBasesKept + 1) return {};

  std::set<std::int32_t> kept;
  const std::vector<std::int32_t> leaves = tree.leaves();
  for (const std::int32_t leaf : leaves) {
    kept.insert(leaf);
    std::size_t count = 0;
    std::set<std::string> confirmed_by;
    for (std::int32_t at = tree.at(leaf).parent; at != Node::kNone; at = tree.at(at).parent) {
      const Node& node = tree.at(at);
      if (!node.has_body) continue;
      bool keep = count++ < kBasesKept;
      for (const auto& [peer, seq] : store_.confirmed()) {
        if (node.arrived <= seq && confirmed_by.insert(peer).second) keep = true;
      }
      if (keep) kept.insert(at);
    }
  }
  for (std::size_t i = 0; i < leaves.size() && i < kMergeLeavesMax; ++i) {
    for (std::size_t j = i + 1; j < leaves.size() && j < kMergeLeavesMax; ++j) {
      for (const std::int32_t base : tree.common_ancestors(leaves[i], leaves[j])) kept.insert(base);
    }
  }
  return drop_all_but(dirty, kept);
}

Status Transaction::compact(std::string_view id) {
  ASSIGN_OR_RETURN(Dirty* const dirty, open(id));
  const std::vector<std::int32_t> leaves = dirty->record.tree.leaves();
  dirty->quiet = dirty->quiet || !leaves.empty();
  return drop_all_but(*dirty, {leaves.begin(), leaves.end()});
}

Status Transaction::drop_all_but(Dirty& dirty, const std::set<std::int32_t>& kept) {
  RevisionTree& tree = dirty.record.tree;
  for (std::size_t i = 0; i < tree.nodes().size(); ++i) {
    Node& node = tree.at(static_cast<std::int32_t>(i));
    if (!node.has_body || kept.contains(static_cast<std::int32_t>(i))) continue;
    RETURN_IF_ERROR(delete_body(node.body));
    node.has_body = false;
    node.body = 0;
  }
  return {};
}

Result<RevisionId> Transaction::save(std::string_view id, const RevisionId& parent, bool deleted,
                                     std::string_view canonical_body, const std::vector<Attachment>& given) {
  RETURN_IF_ERROR(check_id(id));
  if (canonical_body.size() > kDocumentBytesMax) {
    return error(ErrorCode::too_large, "the document " + std::string(id) + " is larger than 8 MB",
                 "document_too_large");
  }
  ASSIGN_OR_RETURN(Dirty* const dirty, open(id));
  RevisionTree& tree = dirty->record.tree;
  std::int32_t at = Node::kNone;
  if (!parent.empty()) {
    at = tree.find(parent);
    if (at == Node::kNone || !tree.is_leaf(at))
      return error(ErrorCode::conflict, "Document update conflict.", "conflict");
  } else if (!tree.empty()) {
    at = tree.winner();
    if (!tree.at(at).deleted) return error(ErrorCode::conflict, "Document update conflict.", "conflict");
  }
  const RevisionId base = at == Node::kNone ? RevisionId{} : tree.at(at).rev;
  std::vector<Attachment> attachments = given;
  if (!given.empty()) {
    const RevisionId next{base.generation + 1, {}};
    RETURN_IF_ERROR(resolve_attachments(dirty->record, id, next, {base}, attachments));
  }
  const RevisionId rev{base.generation + 1, make_sig(base, deleted, attachments, canonical_body)};
  std::vector<std::string> path{rev.sig};
  if (at != Node::kNone) {
    for (std::string& sig : tree.path(at)) path.push_back(std::move(sig));
  }
  const RevisionTree::Merged merged = tree.merge_path(rev, path);
  RETURN_IF_ERROR(attach_body(*dirty, merged.node, deleted, canonical_body, attachments, true));
  tree.at(merged.node).local = true;
  RETURN_IF_ERROR(after_change(*dirty));
  note_write(*dirty, rev);
  return rev;
}

Status Transaction::resolve(std::string_view id, const RevisionId& parent, std::vector<Attachment>& attachments) {
  ASSIGN_OR_RETURN(Dirty* const dirty, open(id));
  return resolve_attachments(dirty->record, id, {parent.generation + 1, {}}, {parent}, attachments);
}

Result<Transaction::Put> Transaction::put(const Document& given) {
  if (store_.purge_seq() > 0) {
    ASSIGN_OR_RETURN(const bool purged, is_purged(given));
    if (purged) return error(ErrorCode::forbidden, "This version was removed for good.", "purged");
  }
  if (given.attachments.empty()) return put_resolved(given);
  ASSIGN_OR_RETURN(Dirty* const dirty, open(given.id));
  const RevisionTree::Change change = dirty->record.tree.probe(given.rev, given.path);
  if (change == RevisionTree::Change::none) return put_resolved(given);
  std::vector<RevisionId> above;
  for (std::size_t i = 1; i < given.path.size(); ++i) above.push_back({given.rev.generation - i, given.path[i]});
  Document document = given;
  const Status resolved = resolve_attachments(dirty->record, given.id, given.rev, above, document.attachments);
  const bool lacks_bytes = !resolved && resolved.error().name == "missing_stub";
  if (lacks_bytes && change == RevisionTree::Change::known_bodyless) return Put::unchanged;
  RETURN_IF_ERROR(resolved);
  return put_resolved(document);
}

Result<Transaction::Put> Transaction::put_resolved(const Document& document) {
  if (document.body.size() > kDocumentBytesMax) {
    return error(ErrorCode::too_large, document.id, "document_too_large");
  }
  ASSIGN_OR_RETURN(Dirty* const dirty, open(document.id));
  RevisionTree& tree = dirty->record.tree;
  std::vector<std::string> lone;
  if (document.path.empty()) lone.push_back(document.rev.sig);
  const std::vector<std::string>& path = document.path.empty() ? lone : document.path;

  const RevisionTree::Change change = tree.probe(document.rev, path);
  if (change == RevisionTree::Change::none) {
    dirty->quiet = tree.merge_path(document.rev, path).ancestors || dirty->quiet;
    return Put::unchanged;
  }
  if (change == RevisionTree::Change::known_bodyless) {
    // A forged merge base must not enter: only content that its id names is believed.
    const std::int32_t index = tree.find(document.rev);
    if (!is_named_by_content(tree, index, document)) return Put::unchanged;
    RETURN_IF_ERROR(attach_body(*dirty, index, document.deleted, document.body, document.attachments, true));
    dirty->quiet = true;
    return Put::unchanged;
  }
  if (change != RevisionTree::Change::extended && !tree.empty()) {
    const bool full = tree.leaves().size() >= kLeavesMax ||
                      (!document.deleted && tree.live_leaves() >= store_.options().live_leaves_max);
    if (full) {
      return error(ErrorCode::forbidden, "The document has too many conflicting versions; resolve some first.",
                   "too_many_conflicts");
    }
  }
  const RevisionTree::Merged merged = tree.merge_path(document.rev, path);
  const bool is_own = is_named_by_content(tree, merged.node, document);
  RETURN_IF_ERROR(attach_body(*dirty, merged.node, document.deleted, document.body, document.attachments, is_own));
  RETURN_IF_ERROR(after_change(*dirty));
  return Put::stored;
}

Status Transaction::put_own(const std::vector<Document>& revisions) {
  const bool only_closes = std::all_of(revisions.begin(), revisions.end(), [](const auto& one) { return one.deleted; });
  for (const Document& document : revisions) {
    ASSIGN_OR_RETURN(const Put put_result, put(document));
    if (put_result == Put::unchanged) continue;
    ASSIGN_OR_RETURN(Dirty* const dirty, open(document.id));
    const std::int32_t index = dirty->record.tree.find(document.rev);
    if (index != Node::kNone) dirty->record.tree.at(index).local = true;
    if (only_closes || !document.deleted) note_write(*dirty, document.rev);
  }
  return {};
}

Status Transaction::note_made_here(const Document& document) {
  ASSIGN_OR_RETURN(Dirty* const dirty, open(document.id));
  RevisionTree& tree = dirty->record.tree;
  for (std::int32_t at = tree.find(document.rev); at != Node::kNone; at = tree.at(at).parent) {
    if (tree.at(at).arrived != dirty->record.seq) break;
    tree.at(at).local = true;
  }
  note_write(*dirty, document.rev);
  return {};
}

Status Transaction::confirm(std::string_view peer, std::uint64_t seq) {
  const auto known = store_.confirmed().find(std::string(peer));
  if (known != store_.confirmed().end() && known->second >= seq) return {};
  confirmed_[std::string(peer)] = seq;
  return set_meta("confirmed:" + std::string(peer), std::to_string(seq));
}

Status Transaction::flush() {
  RETURN_IF_ERROR(insert_bodies());
  std::vector<const Dirty*> fresh, written;
  for (const auto& [id, dirty] : dirty_) {
    if (!dirty.written.empty()) written.push_back(&dirty);
    if (!dirty.changed && !dirty.quiet) continue;
    const RevisionTree& tree = dirty.record.tree;
    if (tree.empty()) {
      RETURN_IF_ERROR(remove(dirty));
    } else if (dirty.old_seq == 0) {
      fresh.push_back(&dirty);
    } else {
      RETURN_IF_ERROR(connection_->run("UPDATE docs SET seq = ?, deleted = ?, live = ?, tree = ? WHERE seq = ?",
                                       dirty.record.seq, is_deleted(tree), live_of(tree), Blob{tree.encode()},
                                       dirty.old_seq));
    }
  }
  RETURN_IF_ERROR(insert_documents(fresh));
  return insert_writes(written);
}

Status Transaction::insert_documents(const std::vector<const Dirty*>& documents) {
  static const RowsInsert kInsert("INSERT OR FAIL INTO docs(seq, id, deleted, live, tree) VALUES ", "(?, ?, ?, ?, ?)");
  std::vector<std::string> trees(documents.size());
  return connection_->insert(kInsert, documents.size(), [&](Statement& row, int column, std::size_t i) {
    const Record& record = documents[i]->record;
    trees[i] = record.tree.encode();
    row.bind(column, record.seq);
    row.bind(column + 1, std::string_view(record.id));
    row.bind(column + 2, is_deleted(record.tree));
    row.bind(column + 3, live_of(record.tree));
    row.bind(column + 4, Blob{trees[i]});
  });
}

}  // namespace tram
