// A page of changes.
#include "core/records/document.h"
#include "sync/wire.h"
#include "tests/support/catch.h"
#include "tests/support/check.h"

namespace tram {
namespace {

using test::must;

std::string row(int seq, const std::string& body) {
  return "{\"seq\":" + std::to_string(seq) + ",\"id\":\"report:bm11:" + std::to_string(seq) +
         "\",\"changes\":[{\"rev\":\"1-0a\"}],\"docs\":[{\"_id\":\"report:bm11:" + std::to_string(seq) +
         "\",\"_rev\":\"1-0a\"," + body + "}]}";
}

std::string told(const ChangesPage& page) {
  std::string text;
  for (const ChangeRow& one : page.rows) {
    text += one.seq + " " + one.id;
    for (const Document& document : one.documents) text += " " + document.rev.text() + " " + document.body;
    text += "\n";
  }
  for (const Refused& one : page.unreadable) text += "unreadable " + one.id + "\n";
  return text + page.last_seq + " " + std::to_string(page.pending.value_or(9999)) +
         (page.has_documents ? " with documents" : "");
}

const std::string kEnd = "\n],\n\"last_seq\":3,\"pending\":7}\n";

std::string read(std::string_view answer) {
  const auto page = wire::read_changes(answer);
  return page ? told(*page) : "error";
}

TEST_CASE("an office reads a page of changes wherever its lines end") {
  const std::string one = R"(1 report:bm11:1 1-0a {"n":1})", two = R"(2 report:bm11:2 1-0a {"n":2})";
  const std::string end = "\n3 7 with documents";
  for (const std::string& answer : {
           "{\"results\":[\n" + row(1, R"("n":1)") + ",\n" + row(2, R"("n":2)") + kEnd,
           "{\"results\":[\n" + row(1, R"("n":1)") + "\n," + row(2, "\n\"n\":2") + kEnd,
           "{\"pending\":7,\"last_seq\":3,\"results\":[" + row(1, R"("n":1)") + "," + row(2, R"("n":2)") + "]}",
       }) {
    CHECK(read(answer) == one + "\n" + two + end);
  }
  CHECK(read("{\"results\":[\n],\n\"last_seq\":3,\"pending\":0}\n") == "3 0 with documents");
  // A document that cannot be taken is named and holds up no other.
  CHECK(read("{\"results\":[\n" + row(1, R"("_unheard":1)") + ",\n" + row(2, R"("n":2)") + kEnd) ==
        "1 report:bm11:1\n" + two + "\nunreadable report:bm11:1" + end);
}

TEST_CASE("a page of changes that was cut, or whose rows are no list, is half an answer") {
  const std::string first = "{\"results\":[\n" + row(1, R"("n":1)");
  for (const std::string& answer :
       {first, first + ",\n", first + ",\n" + kEnd, first + "\n" + row(2, R"("n":2)") + kEnd, first + "\n,,\n" + kEnd,
        first + ",\n" + row(2, "\"n\":\"a\nb\"") + kEnd, std::string("{\"res"), std::string()}) {
    CHECK(read(answer) == "error");
  }
}

}  // namespace
}  // namespace tram
