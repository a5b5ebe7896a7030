// server/settings.h: the server's optional configuration file (TOML), docs/configuration.md.
//
//   listen = "127.0.0.1:8645"
//   log_level = "info"             # debug, info, warning, error
//   workers = 4                    # threads that answer requests
//   origins = ["https://..."]      # pages of other addresses that may replicate (CORS)
//   hosts = ["reports.example"]    # names under which people reach the pages
//   proxies = ["127.0.0.1"]        # addresses whose X-Forwarded-For and X-Forwarded-Proto are believed
//   [tls]                          # the server ends TLS itself; without it, a proxy before it does
//   certificate = "/etc/…/cert.pem"   # with its chain
//   key = "/etc/…/key.pem"
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/log.h"
#include "core/base/result.h"

namespace tram {

struct ServerSettings {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8645;
  log::Level log_level = log::Level::info;
  std::size_t workers = 4;
  std::vector<std::string> origins = {};
  std::vector<std::string> hosts = {};
  std::vector<std::string> proxies = {};
  std::string tls_certificate = {};  // PEM files, both or none
  std::string tls_key = {};

  bool serves_tls() const { return !tls_certificate.empty(); }

  std::string listen() const;  // "127.0.0.1:8645", "[::1]:8645"
};

// "HOST:PORT" into settings; HOST is an address. Error usage.
Status set_listen(ServerSettings& settings, std::string_view text);

// Errors: usage, one line that names the file, the key and what it should be (unknown keys too).
Result<ServerSettings> read_server_settings(const std::string& path);

}  // namespace tram
