// agent/local_api.h: the office's databases by CouchDB's protocol, for other programs on this PC ([local_api] of the
// configuration; off unless asked for). They work offline on them, and the Syncer carries what they write.
//
// A listener of its own: the same Host list as the page, Basic credentials, no cookies, CORS for the origins named.
// Served are office-<slug> (read and write) and reference (read).
#pragma once

#include <memory>

#include "agent/office.h"
#include "agent/settings.h"
#include "core/base/result.h"
#include "http/server.h"

namespace tram::agent {

// Starts it, and answers it; null when the configuration does not ask for it. The office outlives it. Error in_use for
// a busy port.
Result<std::unique_ptr<http::Server>> serve_local_api(Office& office, const Settings::LocalApi& settings);

// Whether Host names loopback at this port; 0: never.
bool host_is_here(const http::Request& request, std::uint16_t port);
// False for what a page of another origin sends: browsers name the origin with every request that may write.
bool origin_is_here(const http::Request& request);

}  // namespace tram::agent
