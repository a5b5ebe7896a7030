#include "sync/render.h"

#include <algorithm>

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

// The greatest generation at which the reader has an ancestor.
std::uint64_t known_generation(const RevisionTree& tree, std::int32_t at, const std::vector<RevisionId>& known) {
  for (; at != Node::kNone; at = tree.at(at).parent) {
    if (std::find(known.begin(), known.end(), tree.at(at).rev) != known.end()) return tree.at(at).rev.generation;
  }
  return 0;
}

DocumentParts parts_of(const Record& record, std::int32_t node, const Shown& shown) {
  DocumentParts parts{shown.revisions, shown.sha256, shown.data};
  if (!shown.atts_since.empty()) parts.data.above_revpos = known_generation(record.tree, node, shown.atts_since);
  return parts;
}

// A header field's value: whatever the text holds, it stays on its line.
std::string for_header(std::string_view text) {
  std::string safe;
  for (const char c : text) safe += static_cast<unsigned char>(c) < ' ' || c == '\x7f' ? '_' : c;
  return safe;
}

// Between quotes, as browsers write the names of files in forms.
std::string in_quotes(std::string_view name) {
  std::string safe;
  for (const char c : for_header(name)) {
    if (c == '"')
      safe += "%22";
    else
      safe += c;
  }
  return '"' + safe + '"';
}

Status add_members(std::string& out, Snapshot& snapshot, const Record& record, std::int32_t node, const Shown& shown) {
  std::string extra;
  if (shown.revs_info) add_revs_info(extra, record.tree, node);
  if (shown.conflicts) add_leaves(extra, "_conflicts", record.tree, node, false);
  if (shown.deleted_conflicts) add_leaves(extra, "_deleted_conflicts", record.tree, node, true);
  if (shown.local_seq) {
    ASSIGN_OR_RETURN(const WireSequence seq, snapshot.wire(record.seq));
    extra += ",\"_local_seq\":\"" + seq.text() + '"';
  }
  if (!extra.empty()) out.replace(out.size() - 1, 1, extra + "}");
  return {};
}

}  // namespace

Status ask_for_attachments(const Query& query, Shown& shown) {
  using Form = DocumentParts::Data::Form;
  if (query.flag("attachments")) shown.data.form = Form::base64;
  const auto since = query.get("atts_since");
  if (!since) return {};
  shown.data.form = Form::base64;
  json::Reader reader(*since);
  if (!reader.enter_array()) return reader.error();
  while (reader.next_element()) {
    ASSIGN_OR_RETURN(RevisionId rev, RevisionId::parse(reader.string().value_or("")));
    shown.atts_since.push_back(std::move(rev));
    if (shown.atts_since.size() > wire::kRequestItemsMax) return error(ErrorCode::too_large, "Too many revisions.");
  }
  return reader.finish();
}

std::string part_headers(const Attachment& attachment) {
  return "Content-Disposition: attachment; filename=" + in_quotes(attachment.name) +
         "\r\nContent-Type: " + for_header(attachment.content_type) +
         "\r\nContent-Length: " + std::to_string(attachment.length) + "\r\n\r\n";
}

Result<std::optional<Related>> render_related(Snapshot& snapshot, const Record& record, std::int32_t node,
                                              const Shown& shown, std::string_view boundary) {
  ASSIGN_OR_RETURN(const auto document, snapshot.document(record, node));
  if (!document) return std::optional<Related>();
  DocumentParts parts = parts_of(record, node, shown);
  parts.data.form = DocumentParts::Data::Form::follows;
  Related related;
  std::string text;
  write_document(text, *document, parts);
  RETURN_IF_ERROR(add_members(text, snapshot, record, node, shown));
  const std::string seam = "--" + std::string(boundary);
  std::vector<const Attachment*> following;
  for (const Attachment& attachment : document->attachments) {
    if (parts.data.applies_to(attachment)) following.push_back(&attachment);
  }
  std::sort(following.begin(), following.end(), [](const auto* a, const auto* b) { return a->name < b->name; });
  related.parts = !following.empty();
  related.text = related.parts ? seam + "\r\nContent-Type: application/json\r\n\r\n" + text : std::move(text);
  for (const Attachment* attachment : following) {
    related.text += "\r\n" + seam + "\r\n" + part_headers(*attachment);
    related.text.append(1, kBytesMark).append(attachment->sha256).append(1, kBytesMark);
  }
  if (related.parts) related.text += "\r\n" + seam + "--";
  return std::optional(std::move(related));
}

Result<bool> render(std::string& out, Snapshot& snapshot, const Record& record, std::int32_t node, const Shown& shown) {
  ASSIGN_OR_RETURN(const auto document, snapshot.document(record, node));
  if (!document) return false;
  write_document(out, *document, parts_of(record, node, shown));
  RETURN_IF_ERROR(add_members(out, snapshot, record, node, shown));
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
