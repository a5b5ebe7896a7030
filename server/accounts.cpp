#include "server/accounts.h"

#include <charconv>

#include "core/base/digest.h"
#include "http/date.h"

namespace tram {
namespace {

constexpr std::int64_t kRememberMs = 10 * 60'000;
constexpr std::int64_t kCookieMs = 12LL * 3600 * 1000;
constexpr std::size_t kRememberMax = 1000;
constexpr std::string_view kCookie = "AuthSession";

Error wrong() {
  Error refused = error(ErrorCode::unauthorized, "Name or password is incorrect.");
  refused.message_vi = "Sai tên hoặc mật khẩu.";
  return refused;
}

Error missing() {
  Error refused = error(ErrorCode::unauthorized, "You are not authenticated; send a token, or a name and password.");
  refused.message_vi = "Chưa đăng nhập.";
  return refused;
}

Principal office_principal(const Office& office) { return {false, office.slug, office.slug, {"office"}}; }
Principal user_principal(const User& user) {
  const bool admin = user.role == Role::admin;
  return {admin, user.name, "", {admin ? "_admin" : std::string(name_of(user.role))}};
}

struct BasicCredentials {
  std::string name, password;
};

std::optional<BasicCredentials> read_credentials(const http::Request& request) {
  if (request.content_type() == "application/json") {
    const auto body = json::parse_object(request.body);
    if (!body) return std::nullopt;
    const auto name = json::string_at(*body, "name"), password = json::string_at(*body, "password");
    if (!name || !password) return std::nullopt;
    return BasicCredentials{*name, *password};
  }
  const auto form = http::parse_query(request.body);
  if (!form) return std::nullopt;
  std::optional<std::string> name, password;
  for (const auto& [key, value] : *form) {
    if (key == "name" || key == "username") name = value;
    if (key == "password") password = value;
  }
  if (!name || !password) return std::nullopt;
  return BasicCredentials{*name, *password};
}

struct CookieParts {
  std::string name;
  std::int64_t until_ms = 0;
};

std::optional<CookieParts> parse_cookie(std::string_view cookie) {
  const auto first = cookie.find('.');
  const auto second = cookie.find('.', first == std::string_view::npos ? first : first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const auto name = from_hex(cookie.substr(0, first));
  if (!name) return std::nullopt;
  CookieParts parts{*name, 0};
  const std::string_view until_text = cookie.substr(first + 1, second - first - 1);
  std::from_chars(until_text.data(), until_text.data() + until_text.size(), parts.until_ms);
  return parts;
}

}  // namespace

Accounts::Accounts(Registry& registry, Clock& clock, Random& random)
    : registry_(registry), clock_(clock), attempts_(clock), secret_(random.hex(32)) {}

Result<Principal> Accounts::authenticate(const http::Request& request) {
  const std::string_view header = request.headers.get("Authorization");
  if (header.empty()) {
    const auto cookie = request.cookie(kCookie);
    return cookie && !cookie->empty() ? check_cookie(*cookie) : Result<Principal>(missing());
  }
  const auto blank = header.find(' ');
  const std::string_view scheme = header.substr(0, blank);
  const std::string_view value =
      blank == std::string_view::npos ? "" : header.substr(header.find_first_not_of(' ', blank));
  if (http::same_without_case(scheme, "Bearer")) {
    const auto office = registry_.office_by_token(value);
    return office ? Result<Principal>(office_principal(*office)) : Result<Principal>(wrong());
  }
  if (!http::same_without_case(scheme, "Basic")) return missing();
  const auto pair = from_base64(value);
  const auto colon = pair ? pair->find(':') : std::string::npos;
  if (colon == std::string::npos) return wrong();
  return check(pair->substr(0, colon), pair->substr(colon + 1), request.remote_address);
}

Result<Principal> Accounts::check(std::string_view name, std::string_view secret, const std::string& address) {
  const auto user = registry_.user(name);
  if (!user && registry_.office(name)) {
    const auto office = registry_.office_by_token(secret);
    if (!office || office->slug != name) return wrong();
    return office_principal(*office);
  }
  return check_password(user.value_or(User{std::string(name), ""}), user.has_value(), secret, address);
}

Result<Principal> Accounts::check_password(const User& user, bool known, std::string_view password,
                                           const std::string& address) {
  const std::string key = remembered_key(user, password);
  const auto is_remembered = [&] {
    const std::lock_guard lock(mutex_);
    const auto found = remembered_.find(key);
    return known && found != remembered_.end() && found->second > clock_.steady_ms();
  };
  if (is_remembered()) return user_principal(user);
  hashing_.acquire();
  const auto done = [&](Result<Principal> result) {
    hashing_.release();
    return result;
  };
  if (is_remembered()) return done(user_principal(user));
  if (auto allowed = attempts_.begin(user.name, address); !allowed) return done(allowed.error());
  // A name that nobody has costs as much time as a wrong password, so that it tells nothing.
  if (!known) {
    const auto unused = hash_password(password);
    return done(unused ? wrong() : unused.error());
  }
  if (!password_matches(user.password_hash, password)) return done(wrong());
  attempts_.succeeded(user.name, address);
  {
    const std::lock_guard lock(mutex_);
    if (remembered_.size() >= kRememberMax) remembered_.clear();
    remembered_[key] = clock_.steady_ms() + kRememberMs;
  }
  return done(user_principal(user));
}

std::string Accounts::remembered_key(const User& user, std::string_view password) const {
  return to_hex(hmac_sha256(secret_, user.name + "\n" + user.password_hash + "\n" + std::string(password)));
}

std::optional<Principal> Accounts::principal_of(std::string_view name) const {
  if (const auto user = registry_.user(name)) return user_principal(*user);
  if (const auto office = registry_.office(name)) return office_principal(*office);
  return std::nullopt;
}

// name:until:signature; the signature covers the secret as stored, so a new password or token ends it.
std::string Accounts::cookie_of(const std::string& name, std::int64_t until_ms) const {
  const auto user = registry_.user(name);
  const auto office = registry_.office(name);
  const std::string stored = user ? user->password_hash : office ? office->token_sha256 : "";
  const std::string content = to_hex(std::span(reinterpret_cast<const std::uint8_t*>(name.data()), name.size())) + "." +
                              std::to_string(until_ms);
  return content + "." + to_hex(hmac_sha256(secret_, "cookie\n" + content + "\n" + stored));
}

Result<Principal> Accounts::check_cookie(std::string_view cookie) const {
  const auto parts = parse_cookie(cookie);
  if (!parts || parts->until_ms <= clock_.steady_ms()) return missing();
  if (!equal_in_constant_time(cookie_of(parts->name, parts->until_ms), cookie)) return missing();
  const auto principal = principal_of(parts->name);
  return principal ? Result<Principal>(*principal) : Result<Principal>(missing());
}

// nano keeps no cookie without Expires; a browser whose clock is wrong goes by Max-Age.
std::string Accounts::set_cookie(const std::string& name, bool over_tls) const {
  return std::string(kCookie) + "=" + cookie_of(name, clock_.steady_ms() + kCookieMs) +
         "; Expires=" + http::http_date(clock_.wall_ms() + kCookieMs) +
         "; Max-Age=" + std::to_string(kCookieMs / 1000) + "; Path=/; HttpOnly; SameSite=Strict" +
         (over_tls ? "; Secure" : "");
}

void Accounts::renew(const http::Request& request, http::Response& response) const {
  const auto cookie = request.cookie(kCookie);
  if (!cookie || request.headers.has("Authorization") || response.headers.has("Set-Cookie")) return;
  if (response.status >= 400 || response.later) return;
  const auto parts = parse_cookie(*cookie);
  if (!parts || parts->until_ms - clock_.steady_ms() > kCookieMs / 2) return;
  if (check_cookie(*cookie)) response.headers.set("Set-Cookie", set_cookie(parts->name, request.is_tls));
}

http::Response Accounts::sign_in(const http::Request& request) {
  const auto given = read_credentials(request);
  if (!given) return http::error_response(400, "bad_request", "name and password are asked for");
  const auto principal = check(given->name, given->password, request.remote_address);
  if (!principal) return http::error_response(principal.error());
  const json::Value body = {{"ok", true}, {"name", principal->name}, {"roles", principal->roles}};
  http::Response response = http::json_response(200, json::print(body));
  response.headers.set("Set-Cookie", set_cookie(principal->name, request.is_tls));
  return response;
}

http::Response Accounts::sign_out() const {
  http::Response response = http::json_response(200, "{\"ok\":true}");
  response.headers.set("Set-Cookie", std::string(kCookie) + "=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
  return response;
}

}  // namespace tram
