#include "sync/query.h"

#include <charconv>

#include "core/base/json_reader.h"

namespace tram {
namespace {

Error parse_error(std::string_view name, std::string_view wanted) {
  return error(ErrorCode::bad_request, "The parameter " + std::string(name) + " is " + std::string(wanted) + ".",
               "query_parse_error");
}

}  // namespace

Result<Query> Query::of(const http::Request& request) {
  Query query;
  ASSIGN_OR_RETURN(query.parameters_, request.parameters());
  return query;
}

std::optional<std::string_view> Query::get(std::string_view name) const {
  for (const auto& [key, value] : parameters_) {
    if (key == name) return value;
  }
  return std::nullopt;
}

bool Query::flag(std::string_view name, bool otherwise) const {
  const auto value = get(name);
  return value ? *value == "true" : otherwise;
}

Result<std::optional<std::uint64_t>> Query::number(std::string_view name) const {
  const auto value = get(name);
  if (!value) return std::optional<std::uint64_t>();
  std::uint64_t n = 0;
  const auto [end, code] = std::from_chars(value->data(), value->data() + value->size(), n);
  if (code != std::errc() || end != value->data() + value->size()) return parse_error(name, "a whole number");
  return std::optional(n);
}

Result<std::optional<std::string>> Query::string(std::string_view name) const {
  const auto value = get(name);
  if (!value) return std::optional<std::string>();
  if (!value->starts_with('"')) return std::optional(std::string(*value));
  json::Reader reader(*value);
  auto text = reader.string();
  if (!reader.finish()) return parse_error(name, "a JSON string");
  return text;
}

}  // namespace tram
