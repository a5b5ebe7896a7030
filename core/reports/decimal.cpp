#include "core/reports/decimal.h"

#include <algorithm>
#include <array>

#include "core/base/text.h"

namespace tram {
namespace {

__extension__ using Wide = __int128;
constexpr Wide kUnit = 1'000'000;

bool add_into(Wide& sum, Wide term) { return !__builtin_add_overflow(sum, term, &sum); }
bool times_into(Wide& product, Wide factor) { return !__builtin_mul_overflow(product, factor, &product); }

Error not_a_decimal(std::string_view text, std::string_view why) {
  return error(ErrorCode::bad_request, quoted_text(text) + " " + std::string(why));
}

// n / d to the nearest integer, halves away from zero; d > 0.
Wide round_quotient(Wide n, Wide d) {
  const Wide quotient = n / d;
  const Wide rest = n % d;
  const Wide size = rest < 0 ? -rest : rest;
  if (size < d - size) return quotient;
  return n < 0 ? quotient - 1 : quotient + 1;
}

}  // namespace

Decimal Decimal::of(std::int64_t whole) { return Decimal(Wide{whole} * kUnit); }

Result<Decimal> Decimal::parse(std::string_view text) {
  const auto parsed = json::parse(text);
  if (!parsed || !json::is_number(*parsed)) return not_a_decimal(text, "is not a number");
  return from_json(*parsed);
}

Result<Decimal> Decimal::from_json(const json::Value& value) {
  const auto number = json::number_text(value);
  if (!number) return not_a_decimal(json::print(value), "is not a number");
  std::string_view text = *number;
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);

  int exponent = 0;
  if (const auto e = text.find_first_of("eE"); e != std::string_view::npos) {
    const std::string_view digits = text.substr(e + 1);
    if (digits.size() > 5) return not_a_decimal(*number, "is out of range");
    exponent = std::stoi(std::string(digits));
    text = text.substr(0, e);
  }
  std::string digits;
  int places = 0;
  for (bool fraction = false; const char c : text) {
    if (c == '.')
      fraction = true;
    else {
      digits += c;
      places += fraction ? 1 : 0;
    }
  }
  Wide millionths = 0;
  for (const char c : digits) {
    if (!times_into(millionths, 10) || !add_into(millionths, c - '0')) return not_a_decimal(*number, "is out of range");
  }
  for (int shift = exponent - places + kPlaces; shift != 0 && millionths != 0; shift += shift > 0 ? -1 : 1) {
    if (shift > 0) {
      if (!times_into(millionths, 10)) return not_a_decimal(*number, "is out of range");
    } else {
      if (millionths % 10 != 0) return not_a_decimal(*number, "has more than six decimals");
      millionths /= 10;
    }
  }
  return Decimal(negative ? -millionths : millionths);
}

std::string Decimal::text() const {
  std::string digits;
  Wide rest = millionths_;
  do {
    const int digit = static_cast<int>(rest % 10);
    digits += static_cast<char>('0' + (digit < 0 ? -digit : digit));
    rest /= 10;
  } while (rest != 0);
  while (digits.size() <= kPlaces) digits += '0';
  std::reverse(digits.begin(), digits.end());
  digits.insert(digits.size() - kPlaces, ".");
  return json::canonical_number((millionths_ < 0 ? "-" : "") + digits);
}

json::Value Decimal::to_json() const {
  if (const auto whole = integer()) return *whole;
  return json::number_value(text());
}

bool Decimal::is_integer() const { return millionths_ % kUnit == 0; }

int Decimal::decimals() const {
  int places = kPlaces;
  for (Wide rest = millionths_; places > 0 && rest % 10 == 0; rest /= 10) --places;
  return places;
}

std::optional<std::int64_t> Decimal::integer() const {
  const Wide whole = millionths_ / kUnit;
  const auto result = static_cast<std::int64_t>(whole);
  if (!is_integer() || Wide{result} != whole) return std::nullopt;
  return result;
}

Decimal Decimal::rounded(int places) const {
  Wide step = 1;
  for (int i = std::clamp(places, 0, kPlaces); i < kPlaces; ++i) step *= 10;
  return Decimal(round_quotient(millionths_, step) * step);
}

std::optional<Decimal> Decimal::add(Decimal a, Decimal b) {
  if (!add_into(a.millionths_, b.millionths_)) return std::nullopt;
  return a;
}

std::optional<Decimal> Decimal::subtract(Decimal a, Decimal b) {
  Wide difference = 0;
  if (__builtin_sub_overflow(a.millionths_, b.millionths_, &difference)) return std::nullopt;
  return Decimal(difference);
}

// Whole and fraction of both sides are multiplied apart: the four products have one sign, so nothing overflows that
// the result would hold, and only the last of them needs rounding.
std::optional<Decimal> Decimal::multiply(Decimal a, Decimal b) {
  const Wide a_whole = a.millionths_ / kUnit, a_rest = a.millionths_ % kUnit;
  const Wide b_whole = b.millionths_ / kUnit, b_rest = b.millionths_ % kUnit;
  Wide result = a_whole;
  if (!times_into(result, b_whole) || !times_into(result, kUnit)) return std::nullopt;
  Wide left = a_whole, right = a_rest;
  if (!times_into(left, b_rest) || !times_into(right, b_whole)) return std::nullopt;
  if (!add_into(result, left) || !add_into(result, right)) return std::nullopt;
  if (!add_into(result, round_quotient(a_rest * b_rest, kUnit))) return std::nullopt;
  return Decimal(result);
}

std::optional<Decimal> Decimal::divide(Decimal a, Decimal b) {
  if (b.millionths_ == 0) return std::nullopt;
  Wide divisor = b.millionths_, dividend = a.millionths_;
  if (divisor < 0) {
    if (__builtin_sub_overflow(Wide{0}, divisor, &divisor)) return std::nullopt;
    if (__builtin_sub_overflow(Wide{0}, dividend, &dividend)) return std::nullopt;
  }
  Wide result = dividend / divisor;
  Wide rest = dividend % divisor;
  for (int i = 0; i < kPlaces; ++i) {
    if (!times_into(rest, 10) || !times_into(result, 10)) return std::nullopt;
    if (!add_into(result, rest / divisor)) return std::nullopt;
    rest %= divisor;
  }
  if (!add_into(result, round_quotient(rest, divisor))) return std::nullopt;
  return Decimal(result);
}

Decimal Decimal::negated() const {
  return Decimal(-millionths_);  // the least value of 128 bits is never reached: parse and * stop before it
}

}  // namespace tram
