// The tables of figures are always what the documents say.
#include "server/figure_tables.h"

#include "server/consolidate_run.h"
#include "server/reviews.h"
#include "server/runs.h"
#include "tests/server/test_province.h"

using namespace tram;
using namespace tram::test;

namespace {

std::string printed(TestProvince& province, const std::string& period, bool official, bool from_documents) {
  RunRequest request = must(read_run_request(*province, "bm09", period, "ACTUAL", official, ""));
  // As of a moment to come: everything counts, and nothing is taken from the tables.
  if (from_documents) request.as_of_ms = province.clock.wall_ms() + 1'000'000'000;
  return json::print(must(run_consolidation(*province, request)).to_json(true));
}

void check_equal(TestProvince& province) {
  for (const char* period : {"2024S1", "2024S2", "2024"}) {
    for (const bool official : {false, true})
      CHECK(printed(province, period, official, false) == printed(province, period, official, true));
  }
}

// What may happen to an office's report between two looks at the table.
void something_happens(TestProvince& province, TestOffice& office, const std::string& period) {
  const std::string id = "report:bm09:" + period;
  const auto held = office.stored(id);
  if (!held) {
    office.submits(period, static_cast<int>(province.random.below(50)) + 1, 1);
    return;
  }
  Document before = revision(id, *held);
  before.rev = *RevisionId::parse(office.current(id));
  before.path = {before.rev.sig};
  json::Value body = *held;
  switch (province.random.below(6)) {
    case 0: office.send(revision(id, body, &before), false); return;
    case 1: body["values"]["rad_facilities_count"] = province.random.below(90); break;
    case 2: withdraw_submission(body, "lan.ht", "2024-06-17T10:00:00+07:00"); break;
    case 3:
      body["corrections"] = {{"rad_facilities_count", {{"value", province.random.below(90)}, {"reason", "biên bản"}}}};
      office.send(revision(id, body, &before), false);
      return;
    case 4: {
      Review review;
      review.verdict = province.random.below(2) == 0 ? "approved" : "returned";
      review.by = "minh.nv";
      review.reasons = {{"", "Đề nghị xem lại"}};
      // A verdict that the report's state does not lead to is refused, and nothing changes.
      (void)write_review(*province, office.slug, id, review).ok();
      return;
    }
    default: {
      body["values"]["rad_facilities_count"] = province.random.below(90) + 1;
      const Document again = office.submission(body);
      office.send(again);
      break;
    }
  }
  office.send(revision(id, body, &before));
}

}  // namespace

TEST_CASE("whatever happens in whatever order the kept tables equal a computation from the documents") {
  TestProvince province;
  std::vector<TestOffice> offices;
  for (const char* slug : {"vn-04-049", "vn-04-047", "vn-04-042", "vn-04"}) offices.emplace_back(province, slug);
  for (int step = 0; step < 60; ++step) {
    something_happens(province, offices[province.random.below(offices.size())],
                      province.random.below(2) == 0 ? "2024S1" : "2024S2");
    if (step % 20 == 19) check_equal(province);
    if (step == 30) province.reopen();
  }
  const auto verified = must(province->figures().verify());
  CHECK(verified.differences.empty());
  CHECK(verified.offices == 4);
  CHECK(verified.reports == 8);
  const std::string before = printed(province, "2024", false, false);
  must(province->figures().forget());
  CHECK(printed(province, "2024", false, false) == before);
}

TEST_CASE("the tables follow a new version of the form and a campaign with other days") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  office.submits("2024S1", 3, 2);
  CHECK(printed(province, "2024S1", false, false) == printed(province, "2024S1", false, true));
  json::Value form;
  for (const ReferenceDocument& document : small_reference()) {
    if (document.id == "form:bm09:1") form = document.body;
  }
  form["version"] = 2;
  for (json::Value& field : form["sections"][0]["fields"]) {
    if (field["id"] == "rad_facilities_count") field["across_units"] = "max";
  }
  must(save_reference(province->reference_store(), {{"form:bm09:2", form}}));
  TestOffice other(province, "vn-04-047");
  const json::Value run = must(json::parse(printed(province, "2024S1", false, false)));
  CHECK(json::print(run) == printed(province, "2024S1", false, true));
  REQUIRE(run["warnings"].size() == 1);
  CHECK(run["warnings"][0]["code"] == "other_version");
  CHECK(run["warnings"][0]["office"] == "vn-04-049");
  must(save_reference(province->reference_store(), {{"campaign:bm09:2024S1",
                                                     {{"type", "campaign"},
                                                      {"form", "bm09"},
                                                      {"period", "2024S1"},
                                                      {"form_version", 1},
                                                      {"window", {{"start", "2024-01-01"}, {"end", "2024-06-30"}}}}}}));
  check_equal(province);
  CHECK(must(province->figures().verify()).differences.empty());
}

