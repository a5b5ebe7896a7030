// What the province does not take is never lost, never silent, and never in the way of the rest.
#include "tests/sync/closed_period.h"

using namespace tram;
using namespace tram::test;

namespace {

http::Response said(int status, std::string_view name, http::Headers headers = {}) {
  http::Response response = http::error_response(status, name, "as the test wants it");
  response.headers.set("Tram-Peer", std::string(32, 'c'));
  for (const auto& field : headers) response.headers.set(field.name, field.value);
  return response;
}

}  // namespace

TEST_CASE("a refused report is listed with its reason and its neighbours arrive") {
  Closed c;
  c.rules->closed = "2024Q1";
  const auto late = c.office.enters("bm02", "2024Q1", {{"a", 1}});
  const auto fine = c.office.enters("bm02", "2024Q2", {{"a", 1}});
  const Round round = c.office.syncs();
  CHECK(round.sent == 1);
  CHECK(round.refused == 1);
  CHECK(c.province.value(fine, "a") == 1);
  CHECK(c.province.report(late).is_null());
  const LedgerRow row = c.office.fate(late);
  CHECK(row.fate == Fate::refused);
  CHECK(row.code == "period_closed");
  CHECK(row.reason == "Period 2024Q1 is closed.");
  CHECK(row.reason_vi == "Kỳ báo cáo 2024Q1 đã khóa.");
  CHECK(c.office.status().refused == 1);
  CHECK(c.office.status().pending == 0);
  SECTION("it is not sent again while nothing has changed") {
    CHECK(c.office.requests_of([&] { c.office.syncs(); }) == 1);
    CHECK(c.office.line.log.back() == "GET /office-a/_changes");  // which tells the rules, too
    CHECK(c.office.status().refused == 1);
  }
}

TEST_CASE("F31: a report that was refused at first goes again when a restored province lost it") {
  Closed c;
  c.rules->closed = "2024Q1";
  const auto late = c.office.enters("bm02", "2024Q1", {{"a", 1}});
  c.office.syncs();
  c.province.keeps_a_copy();
  c.rules->closed = "";
  const auto next = c.office.enters("bm02", "2024Q2", {{"a", 1}});
  c.office.syncs();
  REQUIRE(c.province.value(late, "a") == 1);
  c.province.goes_back("office-a", c.rules);
  REQUIRE(c.province.report(late).is_null());
  c.office.syncs();
  CHECK(c.province.value(late, "a") == 1);
  CHECK(c.province.value(next, "a") == 1);
  CHECK(c.office.status().pending == 0);
  CHECK(c.office.status().refused == 0);
  CHECK(c.office.fate(late).fate == Fate::received);
  CHECK(c.office.requests_of([&] { c.office.syncs(); }) == 1);
}

TEST_CASE("a refusal is over once a colleague's edit of the report comes from the province") {
  Province province;
  Office clerk{province}, leader{province};
  sync_all(clerk, leader);
  const auto id = clerk.enters("bm02", "2024Q1", {{"a", 1}});
  clerk.line.before = [](const http::Request& request) -> std::optional<Result<http::Response>> {
    if (!is_batch(request)) return std::nullopt;
    return Result<http::Response>(said(413, "too_large"));
  };
  clerk.syncs();
  REQUIRE(clerk.status().refused == 1);
  // The next version arrives, which the clerk's PC does not hear, and the leader goes on from it.
  clerk.changes(id, "a", 2);
  clerk.line.before = nullptr;
  clerk.line.after = [](const http::Request& request) -> std::optional<Result<http::Response>> {
    if (!is_batch(request)) return std::nullopt;
    return Result<http::Response>(error(ErrorCode::offline, "the line was lost"));
  };
  CHECK(clerk.tries_to_sync().error);
  leader.syncs();
  leader.changes(id, "a", 3);
  leader.syncs();
  CHECK(clerk.tries_to_sync().error);
  clerk.line.after = nullptr;
  clerk.syncs();
  CHECK(clerk.value(id, "a") == 3);
  CHECK(clerk.status().refused == 0);
  CHECK(clerk.requests_of([&] { clerk.syncs(); }) == 1);
}

