#include "server/caller.h"

#include <algorithm>

#include "core/base/digest.h"

namespace tram {
namespace {

constexpr const char* kHttpsCookie = "__Host-tram";
constexpr const char* kPlainCookie = "tram-session";

Error refused(const char* name, std::string en, std::string vi) {
  Error refusal = error(ErrorCode::forbidden, std::move(en), name);
  refusal.message_vi = std::move(vi);
  return refusal;
}

Error signed_out() {
  Error refusal = error(ErrorCode::unauthorized, "You are not signed in, or were away for too long; sign in again.");
  refusal.message_vi = "Chưa đăng nhập hoặc đã quá lâu không dùng; hãy đăng nhập lại.";
  return refusal;
}

// The last address is the one that the proxy itself saw.
std::string last_of(std::string_view list) {
  const auto comma = list.rfind(',');
  std::string_view last = comma == std::string_view::npos ? list : list.substr(comma + 1);
  while (!last.empty() && last.front() == ' ') last.remove_prefix(1);
  while (!last.empty() && last.back() == ' ') last.remove_suffix(1);
  return std::string(last);
}

// "Reports.example:8645" -> "reports.example", "[::1]:8645" -> "::1".
std::string host_without_port(std::string_view host) {
  const bool v6 = host.starts_with('[');
  host = v6 ? host.substr(1, host.find(']') - 1) : host.substr(0, host.find(':'));
  std::string lower(host);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return lower;
}

bool is_address(std::string_view host) {
  const bool v6 = host.find(':') != std::string_view::npos;
  return !host.empty() && host.find_first_not_of(v6 ? "0123456789abcdef:." : "0123456789.") == std::string_view::npos;
}

Result<Caller> caller_by_session(Province& province, const std::string& secret, const RequestOrigin& from) {
  auto session = province.sessions().use(secret);
  const auto user = session ? province.registry().user(session->user) : std::nullopt;
  if (!user) return signed_out();
  return Caller{user->name, user->role, from, std::move(session)};
}

}  // namespace

RequestOrigin origin_of(const http::Request& request, const std::vector<std::string>& proxies) {
  RequestOrigin from{request.remote_address, request.is_tls};
  if (std::find(proxies.begin(), proxies.end(), request.remote_address) != proxies.end()) {
    const std::string forwarded(request.headers.get("X-Forwarded-For"));
    if (!forwarded.empty()) from.address = last_of(forwarded);
    from.https = request.headers.get("X-Forwarded-Proto") == "https";
  }
  const bool near = request.remote_address.starts_with("127.") || request.remote_address == "::1";
  from.loopback = near && !request.headers.has("X-Forwarded-For") && !request.headers.has("Forwarded");
  return from;
}

Result<Caller> caller_of(Province& province, const http::Request& request, const RequestOrigin& from) {
  if (!request.headers.has("Authorization")) {
    if (const auto secret = session_secret(request, from)) return caller_by_session(province, *secret, from);
  }
  ASSIGN_OR_RETURN(const Principal principal, province.accounts().authenticate(request));
  const auto user = province.registry().user(principal.name);
  if (!principal.office.empty() || !user) {
    return refused("forbidden", "this is for people of the province; an office's token is for replication",
                   "Phần này dành cho cán bộ của tỉnh; mã truy cập của đơn vị chỉ dùng để đồng bộ.");
  }
  return Caller{user->name, user->role, from, {}};
}

Status check_host(const http::Request& request, const std::vector<std::string>& hosts) {
  if (request.headers.has("Authorization")) return {};
  const std::string host = host_without_port(request.headers.get("Host"));
  if (host == "localhost" || host == "127.0.0.1" || host == "::1") return {};
  if (hosts.empty() ? is_address(host) : std::find(hosts.begin(), hosts.end(), host) != hosts.end()) return {};
  return refused("other_host",
                 "this server is not known under the name " + host + "; name it in `hosts` of its configuration",
                 "Máy chủ không phục vụ dưới tên " + host + "; quản trị viên thêm tên này vào mục hosts của cấu hình.");
}

Status check_origin(const http::Request& request, const Caller& caller) {
  const std::string origin(request.headers.get("Origin")), site(request.headers.get("Sec-Fetch-Site"));
  const auto slashes = origin.find("://");
  const bool own = origin.empty() || (slashes != std::string::npos &&
                                      std::string_view(origin).substr(slashes + 3) == request.headers.get("Host"));
  if (!own || (!site.empty() && site != "same-origin" && site != "none")) {
    return refused("other_origin", "a page of another address may not do this",
                   "Yêu cầu đến từ trang của địa chỉ khác nên bị từ chối.");
  }
  if (caller.session && !equal_in_constant_time(request.headers.get("X-Tram-Csrf"), caller.session->csrf)) {
    return refused("csrf", "the request lacks the page's token; load the page again",
                   "Yêu cầu thiếu mã của trang; hãy tải lại trang.");
  }
  return {};
}

std::string session_cookie(const RequestOrigin& from, const std::string& secret, std::int64_t max_age_s) {
  return std::string(from.https ? kHttpsCookie : kPlainCookie) + "=" + secret +
         "; Max-Age=" + std::to_string(max_age_s) + "; Path=/; HttpOnly; SameSite=Strict" +
         (from.https ? "; Secure" : "");
}

std::optional<std::string> session_secret(const http::Request& request, const RequestOrigin& from) {
  return request.cookie(from.https ? kHttpsCookie : kPlainCookie);
}

}  // namespace tram
