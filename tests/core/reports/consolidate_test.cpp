#include "core/reports/consolidate.h"

#include "core/reports/consolidate_print.h"
#include "tests/core/reports/reference.h"

using namespace tram;

namespace {

const char* const kQuangHoa = "vn-04-049";
const char* const kTrungKhanh = "vn-04-047";
const char* const kHaQuang = "vn-04-045";

// Official order as the examples have it: Quảng Hòa, Trùng Khánh, Hà Quảng.
ConsolidationInput input(const json::Value& body) {
  ConsolidationInput made;
  made.office = body.at("office").get<std::string>();
  made.unit_code = *unit_of_slug(made.office);
  made.unit_name = reference::units().find(made.unit_code, "2024-06-14")->name_vi;
  made.order = made.office == kQuangHoa ? 1 : made.office == kTrungKhanh ? 2 : 3;
  made.period = reference::period(body.at("period").get<std::string>());
  made.source = "submission:" + made.office;
  made.body = body;
  return made;
}

json::Value report(const std::string& form, const std::string& office,
                   const std::map<std::string, std::string>& values) {
  json::Value body = reference::report(form, form == "bm01" ? "2024S1" : "2024Q2", office);
  for (const auto& [field, text] : values) reference::set(body, field, text);
  return body;
}

Consolidation united(const std::vector<json::Value>& bodies, std::size_t expected = 3) {
  std::vector<ConsolidationInput> inputs;
  for (const auto& body : bodies) inputs.push_back(input(body));
  ConsolidationRequest request;
  const std::string form = bodies.at(0).at("form").get<std::string>();
  request.period = inputs[0].period;
  request.window = reference::window(form, request.period.id);
  request.n_expected = expected;
  return consolidate(reference::form(form), std::move(inputs), std::move(request));
}

std::string shown(const Consolidation& result, const std::string& field) {
  const Figure& figure = result.values.at(field);
  return json::print(figure.value) + " " + std::to_string(figure.n_reported) + "/" + std::to_string(figure.n_expected) +
         (figure.approx ? " khoảng" : "");
}

const std::map<std::string, std::string> kTask = {{"task_title", "x"}, {"lead_org", "y"}, {"start_date", "2023-01-01"}};
std::map<std::string, std::string> task(const char* code, const char* level, const char* end = "") {
  auto fields = kTask;
  fields["task_code"] = code;
  fields["task_level"] = level;
  fields["end_date"] = end;
  return fields;
}

}  // namespace

TEST_CASE("example 1: empty is not zero") {
  const auto quang_hoa = report("bm05", kQuangHoa, {{"tm_filed_count", "3"}});
  const auto trung_khanh = report("bm05", kTrungKhanh, {{"tm_filed_count", "0"}});
  CHECK(shown(united({quang_hoa, trung_khanh, report("bm05", kHaQuang, {})}), "tm_filed_count") == "3 2/3");
  CHECK(shown(united({quang_hoa, trung_khanh, report("bm05", kHaQuang, {{"tm_filed_count", "0"}})}),
              "tm_filed_count") == "3 3/3");
  CHECK(shown(united({quang_hoa, trung_khanh, report("bm05", kHaQuang, {{"tm_filed_count", "null"}})}),
              "tm_filed_count") == "3 2/3");
  CHECK(shown(united({report("bm05", kQuangHoa, {}), report("bm05", kHaQuang, {})}), "tm_filed_count") == "null 0/3");
}

TEST_CASE("example 2: a percentage is the ratio of sums and never the mean of percentages") {
  const auto counts = [](const char* office, const char* applied, const char* completed) {
    return report("bm02", office, {{"tasks_applied_count", applied}, {"tasks_state_completed_count", completed}});
  };
  const auto result =
      united({counts(kQuangHoa, "12", "28"), counts(kTrungKhanh, "5", "5"), counts(kHaQuang, "1", "10")});
  CHECK(shown(result, "tasks_applied_count") == "18 3/3");
  CHECK(shown(result, "tasks_state_completed_count") == "43 3/3");
  CHECK(shown(result, "tasks_applied_pct") == "41.86 3/3");
  CHECK(json::print(result.values.at("tasks_applied_pct").inputs[0].value) == "42.86");
}

