#include <charconv>
#include <cstdlib>

#include "core/base/json.h"

namespace tram::json {
namespace {

struct Decimal {
  bool negative = false;
  std::string digits;         // significant, without zeros at either end; empty: zero
  std::int64_t exponent = 0;  // of the first digit: 1234.5 has 3
};

Decimal decimal_of(std::string_view text) {
  Decimal decimal;
  std::size_t i = 0;
  if (text[i] == '-') {
    decimal.negative = true;
    ++i;
  }
  std::int64_t whole_digits = 0;
  bool after_point = false;
  for (; i < text.size() && text[i] != 'e' && text[i] != 'E'; ++i) {
    if (text[i] == '.') {
      after_point = true;
      continue;
    }
    decimal.digits += text[i];
    whole_digits += after_point ? 0 : 1;
  }
  std::int64_t exponent = 0;
  if (i < text.size()) {
    const std::string_view rest = text.substr(i + 1 + (text[i + 1] == '+' ? 1 : 0));
    std::from_chars(rest.data(), rest.data() + rest.size(), exponent);
  }
  const std::size_t first = decimal.digits.find_first_not_of('0');
  if (first == std::string::npos) return {};
  decimal.digits.erase(0, first);
  decimal.digits.erase(decimal.digits.find_last_not_of('0') + 1);
  decimal.exponent = whole_digits - 1 - static_cast<std::int64_t>(first) + exponent;
  return decimal;
}

}  // namespace

std::string canonical_number(std::string_view text) {
  const Decimal decimal = decimal_of(text);
  if (decimal.digits.empty()) return "0";
  std::string out = decimal.negative ? "-" : "";
  const auto size = static_cast<std::int64_t>(decimal.digits.size());
  const std::int64_t exponent = decimal.exponent;
  if (exponent >= 0 && exponent <= 20) {
    if (size <= exponent + 1) {
      out += decimal.digits;
      out.append(static_cast<std::size_t>(exponent + 1 - size), '0');
    } else {
      out.append(decimal.digits, 0, static_cast<std::size_t>(exponent + 1));
      out += '.';
      out.append(decimal.digits, static_cast<std::size_t>(exponent + 1));
    }
  } else if (exponent < 0 && exponent >= -7) {
    out += "0.";
    out.append(static_cast<std::size_t>(-exponent - 1), '0');
    out += decimal.digits;
  } else {
    out += decimal.digits[0];
    if (size > 1) {
      out += '.';
      out.append(decimal.digits, 1);
    }
    out += exponent < 0 ? "e-" : "e+";
    out += std::to_string(std::abs(exponent));
  }
  return out;
}

Value number_value(std::string_view text) {
  const std::string canonical = canonical_number(text);
  const char* const end = canonical.data() + canonical.size();
  std::int64_t integer = 0;
  if (const auto read = std::from_chars(canonical.data(), end, integer); read.ec == std::errc() && read.ptr == end) {
    return integer;
  }
  double real = 0;
  if (const auto read = std::from_chars(canonical.data(), end, real); read.ec == std::errc() && read.ptr == end) {
    Value value = real;
    if (number_text(value) == canonical) return value;
  }
  return Value::binary(std::vector<std::uint8_t>(canonical.begin(), canonical.end()), kExactNumber);
}

std::optional<std::string> number_text(const Value& value) {
  char text[64];
  switch (value.type()) {
    case Value::value_t::number_integer: return std::to_string(value.get<std::int64_t>());
    case Value::value_t::number_unsigned: return std::to_string(value.get<std::uint64_t>());
    case Value::value_t::number_float: {
      const auto written = std::to_chars(text, text + sizeof text, value.get<double>(), std::chars_format::scientific);
      return canonical_number({text, static_cast<std::size_t>(written.ptr - text)});
    }
    case Value::value_t::binary: {
      const auto& bytes = value.get_binary();
      return std::string(bytes.begin(), bytes.end());
    }
    default: return std::nullopt;
  }
}

bool is_number(const Value& value) { return value.is_number() || value.is_binary(); }

bool is_portable_number(std::string_view canonical) {
  const Decimal decimal = decimal_of(canonical);
  const auto size = static_cast<std::int64_t>(decimal.digits.size());
  if (size <= 15) return decimal.exponent >= -300 && decimal.exponent <= 300;
  if (size > decimal.exponent + 1) return false;  // digits behind the point
  std::int64_t integer = 0;
  const auto read = std::from_chars(canonical.data(), canonical.data() + canonical.size(), integer);
  constexpr std::int64_t kSafe = (std::int64_t{1} << 53) - 1;
  return read.ec == std::errc() && read.ptr == canonical.data() + canonical.size() && integer >= -kSafe &&
         integer <= kSafe;
}

}  // namespace tram::json
