// A page of changes, read while it comes.
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

std::string read_in_parts(std::string_view answer, std::size_t size) {
  wire::ChangesReader reader;
  for (std::size_t at = 0; at < answer.size(); at += size) reader.add(answer.substr(at, size));
  const auto page = reader.finish();
  return page ? told(*page) : "error";
}

const std::string kEnd = "\n],\n\"last_seq\":3,\"pending\":7}\n";

TEST_CASE("an office reads a page of changes the same in whatever parts it comes") {
  const std::string simple = "{\"results\":[\n" + row(1, R"("n":1)") + ",\n" + row(2, R"("n":2)") + kEnd;
  const std::string answers[] = {
      simple,
      "{\"results\":[\n],\n\"last_seq\":3,\"pending\":0}\n",
      // Between the tokens of a document lines may end, and some servers begin a row with the comma.
      "{\"results\":[\n" + row(1, R"("n":1)") + ",\n" + row(2, "\n\"n\":\n{\n\"a\":1\n}\n") + ",\n" +
          row(3, R"("n":3)") + kEnd,
      "{\"results\":[\n" + row(1, R"("n":1)") + "\n," + row(2, R"("n":2)") + kEnd,
      "{\"results\":[\n" + row(1, R"("n":1)") + "," + row(2, R"("n":2)") + ",\n" + row(3, R"("n":3)") + kEnd,
      "{\"last_seq\":3,\"results\":[" + row(1, R"("n":1)") + "]}",
      // A document that cannot be taken is named and holds up no other.
      "{\"results\":[\n" + row(1, R"("_unheard":1)") + ",\n" + row(2, R"("n":2)") + kEnd,
  };
  for (const std::string& answer : answers) {
    const std::string whole = told(must(wire::read_changes(answer)));
    for (const std::size_t size : {std::size_t{1}, std::size_t{7}, std::size_t{100}, answer.size()}) {
      CHECK(read_in_parts(answer, size) == whole);
    }
  }
  CHECK(told(must(wire::read_changes(answers[2]))).find("3 report:bm11:3") != std::string::npos);
}

TEST_CASE("a page of changes that was cut, or whose rows are no list, is half an answer") {
  const std::string first = "{\"results\":[\n" + row(1, R"("n":1)");
  for (const std::string& answer :
       {first, first + ",\n", first + ",\n" + kEnd, first + "\n" + row(2, R"("n":2)") + kEnd, first + "\n,,\n" + kEnd,
        first + ",\n" + row(2, "\"n\":\"a\nb\"") + kEnd, std::string("{\"res"), std::string()}) {
    for (const std::size_t size : {std::size_t{1}, std::size_t{64}, answer.size() + 1}) {
      CHECK(read_in_parts(answer, size) == "error");
    }
    CHECK_FALSE(wire::read_changes(answer).ok());
  }
}

}  // namespace
}  // namespace tram
