// core/reports/decimal.h: exact numbers for figures and formulas: a 128-bit integer of millionths.
//
// + and - are exact, * and / round half away from zero to six digits (docs/reporting.md, Expressions). The range is
// about ±1.7e32; what leaves it is "nothing", never a wrong value. Value type; any thread.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/json.h"
#include "core/base/result.h"

namespace tram {

class Decimal {
 public:
  static constexpr int kPlaces = 6;

  Decimal() = default;  // zero
  static Decimal of(std::int64_t whole);
  // A number as JSON writes it, also with an exponent. Error bad_request: not a number, more than six decimals, or
  // out of range.
  static Result<Decimal> parse(std::string_view text);
  static Result<Decimal> from_json(const json::Value& value);

  std::string text() const;  // canonical JSON text: "41.86", "-3", "0"
  json::Value to_json() const;
  bool is_integer() const;
  bool is_zero() const { return millionths_ == 0; }
  int decimals() const;                         // digits needed after the point: 0..6
  std::optional<std::int64_t> integer() const;  // nothing when there is a fraction, or beyond 64 bits
  Decimal rounded(int places) const;            // half away from zero; places 0..6

  // Nothing on overflow; divide also when b is zero.
  static std::optional<Decimal> add(Decimal a, Decimal b);
  static std::optional<Decimal> subtract(Decimal a, Decimal b);
  static std::optional<Decimal> multiply(Decimal a, Decimal b);
  static std::optional<Decimal> divide(Decimal a, Decimal b);
  Decimal negated() const;

  friend auto operator<=>(const Decimal&, const Decimal&) = default;

 private:
  __extension__ using Wide = __int128;
  explicit Decimal(Wide millionths) : millionths_(millionths) {}
  Wide millionths_ = 0;
};

}  // namespace tram
