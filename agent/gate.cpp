#include "agent/gate.h"

#include "agent/local_api.h"
#include "core/base/digest.h"

namespace tram::agent {
namespace {

constexpr std::string_view kCsrfHeader = "X-Tram-Csrf";

// Browsers say at least one of these, and pages cannot take them away.
bool from_browser(const http::Request& request) {
  return request.headers.has("Origin") || request.headers.has("Sec-Fetch-Site") || request.headers.has("Cookie") ||
         request.headers.get("User-Agent").starts_with("Mozilla/");
}

bool from_our_origin(const http::Request& request) {
  const std::string_view site = request.headers.get("Sec-Fetch-Site");
  if (request.headers.has("Origin")) {
    return request.headers.get("Origin") == "http://" + std::string(request.headers.get("Host")) &&
           (site.empty() || site == "same-origin");
  }
  return site == "same-origin";
}

bool only_reads(const http::Request& request) { return request.method == "GET" || request.method == "HEAD"; }

http::Response closed_to(std::string_view why, std::string_view vi) { return api_error(403, "forbidden", why, vi); }

}  // namespace

std::optional<http::Response> Gate::refuse_host(const http::Request& request) const {
  if (host_is_here(request, options_.port->load())) return std::nullopt;
  return closed_to("this page answers on this PC alone", "Trang này chỉ trả lời trên máy này");
}

std::optional<Visitor> Gate::session_of(const http::Request& request, Access access) const {
  if (options_.sessions == nullptr) return std::nullopt;
  const auto cookie = request.cookie(options_.sessions->cookie_name());
  const auto known = options_.sessions->visitor(cookie.value_or(""), access != Access::quiet);
  return known ? std::optional<Visitor>(Visitor{known->person, known->csrf}) : std::nullopt;
}

std::optional<http::Response> Gate::refuse(const http::Request& request, Access access, bool json,
                                           Visitor& visitor) const {
  const bool browser = from_browser(request);
  const auto session = session_of(request, access);
  if (session) {
    visitor = *session;
  } else if (!browser && options_.neighbour) {
    const auto neighbour = options_.neighbour(request);
    if (neighbour && neighbour->trusted) visitor.person = neighbour->name;
  }
  const std::string_view site = request.headers.get("Sec-Fetch-Site");
  if (browser && !site.empty() && site != "same-origin" && site != "none") {
    return closed_to("pages of other origins are not answered", "Không trả lời trang khác");
  }
  if (!only_reads(request) && browser) {
    if (!from_our_origin(request)) return closed_to("a change comes from our own page", "Không nhận từ trang khác");
    const std::string_view given = request.headers.get(kCsrfHeader);
    if (access != Access::open && session && !equal_in_constant_time(given, session->csrf)) {
      return closed_to("the session's token is missing; load the page anew", "Trang đã cũ; hãy tải lại trang");
    }
  }
  if (visitor.person.empty() && access != Access::open) {
    return api_error(401, "signed_out", "nobody is signed in; sign in at the page, or run as the program's own account",
                     "Chưa đăng nhập hoặc phiên đã hết; hãy đăng nhập lại");
  }
  if (json && !only_reads(request) && request.method != "DELETE" && request.content_type() != "application/json") {
    return api_error(415, "unsupported", "the body is to be application/json");
  }
  return std::nullopt;
}

}  // namespace tram::agent
