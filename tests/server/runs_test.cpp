// Official runs: kept with their inputs, repeated years later, and overtaken by corrections.
#include "server/runs.h"

#include "server/completeness.h"
#include "server/drilldown.h"
#include "tests/server/test_province.h"

using namespace tram;
using namespace tram::test;

namespace {

std::string official(TestProvince& province, const std::string& period, bool carry = false) {
  RunRequest request = must(read_run_request(*province, "bm09", period, "ACTUAL", true, ""));
  request.carry = carry;
  return must(keep_run(*province, must(run_consolidation(*province, request)), request, "hoa.tt"));
}

json::Value stale(TestProvince& province, const std::string& id) {
  const json::Value runs = must(list_runs(*province, "bm09", ""));
  for (const json::Value& run : runs) {
    if (run["id"] == id) return run["stale"];
  }
  FAIL("no such run");
  return {};
}

// A thousand further versions of a draft, as an office that was long without a line sends them.
void send_edits(TestOffice& office, const Document& from, int count) {
  std::vector<Document> edits;
  json::Value body = must(json::parse_object(from.body));
  const Document* before = &from;
  edits.reserve(static_cast<std::size_t>(count));
  for (int n = 0; n < count; ++n) {
    body["values"]["rad_facilities_count"] = 1000 + n;
    edits.push_back(revision(from.id, body, before));
    before = &edits.back();
  }
  Batch batch;
  batch.documents = edits;
  batch.by_office = true;
  REQUIRE(must(office.database()->peer.take(batch)).refused.empty());
}

}  // namespace

TEST_CASE("an official run gives the same bytes after a thousand later edits") {
  TestProvince province;
  TestOffice a(province, "vn-04-049"), b(province, "vn-04-047");
  a.submits("2024S1", 3, 2);
  b.submits("2024S1", 10, 4);
  a.reviewed("report:bm09:2024S1", "approved");
  b.reviewed("report:bm09:2024S1", "approved");
  const std::string id = official(province, "2024S1");
  const std::string first = must(repeat_run(*province, id));
  CHECK(must(json::parse(first))["values"]["rad_facilities_count"]["value"] == 13);
  CHECK(json::print(must(show_run(*province, id))["result"]) == first);
  CHECK(stale(province, id).empty());

  Document open = revision("report:bm09:2024S1", *a.stored("report:bm09:2024S1"));
  open.rev = *RevisionId::parse(a.current("report:bm09:2024S1"));
  open.path = {open.rev.sig};
  send_edits(a, open, 1000);
  json::Value form;
  for (const ReferenceDocument& document : small_reference()) {
    if (document.id == "form:bm09:1") form = document.body;
  }
  form["sections"][0]["fields"][0]["across_units"] = "none";
  must(save_reference(province->reference_store(), {{"form:bm09:1", form}}));
  province.reopen();
  CHECK(must(repeat_run(*province, id)) == first);
}

TEST_CASE("a run made of shorter periods and with carried stocks is repeated too") {
  TestProvince province;
  TestOffice a(province, "vn-04-049"), b(province, "vn-04-047");
  a.submits("2024S1", 3, 2);
  b.submits("2024S2", 10, 4);
  a.reviewed("report:bm09:2024S1", "approved");
  b.reviewed("report:bm09:2024S2", "approved");
  for (const std::string& id : {official(province, "2024"), official(province, "2024S2", true)}) {
    const std::string again = must(repeat_run(*province, id));
    CHECK(json::print(must(show_run(*province, id))["result"]) == again);
  }
}

TEST_CASE("a correction makes a run stale and says by which report") {
  TestProvince province;
  TestOffice a(province, "vn-04-049"), b(province, "vn-04-047");
  const std::string report = "report:bm09:2024S1";
  a.submits("2024S1", 3, 2);
  a.reviewed(report, "approved");
  const std::string id = official(province, "2024S1");
  CHECK(stale(province, id).empty());

  json::Value body = *a.stored(report);
  body["corrections"] = {{"rad_facilities_count", {{"value", 4}, {"reason", "biên bản"}, {"by", "minh.nv"}}}};
  Document held = revision(report, *a.stored(report));
  held.rev = *RevisionId::parse(a.current(report));
  held.path = {held.rev.sig};
  REQUIRE(a.send(revision(report, body, &held), false) == "");
  json::Value reasons = stale(province, id);
  REQUIRE(reasons.size() == 1);
  CHECK(reasons[0]["code"] == "corrected");
  CHECK(reasons[0]["office"] == "vn-04-049");
  CHECK(reasons[0]["report"] == report);

  b.submits("2024S1", 10, 4);
  b.reviewed(report, "approved");
  reasons = stale(province, id);
  REQUIRE(reasons.size() == 2);
  CHECK(reasons[0]["code"] == "approved_later");
  const json::Value kept = must(json::parse(must(repeat_run(*province, id))));
  CHECK(kept["values"]["rad_facilities_count"]["value"] == 3);
}

