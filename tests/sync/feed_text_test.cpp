// An answer of _changes that is given out in pages while it arrives.
#include "sync/feed_text.h"

#include "core/base/json.h"
#include "tests/support/catch.h"
#include "tests/support/check.h"

namespace tram {
namespace {

using test::must;

constexpr std::size_t kAny = 1 << 30;

std::string row(int n) {
  return R"({"seq":)" + std::to_string(n) + R"(,"id":"r)" + std::to_string(n) + R"(","docs":[{"t":"},\n]"}]})";
}

std::string answer(int rows, const std::string& between = ",\n") {
  std::string text = "{\"results\":[\n";
  for (int n = 1; n <= rows; ++n) text += (n > 1 ? between : "") + row(n);
  return text + "\n],\n\"last_seq\":9,\"pending\":0}\n";
}

// "r1 r2|r3|": the rows of each page, and of the rest.
std::string pages_of(const std::string& text, std::size_t part, std::size_t rows_max, std::size_t bytes_max) {
  FeedText feed;
  std::string told;
  const auto tell = [&](std::string_view page) {
    const json::Value read = must(json::parse(page));
    for (const json::Value& one : read["results"]) told += one["id"].get<std::string>() + " ";
    told += "|";
  };
  for (std::size_t at = 0; at < text.size(); at += part) {
    REQUIRE(feed.add(std::string_view(text).substr(at, part)).ok());
    while (feed.has_page(rows_max, bytes_max)) {
      tell(feed.page());
      feed.drop_page();
    }
  }
  tell(feed.rest());
  return told;
}

TEST_CASE("a feed is cut into pages between its rows, wherever the line cuts its bytes") {
  const std::string text = answer(5);
  for (std::size_t part = 1; part <= text.size(); ++part) {
    CHECK(pages_of(text, part, 2, kAny) == "r1 r2 |r3 r4 |r5 |");
    CHECK(pages_of(text, part, kAny, 1) == "r1 |r2 |r3 |r4 |r5 |");
    CHECK(pages_of(text, part, kAny, kAny) == "r1 r2 r3 r4 r5 |");
  }
}

TEST_CASE("a page ends behind the row with which it is large enough") {
  const std::size_t line = row(1).size() + 2;
  CHECK(pages_of(answer(3), 7, kAny, line) == "r1 |r2 |r3 |");
  CHECK(pages_of(answer(3), 7, kAny, line + 1) == "r1 r2 |r3 |");
}

TEST_CASE("the last row stays with the end of the feed, and a feed without rows is one page") {
  CHECK(pages_of(answer(2), 3, 2, kAny) == "r1 r2 |");
  CHECK(pages_of(answer(1), 3, 1, kAny) == "r1 |");
  CHECK(pages_of("{\"results\":[\n],\n\"last_seq\":9,\"pending\":0}\n", 3, 1, 1) == "|");
}

TEST_CASE("signs of life between rows, and rows that are no lines, are pages less, and no harm") {
  CHECK(pages_of(answer(3, "\n\n,\n"), 5, 1, kAny) == "r1 r2 r3 |");
  CHECK(pages_of(answer(3, "\n,"), 5, 1, kAny) == "r1 r2 r3 |");
  CHECK(pages_of("{ \"results\":[" + row(1) + ",\n" + row(2) + "],\"last_seq\":2}", 5, 1, kAny) == "r1 r2 |");
}

TEST_CASE("what comes without an end is refused, and does not fill the memory") {
  FeedText feed;
  const std::string part(1 << 20, 'x');
  REQUIRE(feed.add("{\"results\":[\n").ok());
  int taken = 0;
  while (taken < 100 && feed.add(part).ok()) ++taken;
  CHECK((taken >= 64 && taken <= 66));
}

}  // namespace
}  // namespace tram