TEST_CASE("example 3: rows with one key become one and typed figures are added to counted ones") {
  reference::Counting random;
  auto quang_hoa = report("bm02", kQuangHoa, {});
  reference::add(quang_hoa, "tasks", random, task("CB-01", "quoc_gia", "2024-12-31"));
  reference::add(quang_hoa, "tasks", random, task("CB-02", "tinh"));
  auto trung_khanh = report("bm02", kTrungKhanh, {});
  reference::add(trung_khanh, "tasks", random, task("cb-01", "quoc_gia", "2025-06-30"));
  reference::add(trung_khanh, "tasks", random, task("CB-03", "tinh"));
  const auto ha_quang = report("bm02", kHaQuang, {{"tasks_national_count", "1"}});
  const auto result = united({quang_hoa, trung_khanh, ha_quang});

  std::string codes;
  for (const UnitedRow& row : result.rows.at("tasks")) codes += row.fields["task_code"].get<std::string>() + " ";
  CHECK(codes == "CB-01 CB-02 CB-03 ");
  CHECK(result.rows.at("tasks")[0].sources.size() == 2);
  CHECK(shown(result, "tasks_national_count") == "2 3/3");
  CHECK(result.values.at("tasks_national_count").n_listed == 2);
  CHECK(result.values.at("tasks_national_count").n_typed == 1);
  CHECK(shown(result, "tasks_provincial_count") == "2 2/3");
  REQUIRE(result.differences.size() == 2);
  CHECK(result.differences[1].field == "end_date");
  CHECK(result.differences[1].values[0].value == "2024-12-31");
  CHECK(result.differences[1].values[1].value == "2025-06-30");
  CHECK(result.rows.at("tasks")[0].fields["end_date"] == "2024-12-31");
}

TEST_CASE("money of one task comes from several units and its total is computed again") {
  reference::Counting random;
  auto quang_hoa = report("bm02", kQuangHoa, {}), trung_khanh = report("bm02", kTrungKhanh, {});
  auto first = task("CB-01", "tinh"), second = task("CB-01", "tinh");
  first["unit_funding_vnd"] = "100000000";
  second["unit_funding_vnd"] = "50000000";
  second["state_funding_vnd"] = "300000000";
  reference::add(quang_hoa, "tasks", random, first);
  reference::add(trung_khanh, "tasks", random, second);
  const auto result = united({quang_hoa, trung_khanh});
  CHECK(result.rows.at("tasks")[0].fields["unit_funding_vnd"] == 150000000);
  CHECK(result.rows.at("tasks")[0].fields["total_funding_vnd"] == 450000000);
  CHECK(shown(result, "unit_funded_tasks_count") == "1 2/3");
}

TEST_CASE("example 6: the same thing reported by many is not added up") {
  const auto result = united({report("bm11", kQuangHoa, {{"tbt_bulletins_received_count", "25"}}),
                              report("bm11", kTrungKhanh, {{"tbt_bulletins_received_count", "25"}}),
                              report("bm11", kHaQuang, {{"tbt_bulletins_received_count", "24"}})});
  CHECK(shown(result, "tbt_bulletins_received_count") == "25 3/3");
}

TEST_CASE("example 7: texts stand under the name of their unit in official order") {
  const auto result =
      united({report("bm01", kTrungKhanh, {{"limits_text", "Chưa bố trí kinh phí."}}),
              report("bm01", kQuangHoa, {{"limits_text", "Thiếu nhân lực."}}), report("bm01", kHaQuang, {})});
  CHECK(result.values.at("limits_text").value ==
        "**Huyện Quảng Hòa.** Thiếu nhân lực. **Huyện Trùng Khánh.** Chưa bố trí kinh phí.");
}

