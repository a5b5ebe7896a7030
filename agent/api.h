// agent/api.h: the JSON API of this PC for its own pages and scripts (docs/openapi-agent.yaml).
//
// It listens on loopback, and answers only when Host names loopback too: a page of another origin may make a browser
// connect here under a name of its own (DNS rebinding), but cannot make it say our Host. What writes must have no Origin (a program) or our own (our page).
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "agent/office.h"
#include "http/message.h"

namespace tram::agent {

// The port is known once the server listens; until then every Host is refused. The office outlives the handler.
http::Handler make_api(Office& office, std::shared_ptr<const std::atomic<std::uint16_t>> port);

// The most bytes a request may carry, from its head (ServerOptions::body_max_for): files may be large.
std::size_t api_body_max(const http::Request& head);

// (method, path) of everything served, as in docs/openapi-agent.yaml; a test compares the two.
std::vector<std::pair<std::string, std::string>> api_routes();

}  // namespace tram::agent
