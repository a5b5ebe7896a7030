#include "agent/api_parts.h"
#include "install_paths.h"

namespace tram::agent {
namespace {

std::string cookie_of(const Call& call, const std::string& value, std::string_view more) {
  return call.sessions->cookie_name() + "=" + value + "; Path=/; HttpOnly; SameSite=Strict" + std::string(more);
}

http::Response show_session(const Call& call) {
  const auto facts = call.office.reference().office(call.office.enrolment().office);
  const auto ended = call.office.ended_unit();
  return answer(json::Value{{"person", call.author.by},
                            {"csrf", call.csrf},
                            {"office", call.office.enrolment().office},
                            {"office_name", facts ? facts->name : ""},
                            {"two_steps", facts ? facts->two_steps : false},
                            {"unit_ended", ended ? *ended : json::Value(nullptr)},
                            {"version", kVersion}});
}

// What the page of somebody who is not signed in may know.
http::Response show_door(const Call& call) {
  return answer(json::Value{{"office", call.office.enrolment().office},
                            {"people", call.sessions != nullptr && call.sessions->has_people()}});
}

http::Response sign_in(const Call& call) {
  if (call.sessions == nullptr) return api_error(404, "not_found", "this program has no page");
  const auto body = call.body();
  if (!body) return failed_call(body.error());
  const auto text = [&](const char* name) { return json::string_at(*body, name).value_or(""); };
  const auto cookie = call.sessions->sign_in({text("code"), text("name"), text("password")});
  if (!cookie) return failed_call(cookie.error());
  http::Response response = answer(json::Value::object());
  response.headers.set("Set-Cookie", cookie_of(call, *cookie, "; Max-Age=43200"));
  return response;
}

http::Response sign_out(const Call& call) {
  if (call.sessions == nullptr) return answer(Status());
  call.sessions->sign_out(call.request.cookie(call.sessions->cookie_name()).value_or(""));
  http::Response response = answer(Status());
  response.headers.set("Set-Cookie", cookie_of(call, "", "; Max-Age=0"));
  return response;
}

constexpr Route kSessionRoutes[] = {
    {"GET", "/api/v1/session", show_session},
    {"GET", "/api/v1/door", show_door, Access::open},
    {"POST", "/api/v1/session", sign_in, Access::open},
    {"DELETE", "/api/v1/session", sign_out},
};

}  // namespace

std::span<const Route> session_routes() { return kSessionRoutes; }

}  // namespace tram::agent
