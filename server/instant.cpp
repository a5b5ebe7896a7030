#include "server/instant.h"

#include <algorithm>

#include "core/reports/date.h"

namespace tram {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kVietnamMs = 7 * 3'600'000;

// Two digits, at most `most`.
std::optional<int> two(std::string_view text, std::size_t at, int most) {
  if (at + 2 > text.size()) return std::nullopt;
  const char a = text[at], b = text[at + 1];
  if (a < '0' || a > '9' || b < '0' || b > '9') return std::nullopt;
  const int value = (a - '0') * 10 + (b - '0');
  return value <= most ? std::optional(value) : std::nullopt;
}

}  // namespace

std::optional<std::int64_t> parse_instant(std::string_view text) {
  const auto day = parse_date(text.substr(0, 10));
  if (!day) return std::nullopt;
  const std::int64_t midnight = days_between({1970, 1, 1}, *day) * kDayMs;
  if (text.size() == 10) return midnight + kDayMs - 1000 - kVietnamMs;
  if (text.size() < 20 || text[10] != 'T' || text[13] != ':' || text[16] != ':') return std::nullopt;
  const auto hour = two(text, 11, 23), minute = two(text, 14, 59), second = two(text, 17, 60);
  if (!hour || !minute || !second) return std::nullopt;
  std::string_view zone = text.substr(19);
  if (zone[0] == '.') zone.remove_prefix(std::min(zone.find_first_not_of("0123456789", 1), zone.size()));
  const std::int64_t time = midnight + ((*hour * 60 + *minute) * 60 + *second) * std::int64_t{1000};
  if (zone == "Z") return time;
  if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':') return std::nullopt;
  const auto off_hour = two(zone, 1, 14), off_minute = two(zone, 4, 59);
  if (!off_hour || !off_minute) return std::nullopt;
  const std::int64_t off = (*off_hour * 60 + *off_minute) * std::int64_t{60'000};
  return zone[0] == '+' ? time - off : time + off;
}

}  // namespace tram
