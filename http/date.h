// http/date.h: dates as HTTP writes them (RFC 7231, 7.1.1.1). Pure functions; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tram::http {

// "Sun, 06 Nov 1994 08:49:37 GMT".
std::string http_date(std::int64_t wall_ms);
// The form above only (the two obsolete ones are nothing); milliseconds since 1970.
std::optional<std::int64_t> parse_http_date(std::string_view text);

}  // namespace tram::http
