// Purging: revisions are taken out for good.
#include <algorithm>

#include "storage/sqlite.h"
#include "storage/store.h"

namespace tram {

Result<std::vector<std::string>> Snapshot::purged(std::string_view id) {
  std::vector<std::string> revs;
  ASSIGN_OR_RETURN(Statement query, connection_->query("SELECT rev FROM purged WHERE id = ?", id));
  while (true) {
    ASSIGN_OR_RETURN(const bool row, query.step());
    if (!row) return revs;
    revs.emplace_back(query.text(0));
  }
}

Result<std::vector<std::pair<std::string, std::string>>> Snapshot::all_purged() {
  std::vector<std::pair<std::string, std::string>> all;
  ASSIGN_OR_RETURN(Statement query, connection_->query("SELECT id, rev FROM purged"));
  while (true) {
    ASSIGN_OR_RETURN(const bool row, query.step());
    if (!row) return all;
    all.emplace_back(query.text(0), query.text(1));
  }
}

Status Transaction::keep_purged(const std::vector<std::pair<std::string, std::string>>& list,
                                std::string_view purge_seq) {
  for (const auto& [id, rev] : list) {
    RETURN_IF_ERROR(connection_->run("INSERT OR IGNORE INTO purged(id, rev) VALUES (?, ?)", id, rev));
  }
  return set_meta(kPurgeSeq, purge_seq);
}

Result<std::vector<RevisionId>> Transaction::purge(std::string_view id, std::span<const RevisionId> revs) {
  std::vector<RevisionId> gone;
  ASSIGN_OR_RETURN(Dirty* const dirty, open(id));
  for (const RevisionId& rev : revs) {
    const std::vector<Node> removed = dirty->record.tree.remove_leaf(rev);
    if (removed.empty()) continue;
    gone.push_back(rev);
    for (const Node& node : removed) {
      if (node.has_body) RETURN_IF_ERROR(delete_body(node.body));
      RETURN_IF_ERROR(connection_->run("INSERT OR IGNORE INTO purged(id, rev) VALUES (?, ?)", id, node.rev.text()));
    }
  }
  if (gone.empty()) return gone;
  RETURN_IF_ERROR(after_change(*dirty));
  // Known before the commit is: too early makes a look into the list that finds nothing, too late none at all.
  RETURN_IF_ERROR(set_meta(kPurgeSeq, std::to_string(++store_.purge_seq_)));
  return gone;
}

Result<bool> Transaction::is_purged(const Document& document) {
  if (store_.purge_seq() == 0) return false;
  ASSIGN_OR_RETURN(const std::vector<std::string> gone, purged(document.id));
  if (gone.empty()) return false;
  ASSIGN_OR_RETURN(const auto record, find(document.id));
  const std::size_t size = std::max<std::size_t>(1, document.path.size());
  for (std::size_t i = 0; i < size && i < document.rev.generation; ++i) {
    const RevisionId rev{document.rev.generation - i, i == 0 ? document.rev.sig : document.path[i]};
    // Somebody may have written the very same anew.
    if (record && record->tree.find(rev) != Node::kNone) return false;
    if (std::find(gone.begin(), gone.end(), rev.text()) != gone.end()) return true;
  }
  return false;
}

// The newest sequence must not be given again when its document is gone.
Status Transaction::remove(const Dirty& dirty) {
  if (dirty.old_seq != 0) RETURN_IF_ERROR(connection_->run("DELETE FROM docs WHERE seq = ?", dirty.old_seq));
  return set_meta("sequence", std::to_string(next_seq_ - 1));
}

}  // namespace tram
