// The server's half of wire.h: reads requests, prints answers.
#include "core/base/json.h"
#include "sync/wire.h"

namespace tram::wire {
namespace {

Error too_many() {
  return error(ErrorCode::too_large,
               "A request names at most " + std::to_string(kRequestItemsMax) + " documents and revisions.");
}

Error bad_shape(std::string message) { return error(ErrorCode::bad_request, std::move(message)); }

void member(std::string& out, std::string_view name, std::string_view text) {
  out += ",\"";
  out += name;
  out += "\":";
  json::print_string(out, text);
}

Status read_docs(json::Reader& reader, BulkDocs& bulk) {
  if (!reader.enter_array()) return reader.error();
  while (reader.next_element()) {
    if (bulk.documents.size() == kRequestItemsMax) return too_many();
    DocumentName name;
    bulk.documents.push_back(read_document_text(reader, &name));
    if (!bulk.documents.back()) bulk.failed.push_back(std::move(name));
  }
  return {};
}

Result<std::vector<RevisionId>> read_revs(json::Reader& reader, std::size_t& items) {
  std::vector<RevisionId> revs;
  if (!reader.enter_array()) return reader.error();
  while (reader.next_element()) {
    if (++items > kRequestItemsMax) return too_many();
    const auto text = reader.string();
    if (!text) return reader.error();
    ASSIGN_OR_RETURN(RevisionId rev, RevisionId::parse(*text));
    revs.push_back(std::move(rev));
  }
  return revs;
}

Result<BulkGet::Item> read_item(json::Reader& reader) {
  BulkGet::Item item;
  bool has_id = false;
  if (!reader.enter_object()) return reader.error();
  while (const auto name = reader.next_member()) {
    if (*name == "id") {
      item.id = reader.string().value_or("");
      has_id = true;
    } else if (*name == "rev" && reader.peek() == json::Kind::string) {
      const std::string text = reader.string().value_or("");
      auto rev = RevisionId::parse(text);
      // Something that no revision is called is a revision that nobody has.
      item.rev = rev ? *std::move(rev) : RevisionId{0, text};
    } else if (*name == "atts_since" && reader.peek() == json::Kind::array) {
      std::size_t items = 0;
      ASSIGN_OR_RETURN(item.atts_since, read_revs(reader, items));
    } else {
      reader.skip();
    }
  }
  if (reader.ok() && !has_id) return bad_shape("Each element of docs has an id.");
  return item;
}

}  // namespace

void write_revs_list(std::string& out, const std::vector<RevisionId>& revs) {
  out += '[';
  for (std::size_t i = 0; i < revs.size(); ++i) {
    if (i > 0) out += ',';
    json::print_string(out, revs[i].text());
  }
  out += ']';
}

void write_change_row(std::string& out, const ChangeRow& row, bool with_documents, std::uint64_t inline_max) {
  out += "{\"seq\":" + row.seq;
  member(out, "id", row.id);
  out += ",\"changes\":[";
  for (std::size_t i = 0; i < row.leaves.size(); ++i) {
    out += i > 0 ? ",{\"rev\":" : "{\"rev\":";
    json::print_string(out, row.leaves[i].text());
    out += '}';
  }
  out += ']';
  if (row.deleted) out += ",\"deleted\":true";
  if (with_documents) {
    out += ",\"docs\":[";
    for (std::size_t i = 0; i < row.documents.size(); ++i) {
      if (i > 0) out += ',';
      DocumentParts parts{.revisions = true, .sha256 = true};
      if (inline_max > 0) parts.data = {DocumentParts::Data::Form::base64, row.documents[i].held, inline_max};
      write_document(out, row.documents[i], parts);
    }
    out += ']';
  }
  out += '}';
}

Result<RevisionSet> read_revisions(std::string_view body) {
  RevisionSet set;
  std::size_t items = 0;
  json::Reader reader(body);
  if (!reader.enter_object()) return reader.error();
  while (const auto name = reader.next_member()) {
    if (++items > kRequestItemsMax) return too_many();
    std::string id(*name);
    ASSIGN_OR_RETURN(auto revs, read_revs(reader, items));
    set.emplace_back(std::move(id), std::move(revs));
  }
  RETURN_IF_ERROR(reader.finish());
  return set;
}

Result<BulkDocs> read_bulk_docs(std::string_view body) {
  BulkDocs bulk;
  bool has_docs = false;
  json::Reader reader(body);
  if (!reader.enter_object()) return reader.error();
  while (const auto name = reader.next_member()) {
    if (*name == "docs") {
      has_docs = true;
      RETURN_IF_ERROR(read_docs(reader, bulk));
    } else if (*name == "new_edits") {
      bulk.new_edits = reader.boolean().value_or(true);
    } else {
      reader.skip();
    }
  }
  RETURN_IF_ERROR(reader.finish());
  if (!has_docs) return bad_shape("The request has no docs.");
  return bulk;
}

void write_refused(std::string& out, const Refused& refused) {
  out += "{\"id\":";
  json::print_string(out, refused.id);
  if (!refused.rev.empty()) member(out, "rev", refused.rev);
  member(out, "error", refused.error);
  if (!refused.code.empty()) member(out, "code", refused.code);
  member(out, "reason", refused.reason);
  if (!refused.reason_vi.empty()) member(out, "reason_vi", refused.reason_vi);
  out += '}';
}

Result<BulkGet> read_bulk_get(std::string_view body) {
  BulkGet get;
  bool has_docs = false;
  json::Reader reader(body);
  if (!reader.enter_object()) return reader.error();
  while (const auto name = reader.next_member()) {
    if (*name != "docs") {
      reader.skip();
      continue;
    }
    has_docs = true;
    if (!reader.enter_array()) return reader.error();
    while (reader.next_element()) {
      if (get.items.size() == kRequestItemsMax) return too_many();
      ASSIGN_OR_RETURN(BulkGet::Item item, read_item(reader));
      get.items.push_back(std::move(item));
    }
  }
  RETURN_IF_ERROR(reader.finish());
  if (!has_docs) return bad_shape("The request has no docs.");
  return get;
}

std::string write_error(std::string_view name, std::string_view reason) {
  std::string out = "{\"error\":";
  json::print_string(out, name);
  member(out, "reason", reason);
  return out + "}\n";
}

}  // namespace tram::wire
