// tests/support/spoilt.h: a JSON text in which one value is of another kind than it was. Any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"

namespace tram::test {

// The places of a JSON value, the whole first; of a list only the first two.
inline void collect(const json::Value& value, const json::Value::json_pointer& at,
                    std::vector<json::Value::json_pointer>& places) {
  places.push_back(at);
  if (value.is_array()) {
    for (std::size_t i = 0; i < value.size() && i < 2; ++i) collect(value[i], at / i, places);
  }
  if (!value.is_object()) return;
  for (const auto& [name, member] : value.items()) collect(member, at / name, places);
}

inline const std::vector<json::Value>& odd_values() {
  static const std::vector<json::Value> values{nullptr, -7, "odd", json::Value::array({7}), {{"odd", 7}}, true};
  return values;
}

inline bool same_kind(const json::Value& a, const json::Value& b) {
  return a.type() == b.type() || (a.is_number() && b.is_number());
}

// The n-th way to spoil this text; none when there are fewer.
inline std::optional<std::string> spoilt(const std::string& text, std::size_t n) {
  const auto parsed = json::parse(text);
  if (!parsed) return std::nullopt;
  std::vector<json::Value::json_pointer> places;
  collect(*parsed, json::Value::json_pointer(), places);
  for (const auto& place : places) {
    for (const json::Value& odd : odd_values()) {
      if (same_kind((*parsed)[place], odd) || n-- > 0) continue;
      json::Value changed = *parsed;
      changed[place] = odd;
      return json::print(changed);
    }
  }
  return std::nullopt;
}

}  // namespace tram::test
