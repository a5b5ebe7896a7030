#include "agent/config.h"

#include <charconv>

#include "core/base/json.h"
#include "core/reports/unit.h"
#include "http/url.h"
#include "storage/data_folder.h"

namespace tram::agent {
namespace {

std::string path_of(const std::string& folder) { return folder + "/" + std::string(kEnrolmentFile); }

bool is_token(std::string_view text) {
  if (text.empty() || text.size() > 1024) return false;
  for (const char c : text) {
    if (c <= ' ' || c > '~') return false;
  }
  return true;
}

bool is_code(std::string_view text) {
  return !text.empty() && text.size() <= 5 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_loopback(std::string_view host) {
  auto url =
      http::parse_url("http://" + (host.find(':') == host.npos ? std::string(host) : "[" + std::string(host) + "]"));
  return url && url->is_loopback();
}

}  // namespace

Result<Enrolment> check_enrolment(Enrolment typed, Random& random) {
  auto url = http::parse_url(typed.server);
  if (!url) {
    return error(ErrorCode::bad_request, "--server '" + typed.server +
                                             "' is not an address like https://province.example (" +
                                             url.error().message + ")");
  }
  if (!url->user.empty() || !url->password.empty()) {
    return error(ErrorCode::bad_request,
                 "--server must not hold a name or password; the office's token goes into --token");
  }
  typed.server = url->text();
  if (!is_slug(typed.office)) {
    return error(ErrorCode::bad_request,
                 "--office '" + typed.office +
                     "' is not an office's name like vn-04-049: a letter a-z, then a-z, 0-9 and -, "
                     "at most 41 in all");
  }
  if (!is_token(typed.token)) {
    return error(ErrorCode::bad_request,
                 "--token is empty or has blanks; take the last line that "
                 "`tram-server office add` printed");
  }
  if (!typed.unit.empty() && !is_code(typed.unit)) {
    return error(ErrorCode::bad_request,
                 "--unit '" + typed.unit + "' is not a unit's code of 2, 3 or 5 digits, like 049");
  }
  if (!typed.ca_file.empty() && !file_exists(typed.ca_file)) {
    return error(ErrorCode::bad_request, "--ca-file " + typed.ca_file + " does not exist");
  }
  typed.device_id = random.hex(16);
  return typed;
}

std::string enrolment_text(const Enrolment& enrolment) {
  json::Value value = {{"server", enrolment.server},
                       {"office", enrolment.office},
                       {"token", enrolment.token},
                       {"unit", enrolment.unit},
                       {"device_id", enrolment.device_id},
                       {"ca_file", enrolment.ca_file},
                       {"pinned_keys", enrolment.pinned_keys},
                       {"proxy", enrolment.proxy}};
  return json::print(value) + "\n";
}

Status write_enrolment(const std::string& folder, const Enrolment& enrolment) {
  return write_file(path_of(folder), enrolment_text(enrolment), 0600);
}

Result<Enrolment> read_enrolment(const std::string& folder) {
  const auto text = read_file(path_of(folder), 64 << 10);
  if (!text && text.error().code == ErrorCode::not_found) {
    return error(ErrorCode::not_found, "no office at " + folder + "; set it up first: tram-agent init --data " +
                                           folder + " --server URL --office SLUG --token TOKEN");
  }
  if (!text) return text.error();
  auto value = json::parse_object(*text);
  if (!value) {
    return error(ErrorCode::bad_request, path_of(folder) + " is damaged (" + value.error().message +
                                             "); restore a backup, or move it away and run init again");
  }
  const auto member = [&](std::string_view name) { return json::string_at(*value, name).value_or(""); };
  Enrolment enrolment{member("server"),    member("office"),  member("token"),       member("unit"),
                      member("device_id"), member("ca_file"), member("pinned_keys"), member("proxy")};
  if (!is_slug(enrolment.office) || enrolment.server.empty()) {
    return error(ErrorCode::bad_request,
                 path_of(folder) + " names no office and server; restore a backup or set up anew");
  }
  return enrolment;
}

std::string Listen::text() const {
  return (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" + std::to_string(port);
}

Result<Listen> parse_listen(std::string_view text) {
  const auto wrong = [&](std::string_view why) {
    return error(ErrorCode::usage,
                 "'" + std::string(text) + "' " + std::string(why) + "; write it like 127.0.0.1:7645");
  };
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return wrong("is not HOST:PORT");
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  Listen listen{host == "localhost" ? "127.0.0.1" : std::string(host), 0};
  const auto [end, failed] = std::from_chars(port.data(), port.data() + port.size(), listen.port);
  if (failed != std::errc{} || end != port.data() + port.size()) return wrong("has no port of 0 to 65535");
  if (!is_loopback(listen.host)) return wrong("is no loopback address, and this PC's page is for this PC alone");
  return listen;
}

}  // namespace tram::agent
