#include "core/reports/search_text.h"

#include <algorithm>
#include <array>

namespace tram {
namespace {

void gather(const json::Value& value, std::string& text) {
  static constexpr std::array<std::string_view, 9> kMachinery = {"type", "edit", "submission", "of",     "at",
                                                                 "by",   "pc",   "digest",     "verdict"};
  if (value.is_string()) {
    std::string line = value.get<std::string>();
    std::replace(line.begin(), line.end(), '\n', ' ');
    text += line + "\n";
  } else if (value.is_array()) {
    for (const json::Value& item : value) gather(item, text);
  } else if (value.is_object()) {
    for (const auto& [name, member] : value.items()) {
      if (std::find(kMachinery.begin(), kMachinery.end(), name) == kMachinery.end()) gather(member, text);
    }
  }
}

}  // namespace

std::optional<std::string> search_text(std::string_view id, const json::Value& body) {
  static constexpr std::array<std::string_view, 5> kSearched = {
      "report:", "recommendation:", "guidance:", "tbt_notice:", "answer:"};
  const bool searched =
      std::any_of(kSearched.begin(), kSearched.end(), [&](std::string_view prefix) { return id.starts_with(prefix); });
  if (!searched) return std::nullopt;
  std::string text;
  gather(body, text);
  return text;
}

}  // namespace tram
