// http/url.h: percent encoding, query strings and URLs. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"

namespace tram::http {

// Everything but A-Z a-z 0-9 - . _ ~ becomes %XX; right for one path segment and for a query value.
std::string percent_encode(std::string_view text);
// Error bad_request at "%" without two hex digits. "+" stays "+".
Result<std::string> percent_decode(std::string_view text);

using Parameters = std::vector<std::pair<std::string, std::string>>;
// "a=1&b=x%20y+z": names and values decoded, "+" is a space; also reads application/x-www-form-urlencoded bodies.
Result<Parameters> parse_query(std::string_view query);
// The reverse, without a leading "?".
std::string build_query(const Parameters& parameters);

struct Url {
  bool tls = false;
  std::string user;  // decoded; credentials of "https://name:password@host" are for the caller to use
  std::string password;
  std::string host;  // lower case, without brackets
  std::uint16_t port = 0;
  std::string path;  // raw, begins with "/" or is empty, no "/" at its end: requests append their target to it

  std::string origin() const;  // "https://host:port", port left out when it is the usual one
  std::string text() const;    // origin and path, without credentials
  bool is_loopback() const;    // localhost, 127.0.0.0/8, ::1
};

// http and https only; no query, no fragment. Error bad_request otherwise.
Result<Url> parse_url(std::string_view text);

}  // namespace tram::http
