// A page of the feed that is asked for before the one before it is read.
#include "tests/sync/over_sockets.h"

namespace tram {
namespace {

using namespace test;

constexpr int kReports = 9;

std::string report_of(int month) { return "report:bm02:2024-0" + std::to_string(month); }

bool is_page(const http::Request& request) { return request.path() == "/office-a/_changes"; }

// Another PC of the office has sent nine reports; this one fetches them in pages of two, and its session stands.
struct Fetching {
  Province province;
  Office writer{province}, reader{province};
  Fetching() {
    reader.sends_in_batches_of(2);
    reader.syncs();
    for (int month = 1; month <= kReports; ++month) {
      writer.enters("bm02", "2024-0" + std::to_string(month), {{"a", month}});
    }
    writer.syncs();
  }
  int at_reader() {
    int count = 0;
    for (int month = 1; month <= kReports; ++month) count += reader.report(report_of(month)).is_null() ? 0 : 1;
    return count;
  }
};

TEST_CASE("a PC asks for the next page before it keeps the one that came, and for each page once") {
  Fetching s;
  std::vector<int> kept;  // when the n-th page was asked for
  s.reader.line.before = [&](const http::Request& request) -> std::optional<Result<http::Response>> {
    if (is_page(request)) kept.push_back(s.at_reader());
    return std::nullopt;
  };
  s.reader.syncs();
  CHECK(s.at_reader() == kReports);
  CHECK(kept == std::vector<int>{0, 0, 2, 4, 6});
}

TEST_CASE("the line is lost at any request of a PC that asks ahead: what came is kept, and the rest comes once") {
  const bool after = GENERATE(false, true);
  int n = 0;
  for (bool failed = true; failed; ++n) {
    Fetching s;
    s.reader.line.cut(n, after);
    failed = s.reader.tries_to_sync().error.has_value();
    s.reader.line.before = s.reader.line.after = nullptr;
    const std::size_t asked = s.reader.line.log.size();
    const int kept = s.at_reader();
    s.reader.syncs();
    CHECK(s.at_reader() == kReports);
    CHECK(s.reader.line.log.size() - asked <= static_cast<std::size_t>((kReports - kept + 1) / 2 + 2));
  }
  CHECK(n > 5);
}

TEST_CASE("a page that was asked for ahead is made when the province comes to it: what was sent meanwhile comes too") {
  Fetching s;
  s.reader.line.is_overtaken = is_page;
  s.reader.line.before = [&, n = 0](const http::Request& request) mutable -> std::optional<Result<http::Response>> {
    if (is_page(request) && ++n == 3) {
      s.writer.changes(report_of(1), "a", 100);
      s.writer.syncs();
    }
    return std::nullopt;
  };
  s.reader.syncs();
  CHECK(s.at_reader() == kReports);
  CHECK(s.reader.value(report_of(1), "a") == 100);
}

TEST_CASE(
    "the province says no to a page that was asked for ahead: what came before it is kept, the next round goes on") {
  const int code = GENERATE(409, 503, 302, 500);
  Fetching s;
  const std::string server = s.province.get("/").header("Tram-Peer");
  s.reader.line.before = [&, n = 0](const http::Request& request) mutable -> std::optional<Result<http::Response>> {
    if (!is_page(request) || ++n != 3) return std::nullopt;
    http::Response no = http::error_response(code, code == 409 ? "history_changed" : "no", "not now");
    no.headers.set("Tram-Peer", server);
    return Result<http::Response>(std::move(no));
  };
  CHECK(s.reader.tries_to_sync().error.has_value());
  CHECK(s.at_reader() == 4);  // the page that had come before it too
  s.reader.line.before = nullptr;
  s.province.clock.advance(3'600'000);
  s.reader.tries_to_sync();
  s.reader.syncs();
  CHECK(s.at_reader() == kReports);
}

TEST_CASE("over real sockets a PC that reads and asks ahead fetches all, by one connection, also in a second run") {
  Province province;
  Office writer(province), reader(province);
  OverSockets pc(reader);
  for (const int round : {1, 2}) {
    for (int n = 0; n < 300; ++n) writer.writes("note:" + std::to_string(n), {{"type", "note"}, {"n", n * round}});
    writer.syncs();
    CHECK_FALSE(pc.syncer.step().error.has_value());
    CHECK(reader.report("note:299")["n"] == 299 * round);
    CHECK(pc.connections() == 1);
  }
}

}  // namespace
}  // namespace tram
