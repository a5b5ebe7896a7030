#include "http/url.h"

#include <algorithm>
#include <charconv>

namespace tram::http {
namespace {

bool is_unreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Error bad_url(std::string_view text, std::string_view why) {
  // Never the whole text: it may carry a password.
  const auto at = text.rfind('@');
  const std::string_view shown = at == std::string_view::npos ? text : text.substr(at + 1);
  return error(ErrorCode::bad_request, "bad URL \"" + std::string(shown) + "\": " + std::string(why));
}

// A name, or an address whose brackets are taken off (RFC 3986, 3.2.2).
bool may_be_host(std::string_view host, bool was_in_brackets) {
  return std::none_of(host.begin(), host.end(), [&](char c) {
    return c == '[' || c == ']' || (c == ':' && !was_in_brackets) || (c >= 0 && c <= ' ') || c == '\x7f';
  });
}

Status split_port(std::string_view text, std::string_view authority, Url& url) {
  auto host_end = authority.rfind(':');
  if (authority.starts_with('[')) {
    const auto bracket = authority.find(']');
    if (bracket == std::string_view::npos) return bad_url(text, "\"[\" without \"]\"");
    url.host = authority.substr(1, bracket - 1);
    host_end = authority.find(':', bracket);
    if (host_end == std::string_view::npos && bracket + 1 != authority.size())
      return bad_url(text, "what follows \"]\"?");
  } else {
    url.host = authority.substr(0, host_end);
  }
  if (!may_be_host(url.host, authority.starts_with('['))) return bad_url(text, "no host is called so");
  url.port = url.tls ? 443 : 80;
  if (host_end == std::string_view::npos) return {};
  const std::string_view digits = authority.substr(host_end + 1);
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), url.port);
  if (code != std::errc{} || end != digits.data() + digits.size() || url.port == 0) return bad_url(text, "bad port");
  return {};
}

}  // namespace

std::string percent_encode(std::string_view text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (is_unreserved(c)) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    }
  }
  return out;
}

Result<std::string> percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0) return error(ErrorCode::bad_request, "\"%\" in a URL must be followed by two hex digits");
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

Result<Parameters> parse_query(std::string_view query) {
  Parameters parameters;
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    std::string part(query.substr(0, end));
    query.remove_prefix(std::min(end + 1, query.size()));
    if (part.empty()) continue;
    std::replace(part.begin(), part.end(), '+', ' ');
    const auto equals = std::min(part.find('='), part.size());
    ASSIGN_OR_RETURN(std::string name, percent_decode(std::string_view(part).substr(0, equals)));
    ASSIGN_OR_RETURN(std::string value,
                     percent_decode(std::string_view(part).substr(std::min(equals + 1, part.size()))));
    parameters.emplace_back(std::move(name), std::move(value));
  }
  return parameters;
}

std::string build_query(const Parameters& parameters) {
  std::string out;
  for (const auto& [name, value] : parameters) {
    if (!out.empty()) out += '&';
    out += percent_encode(name) + '=' + percent_encode(value);
  }
  return out;
}

std::string Url::origin() const {
  std::string out = tls ? "https://" : "http://";
  out += host.find(':') == std::string::npos ? host : '[' + host + ']';
  if (port != (tls ? 443 : 80)) out += ':' + std::to_string(port);
  return out;
}

std::string Url::text() const { return origin() + path; }

bool Url::is_loopback() const { return host == "localhost" || host == "::1" || host.starts_with("127."); }

Result<Url> parse_url(std::string_view text) {
  Url url;
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7f'; };
  if (std::any_of(text.begin(), text.end(), is_control)) return bad_url("", "spaces and controls must be encoded");
  std::string lower(text.substr(0, 8));
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  url.tls = lower.starts_with("https://");
  if (!url.tls && !lower.starts_with("http://")) return bad_url(text, "it must begin with https:// or http://");
  std::string_view rest = text.substr(url.tls ? 8 : 7);
  if (rest.find_first_of("?#") != std::string_view::npos) return bad_url(text, "no query and no fragment here");

  const auto path_at = std::min(rest.find('/'), rest.size());
  std::string_view authority = rest.substr(0, path_at);
  url.path = rest.substr(path_at);
  while (url.path.ends_with('/')) url.path.pop_back();
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
    const std::string_view user = authority.substr(0, at);
    const auto colon = std::min(user.find(':'), user.size());
    ASSIGN_OR_RETURN(url.user, percent_decode(user.substr(0, colon)));
    ASSIGN_OR_RETURN(url.password, percent_decode(user.substr(std::min(colon + 1, user.size()))));
    authority.remove_prefix(at + 1);
  }
  RETURN_IF_ERROR(split_port(text, authority, url));
  std::transform(url.host.begin(), url.host.end(), url.host.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (url.host.empty()) return bad_url(text, "no host");
  return url;
}

}  // namespace tram::http