TEST_CASE("what was refused goes again by itself when the rules of the province change") {
  Closed c;
  c.rules->closed = "2024Q1";
  const auto late = c.office.enters("bm02", "2024Q1", {{"a", 1}});
  c.office.syncs();
  c.rules->closed = "";
  c.office.syncs();
  CHECK(c.province.value(late, "a") == 1);
  CHECK(c.office.fate(late).fate == Fate::received);
  CHECK(c.office.status().refused == 0);
  CHECK(c.office.refusals().empty());
}

TEST_CASE("a corrected report goes again in the ordinary batch and replaces the refused version") {
  Closed c;
  c.rules->closed = "2024Q1";
  const auto late = c.office.enters("bm02", "2024Q1", {{"a", 1}});
  c.office.syncs();
  c.office.changes(late, "a", 2);
  c.office.syncs();
  CHECK(c.office.status().refused == 1);
  CHECK(c.office.refusals().size() == 1);
  c.rules->closed = "";
  c.office.changes(late, "a", 3);
  c.office.syncs();
  CHECK(c.province.value(late, "a") == 3);
  CHECK(c.province.leaves(late) == c.office.leaves(late));
  CHECK(c.office.status().refused == 0);
  const auto rows = must(read_ledger(*c.office.own));
  CHECK(rows[0].fate == Fate::superseded);
  CHECK(rows[1].fate == Fate::superseded);
  CHECK(rows[2].fate == Fate::received);
}

TEST_CASE("versions below a refused one that never went out alone are refused too and not called received") {
  Closed c;
  c.rules->closed = "2024Q1";
  const auto late = c.office.enters("bm02", "2024Q1", {{"a", 1}});
  c.office.changes(late, "a", 2);
  c.office.syncs();
  for (const LedgerRow& row : must(read_ledger(*c.office.own))) CHECK(row.fate == Fate::refused);
  CHECK(c.office.status().refused == 1);
}

TEST_CASE("a person may ask for another try") {
  Closed c;
  c.rules->closed = "2024Q1";
  c.office.enters("bm02", "2024Q1", {{"a", 1}});
  c.office.syncs();
  c.office.syncer->retry_refused();
  CHECK(c.office.requests_of([&] { c.office.syncs(); }) == 1);
  CHECK(c.office.line.log.back() == "POST /office-a/_bulk_docs");
  CHECK(c.office.status().refused == 1);
}

TEST_CASE("a crash between the province's answer and the ledger loses no refusal") {
  Closed c;
  c.rules->closed = "2024Q1";
  const auto late = c.office.enters("bm02", "2024Q1", {{"a", 1}});
  c.office.line.cut(2, true);
  while (c.office.tries_to_sync().error) c.office.line.cut(1000, true);
  CHECK(c.office.fate(late).fate == Fate::refused);
  CHECK(c.office.status().refused == 1);
}

TEST_CASE("F18: a batch that is too large is halved until one document stands alone and the rest flows") {
  Province province;
  Office office(province);
  const std::string big(3000, 'x');
  for (int i = 0; i < 15; ++i) office.enters("bm02", std::to_string(100 + i), {{"text", i == 7 ? big : "short"}});
  int batches = 0;
  office.line.before = [&](const http::Request& request) -> std::optional<Result<http::Response>> {
    if (!is_batch(request)) return std::nullopt;
    ++batches;
    if (request.body.size() < 3000 && request.body.find(big) == std::string::npos) return std::nullopt;
    return Result<http::Response>(said(413, "too_large"));
  };
  const Round round = office.syncs();
  CHECK(round.sent == 14);
  CHECK(round.refused == 1);
  CHECK(office.fate("report:bm02:107").code == "too_large");
  CHECK(office.fate("report:bm02:114").fate == Fate::received);
  CHECK(province.value("report:bm02:114", "text") == "short");
  CHECK(batches <= 15);
}

