// What the province says about a report, and what it puts in place of the office's figure.
#include "server/reviews.h"

#include "core/reports/report.h"
#include "server/consolidate_run.h"
#include "server/figure_tables.h"
#include "server/runs.h"
#include "server/unconfirmed.h"
#include "tests/server/test_province.h"

namespace tram::test {
namespace {

const std::string kReport = "report:bm09:2024S1";
constexpr std::int64_t kDayMs = 86'400'000;

Run run_of(TestProvince& province, bool official, RunRequest& request) {
  request = must(read_run_request(*province, "bm09", "2024S1", "ACTUAL", official, ""));
  return must(run_consolidation(*province, request));
}

json::Value facilities(TestProvince& province, bool official) {
  RunRequest request;
  return run_of(province, official, request).to_json()["values"]["rad_facilities_count"]["value"];
}

std::string official(TestProvince& province) {
  RunRequest request;
  const Run run = run_of(province, true, request);
  return must(keep_run(*province, run, request, "hoa.tt"));
}

std::string state(TestProvince& province) {
  return must(list_reports(*province, "vn-04-049"))[0]["state"].get<std::string>();
}

std::string verdict(TestOffice& office) { return (*office.stored(kReport))["review"]["verdict"].get<std::string>(); }

// What the office holds, to go on from.
Document held(TestOffice& office) {
  Document document = revision(kReport, *office.stored(kReport));
  document.rev = *RevisionId::parse(office.current(kReport));
  document.path = {document.rev.sig};
  return document;
}

// Another figure, submitted again: the frozen copy's refusal, or "".
std::string submits_again(TestOffice& office, int facilities) {
  const Document before = held(office);
  json::Value body = *office.stored(kReport);
  body["values"]["rad_facilities_count"] = facilities;
  const Document frozen = office.submission(body);
  const std::string code = office.send(frozen);
  REQUIRE(office.send(revision(kReport, body, &before)) == "");
  return code;
}

Correction correction(const std::string& path, std::optional<json::Value> value) {
  return {path, std::move(value), "", "biên bản kiểm tra", "minh.nv", ""};
}

}  // namespace

TEST_CASE("an official run locks the reports that it used and nothing else") {
  TestProvince province;
  TestOffice a(province, "vn-04-049"), b(province, "vn-04-047");
  a.submits("2024S1", 3, 2);
  b.submits("2024S1", 10, 4);
  a.reviewed(kReport, "approved");
  const std::string id = official(province);
  CHECK(verdict(a) == "locked");
  CHECK((*a.stored(kReport))["review"]["by"] == "hoa.tt");
  CHECK_FALSE(b.stored(kReport)->contains("review"));
  CHECK(must(show_run(*province, id))["stale"].empty());
  CHECK(facilities(province, true) == 3);
  CHECK(official(province) != id);
}

TEST_CASE("what is approved is submitted again only after it was reopened") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  office.submits("2024S1", 3, 2);
  office.reviewed(kReport, "approved");
  const std::string rules = office.database()->rules->digest();
  CHECK(submits_again(office, 4) == "locked");
  CHECK(facilities(province, false) == 3);
  // The leader reopens what was approved, whatever the office has sent since; what was refused is then offered again.
  office.reviewed(kReport, "reopened");
  CHECK(office.database()->rules->digest() != rules);
  json::Value body = *office.stored(kReport);
  body["submission"]["n"] = 1;
  CHECK(office.send(office.submission(body)) == "");
  CHECK(facilities(province, false) == 4);
}

TEST_CASE("after its last day a reopened report is again what it was") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  office.submits("2024S1", 3, 2);
  office.reviewed(kReport, "approved");
  official(province);
  Review review;
  review.verdict = "reopened";
  review.by = "hoa.tt";
  review.reasons = {{"", "Huyện xin sửa"}};
  review.last_day = vietnam_text(province.clock.wall_ms()).substr(0, 10);
  must(write_review(*province, "vn-04-049", kReport, review));
  CHECK(state(province) == "reopened");
  CHECK(must(close_reopenings(*province)) == 0);
  province.reopen();
  province.clock.advance(kDayMs);
  CHECK(must(close_reopenings(*province)) == 1);
  CHECK(verdict(office) == "locked");
  CHECK((*office.stored(kReport))["review"]["by"] == "tram-server");
  CHECK(facilities(province, true) == 3);
  CHECK(submits_again(office, 4) == "locked");
  CHECK(must(close_reopenings(*province)) == 0);
}

