// All pages of a feed by one request, while it arrives.
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

TEST_CASE("a PC fetches all pages by one request, and keeps each of them by itself") {
  Fetching s;
  s.reader.line.log.clear();
  const std::uint64_t before = s.reader.own->sequence();
  s.reader.syncs();
  CHECK(s.at_reader() == kReports);
  CHECK(s.reader.own->sequence() == before + kReports);
  CHECK(s.reader.line.log == std::vector<std::string>{"HEAD /office-a", "GET /office-a/_changes"});
}

TEST_CASE("the line is lost at any request of a PC that fetches: what came is kept, and the rest comes once") {
  const bool after = GENERATE(false, true);
  int n = 0;
  for (bool failed = true; failed; ++n) {
    Fetching s;
    s.reader.line.cut(n, after);
    failed = s.reader.tries_to_sync().error.has_value();
    s.reader.line.before = s.reader.line.after = nullptr;
    s.reader.syncs();
    CHECK(s.at_reader() == kReports);
  }
  CHECK(n >= 2);
}

TEST_CASE("the line is lost at any byte of a feed: each whole row that came is kept, and only the rest comes again") {
  std::size_t whole = 0;
  {
    Fetching s;
    s.reader.line.breaks_off = [&](const http::Request& request, const http::Response& answer) {
      if (is_page(request)) whole = answer.body.size();
      return std::optional<std::size_t>();
    };
    s.reader.syncs();
  }
  REQUIRE(whole > 2000);
  int last = 0;
  for (std::size_t bytes = 0; bytes < whole; bytes += 1 + bytes / 16) {
    Fetching s;
    s.reader.line.breaks_off = [bytes](const http::Request& request, const http::Response&) {
      return is_page(request) ? std::optional(bytes) : std::nullopt;
    };
    const Round cut = s.reader.tries_to_sync();
    REQUIRE(cut.error.has_value());
    CHECK(cut.error->code == ErrorCode::offline);
    const int kept = s.at_reader();
    CHECK(kept >= last);
    CHECK(kept + 1 >= static_cast<int>(kReports * bytes / whole));
    last = kept;
    s.reader.line.breaks_off = nullptr;
    CHECK(s.reader.syncs().received == static_cast<std::uint64_t>(kReports - kept));
    CHECK(s.at_reader() == kReports);
  }
  CHECK(last >= kReports - 2);
}

TEST_CASE("what is sent while a feed arrives comes with the next one") {
  Fetching s;
  s.reader.line.after = [&, n = 0](const http::Request& request) mutable -> std::optional<Result<http::Response>> {
    if (is_page(request) && ++n == 1) {
      s.writer.changes(report_of(1), "a", 100);
      s.writer.syncs();
    }
    return std::nullopt;
  };
  s.reader.syncs();
  CHECK(s.at_reader() == kReports);
  s.reader.syncs();
  CHECK(s.reader.value(report_of(1), "a") == 100);
}

TEST_CASE("whoever answers a feed in the province's place is not believed, and the next round goes on") {
  const auto [code, type, seen_as] = GENERATE(table<int, std::string, ErrorCode>({
      {412, "application/json", ErrorCode::history_changed},
      {503, "application/json", ErrorCode::busy},
      {500, "application/json", ErrorCode::server_error},
      {302, "application/json", ErrorCode::captive_portal},
      {200, "text/html", ErrorCode::captive_portal},
      {200, "another server", ErrorCode::wrong_peer},
  }));
  Fetching s;
  const std::string server = s.province.get("/").header("Tram-Peer");
  s.reader.line.before = [&](const http::Request& request) -> std::optional<Result<http::Response>> {
    if (!is_page(request)) return std::nullopt;
    http::Response no = http::error_response(code, code == 412 ? "history_changed" : "no", "not now");
    if (code == 503) no.headers.set("Retry-After", "1");
    if (code != 200) no.headers.set("Tram-Peer", server);
    if (type == "another server") {
      no.headers.set("Tram-Peer", "0123");
      no.body =
          "{\"results\":[\n{\"seq\":\"1-00000000\",\"id\":\"stranger\",\"changes\":[{\"rev\":\"1-0a\"}],\"docs\":["
          "{\"_id\":\"stranger\",\"_rev\":\"1-0a\"}]},\n";
    } else {
      no.headers.set("Content-Type", type);
    }
    return Result<http::Response>(std::move(no));
  };
  INFO(code << " " << type);
  const Round round = s.reader.tries_to_sync();
  REQUIRE(round.error.has_value());
  CHECK(round.error->code == seen_as);
  CHECK(s.at_reader() == 0);
  CHECK(s.reader.report("stranger").is_null());
  s.reader.line.before = nullptr;
  s.province.clock.advance(3'600'000);
  s.reader.tries_to_sync();
  s.reader.syncs();
  CHECK(s.at_reader() == kReports);
}

TEST_CASE("over real sockets a PC fetches megabytes in pages by one connection, also in a second run") {
  Province province;
  Office writer(province), reader(province);
  OverSockets pc(reader);
  const std::string text(5'000, 'v');
  for (const int round : {1, 2}) {
    for (int n = 0; n < 600; ++n) {
      writer.writes("note:" + std::to_string(n), {{"type", "note"}, {"n", n * round}, {"text", text}});
    }
    writer.syncs();
    const std::uint64_t requests = pc.client->traffic().requests;
    CHECK_FALSE(pc.syncer.step().error.has_value());
    for (const int n : {0, 299, 599}) CHECK(reader.report("note:" + std::to_string(n))["n"] == n * round);
    CHECK(pc.client->traffic().requests - requests < 12);
    CHECK(pc.connections() == 1);
  }
}

}  // namespace
}  // namespace tram
