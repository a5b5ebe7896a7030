// core/reports/date.h: days as ISO text ("2024-06-17"), the way documents hold them and formulas compare them.
// Pure arithmetic on the Gregorian calendar, years 1900 to 2999; no clock. Any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tram {

struct Date {
  int year = 0, month = 0, day = 0;
  std::string text() const;  // "2024-06-17"
  auto operator<=>(const Date&) const = default;
};

std::optional<Date> parse_date(std::string_view iso);  // nothing unless a real day in exactly this form
inline bool is_date(std::string_view iso) { return parse_date(iso).has_value(); }
Date add_days(Date date, int days);
Date add_months(Date date, int months);  // keeps the last day of a short month: 31/01 + 1 is 29/02/2024
int last_day_of_month(int year, int month);
int weekday(Date date);                // 1 Monday ... 7 Sunday
int days_between(Date from, Date to);  // negative when to is earlier

}  // namespace tram
