#include "core/reports/consolidate.h"
#include "tests/core/reports/reference.h"

using namespace tram;

namespace {

ConsolidationInput quarter(const std::string& form, const std::string& period,
                           const std::map<std::string, std::string>& values) {
  ConsolidationInput made;
  made.body = reference::report(form, period);
  for (const auto& [field, text] : values) reference::set(made.body, field, text);
  made.office = "vn-04-049";
  made.unit_code = "049";
  made.unit_name = "Huyện Quảng Hòa";
  made.period = reference::period(period);
  made.source = "submission:" + period;
  return made;
}

Consolidation year(const std::string& form, std::vector<ConsolidationInput> inputs) {
  ConsolidationRequest request;
  request.period = reference::period("2024");
  request.window = reference::window(form, "2024");
  request.axis = Axis::time;
  request.n_expected = 4;
  return consolidate(reference::form(form), std::move(inputs), std::move(request));
}

std::string shown_in_time(const Consolidation& result, const std::string& field) {
  const Figure& figure = result.values.at(field);
  return json::print(figure.value) + " " + std::to_string(figure.n_reported) + "/" + std::to_string(figure.n_expected) +
         (figure.from.empty() ? "" : " from " + figure.from);
}

}  // namespace

TEST_CASE("example 4: a stock of the year is the latest one and a flow is added up") {
  const auto result =
      year("bm07", {quarter("bm07", "2024Q4", {{"devices_verified_count", "0"}}),
                    quarter("bm07", "2024Q1", {{"devices_total_count", "120"}, {"devices_verified_count", "10"}}),
                    quarter("bm07", "2024Q3", {{"devices_total_count", "131"}, {"devices_verified_count", "7"}}),
                    quarter("bm07", "2024Q2", {})});
  CHECK(shown_in_time(result, "devices_total_count") == "131 2/4 from 2024Q3");
  CHECK(shown_in_time(result, "devices_verified_count") == "17 3/4");
}

TEST_CASE("example 8: one enterprise supported twice in a year is one enterprise") {
  reference::Counting random;
  auto first = quarter("bm10", "2024Q1", {}), third = quarter("bm10", "2024Q3", {});
  const std::map<std::string, std::string> help = {
      {"tax_code", "4800123456"}, {"enterprise_name", "A"}, {"support_kind", "doi_moi_cong_nghe"}};
  auto with_paper = help;
  with_paper["support_doc"] = "12/QĐ";
  with_paper["support_vnd"] = "300000000";
  reference::add(first.body, "enterprises", random, help);
  reference::add(third.body, "enterprises", random, with_paper);
  const auto result = year("bm10", {first, third});
  CHECK(result.rows.at("enterprises").size() == 2);
  CHECK(shown_in_time(result, "tech_supported_count") == "1 2/4");
  CHECK(shown_in_time(result, "tech_support_vnd") == "300000000 1/4");
}

TEST_CASE("example 9: the year of a flow is the sum of its four quarters") {
  std::vector<ConsolidationInput> quarters;
  for (const Period& part : parts_of(reference::period("2024"), PeriodKind::quarterly)) {
    quarters.push_back(quarter("bm05", part.id, {{"tm_filed_count", std::to_string(part.part)}}));
  }
  CHECK(shown_in_time(year("bm05", quarters), "tm_filed_count") == "10 4/4");
}

TEST_CASE("a ratio of the year is calculated again from the year's figures") {
  const auto result =
      year("bm02", {quarter("bm02", "2024Q1", {{"tasks_applied_count", "1"}, {"tasks_state_completed_count", "10"}}),
                    quarter("bm02", "2024Q4", {{"tasks_applied_count", "12"}, {"tasks_state_completed_count", "28"}})});
  CHECK(shown_in_time(result, "tasks_applied_pct") == "42.86 2/4");
}

TEST_CASE("a list is counted again with the longer window") {
  reference::Counting random;
  auto first = quarter("bm05", "2024Q1", {}), second = quarter("bm05", "2024Q2", {});
  const auto title = [](const char* number, const char* date) {
    return std::map<std::string, std::string>{
        {"asset_name", number},       {"owner", "HTX"},    {"asset_kind", "nhan_hieu_tap_the"},
        {"asset_state", "khai_thac"}, {"cert_no", number}, {"cert_date", date}};
  };
  reference::add(first.body, "ip_assets", random, title("4-001", "2024-01-10"));
  reference::add(second.body, "ip_assets", random, title("4-001", "2024-01-10"));
  reference::add(second.body, "ip_assets", random, title("4-002", "2024-05-10"));
  const auto result = year("bm05", {first, second});
  CHECK(shown_in_time(result, "collective_marks_new_count") == "2 2/4");
  CHECK(shown_in_time(result, "collective_marks_managed_count") == "2 2/4 from 2024Q2");
  CHECK(json::print(result.values.at("collective_marks_new_count").inputs[1].value) == "1");
}

TEST_CASE("a consolidated report can be consolidated further without losing typed figures") {
  reference::Counting random;
  const auto province = [&](const std::string& period) {
    auto lists = quarter("bm10", period, {});
    reference::add(lists.body, "enterprises", random,
                   {{"tax_code", "4800123456"}, {"support_kind", "doi_moi_cong_nghe"}});
    auto types = quarter("bm10", period, {{"tech_supported_count", "2"}});
    types.office = "vn-04-047";
    types.unit_code = "047";
    ConsolidationRequest request;
    request.period = reference::period(period);
    request.window = reference::window("bm10", period);
    request.n_expected = 2;
    const auto units = consolidate(reference::form("bm10"), {lists, types}, request);
    CHECK(units.values.at("tech_supported_count").value == 3);
    ConsolidationInput made;
    made.office = "vn-04";
    made.unit_code = "04";
    made.period = request.period;
    made.body = units.body();
    return made;
  };
  const auto result = year("bm10", {province("2024Q1"), province("2024Q2")});
  CHECK(shown_in_time(result, "tech_supported_count") == "5 2/4");  // one enterprise listed twice, and 2 + 2 typed
}

TEST_CASE("texts of the year stand under their periods") {
  auto first = quarter("bm01", "2024Q1", {{"results_text", "Tốt."}}),
       second = quarter("bm01", "2024Q2", {{"results_text", "Khá."}});
  CHECK(year("bm01", {second, first}).values.at("results_text").value ==
        "**Quý I năm 2024.** Tốt. **Quý II năm 2024.** Khá.");
}
