// From what offices sent to one consolidated report.
#include "server/consolidate_run.h"

#include "server/runs.h"

#include "tests/server/test_province.h"

using namespace tram;
using namespace tram::test;

namespace {

json::Value consolidated(TestProvince& province, const std::string& period, bool official = false,
                         const std::string& as_of = "") {
  const RunRequest request = must(read_run_request(*province, "bm09", period, "ACTUAL", official, as_of));
  return must(run_consolidation(*province, request)).to_json();
}

const json::Value& facilities(const json::Value& run) { return run["values"]["rad_facilities_count"]; }

}  // namespace

TEST_CASE("the preview of a period adds what its offices submitted and says who is missing") {
  TestProvince province;
  TestOffice a(province, "vn-04-049"), b(province, "vn-04-047"), c(province, "vn-04-042");
  a.submits("2024S1", 3, 2);
  b.submits("2024S1", 10, 4);
  REQUIRE(c.send(revision("report:bm09:2024S1", c.report("2024S1", 100, 1))) == "");

  const json::Value run = consolidated(province, "2024S1");
  CHECK(run["form"] == "bm09");
  CHECK(run["period"] == "2024S1");
  CHECK(run["scenario"] == "ACTUAL");
  CHECK(run["kind"] == "preview");
  CHECK(facilities(run)["value"] == 13);
  CHECK(facilities(run)["n_reported"] == 2);
  CHECK(facilities(run)["n_expected"] == 3);
  CHECK(facilities(run)["approx"] == false);
  CHECK(run["missing"] == json::Value::array({"vn-04-042"}));
  REQUIRE(run["sources"].size() == 2);
  CHECK(run["sources"][0].contains("submission"));
  CHECK(run["conflicts"].empty());
}

TEST_CASE("a report that is edited after it was submitted counts as it was submitted") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  const Document sent = office.submits("2024S1", 3, 2);
  json::Value body = must(json::parse_object(sent.body));
  body["values"]["rad_facilities_count"] = 99;
  REQUIRE(office.send(revision(sent.id, body, &sent)) == "");
  CHECK(facilities(consolidated(province, "2024S1"))["value"] == 3);
}

TEST_CASE("what the Department's own office sends is part of the total, and nobody waits for it") {
  TestProvince province;
  TestOffice department(province, "vn-04"), district(province, "vn-04-049");
  district.submits("2024S1", 3, 2);
  json::Value run = consolidated(province, "2024S1");
  CHECK(facilities(run)["n_expected"] == 1);
  CHECK(run["missing"].empty());
  department.submits("2024S1", 40, 1);
  run = consolidated(province, "2024S1");
  CHECK(facilities(run)["value"] == 43);
  CHECK(facilities(run)["n_expected"] == 2);
}

TEST_CASE("the newest submission counts") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  const Document sent = office.submits("2024S1", 3, 2);
  json::Value body = must(json::parse_object(sent.body));
  body["values"]["rad_facilities_count"] = 5;
  const Document second = office.submission(body);
  REQUIRE(office.send(second) == "");
  REQUIRE(office.send(revision(sent.id, body, &sent)) == "");
  const json::Value run = consolidated(province, "2024S1");
  CHECK(facilities(run)["value"] == 5);
  CHECK(run["sources"][0]["submission"] == second.id);
}

TEST_CASE("a withdrawn or returned submission does not count") {
  TestProvince province;
  TestOffice a(province, "vn-04-049"), b(province, "vn-04-047");
  const Document sent = a.submits("2024S1", 3, 2);
  json::Value body = must(json::parse_object(sent.body));
  withdraw_submission(body, "lan.ht", "2024-06-17T10:00:00+07:00");
  REQUIRE(a.send(revision(sent.id, body, &sent)) == "");
  b.submits("2024S1", 10, 4);
  b.reviewed("report:bm09:2024S1", "returned");
  const json::Value run = consolidated(province, "2024S1");
  CHECK(facilities(run)["value"].is_null());
  CHECK(facilities(run)["n_reported"] == 0);
  CHECK(run["missing"].size() == 2);
}

TEST_CASE("an official run takes only what was approved, and as it was approved") {
  TestProvince province;
  TestOffice a(province, "vn-04-049"), b(province, "vn-04-047");
  a.submits("2024S1", 3, 2);
  b.submits("2024S1", 10, 4);
  a.reviewed("report:bm09:2024S1", "approved");
  const json::Value run = consolidated(province, "2024S1", true);
  CHECK(run["kind"] == "official");
  CHECK(facilities(run)["value"] == 3);
  CHECK(facilities(run)["n_reported"] == 1);
  CHECK(facilities(run)["n_expected"] == 2);
}

TEST_CASE("a run as of yesterday does not know what came today") {
  TestProvince province;
  TestOffice a(province, "vn-04-049"), b(province, "vn-04-047");
  a.submits("2024S1", 3, 2);
  const std::string then = utc_text(province.clock.wall_ms());
  province.clock.advance(86'400'000);
  b.submits("2024S1", 10, 4);
  a.reviewed("report:bm09:2024S1", "approved");
  CHECK(facilities(consolidated(province, "2024S1"))["value"] == 13);
  CHECK(facilities(consolidated(province, "2024S1", false, then))["value"] == 3);
  CHECK(facilities(consolidated(province, "2024S1", true))["value"] == 3);
  CHECK(facilities(consolidated(province, "2024S1", true, then))["value"].is_null());
}

