#include "core/reports/date.h"

#include <array>
#include <chrono>

namespace tram {
namespace {

using std::chrono::sys_days;
using std::chrono::year_month_day;

sys_days to_days(Date date) { return sys_days{std::chrono::year{date.year} / date.month / date.day}; }

Date from_days(sys_days days) {
  const year_month_day ymd{days};
  return {static_cast<int>(ymd.year()), static_cast<int>(static_cast<unsigned>(ymd.month())),
          static_cast<int>(static_cast<unsigned>(ymd.day()))};
}

std::string digits(int number, std::size_t width) {
  std::string text = std::to_string(number);
  return text.size() >= width ? text : std::string(width - text.size(), '0') + text;
}

}  // namespace

std::string Date::text() const { return digits(year, 4) + "-" + digits(month, 2) + "-" + digits(day, 2); }

std::optional<Date> parse_date(std::string_view iso) {
  if (iso.size() != 10 || iso[4] != '-' || iso[7] != '-') return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t length) {
    int value = 0;
    for (const char c : iso.substr(at, length)) {
      if (c < '0' || c > '9') return -1;
      value = value * 10 + (c - '0');
    }
    return value;
  };
  const Date date{number(0, 4), number(5, 2), number(8, 2)};
  if (date.year < 1900 || date.year > 2999 || date.month < 1 || date.month > 12) return std::nullopt;
  if (date.day < 1 || date.day > last_day_of_month(date.year, date.month)) return std::nullopt;
  return date;
}

int last_day_of_month(int year, int month) {
  const std::chrono::year_month_day_last last{
      std::chrono::year{year}, std::chrono::month_day_last{std::chrono::month(static_cast<unsigned>(month))}};
  return static_cast<int>(static_cast<unsigned>(last.day()));
}

Date add_days(Date date, int days) { return from_days(to_days(date) + std::chrono::days{days}); }

Date add_months(Date date, int months) {
  int index = date.year * 12 + (date.month - 1) + months;
  Date moved{index / 12, index % 12 + 1, 1};
  moved.day = std::min(date.day, last_day_of_month(moved.year, moved.month));
  return moved;
}

int weekday(Date date) { return static_cast<int>(std::chrono::weekday{to_days(date)}.iso_encoding()); }

int days_between(Date from, Date to) { return static_cast<int>((to_days(to) - to_days(from)).count()); }

}  // namespace tram
