// agent/api.h: the JSON API of this PC and its page, for people in a browser and for programs of this PC
// (docs/openapi-agent.yaml).
//
// It listens on loopback, and answers only when Host names loopback too: a page of another origin may make a browser
// connect here under a name of its own (DNS rebinding), but cannot make it say our Host. Who asks is known
//   by the session's cookie (agent/page_sessions.h), for which a change must also come from our own origin and carry the
//   session's CSRF token, so that a page of another origin can neither read nor change anything;
//   or, for what no browser sent, by the accounts that are connected here (agent/neighbour.h): the account this
//   program runs under, and root, may read the data folder anyway.
// Nobody else is told anything but the pages' own files, /_up, /metrics and /api/v1/door.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "agent/neighbour.h"
#include "agent/office.h"
#include "agent/page_sessions.h"
#include "http/message.h"
#include "http/server.h"

namespace tram::agent {

struct ApiOptions {
  // The port is known once the server listens; until then every Host is refused.
  std::shared_ptr<const std::atomic<std::uint16_t>> port;
  PageSessions* sessions = nullptr;                                              // null: programs only
  std::function<std::optional<Neighbour>(const http::Request&)> neighbour = {};  // none: nobody is trusted
};

// The office and the sessions outlive the handler.
http::Handler make_api(Office& office, const ApiOptions& options);
// Lets large files come in: attachments by way of the disk, after the question who sends them; filled templates.
void take_files(http::ServerOptions& server, Office& office, const ApiOptions& options);

// (method, path) of everything served, as in docs/openapi-agent.yaml; a test compares the two.
std::vector<std::pair<std::string, std::string>> api_routes();

}  // namespace tram::agent
