#include "core/reports/calendar.h"
#include "tests/core/reports/reference.h"

using namespace tram;

namespace {

std::string days(const char* id, Cutoff cutoff = Cutoff::nd09, const std::optional<Window>& given = {}) {
  const auto period = parse_period(id);
  if (!period) return "not a period";
  const auto window = window_of(*period, cutoff, given);
  return window ? window->start.text() + " " + window->end.text() : "none";
}

Calendar calendar() {
  auto loaded = Calendar::load(reference::data("holidays_vn.json"));
  REQUIRE(loaded);
  return *loaded;
}

std::string due(const char* id, std::string_view tier = kOfficeTier, Cutoff cutoff = Cutoff::nd09) {
  const auto rules = DueRules::load(reference::data("periods.json"));
  REQUIRE(rules);
  const Period period = reference::period(id);
  const auto found = rules->due(tier, period, *window_of(period, cutoff), calendar());
  return found ? found->day.text() + " " + found->time : "none";
}

}  // namespace

TEST_CASE("windows of Decree 09 of 2019 Article 12") {
  CHECK(days("202406") == "2024-05-15 2024-06-14");
  CHECK(days("202401") == "2023-12-15 2024-01-14");
  CHECK(days("2024Q1") == "2023-12-15 2024-03-14");
  CHECK(days("2024Q2") == "2024-03-15 2024-06-14");
  CHECK(days("2024Q4") == "2024-09-15 2024-12-14");
  CHECK(days("2024S1") == "2023-12-15 2024-06-14");
  CHECK(days("2024S2") == "2024-06-15 2024-12-14");
  CHECK(days("2024C9") == "2023-12-15 2024-09-14");
  CHECK(days("2024") == "2023-12-15 2024-12-14");
  CHECK(days("2021_2025") == "2020-12-15 2025-12-14");
}

TEST_CASE("calendar windows and those that a campaign names") {
  CHECK(days("202402", Cutoff::calendar) == "2024-02-01 2024-02-29");
  CHECK(days("2024Q3", Cutoff::calendar) == "2024-07-01 2024-09-30");
  CHECK(days("2025", Cutoff::plan) == "2025-01-01 2025-12-31");
  const Window given{{2024, 1, 10}, {2024, 2, 20}};
  CHECK(days("2024", Cutoff::custom) == "none");
  CHECK(days("2024", Cutoff::custom, given) == "2024-01-10 2024-02-20");
  CHECK(days("20240717") == "2024-07-17 2024-07-17");
  CHECK(days("20240717", Cutoff::nd09, given) == "2024-01-10 2024-02-20");
  CHECK(days("2024", Cutoff::custom, Window{{2024, 2, 1}, {2024, 1, 1}}) == "none");
}

TEST_CASE("a scenario stands behind the name and changes no day") {
  CHECK(days("2024~estimate") == days("2024"));
  CHECK(reference::period("2025~plan").scenario == Scenario::plan);
  CHECK(label_vi(reference::period("2024~estimate")) == "Năm 2024 (ước thực hiện)");
  CHECK(label_vi(reference::period("2024Q2")) == "Quý II năm 2024");
}

TEST_CASE("what is not a period is refused") {
  for (const char* id : {"", "24", "2024Q5", "2024Q0", "202413", "202400", "2024S3", "2024C6", "20240230", "2025_2021",
                         "2024~other", "2024q1", "2024Q1 ", "2024-06", "abcd"}) {
    CHECK_FALSE(parse_period(id));
  }
}

TEST_CASE("the period before is of the same kind and scenario") {
  CHECK(previous_period(reference::period("2024Q1"))->id == "2023Q4");
  CHECK(previous_period(reference::period("202401"))->id == "202312");
  CHECK(previous_period(reference::period("2024S2"))->id == "2024S1");
  CHECK(previous_period(reference::period("2024~plan"))->id == "2023~plan");
  CHECK(previous_period(reference::period("2021_2025"))->id == "2016_2020");
  CHECK_FALSE(previous_period(reference::period("20240717")));
}

TEST_CASE("longer periods are made of shorter ones") {
  const auto ids = [](const char* id, PeriodKind kind) {
    std::string text;
    for (const Period& part : parts_of(reference::period(id), kind)) text += part.id + " ";
    return text;
  };
  CHECK(ids("2024", PeriodKind::quarterly) == "2024Q1 2024Q2 2024Q3 2024Q4 ");
  CHECK(ids("2024C9", PeriodKind::quarterly) == "2024Q1 2024Q2 2024Q3 ");
  CHECK(ids("2024S2", PeriodKind::quarterly) == "2024Q3 2024Q4 ");
  CHECK(ids("2024Q2", PeriodKind::monthly) == "202404 202405 202406 ");
  CHECK(ids("2021_2023", PeriodKind::yearly) == "2021 2022 2023 ");
  CHECK(ids("2024", PeriodKind::ninemonthly) == "");
}

TEST_CASE("the first quarter of 2024 is due on Monday because the 17th is a Sunday") {
  CHECK(due("2024Q1") == "2024-03-18 17:00");
  CHECK(due("202407") == "2024-07-17 17:00");
  CHECK(due("2024Q2", "province_to_government") == "2024-06-25 17:00");
  CHECK(due("2024Q2", "nobody") == "none");
}

TEST_CASE("a due day leaves at least one working day after the window") {
  CHECK(due("2024Q2") == "2024-06-18 17:00");  // the window ends on Friday 14th, so the 17th would leave none between
  CHECK(due("2024Q1", "commune_to_district") == "2024-03-18 17:00");  // Thursday 14th, Friday lies between
  CHECK(due("2024Q2", kOfficeTier, Cutoff::calendar) == "2024-07-02 17:00");
  CHECK(due("20240717") == "2024-07-18 17:00");
}

TEST_CASE("holidays are no working days and unconfirmed ones count only once confirmed") {
  const Calendar days_off = calendar();
  CHECK_FALSE(days_off.is_working_day({2024, 2, 9}));  // Tết
  CHECK_FALSE(days_off.is_working_day({2024, 9, 2}));  // fixed
  CHECK(days_off.is_working_day({2024, 4, 29}));       // status confirm
  CHECK_FALSE(days_off.is_working_day({2024, 5, 4}));  // the Saturday swapped for it
  CHECK(days_off.next_working_day({2024, 2, 8}) == Date{2024, 2, 15});
  json::Value confirmed = reference::data("holidays_vn.json");
  for (auto& day : confirmed["dated"]) day["status"] = "sure";
  CHECK_FALSE(Calendar::load(confirmed)->is_working_day({2024, 4, 29}));
  CHECK(Calendar::load(confirmed)->is_working_day({2024, 5, 4}));
  CHECK(Calendar().next_working_day({2024, 3, 16}) == Date{2024, 3, 18});
}
