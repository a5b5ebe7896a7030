// Answers of _changes.
#include <utility>

#include "core/base/json.h"
#include "sync/wire.h"

namespace tram::wire {
namespace {

void read_leaves(json::Reader& reader, ChangeRow& row) {
  if (!reader.enter_array()) return;
  while (reader.next_element()) {
    if (!reader.enter_object()) return;
    while (const auto name = reader.next_member()) {
      if (*name != "rev") {
        reader.skip();
        continue;
      }
      auto rev = RevisionId::parse(reader.string().value_or(""));
      if (!rev) return reader.fail(rev.error().message);
      row.leaves.push_back(*std::move(rev));
    }
  }
}

// Answers whether the row carried documents.
bool read_row(json::Reader& reader, ChangesPage& page) {
  ChangeRow row;
  bool has_documents = false;
  if (!reader.enter_object()) return false;
  while (const auto name = reader.next_member()) {
    if (*name == "seq") {
      row.seq = std::string(reader.skip());
    } else if (*name == "id") {
      row.id = reader.string().value_or("");
    } else if (*name == "changes") {
      read_leaves(reader, row);
    } else if (*name == "deleted") {
      row.deleted = reader.boolean().value_or(false);
    } else if (*name == "docs") {
      has_documents = true;
      if (!reader.enter_array()) return false;
      while (reader.next_element()) read_document(reader, row.documents, page.unreadable);
    } else {
      reader.skip();
    }
  }
  if (reader.ok() && (row.id.empty() || row.seq.empty())) reader.fail("a row of changes has an id and a seq");
  page.rows.push_back(std::move(row));
  return has_documents;
}

}  // namespace

Result<ChangesPage> read_changes(std::string_view body, Extent extent) {
  ChangesPage page;
  page.has_documents = true;
  bool complete = false;
  json::Reader reader(body, kAnswerDepthMax);
  if (!reader.enter_object()) return reader.error();
  while (const auto name = reader.next_member()) {
    if (*name == "results") {
      if (!reader.enter_array()) return reader.error();
      while (reader.next_element()) {
        if (!read_row(reader, page)) page.has_documents = false;
      }
    } else if (*name == "last_seq") {
      page.last_seq = std::string(reader.skip());
      complete = true;
    } else if (*name == "pending" && reader.peek() == json::Kind::number) {
      const auto pending = reader.integer();
      if (pending && *pending >= 0) page.pending = static_cast<std::uint64_t>(*pending);
    } else {
      reader.skip();
    }
  }
  RETURN_IF_ERROR(reader.finish());
  if (extent == Extent::rows && !page.rows.empty()) {
    page.last_seq = page.rows.back().seq;
    complete = true;
  }
  if (!complete) return error(ErrorCode::bad_request, "The page of changes has no last_seq.");
  return page;
}

}  // namespace tram::wire