TEST_CASE("one malformed document in a batch does not sink its neighbours") {
  Province province;
  Office office(province);
  for (int i = 0; i < 5; ++i) office.enters("bm02", std::to_string(100 + i), {{"n", i}});
  office.line.before = [](const http::Request& request) -> std::optional<Result<http::Response>> {
    if (!is_batch(request) || request.body.find("bm02:103") == std::string::npos) return std::nullopt;
    return Result<http::Response>(said(400, "bad_request"));
  };
  office.syncs();
  CHECK(office.fate("report:bm02:103").code == "bad_document");
  CHECK(province.value("report:bm02:104", "n") == 4);
}

TEST_CASE("F16: a batch that meets a server error in three rounds is halved and the culprit parked") {
  Province province;
  Office office(province);
  for (int i = 0; i < 5; ++i) office.enters("bm02", std::to_string(100 + i), {{"n", i}});
  office.line.before = [](const http::Request& request) -> std::optional<Result<http::Response>> {
    if (!is_batch(request) || request.body.find("bm02:102") == std::string::npos) return std::nullopt;
    return Result<http::Response>(said(500, "internal_error"));
  };
  for (int i = 0; i < 3; ++i) {
    CHECK(office.tries_to_sync().error);
    CHECK(office.status().state == SyncState::offline);
    office.restarts();
  }
  office.syncs();
  CHECK(office.fate("report:bm02:102").code == "server_error");
  CHECK(province.value("report:bm02:104", "n") == 4);
  office.line.before = nullptr;
  office.restarts();
  office.syncs();
  CHECK(province.value("report:bm02:102", "n") == 2);
  CHECK(office.status().refused == 0);
}

TEST_CASE("F16: a server that fails once does not make anything refused") {
  Province province;
  Office office(province);
  office.enters("bm02", "2024Q2", {{"a", 1}});
  office.syncs();
  office.changes("report:bm02:2024Q2", "a", 2);
  for (const int status : {500, 502, 503, 504, 408, 429}) {
    office.line.before = [&](const http::Request& request) -> std::optional<Result<http::Response>> {
      if (!is_batch(request)) return std::nullopt;
      return Result<http::Response>(said(status, "some_failure"));
    };
    CHECK(office.tries_to_sync().error);
    CHECK(office.status().pending == 1);
    office.line.before = nullptr;
    office.syncs();
    CHECK(office.status().pending == 0);
    office.changes("report:bm02:2024Q2", "a", status);
  }
  CHECK(office.refusals().empty());
}

TEST_CASE("a closing of a branch waits while the merge it names is not at the province") {
  Closed c;
  Office other(c.province);
  const auto report = c.office.enters("bm02", "2024Q1", {{"a", 1}, {"b", 1}});
  sync_all(c.office, other);
  c.office.changes(report, "a", 2);
  other.changes(report, "b", 2);
  other.syncs();
  // The office cannot push, pulls, and merges by itself; then the period closes.
  c.office.line.before = [](const http::Request& request) -> std::optional<Result<http::Response>> {
    if (!is_batch(request)) return std::nullopt;
    return Result<http::Response>(error(ErrorCode::offline, "cut"));
  };
  CHECK(c.office.tries_to_sync().error);
  REQUIRE(c.office.live_leaves(report) == 1);
  c.office.changes(report, "a", 3);  // upon the merge, which itself never went out
  c.rules->closed = "2024Q1";
  c.office.line.before = nullptr;
  c.office.syncs();
  CHECK(c.province.value(report, "b") == 2);  // the branch that the province has is still open
  CHECK(c.province.live_leaves(report) == 1);
  c.rules->closed = "";
  c.office.syncs();
  c.office.syncs();
  c.office.syncs();
  CHECK(c.province.value(report, "a") == 3);
  CHECK(c.province.value(report, "b") == 2);
  CHECK(c.province.live_leaves(report) == 1);
  CHECK(c.office.status().refused == 0);
}
