#include "http/headers.h"

#include <algorithm>

namespace tram::http {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string clean(std::string_view text) {
  std::string out(text);
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; }, ' ');
  return out;
}

}  // namespace

bool same_without_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view Headers::get(std::string_view name) const {
  for (const Field& field : fields_) {
    if (same_without_case(field.name, name)) return field.value;
  }
  return {};
}

bool Headers::has(std::string_view name) const {
  return std::any_of(fields_.begin(), fields_.end(),
                     [&](const Field& field) { return same_without_case(field.name, name); });
}

void Headers::set(std::string_view name, std::string_view value) {
  remove(name);
  add(name, value);
}

void Headers::set_if_absent(std::string_view name, std::string_view value) {
  if (!has(name)) add(name, value);
}

void Headers::add(std::string_view name, std::string_view value) { fields_.push_back({clean(name), clean(value)}); }

void Headers::remove(std::string_view name) {
  std::erase_if(fields_, [&](const Field& field) { return same_without_case(field.name, name); });
}

}  // namespace tram::http