TEST_CASE("the same inputs give the same bytes, however they came") {
  TestProvince one, two;
  TestOffice a1(one, "vn-04-049"), b1(one, "vn-04-047");
  TestOffice b2(two, "vn-04-047"), a2(two, "vn-04-049");
  a1.submits("2024S1", 3, 2);
  b1.submits("2024S1", 10, 4);
  two.clock.advance(3'600'000);
  b2.submits("2024S1", 10, 4);
  a2.submits("2024S1", 3, 2);
  CHECK(json::print(consolidated(one, "2024S1")) == json::print(consolidated(two, "2024S1")));
}

TEST_CASE("a report in conflict is listed, and what was submitted counts all the same") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  const Document sent = office.submits("2024S1", 3, 2);
  json::Value left = must(json::parse_object(sent.body)), right = left;
  left["values"]["rad_xray_count"] = 1;
  right["values"]["rad_xray_count"] = 2;
  REQUIRE(office.send(revision(sent.id, left, &sent)) == "");
  REQUIRE(office.send(revision(sent.id, right, &sent)) == "");
  const json::Value run = consolidated(province, "2024S1");
  REQUIRE(run["conflicts"].size() == 1);
  CHECK(run["conflicts"][0]["office"] == "vn-04-049");
  CHECK(run["conflicts"][0]["id"] == sent.id);
  CHECK(run["conflicts"][0]["leaves"].size() == 2);
  CHECK(run["conflicts"][0]["fields"] == json::Value::array({"values/rad_xray_count"}));
  CHECK(facilities(run)["value"] == 3);
}

TEST_CASE("a campaign says who is expected") {
  TestProvince province;
  TestOffice a(province, "vn-04-049"), b(province, "vn-04-047");
  a.submits("2024S1", 3, 2);
  b.submits("2024S1", 10, 4);
  must(save_reference(province->reference_store(), {{"campaign:bm09:2024S1",
                                                     {{"type", "campaign"},
                                                      {"form", "bm09"},
                                                      {"period", "2024S1"},
                                                      {"expected", json::Value::array({"vn-04-047"})}}}}));
  const json::Value run = consolidated(province, "2024S1");
  CHECK(facilities(run)["value"] == 10);
  CHECK(facilities(run)["n_expected"] == 1);
}

TEST_CASE("an office whose unit has ended is expected no more, but what it sends counts") {
  TestProvince province;
  TestOffice a(province, "vn-04-049"), b(province, "vn-04-047");
  const json::Value before = consolidated(province, "2026S1");
  CHECK(facilities(before)["n_expected"] == 0);
  json::Value body = a.report("2026S1", 3, 2);
  CHECK(a.send(a.submission(body)) == "invalid");
  body = a.report("2026S1", 3, 2);
  body["unit"] = nullptr;
  REQUIRE(a.send(a.submission(body)) == "");
  const json::Value after = consolidated(province, "2026S1");
  CHECK(facilities(after)["value"] == 3);
  CHECK(facilities(after)["n_reported"] == 1);
  CHECK(facilities(after)["n_expected"] == 1);
}

TEST_CASE("a year that nobody reported is made from its halves when both are there") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  office.submits("2024S1", 3, 2);
  CHECK(facilities(consolidated(province, "2024"))["value"].is_null());
  office.submits("2024S2", 5, 2);
  const json::Value run = consolidated(province, "2024");
  CHECK(facilities(run)["value"] == 5);
  CHECK(run["values"]["rad_inspections_count"]["n_expected"] == 2);
  CHECK(run["sources"].size() == 2);
}

TEST_CASE("a correction of the province counts in place of the figure it corrects") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  const Document sent = office.submits("2024S1", 3, 2);
  json::Value body = must(json::parse_object(sent.body));
  body["corrections"] = {{"rad_facilities_count", {{"value", 4}, {"reason", "biên bản"}, {"by", "minh.nv"}}}};
  REQUIRE(office.send(revision(sent.id, body, &sent), false) == "");
  CHECK(facilities(consolidated(province, "2024S1"))["value"] == 4);
}

TEST_CASE("an official run is kept and never changed") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  office.submits("2024S1", 3, 2);
  office.reviewed("report:bm09:2024S1", "approved");
  const RunRequest request = must(read_run_request(*province, "bm09", "2024S1", "ACTUAL", true, ""));
  const std::string first = must(keep_run(*province, must(run_consolidation(*province, request)), request, "hoa.tt"));
  const std::string second = must(keep_run(*province, must(run_consolidation(*province, request)), request, "hoa.tt"));
  CHECK(first != second);
  CHECK(first.starts_with("run:bm09:2024S1:"));
  std::vector<Record> runs;
  must(province->store().read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(runs, snapshot.with_prefix("run:", 10));
    return {};
  }));
  CHECK(runs.size() == 2);
}

TEST_CASE("a run says what it cannot be made of") {
  TestProvince province;
  CHECK(read_run_request(*province, "bm99", "2024S1", "ACTUAL", false, "").error().code == ErrorCode::not_found);
  CHECK(read_run_request(*province, "bm09", "soon", "ACTUAL", false, "").error().code == ErrorCode::bad_request);
  CHECK(read_run_request(*province, "bm09", "2024S1", "WISH", false, "").error().code == ErrorCode::bad_request);
  CHECK(read_run_request(*province, "bm09", "2024S1", "ACTUAL", false, "yesterday").error().code ==
        ErrorCode::bad_request);
  CHECK(must(read_run_request(*province, "bm09", "2024", "PLAN", false, "")).period.id == "2024~plan");
}