TEST_CASE("a table that was tampered with is found out and a damaged file is made anew") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  office.submits("2024S1", 3, 2);
  const std::string right = printed(province, "2024S1", false, false);
  province.close();
  {
    const auto kept = must(Derived::open(province.folder() + "/figures.db", "figures/2"));
    must(kept->apply({{"sbm09\n2024S1\nvn-04-049", R"({"state":"approved"})"}}));
  }
  province.reopen();
  CHECK(must(province->figures().verify()).differences.size() == 1);
  province.close();
  std::filesystem::resize_file(province.folder() + "/figures.db", 100);
  province.reopen();
  CHECK(printed(province, "2024S1", false, false) == right);
  CHECK(must(province->figures().verify()).differences.empty());
}

TEST_CASE("a stock that an office leaves empty is carried when asked and the result says so") {
  TestProvince province;
  TestOffice a(province, "vn-04-049"), b(province, "vn-04-047");
  a.submits("2024S1", 131, 1);
  b.submits("2024S2", 50, 1);
  RunRequest request = must(read_run_request(*province, "bm09", "2024S2", "ACTUAL", false, ""));
  json::Value run = must(run_consolidation(*province, request)).to_json(true);
  CHECK(run["values"]["rad_facilities_count"]["value"] == 50);
  CHECK_FALSE(run["values"]["rad_facilities_count"].contains("n_carried"));
  request.carry = true;
  run = must(run_consolidation(*province, request)).to_json(true);
  const json::Value& figure = run["values"]["rad_facilities_count"];
  CHECK(figure["value"] == 181);
  CHECK(figure["n_carried"] == 1);
  CHECK(figure["n_reported"] == 1);
  CHECK(figure["inputs"].size() == 2);
}

TEST_CASE("a year that was typed and differs from its halves is a warning") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  for (const char* period : {"2024S1", "2024S2", "2024"}) {
    json::Value body = office.report(period, 3, 2);
    body["values"]["rad_inspections_count"] = std::string(period) == "2024" ? 9 : 4;
    REQUIRE(office.send(office.submission(body)) == "");
  }
  const RunRequest request = must(read_run_request(*province, "bm09", "2024", "ACTUAL", false, ""));
  const json::Value run = must(run_consolidation(*province, request)).to_json();
  CHECK(run["values"]["rad_inspections_count"]["value"] == 9);
  REQUIRE(run["warnings"].size() == 1);
  CHECK(run["warnings"][0]["code"] == "differs_from_shorter");
  CHECK(run["warnings"][0]["field"] == "rad_inspections_count");
  CHECK(run["warnings"][0]["derived"] == 8);
}

TEST_CASE("an office whose turn comes after one that cannot be read is read the next time") {
  TestProvince province;
  TestOffice first(province, "vn-04-049"), second(province, "vn-04-047");
  bool broken = false;
  const auto open_office = [&](const Office& office) -> Result<std::shared_ptr<Database>> {
    if (broken && office.slug == first.slug) return error(ErrorCode::storage_error, "its disk does not answer");
    return province->databases().open(office_database(office.slug));
  };
  const auto tables = must(FigureTables::open(
      province.folder() + "/other.db", {province->registry(), province->reference(), province.clock, open_office}));
  must(tables->refresh());
  first.submits("2024S1", 3, 1);
  second.submits("2024S1", 5, 1);
  tables->note_change(first.slug);
  tables->note_change(second.slug);
  broken = true;
  CHECK_FALSE(tables->refresh());
  broken = false;
  must(tables->refresh());
  CHECK(must(tables->statuses("bm09", "2024S1")).size() == 2);
  CHECK(must(tables->verify()).differences.empty());
}