TEST_CASE("a run below the campaign's minimum needs a reason") {
  TestProvince province;
  TestOffice a(province, "vn-04-049"), b(province, "vn-04-047");
  must(save_reference(
      province->reference_store(),
      {{"campaign:bm09:2024S1", {{"type", "campaign"}, {"form", "bm09"}, {"period", "2024S1"}, {"minimum_pct", 80}}}}));
  a.submits("2024S1", 3, 2);
  a.reviewed("report:bm09:2024S1", "approved");
  const RunRequest request = must(read_run_request(*province, "bm09", "2024S1", "ACTUAL", true, ""));
  const Run run = must(run_consolidation(*province, request));
  CHECK(keep_run(*province, run, request, "hoa.tt").error().what_name() == "below_minimum");
  CHECK(keep_run(*province, run, request, "hoa.tt", "Huyện Trùng Khánh bị lũ").ok());
}

TEST_CASE("a figure opens into its offices and an office's report into its versions") {
  TestProvince province;
  TestOffice a(province, "vn-04-049"), b(province, "vn-04-047");
  a.submits("2024S1", 3, 2);
  const RunRequest request = must(read_run_request(*province, "bm09", "2024S1", "ACTUAL", false, ""));
  const json::Value figure = must(open_figure(*province, request, "rad_facilities_count"));
  CHECK(figure["value"] == 3);
  CHECK(figure["missing"] == json::Value::array({"vn-04-047"}));
  REQUIRE(figure["inputs"].size() == 1);
  CHECK(figure["inputs"][0]["report"] == "report:bm09:2024S1");
  const std::string submission = figure["inputs"][0]["submission"];
  CHECK(must(office_document(*province, "vn-04-049", submission))["values"]["rad_facilities_count"] == 3);
  const json::Value history = must(office_history(*province, "vn-04-049", "report:bm09:2024S1"));
  REQUIRE_FALSE(history.empty());
  CHECK(history[0]["rev"].get<std::string>().starts_with("1-"));
  CHECK(open_figure(*province, request, "no_such_field").error().code == ErrorCode::not_found);
}

TEST_CASE("the matrix tells missing from not due and late from in time") {
  TestProvince province;
  // Three days after the due day.
  province.clock.advance(3 * 86'400'000);
  TestOffice a(province, "vn-04-049"), b(province, "vn-04-047"), c(province, "vn-04-042"), d(province, "vn-04-045");
  must(save_reference(
      province->reference_store(),
      {{"campaign:bm09:2024S1",
        {{"type", "campaign"},
         {"form", "bm09"},
         {"period", "2024S1"},
         {"due", "2024-06-17"},
         {"except",
          json::Value::array({{{"office", "vn-04-047"}, {"reason", "mất điện"}, {"last_day", "2999-01-01"}}})},
         {"exempt", json::Value::array({{{"office", "vn-04-042"}, {"reason", "mới thành lập"}}})}}}}));
  a.submits("2024S1", 3, 2);
  const auto cell = [](const json::Value& matrix, std::size_t office) {
    return matrix["offices"][office]["cells"]["bm09"];
  };
  json::Value matrix = must(completeness(*province, "2024S1", "bm09"));
  // In order of slug: 042, 045, 047, 049; the clock of the test stands long after June 2024.
  CHECK(cell(matrix, 0)["cell"] == "exempt");
  CHECK(cell(matrix, 1)["cell"] == "missing");
  CHECK(cell(matrix, 2)["cell"] == "not_due");
  CHECK(cell(matrix, 3)["cell"] == "submitted");
  CHECK(cell(matrix, 3)["late_days"] > 0);
  CHECK(matrix["forms"][0]["expected"] == 3);
  CHECK(matrix["forms"][0]["submitted"] == 1);
  CHECK(matrix["forms"][0]["on_time"] == 0);
  CHECK(matrix["forms"][0]["completeness_pct"] == 33.33);
  b.submits("2024S1", 10, 4);
  b.reviewed("report:bm09:2024S1", "approved");
  matrix = must(completeness(*province, "2024S1", ""));
  const json::Value approved = cell(matrix, 2);
  CHECK(approved["cell"] == "approved");
  CHECK(approved["late_days"] == 0);
  CHECK(completeness(*province, "2024S1", "bm99").error().code == ErrorCode::not_found);
  CHECK(completeness(*province, "soon", "").error().code == ErrorCode::bad_request);
}
