// core/reports/period.h: reporting periods: their names, and the data window that a closing rule gives them.
//
// Ids are those of DHIS2: 202406, 2024Q2, 2024S1, 2024, and 20240717 for an ad hoc day; our own are 2024C9 (nine
// months) and 2021_2025 (stage). A report asked for in another scenario says so in its id: 2024~estimate, 2025~plan.
// An id is a name; the days it covers depend on the form's `cutoff` (docs/reporting.md, Periods; the table is
// Nghị định 09/2019/NĐ-CP, Art. 12). Pure; any thread.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/reports/date.h"

namespace tram {

enum class PeriodKind { adhoc, monthly, quarterly, sixmonthly, ninemonthly, yearly, stage };
enum class Scenario { actual, estimate, plan };
enum class Cutoff { nd09, calendar, plan, custom };

struct Period {
  std::string id;  // as written, with the scenario's suffix
  PeriodKind kind = PeriodKind::yearly;
  int year = 0;  // first year of a stage
  int part = 0;  // month 1-12, quarter 1-4, half 1-2; last year of a stage; otherwise 0
  Date day;      // of an ad hoc period
  Scenario scenario = Scenario::actual;

  int first_month() const;  // 1-12; ad hoc: the day's month
  int last_month() const;
  int last_year() const { return kind == PeriodKind::stage ? part : year; }
};

// First and last day, both included.
struct Window {
  Date start, end;
  bool operator==(const Window&) const = default;
};

// Error bad_request: not a period.
Result<Period> parse_period(std::string_view id);

// The days a period covers. given is what the campaign names, if it does: required for custom, and it wins for an ad
// hoc period; otherwise it is not looked at. Error bad_request: a custom period without given days, or days reversed.
Result<Window> window_of(const Period& period, Cutoff cutoff, const std::optional<Window>& given = {});

// The period of the same kind and scenario just before: 2024Q1 -> 2023Q4. Nothing for ad hoc days.
std::optional<Period> previous_period(const Period& period);

// The shorter periods of one kind that make this one up, in order: (2024, quarterly) -> 2024Q1..2024Q4,
// (2024C9, quarterly) -> Q1..Q3, (2021_2025, yearly) -> 2021..2025. Empty when they do not fit.
std::vector<Period> parts_of(const Period& period, PeriodKind kind);

// In the order of their windows' ends, then starts, then ids.
bool earlier(const Period& a, const Period& b);

std::string_view name_of(PeriodKind kind);      // "quarterly", the word forms and expressions use
std::string_view name_of(Scenario scenario);    // "ACTUAL"
std::string_view suffix_of(Scenario scenario);  // "", "~estimate", "~plan"
std::optional<PeriodKind> period_kind(std::string_view name);
std::optional<Scenario> scenario_named(std::string_view name);  // "ACTUAL"
std::optional<Cutoff> cutoff_named(std::string_view name);      // "ND09"

// What people read: "Quý II năm 2024" / "Quarter 2, 2024", with the scenario where it is not the actual one.
std::string label_vi(const Period& period);
std::string label_en(const Period& period);

}  // namespace tram
