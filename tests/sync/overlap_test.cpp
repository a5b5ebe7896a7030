// Several batches of one office under way at once.
#include <algorithm>

#include "tests/sync/closed_period.h"
#include "tests/sync/over_sockets.h"

namespace tram {
namespace {

using namespace test;

constexpr int kReports = 9;

std::string report_of(int month) { return "report:bm02:2024-0" + std::to_string(month); }

// A session stands, and nine reports wait to go in batches of two.
struct Waiting {
  Province province;
  Office office{province};
  Waiting() {
    office.sends_in_batches_of(2);
    office.enters("bm02", "2023-12", {{"a", 0}});
    office.syncs();
    for (int month = 1; month <= kReports; ++month) {
      office.enters("bm02", "2024-0" + std::to_string(month), {{"a", month}});
    }
  }
  int at_province() {
    int count = 0;
    for (int month = 1; month <= kReports; ++month) count += province.report(report_of(month)).is_null() ? 0 : 1;
    return count;
  }
  void are_received() {
    CHECK(at_province() == kReports);
    for (int month = 1; month <= kReports; ++month) CHECK(office.fate(report_of(month)).fate == Fate::received);
  }
};

// What happens to the n-th batch from here on.
Line::Fault to_batch(int n, const Line::Fault& fault) {
  return [left = n, fault](const http::Request& request) mutable -> std::optional<Result<http::Response>> {
    if (!is_batch(request) || left-- != 0) return std::nullopt;
    return fault(request);
  };
}

Line::Fault lost_batch(int n) {
  return to_batch(n, [](const http::Request&) { return Result<http::Response>(error(ErrorCode::offline, "cut")); });
}

TEST_CASE("reports in batches that overlap all arrive and are told as received, and then there is nothing to do") {
  Waiting s;
  CHECK(s.office.syncs().sent == kReports);
  s.are_received();
  CHECK(s.office.requests_of([&] { s.office.syncs(); }) == 1);
}

TEST_CASE("batches that the province takes in another order than they were sent are no news to their office") {
  Waiting s;
  s.office.line.is_overtaken = [odd = false](const http::Request& request) mutable {
    return is_batch(request) && (odd = !odd);
  };
  const std::size_t before = s.office.line.log.size();
  CHECK(s.office.syncs().sent == kReports);
  s.are_received();
  const auto& log = s.office.line.log;
  CHECK(std::count(log.begin() + static_cast<std::ptrdiff_t>(before), log.end(), "GET /office-a/_changes") == 0);
}

TEST_CASE("the log of who wrote what skips what one PC wrote, in whatever order its transactions were told of") {
  EchoLog log;
  log.note("pc", 20, 30);
  log.note("pc", 10, 20);
  log.note("other", 30, 40);
  log.note("pc", 40, 50);
  CHECK(log.skip("pc", 10) == 30);
  CHECK(log.skip("pc", 20) == 30);
  CHECK(log.skip("pc", 30) == 30);
  CHECK(log.skip("pc", 40) == 50);
}

TEST_CASE("a batch is lost and those behind it arrive: the office sends the lost one again") {
  const int lost = GENERATE(0, 1, 2, 3);
  Waiting s;
  s.office.line.before = lost_batch(lost);
  CHECK(s.office.tries_to_sync().error.has_value());
  const int behind_it = 2 * std::min(2, 3 - lost);  // two more were under way; the last one goes alone
  CHECK(s.at_province() == 2 * lost + behind_it);
  s.office.line.before = nullptr;
  s.office.syncs();
  s.are_received();
}

TEST_CASE("a PC set back to a copy of before sends what was lost though the batch behind it had arrived") {
  Waiting s;
  s.office.keeps_a_copy();
  s.office.line.before = lost_batch(1);
  CHECK(s.office.tries_to_sync().error.has_value());
  s.office.line.before = nullptr;
  s.office.goes_back();
  s.office.syncs();
  CHECK(s.at_province() == kReports);
}

TEST_CASE("an answer is lost while the next batch is under way: it goes again and nothing is stored twice") {
  Waiting s;
  s.office.line.after = lost_batch(0);
  CHECK(s.office.tries_to_sync().error.has_value());
  s.office.line.after = nullptr;
  s.office.syncs();
  CHECK(s.at_province() == kReports);
  for (int month = 1; month <= kReports; ++month) CHECK(s.province.leaves(report_of(month)).size() == 1);
}

TEST_CASE("a batch that is too large goes in parts at once though the next one is under way") {
  Waiting s;
  const auto before = static_cast<std::ptrdiff_t>(s.office.line.log.size());
  const std::string server = s.province.get("/").header("Tram-Peer");
  s.office.line.before = to_batch(1, [server](const http::Request&) {
    http::Response response = http::error_response(413, "too_large", "less at a time");
    response.headers.set("Tram-Peer", server);
    return Result<http::Response>(std::move(response));
  });
  CHECK(s.office.syncs().sent == kReports);
  CHECK(s.at_province() == kReports);
  const auto& log = s.office.line.log;
  CHECK(std::count(log.begin() + before, log.end(), "POST /office-a/_bulk_docs") == 5 + 2);
}

// Of a closed quarter the first of five reports, which go in three batches that are noted by one transaction.
struct LateReport : Closed {
  std::string late;
  LateReport() {
    office.sends_in_batches_of(2);
    office.enters("bm02", "2023-12", {{"a", 0}});
    office.syncs();
    rules->closed = "2024Q1";
    late = office.enters("bm02", "2024Q1", {{"a", 1}});
    for (int month = 5; month <= 8; ++month) office.enters("bm02", "2024-0" + std::to_string(month), {{"a", month}});
  }
  // Behind the province's answer to the first batch.
  void when_refused(const std::function<void()>& what) {
    office.line.after = to_batch(0, [what](const http::Request&) {
      what();
      return std::nullopt;
    });
  }
};

TEST_CASE("a report that was refused goes again though the answer noted with that refusal told of other rules") {
  LateReport s;
  s.when_refused([&] { s.rules->closed = ""; });
  s.office.syncs();
  s.office.syncs();
  CHECK(s.office.fate(s.late).fate == Fate::received);
  CHECK(s.office.status().refused == 0);
}

TEST_CASE("a refusal and the correction that is taken are noted together: one is superseded, the other received") {
  LateReport s;
  s.when_refused([&] {
    s.rules->closed = "";
    s.office.changes(s.late, "a", 2);
  });
  s.office.syncs();
  CHECK(s.province.value(s.late, "a") == 2);
  CHECK(s.office.status().refused == 0);
  std::vector<Fate> fates;
  for (const LedgerRow& row : must(read_ledger(*s.office.own))) {
    if (row.id == s.late) fates.push_back(row.fate);
  }
  CHECK(fates == std::vector{Fate::superseded, Fate::received});
}

TEST_CASE("over real sockets several connections carry the batches of one office") {
  Province province;
  Office office(province);
  OverSockets pc(office);
  CHECK_FALSE(pc.syncer.step().error.has_value());
  const std::uint64_t before = pc.connections();
  for (int n = 0; n < 500; ++n) office.writes("note:" + std::to_string(n), {{"type", "note"}, {"n", n}});
  CHECK(pc.syncer.step().sent == 500);
  CHECK(province.get("/office-a").json()["doc_count"] == 500);
  CHECK(pc.connections() > before);
  CHECK(pc.connections() <= before + 2);
}

}  // namespace
}  // namespace tram
