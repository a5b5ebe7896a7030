#include "sync/render.h"

#include "sync/wire.h"

namespace tram {
namespace {

void add_leaves(std::string& extra, std::string_view name, const RevisionTree& tree, std::int32_t shown, bool deleted) {
  std::vector<RevisionId> others;
  for (const std::int32_t leaf : tree.leaves()) {
    if (leaf != shown && tree.at(leaf).deleted == deleted) others.push_back(tree.at(leaf).rev);
  }
  if (others.empty()) return;
  extra.append(",\"").append(name).append("\":");
  wire::write_revs_list(extra, others);
}

void add_revs_info(std::string& extra, const RevisionTree& tree, std::int32_t at) {
  extra += ",\"_revs_info\":[";
  for (bool first = true; at != Node::kNone; at = tree.at(at).parent, first = false) {
    const Node& node = tree.at(at);
    extra += first ? "{\"rev\":" : ",{\"rev\":";
    json::print_string(extra, node.rev.text());
    extra += !node.has_body ? ",\"status\":\"missing\"}"
             : node.deleted ? ",\"status\":\"deleted\"}"
                            : ",\"status\":\"available\"}";
  }
  extra += ']';
}

}  // namespace

Result<bool> render(std::string& out, Snapshot& snapshot, const Record& record, std::int32_t node, const Shown& shown) {
  ASSIGN_OR_RETURN(const auto document, snapshot.document(record, node));
  if (!document) return false;
  write_document(out, *document, {.revisions = shown.revisions});
  std::string extra;
  if (shown.revs_info) add_revs_info(extra, record.tree, node);
  if (shown.conflicts) add_leaves(extra, "_conflicts", record.tree, node, false);
  if (shown.deleted_conflicts) add_leaves(extra, "_deleted_conflicts", record.tree, node, true);
  if (shown.local_seq) {
    ASSIGN_OR_RETURN(const WireSequence seq, snapshot.wire(record.seq));
    extra += ",\"_local_seq\":\"" + seq.text() + '"';
  }
  if (!extra.empty()) out.replace(out.size() - 1, 1, extra + "}");
  return true;
}

Result<json::Value> value_of(Snapshot& snapshot, const Record& record, std::int32_t node) {
  ASSIGN_OR_RETURN(const auto document, snapshot.document(record, node));
  if (!document) return json::Value();
  ASSIGN_OR_RETURN(json::Value value, json::parse_object(document->body));
  value["_id"] = document->id;
  value["_rev"] = document->rev.text();
  if (document->deleted) value["_deleted"] = true;
  return value;
}

}  // namespace tram
