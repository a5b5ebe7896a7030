// Targets of a stage against what was reported, and the published figures of real provinces.
#include "server/targets.h"

#include "core/reports/report.h"
#include "server/consolidate_run.h"
#include "server/seed.h"
#include "storage/data_folder.h"
#include "tests/server/test_province.h"

using namespace tram;
using namespace tram::test;

namespace {

// Sends a report of bm02 for a year with these figures, everything else 0.
void sends(TestProvince& province, TestOffice& office, const std::string& period,
           const std::map<std::string, std::string>& figures) {
  const auto reference = must(province->reference().get());
  const Form& form = *reference->newest_form("bm02");
  const Period parsed = must(parse_period(period));
  json::Value body = must(new_report(form, parsed, office.slug, nullptr));
  for (const FormSection& section : form.sections) {
    if (section.rows) continue;
    for (const FormField& field : section.fields) {
      if (!field.computed && field.required == Required::submit) must(set_value(body, form, field.id, "0"));
    }
  }
  for (const auto& [field, value] : figures) must(set_value(body, form, field, value));
  const auto refused = office.refusal(office.submission(body));
  INFO((refused ? refused->reason : ""));
  REQUIRE_FALSE(refused);
}

json::Value target(TestProvince& province, const std::string& id) {
  for (const json::Value& one : must(evaluate_targets(*province, false))) {
    if (one["id"] == id) return one;
  }
  FAIL("no such target");
  return {};
}

}  // namespace

TEST_CASE("every target has a state and a reason where nobody has reported") {
  TestProvince province;
  const json::Value all = must(evaluate_targets(*province, false));
  REQUIRE(all.size() == 18);
  for (const json::Value& one : all) {
    INFO(one["id"].get<std::string>());
    const bool open = one["status"] == "not_enough_data" || one["status"] == "on_the_way";
    CHECK(open);
    if (one["status"] != "not_enough_data") continue;
    CHECK(one["reason_vi"].is_string());
    CHECK(one["reason_vi"].get<std::string>().find("_count") == std::string::npos);  // by their labels, not their names
  }
}

TEST_CASE("T3a is the ratio of sums and not the mean of percentages") {
  TestProvince province;
  TestOffice a(province, "vn-04-049"), b(province, "vn-04-047"), c(province, "vn-04-045");
  sends(province, a, "2022", {{"tasks_state_completed_count", "28"}, {"tasks_applied_count", "12"}});
  sends(province, b, "2022", {{"tasks_state_completed_count", "5"}, {"tasks_applied_count", "5"}});
  sends(province, c, "2022", {{"tasks_state_completed_count", "10"}, {"tasks_applied_count", "1"}});
  json::Value result = target(province, "T3a");
  CHECK(result["value"] == 41.86);
  CHECK(result["status"] == "on_the_way");
  province.clock.set_wall(1'790'000'000'000);  // September 2026
  result = target(province, "T3a");
  CHECK(result["status"] == "not_met");
  CHECK(result["figures"].size() == 2);
}

TEST_CASE("T3b with four enterprises in 2023 is exceeded in that year") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  sends(province, office, "2023", {{"enterprise_funded_entities_count", "4"}});
  const json::Value result = target(province, "T3b");
  REQUIRE(result["years"].size() == 5);
  CHECK(result["years"][2]["value"] == 4);
  CHECK(result["years"][2]["status"] == "exceeded");
  CHECK(result["status"] == "not_enough_data");
  CHECK(result["reason_vi"].get<std::string>().find("2021") != std::string::npos);
}

TEST_CASE("T3c with nine of ten units at one task and one at none is not met for ninety percent of units") {
  TestProvince province;
  const char* codes[] = {"040", "042", "043", "044", "045", "047", "048", "049", "051", "052"};
  std::vector<TestOffice> offices;
  for (const char* code : codes) offices.emplace_back(province, std::string("vn-04-") + code);
  for (std::size_t n = 0; n < offices.size(); ++n)
    sends(province, offices[n], "2022", {{"unit_funded_tasks_count", n == 0 ? "0" : "1"}});
  province.clock.set_wall(1'790'000'000'000);
  const json::Value result = target(province, "T3c");
  CHECK(result["status"] == "not_met");
  CHECK(result["units"]["share_pct"] == 90);
  CHECK(result["units"]["expected"] == 10);
  CHECK(result["units"]["reached"] == 9);
}

TEST_CASE("T1 comes from the Department's own report and not from its offices") {
  TestProvince province;
  TestOffice department(province, "vn-04");
  const auto reference = must(province->reference().get());
  const Form& form = *reference->newest_form("bm01");
  json::Value body = must(new_report(form, must(parse_period("2025")), department.slug, nullptr));
  must(set_value(body, form, "prov_tfp_contribution_pct", "36.5", true));
  REQUIRE(department.send(revision("report:bm01:2025", body)) == "");
  const json::Value result = target(province, "T1");
  CHECK(result["value"] == 36.5);
  CHECK(result["status"] == "met");
}

TEST_CASE("every published figure that may be loaded comes out of the consolidation again") {
  const std::string csv = must(read_file(TRAM_SOURCE_FOLDER "/reference/seed_figures.csv"));
  std::size_t checked = 0;
  for (const char* unit : {"01", "04", "06", "12", "15", "25", "56"}) {
    TestProvince province(unit);
    const json::Value seeded = must(seed_figures(*province, csv, unit));
    INFO(json::print(seeded));
    for (const json::Value& line : published_figures(csv, unit)) {
      const auto text = [&](const char* name) { return *json::string_at(line, name); };
      const std::string period = text("demo_period");
      INFO(text("id"));
      const RunRequest request = must(read_run_request(*province, text("form"), period, "ACTUAL", false, ""));
      const Run run = must(run_consolidation(*province, request));
      const FormField* field = text("row").empty() ? run.form->field(text("field"))
                                                   : run.form->rows_section(text("section"))->field(text("field"));
      REQUIRE(field != nullptr);
      const std::string wanted = json::print(must(parse_field(*field, text("value"))));
      ++checked;
      if (text("row").empty()) {
        const Figure& figure = run.result.values.at(text("field"));
        CHECK(json::print(figure.value) == wanted);
        CHECK(figure.approx == (text("approx") == "yes"));
        continue;
      }
      bool found = false;
      for (const UnitedRow& row : run.result.rows.at(text("section"))) {
        const auto value = row.fields.find(text("field"));
        found = found || (value != row.fields.end() && json::print(*value) == wanted);
      }
      CHECK(found);
    }
  }
  CHECK(checked == 81);
}