TEST_CASE("an approximate figure makes every total it enters approximate") {
  auto quang_hoa = report(
      "bm02", kQuangHoa, {{"tasks_applied_count", "12"}, {"tasks_state_completed_count", "28"}, {"models_count", "1"}});
  REQUIRE(set_remark(quang_hoa, reference::form("bm02"), "tasks_applied_count", "", true));
  const auto result = united(
      {quang_hoa, report("bm02", kTrungKhanh, {{"tasks_applied_count", "5"}, {"tasks_state_completed_count", "5"}})});
  CHECK(shown(result, "tasks_applied_count") == "17 2/3 khoảng");
  CHECK(shown(result, "tasks_applied_pct") == "51.52 2/3 khoảng");
  CHECK(shown(result, "tasks_state_completed_count") == "33 2/3");
  CHECK(shown(result, "models_count") == "1 1/3");
}

TEST_CASE("what the province fills in and what belongs to one paper are left out") {
  const auto result = united({report("bm01", kQuangHoa, {{"signer_name", "Lan"}})});
  CHECK_FALSE(result.values.contains("prov_tfp_contribution_pct"));
  CHECK_FALSE(result.values.contains("signer_name"));
  CHECK(result.values.contains("participants_count"));
}

TEST_CASE("the province's correction wins and is marked") {
  auto first = input(report("bm05", kQuangHoa, {{"tm_filed_count", "3"}}));
  first.corrections["tm_filed_count"] = {{"value", 5}, {"reason", "Đính chính"}};
  ConsolidationRequest request;
  request.period = first.period;
  request.window = reference::window("bm05", "2024Q2");
  const auto result = consolidate(reference::form("bm05"), {first}, request);
  CHECK(shown(result, "tm_filed_count") == "5 1/1");
  CHECK(result.values.at("tm_filed_count").inputs[0].corrected);
}

TEST_CASE("the same inputs give the same bytes in whatever order they come") {
  const auto a = report("bm05", kQuangHoa, {{"tm_filed_count", "3"}}),
             b = report("bm05", kTrungKhanh, {{"tm_filed_count", "4"}});
  const std::string one = json::print(united({a, b}).to_json(true)), other = json::print(united({b, a}).to_json(true));
  CHECK(one == other);
}

TEST_CASE("the printed result has the promised members") {
  reference::Counting random;
  auto quang_hoa = report("bm02", kQuangHoa, {{"models_count", "2"}});
  reference::add(quang_hoa, "tasks", random, task("CB-01", "tinh"));
  const json::Value out = united({quang_hoa}).to_json();
  for (const char* member :
       {"form", "period", "scenario", "kind", "values", "rows", "differences", "conflicts", "sources"}) {
    CHECK(out.contains(member));
  }
  CHECK(json::print(out["values"]["models_count"]) == R"({"approx":false,"n_expected":3,"n_reported":1,"value":2})");
  CHECK(json::print(out["sources"]) == R"([{"office":"vn-04-049","submission":"submission:vn-04-049"}])");
  CHECK(out["scenario"] == "ACTUAL");
  CHECK(out["kind"] == "preview");
  CHECK(out["rows"]["tasks"][0]["task_code"] == "CB-01");
}

TEST_CASE("a consolidation is printed for people") {
  auto quang_hoa =
      report("bm02", kQuangHoa,
             {{"tasks_applied_count", "12"}, {"tasks_state_completed_count", "28"}, {"models_count", "1234"}});
  REQUIRE(set_remark(quang_hoa, reference::form("bm02"), "models_count", "", true));
  const auto result = united({quang_hoa});
  const std::string table = consolidation_table(reference::form("bm02"), result);
  CHECK(table.find("Quý II năm 2024") != std::string::npos);
  CHECK(table.find("khoảng 1.234 mô hình  1/3") != std::string::npos);
  CHECK(table.find("42,86 %") != std::string::npos);
}

TEST_CASE("numbers and days as people want them") {
  CHECK(number_vi("1234567.8") == "1.234.567,8");
  CHECK(number_vi("-999") == "-999");
  CHECK(number_vi("1000") == "1.000");
  CHECK(display_vi(*reference::form("bm01").field("issued_date"), "2024-06-17") == "17/06/2024");
}
