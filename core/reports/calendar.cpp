#include "core/reports/calendar.h"

namespace tram {
namespace {

Error malformed(std::string_view what) {
  return error(ErrorCode::bad_request, "the calendar data: " + std::string(what));
}

bool is_sure(const json::Value& day) { return json::string_at(day, "status").value_or("confirm") == "sure"; }

}  // namespace

Result<Calendar> Calendar::load(const json::Value& holidays) {
  Calendar calendar;
  if (const auto* weekend = json::array_at(holidays, "weekend")) {
    calendar.weekend_.clear();
    for (const auto& day : *weekend) {
      if (!day.is_number_integer() || day.get<int>() < 1 || day.get<int>() > 7)
        return malformed("weekend names days 1 to 7");
      calendar.weekend_.insert(day.get<int>());
    }
    if (calendar.weekend_.size() > 6) return malformed("no day of the week is left to work");
  }
  if (const auto* fixed = json::array_at(holidays, "fixed")) {
    for (const auto& day : *fixed) {
      const auto month = json::integer_at(day, "month"), number = json::integer_at(day, "day");
      if (!month || !number) return malformed("a fixed day needs month and day");
      if (is_sure(day)) calendar.fixed_.emplace(static_cast<int>(*month), static_cast<int>(*number));
    }
  }
  if (const auto* dated = json::array_at(holidays, "dated")) {
    for (const auto& day : *dated) {
      const auto date = parse_date(json::string_at(day, "date").value_or(""));
      if (!date) return malformed("a dated day off needs its date");
      if (!is_sure(day)) continue;
      calendar.off_.insert(*date);
      if (const auto worked = parse_date(json::string_at(day, "swapped_with").value_or("")))
        calendar.worked_.insert(*worked);
    }
  }
  return calendar;
}

bool Calendar::is_working_day(Date day) const {
  if (off_.contains(day) || fixed_.contains({day.month, day.day})) return false;
  return worked_.contains(day) || !weekend_.contains(weekday(day));
}

Date Calendar::next_working_day(Date day) const {
  // A year without a working day would be broken data; stop rather than spin.
  for (int i = 0; i < 366 && !is_working_day(day); ++i) day = add_days(day, 1);
  return day;
}

Date Calendar::add_working_days(Date day, int days) const {
  for (int i = 0; i < days; ++i) day = next_working_day(add_days(day, 1));
  return day;
}

int Calendar::working_days_between(Date after, Date before) const {
  int count = 0;
  for (Date day = add_days(after, 1); day < before; day = add_days(day, 1)) count += is_working_day(day) ? 1 : 0;
  return count;
}

Result<DueRules> DueRules::load(const json::Value& periods) {
  DueRules rules;
  const auto* deadlines = json::array_at(periods, "deadlines");
  if (deadlines == nullptr) return malformed("periods need a list 'deadlines'");
  for (const auto& deadline : *deadlines) {
    const auto tier = json::string_at(deadline, "tier");
    const auto day = json::integer_at(deadline, "day");
    if (!tier || !day || *day < 1 || *day > 31) return malformed("a deadline needs tier and day 1 to 31");
    rules.tiers_.push_back({*tier, static_cast<int>(*day), json::string_at(deadline, "time").value_or(""),
                            json::string_at(deadline, "roll").value_or("") == "next_working_day"});
  }
  if (const auto least = json::integer_at(periods, "working_days_min_between_end_and_due")) {
    rules.between_min_ = static_cast<int>(*least);
  }
  if (const auto* answer = json::object_at(periods, "recommendation_answer_working_days")) {
    if (const auto days = json::integer_at(*answer, "value")) rules.answer_working_days_ = static_cast<int>(*days);
  }
  return rules;
}

std::optional<DueRules::Due> DueRules::due(std::string_view tier, const Period& period, const Window& window,
                                           const Calendar& calendar) const {
  for (const Tier& known : tiers_) {
    if (known.name != tier) continue;
    if (period.kind == PeriodKind::adhoc) return Due{calendar.add_working_days(window.end, 1), known.time};
    const int year = period.last_year(), month = period.last_month();
    Date day{year, month, std::min(known.day, last_day_of_month(year, month))};
    if (known.rolls) day = calendar.next_working_day(day);
    // NĐ 09/2019/NĐ-CP, Art. 8; it also moves the day past windows that end with the month.
    if (day <= window.end) day = add_days(window.end, 1);
    while (calendar.working_days_between(window.end, day) < between_min_ ||
           (known.rolls && !calendar.is_working_day(day))) {
      day = add_days(day, 1);
    }
    return Due{day, known.time};
  }
  return std::nullopt;
}

}  // namespace tram
