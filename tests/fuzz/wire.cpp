// Bodies of the replication protocol, told apart by the first line: what is read is printed so that it reads the same.
#include "sync/wire.h"

#include "core/base/json.h"
#include "sync/feed_text.h"
#include "tests/fuzz/fuzz.h"

namespace tram::fuzzing {
namespace {

void revisions(std::string_view body) {
  const auto offered = wire::read_revisions(body);
  if (offered.ok()) CHECK(must(wire::read_revisions(wire::write_revisions(*offered))) == *offered);
}

void bulk_docs(std::string_view body) {
  const auto bulk = wire::read_bulk_docs(body);
  if (!bulk) return;
  CHECK(bulk->documents.size() <= wire::kRequestItemsMax);
  std::vector<Document> documents;
  std::size_t wrong = 0;
  for (const auto& text : bulk->documents) {
    if (!text) ++wrong;
    auto document = text.ok() ? to_document(DocumentText(*text)) : Result<Document>(text.error());
    if (document.ok()) documents.push_back(*std::move(document));
  }
  CHECK(bulk->failed.size() == wrong);
  const auto again = must(wire::read_bulk_docs(wire::write_bulk_docs(documents, {})));
  CHECK(again.documents.size() == documents.size());
  for (std::size_t i = 0; i < documents.size(); ++i) {
    const Document read = must(to_document(must(again.documents[i])));
    CHECK(read.id == documents[i].id && read.rev == documents[i].rev && read.path == documents[i].path);
  }
}

// Cut into pages, nothing of it is lost but what stands between two of them.
void feed(std::string_view body) {
  FeedText text;
  std::size_t given = 0;
  for (const std::string_view half : {body.substr(0, body.size() / 2), body.substr(body.size() / 2)}) {
    CHECK(text.add(half).ok());
    while (text.has_page(2, 64)) {
      CHECK(text.page().ends_with("}]}"));
      const std::size_t before = text.rest().size();
      text.drop_page();
      given += before - text.rest().size();
    }
  }
  CHECK(given + text.rest().size() == body.size());
}

void changes(std::string_view body) {
  feed(body);
  const auto page = wire::read_changes(body);
  if (!page) return;
  std::string out;
  for (const ChangeRow& row : page->rows) {
    out.clear();
    wire::write_change_row(out, row, true);
    CHECK(json::parse(out).ok() || !row.documents.empty());
  }
}

void checkpoint(std::string_view body) {
  const auto read = wire::read_checkpoint(body);
  if (!read) return;
  const std::string printed = wire::write_checkpoint(*read);
  const auto again = wire::read_checkpoint(printed);
  CHECK(again.has_value() && wire::write_checkpoint(*again) == printed);
}

}  // namespace

void fuzz(std::string_view input) {
  const auto lines = cut(input, "\n", 2);
  if (lines.size() < 2) return;
  const std::string_view what = lines[0], body = lines[1];
  if (what == "revs") revisions(body);
  if (what == "docs") bulk_docs(body);
  if (what == "changes") changes(body);
  if (what == "checkpoint") checkpoint(body);
  if (what == "diff") static_cast<void>(wire::read_revs_diff(body));
  if (what == "get") static_cast<void>(wire::read_bulk_get(body));
  if (what == "got") static_cast<void>(wire::read_bulk_get_answer(body));
  if (what == "refused") static_cast<void>(wire::read_refused(body));
  if (what == "error") CHECK(!wire::read_error(400, body).message.empty());
}

}  // namespace tram::fuzzing
