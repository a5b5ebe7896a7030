// Who is signed in, people, sessions, the audit list.
#include <algorithm>
#include <charconv>

#include "server/api_answers.h"
#include "server/people.h"

namespace tram::api {
namespace {

constexpr std::size_t kAuditRowsMax = 1000;  // a page
constexpr std::int64_t kMsPerSecond = 1000;

Result<Role> role_in(const json::Value& body) {
  if (const auto role = role_named(json::string_at(body, "role").value_or(""))) return *role;
  return error(ErrorCode::bad_request, "role is one of viewer, officer, leader, admin");
}

json::Value about(Province& province, const User& user, const std::string& csrf) {
  return {{"name", user.name},
          {"full_name", user.full_name},
          {"role", std::string(name_of(user.role))},
          {"province", province.name()},
          {"csrf", csrf},
          {"idle_s", kSessionIdleMs / kMsPerSecond}};
}

Status note(const ApiCall& call, const User& user, const char* action, const std::string& outcome) {
  return call.province.audit().add(
      {user.name, std::string(name_of(user.role)), call.caller.from.address, action, "", nullptr, outcome});
}

Result<User> check_given(const ApiCall& call, const std::string& name, const std::string& password) {
  const auto known = call.province.registry().user(name);
  const auto principal = call.province.accounts().check(name, password, call.caller.from.address);
  if (principal && known && principal->office.empty()) return *known;
  // What was typed as a name may be a password: only names that exist are written down.
  if (known)
    RETURN_IF_ERROR(
        note(call, *known, "sign_in", std::string(principal ? "unauthorized" : principal.error().what_name())));
  if (!principal) return principal.error();
  Error wrong = error(ErrorCode::unauthorized, "Name or password is incorrect.");
  wrong.message_vi = "Sai tên hoặc mật khẩu.";
  return wrong;
}

}  // namespace

Result<http::Response> sign_in(const ApiCall& call) {
  const RequestOrigin& from = call.caller.from;
  if (!from.https && !from.loopback) {
    Error plain = error(ErrorCode::forbidden,
                        "sign in over https, through the proxy that the server is configured with", "https_needed");
    plain.message_vi = "Chỉ đăng nhập qua https; hãy mở trang bằng địa chỉ https của tỉnh.";
    return plain;
  }
  ASSIGN_OR_RETURN(const json::Value body, call.body());
  const auto name = json::string_at(body, "name"), password = json::string_at(body, "password");
  if (!name || !password) return error(ErrorCode::bad_request, "name and password are asked for");
  ASSIGN_OR_RETURN(const User user, check_given(call, *name, *password));
  // One who signs in anew leaves the session that the browser had.
  if (const auto secret = session_secret(call.request, from)) {
    if (const auto before = call.province.sessions().use(*secret)) call.province.sessions().end(before->id);
  }
  RETURN_IF_ERROR(note(call, user, "sign_in", "done"));
  const auto opened =
      call.province.sessions().open(user.name, from.address, std::string(call.request.headers.get("User-Agent")));
  auto response = http::json_response(200, json::print(about(call.province, user, opened.session.csrf)));
  response.headers.set("Set-Cookie", session_cookie(from, opened.secret, kSessionMs / kMsPerSecond));
  return response;
}

Result<http::Response> sign_out(const ApiCall& call) {
  if (call.caller.session) call.province.sessions().end(call.caller.session->id);
  auto response = http::json_response(200, "{\"ok\":true}");
  response.headers.set("Set-Cookie", session_cookie(call.caller.from, "", 0));
  return response;
}

Result<json::Value> session(const ApiCall& call) {
  const auto user = call.province.registry().user(call.caller.name);
  if (!user) return error(ErrorCode::unauthorized, "you are not signed in");
  return about(call.province, *user, call.caller.session ? call.caller.session->csrf : "");
}

Result<json::Value> own_password(const ApiCall& call) {
  ASSIGN_OR_RETURN(const json::Value body, call.body());
  const auto before = json::string_at(body, "old_password"), next = json::string_at(body, "password");
  if (!before || !next || next->empty())
    return error(ErrorCode::bad_request, "old_password and password are asked for");
  const auto right = call.province.accounts().check(call.caller.name, *before, call.caller.from.address);
  if (!right) {
    if (right.error().code != ErrorCode::unauthorized) return right.error();
    Error wrong = error(ErrorCode::forbidden, "the old password is not right", "wrong_password");
    wrong.message_vi = "Mật khẩu cũ không đúng.";
    return wrong;
  }
  const std::string keep = call.caller.session ? call.caller.session->id : "";
  RETURN_IF_ERROR(renew_password(call.province, call.caller.name, *next, keep));
  return json::Value{{"ok", true}};
}

Result<json::Value> sessions(const ApiCall& call) {
  const bool all = call.caller.role == Role::admin;
  return list_sessions(call.province, all ? "" : call.caller.name, call.caller.session ? call.caller.session->id : "");
}

Result<json::Value> session_ended(const ApiCall& call) {
  for (const Session& session : call.province.sessions().list()) {
    const bool may = call.caller.role == Role::admin || session.user == call.caller.name;
    if (session.id == call.path["id"] && may && call.province.sessions().end(session.id))
      return json::Value{{"ok", true}};
  }
  return error(ErrorCode::not_found, "there is no such session; it has ended already");
}

Result<json::Value> people(const ApiCall& call) { return list_people(call.province); }

Result<json::Value> person_added(const ApiCall& call) {
  ASSIGN_OR_RETURN(const json::Value body, call.body());
  ASSIGN_OR_RETURN(const Role role, role_in(body));
  const auto text = [&](const char* name) { return json::string_at(body, name).value_or(""); };
  ASSIGN_OR_RETURN(const std::string password,
                   add_person(call.province, {text("name"), text("full_name"), role, text("password")}));
  return json::Value{{"name", text("name")}, {"password", password}};
}

Result<json::Value> person_changed(const ApiCall& call) {
  ASSIGN_OR_RETURN(const json::Value body, call.body());
  std::optional<Role> role;
  if (body.contains("role")) {
    ASSIGN_OR_RETURN(role, role_in(body));
  }
  RETURN_IF_ERROR(change_person(call.province, call.path["name"], role, json::string_at(body, "full_name")));
  return json::Value{{"ok", true}};
}

Result<json::Value> person_removed(const ApiCall& call) {
  RETURN_IF_ERROR(remove_person(call.province, call.path["name"]));
  return json::Value{{"ok", true}};
}

Result<json::Value> person_password(const ApiCall& call) {
  ASSIGN_OR_RETURN(const std::string password, renew_password(call.province, call.path["name"]));
  return json::Value{{"name", call.path["name"]}, {"password", password}};
}

Result<json::Value> audit(const ApiCall& call) {
  const auto number = [&](const char* name, std::int64_t otherwise) {
    const std::string text = call.parameter(name);
    std::int64_t value = otherwise;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  };
  const auto limit = std::clamp<std::int64_t>(number("limit", 100), 1, kAuditRowsMax);
  return call.province.audit().newest(number("before", 0), static_cast<std::size_t>(limit));
}

Result<json::Value> audit_verified(const ApiCall& call) { return call.province.audit().verify(); }

}  // namespace tram::api
