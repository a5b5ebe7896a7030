// sync/query.h: the query parameters of one request as the protocol writes them: flags, numbers, JSON values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "http/message.h"

namespace tram {

// Errors of number() and json_text(): bad_request named query_parse_error.
class Query {
 public:
  static Result<Query> of(const http::Request& request);

  bool has(std::string_view name) const { return get(name).has_value(); }
  std::optional<std::string_view> get(std::string_view name) const;
  bool flag(std::string_view name, bool otherwise = false) const;
  Result<std::optional<std::uint64_t>> number(std::string_view name) const;
  // A JSON string as startkey="a", or the bare text.
  Result<std::optional<std::string>> string(std::string_view name) const;

 private:
  http::Parameters parameters_;
};

}  // namespace tram
