// server/caller.h: who asks the JSON API, from where, and whether it was the page itself that asked. Any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "http/message.h"
#include "server/province.h"
#include "server/roles.h"
#include "server/sessions.h"

namespace tram {

// How a request came. Forwarded headers are believed from the proxies of the configuration alone.
struct RequestOrigin {
  std::string address;
  bool https = false;     // to the proxy, or to this server itself
  bool loopback = false;  // asked on this very machine, with no proxy between
};
RequestOrigin origin_of(const http::Request& request, const std::vector<std::string>& proxies);

struct Caller {
  std::string name;
  Role role = Role::viewer;
  RequestOrigin from;
  std::optional<Session> session;  // the pages; nothing: a password or the cookie of POST /_session with the request
};

// By the pages' cookie, else as Accounts::authenticate. Errors: unauthorized; forbidden for an office's token, whose
// place is the replication interface; busy after too many wrong passwords.
Result<Caller> caller_of(Province& province, const http::Request& request, const RequestOrigin& from);

// People reach the province under its own names: those of the configuration, an address, or localhost. Any other name may
// have been turned to this address by a hostile page (DNS rebinding). Who brings a credential with the request itself is no
// page that was led here. Error forbidden named other_host.
Status check_host(const http::Request& request, const std::vector<std::string>& hosts);

// A write must come from a page of this very server: Origin and Sec-Fetch-Site, where they are there, say so, and a
// session's request carries its X-Tram-Csrf. Error forbidden named other_origin or csrf.
Status check_origin(const http::Request& request, const Caller& caller);

// The pages' cookie: `__Host-tram` over https, which no other host and no plain connection can set or read; on this
// machine's own plain HTTP, where browsers would drop such a name, `tram-session`.
std::string session_cookie(const RequestOrigin& from, const std::string& secret, std::int64_t max_age_s);
std::optional<std::string> session_secret(const http::Request& request, const RequestOrigin& from);

}  // namespace tram
