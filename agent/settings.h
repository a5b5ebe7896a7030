// agent/settings.h: the daemon's optional configuration file (TOML), docs/configuration.md.
//
//   listen = "127.0.0.1:7645"      # loopback only
//   log_level = "info"             # debug, info, warning, error
//   [local_api]                    # other programs on this PC work on the office's databases (CouchDB's protocol)
//   couchdb = false
//   couchdb_listen = "127.0.0.1:7646"
//   user = "app"                   # Basic credentials; the password has at least 12 characters
//   password = "..."
//   origins = ["http://localhost:3000"]
#pragma once

#include <string>
#include <vector>

#include "agent/config.h"
#include "core/base/log.h"
#include "core/base/result.h"

namespace tram::agent {

struct Settings {
  Listen listen;
  log::Level log_level = log::Level::info;
  struct LocalApi {
    bool couchdb = false;
    Listen listen{"127.0.0.1", 7646};
    std::string user, password;
    std::vector<std::string> origins;
  } local_api;
};

// Error usage, one line that names the file, the key and what it should be; unknown keys are errors too.
Result<Settings> read_settings(const std::string& path);

}  // namespace tram::agent
