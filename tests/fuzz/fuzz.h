// tests/fuzz/fuzz.h: what every fuzz target shares: its input cut into strings, and a result that must be one.
//
// A target is one function, fuzz(input). It states by CHECK what must hold of any input; libFuzzer looks for one for
// which it does not, or that the sanitizers object to. `./dev fuzz` lists the targets.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace tram::fuzzing {

void fuzz(std::string_view input);

// "a|b|c" at a separator, at most `parts` of them; the last has the rest.
inline std::vector<std::string_view> cut(std::string_view text, std::string_view separator, std::size_t parts) {
  std::vector<std::string_view> cuts;
  while (cuts.size() + 1 < parts) {
    const std::size_t at = text.find(separator);
    if (at == std::string_view::npos) break;
    cuts.push_back(text.substr(0, at));
    text.remove_prefix(at + separator.size());
  }
  cuts.push_back(text);
  return cuts;
}

template <typename T>
T must(Result<T> result) {
  CHECK(result.ok());
  return std::move(result).value();
}
inline void must(const Status& status) { CHECK(status.ok()); }

}  // namespace tram::fuzzing