TEST_CASE("a reopened report of which something new has come waits for the officer after its last day") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  office.submits("2024S1", 3, 2);
  office.reviewed(kReport, "approved");
  office.reviewed(kReport, "reopened");
  CHECK(submits_again(office, 4) == "");
  province.clock.advance(4000 * kDayMs);
  CHECK(must(close_reopenings(*province)) == 0);
  CHECK(state(province) == "submitted");
  office.reviewed(kReport, "approved");
  CHECK(facilities(province, true) == 4);
}

TEST_CASE("a correction stands beside the office's figure and ends with its next submission") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  office.submits("2024S1", 3, 2);
  must(write_correction(*province, "vn-04-049", kReport, correction("rad_facilities_count", 5)));
  const json::Value body = *office.stored(kReport);
  CHECK(body["values"]["rad_facilities_count"] == 3);
  CHECK(body["corrections"]["rad_facilities_count"]["value"] == 5);
  CHECK(body["corrections"]["rad_facilities_count"]["by"] == "minh.nv");
  CHECK(facilities(province, false) == 5);
  CHECK(submits_again(office, 4) == "");
  CHECK(facilities(province, false) == 4);
  must(write_correction(*province, "vn-04-049", kReport, correction("rad_facilities_count", std::nullopt)));
  CHECK((*office.stored(kReport))["corrections"].empty());
  CHECK(must(province->figures().verify()).differences.empty());
}

TEST_CASE("a correction that makes no sense is refused and changes nothing") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  office.submits("2024S1", 3, 2);
  const std::string before = office.current(kReport);
  const auto code = [&](const Correction& wrong) {
    return write_correction(*province, "vn-04-049", kReport, wrong).error().code;
  };
  CHECK(code(correction("no_such_field", 5)) == ErrorCode::bad_request);
  CHECK(code(correction("rad_facilities_count", -1)) == ErrorCode::bad_request);
  CHECK(code(correction("rad_facilities_count", "many")) == ErrorCode::bad_request);
  CHECK(code(correction("rad_licensed_count", std::nullopt)) == ErrorCode::bad_request);
  Correction unexplained = correction("rad_facilities_count", 5);
  unexplained.reason.clear();
  CHECK(code(unexplained) == ErrorCode::bad_request);
  CHECK(write_correction(*province, "vn-04-049", "report:bm09:2023S1", correction("rad_facilities_count", 5))
            .error()
            .code == ErrorCode::not_found);
  CHECK(office.current(kReport) == before);
}

TEST_CASE("a report is returned with values that the office may take over") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  office.submits("2024S1", 3, 2);
  Review review = must(read_review({{"verdict", "returned"},
                                    {"by", "minh.nv"},
                                    {"reasons", {{{"field", "rad_facilities_count"}, {"text", "Thiếu một cơ sở"}}}},
                                    {"proposed", {{"rad_facilities_count", 4}}}}));
  must(write_review(*province, "vn-04-049", kReport, review));
  CHECK((*office.stored(kReport))["review"]["proposed"] == json::Value{{"rad_facilities_count", 4}});
  CHECK((*office.stored(kReport))["values"]["rad_facilities_count"] == 3);
}

TEST_CASE("after a restore the province takes its own writing back and counts it once it is confirmed") {
  TestProvince before, province;
  TestOffice there(before, "vn-04-049"), office(province, "vn-04-049");
  there.submits("2024S1", 3, 2);
  there.reviewed(kReport, "approved");
  must(write_correction(*before, "vn-04-049", kReport, correction("rad_facilities_count", 5)));
  // The office comes with what a lost province had written.
  office.submits("2024S1", 3, 2);
  const Document mine = held(office);
  const Document approved = revision(kReport, *there.stored(kReport), &mine);
  CHECK(office.send(approved) == "wrong_writer");
  const std::string rules = office.database()->rules->digest();
  must(province->rules_state().set_recovery(true));
  CHECK(office.database()->rules->digest() != rules);
  CHECK(office.send(approved) == "");
  must(province->rules_state().set_recovery(false));
  CHECK(office.send(revision(kReport, *there.stored(kReport), &mine)) == "");

  CHECK(facilities(province, true).is_null());
  CHECK(facilities(province, false) == 3);
  const json::Value waiting = must(list_unconfirmed(*province));
  REQUIRE(waiting.size() == 1);
  CHECK(waiting[0]["id"] == kReport);
  CHECK(waiting[0]["paths"] == json::Value::array({"corrections", "review"}));
  must(confirm_restored(*province, "vn-04-049", kReport, "minh.nv"));
  CHECK(facilities(province, true) == 5);
  CHECK(must(list_unconfirmed(*province)).empty());
  CHECK(confirm_restored(*province, "vn-04-049", kReport, "minh.nv").error().code == ErrorCode::not_found);
  CHECK(must(province->figures().verify()).differences.empty());
}

}  // namespace tram::test
