#include "server/api.h"

#include "core/base/log.h"

namespace tram {
namespace {

std::string object_of(const ApiRoute& route, const http::PathValues& path) {
  std::string object;
  for (const char* name : {"slug", "name", "id"}) {
    if (std::string_view(route.pattern).find("{" + std::string(name) + "}") == std::string_view::npos) continue;
    object += (object.empty() ? "" : "/") + path[name];
  }
  return object;
}

AuditEntry entry_of(const ApiRoute& route, const http::Request& request, const http::PathValues& path,
                    const Caller& caller) {
  AuditEntry entry{caller.name, std::string(name_of(caller.role)), caller.from.address, route.action,
                   object_of(route, path)};
  if (auto body = json::parse_object(request.body)) entry.detail = audit_detail(std::move(*body));
  return entry;
}

http::Response answer_of(const ApiRoute& route, const ApiCall& call) {
  if (const auto* whole = std::get_if<ApiRoute::Whole>(&route.answer)) {
    auto response = (*whole)(call);
    return response ? std::move(*response) : api_error(response.error());
  }
  const auto value = std::get<ApiRoute::Json>(route.answer)(call);
  return value ? http::json_response(200, json::print(*value)) : api_error(value.error());
}

std::string outcome_of(const http::Response& response) {
  if (response.status < 400) return "done";
  const auto body = json::parse_object(response.body);
  const json::Value* inner = body ? json::object_at(*body, "error") : nullptr;
  return inner == nullptr ? std::to_string(response.status) : json::string_at(*inner, "code").value_or("failed");
}

}  // namespace

http::Response api_error(const Error& error) {
  json::Value body = {{"code", std::string(error.what_name())}, {"message", error.message}};
  if (!error.message_vi.empty()) body["message_vi"] = error.message_vi;
  http::Response response = http::error_response(error);
  response.body = json::print(json::Value{{"error", body}});
  return response;
}

std::string ApiCall::parameter(const char* name, const char* otherwise) const {
  return request.parameter(name).value_or(otherwise);
}

Result<json::Value> ApiCall::body() const {
  if (request.content_type() != "application/json") {
    return error(ErrorCode::bad_request, "Content-Type must be application/json", "bad_content_type");
  }
  return json::parse_object(request.body);
}

namespace {

// What the router itself says, in the form of this interface.
http::Response worded(http::Response response) {
  if (response.status < 400 || response.body.find("\"code\"") != std::string::npos) return response;
  const auto said = json::parse_object(response.body);
  if (!said) return response;
  http::Response refused = api_error(error(ErrorCode::bad_request, json::string_at(*said, "reason").value_or(""),
                                           json::string_at(*said, "error").value_or("bad_request")));
  refused.status = response.status;
  if (response.headers.has("Allow")) refused.headers.set("Allow", response.headers.get("Allow"));
  return refused;
}

}  // namespace

std::string ApiCall::by(const json::Value& body) const {
  const std::string named = json::string_at(body, "by").value_or("");
  return caller.role == Role::admin && !named.empty() ? named : caller.name;
}

Api::Api(Province& province, std::vector<std::string> proxies) : province_(province), proxies_(std::move(proxies)) {
  for (const ApiRoute& route : api_routes()) {
    router_.add(route.method, route.pattern,
                [this, &route](const http::Request& request, const http::PathValues& path) {
                  return run(route, request, path);
                });
  }
}

http::Response Api::answer(const http::Request& request) const {
  http::Response response = worded(router_.route(request));
  response.headers.set("Cache-Control", "no-store");
  response.headers.set("X-Content-Type-Options", "nosniff");
  if (origin_of(request, proxies_).https)
    response.headers.set("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
  return response;
}

Status Api::admit(const ApiRoute& route, const http::Request& request, Caller& caller) const {
  if (route.least) {
    ASSIGN_OR_RETURN(caller, caller_of(province_, request, caller.from));
  }
  if (request.method != "GET" && request.method != "HEAD") RETURN_IF_ERROR(check_origin(request, caller));
  if (!route.least || caller.role >= *route.least) return {};
  Error refusal = error(
      ErrorCode::forbidden,
      "this needs the role " + std::string(name_of(*route.least)) + "; you are " + std::string(name_of(caller.role)),
      "role");
  refusal.message_vi = "Việc này cần vai trò cao hơn; hãy nhờ lãnh đạo hoặc quản trị viên.";
  return refusal;
}

http::Response Api::run(const ApiRoute& route, const http::Request& request, const http::PathValues& path) const {
  Caller caller{"", Role::viewer, origin_of(request, proxies_), {}};
  const Status admitted = admit(route, request, caller);
  http::Response response =
      admitted ? answer_of(route, ApiCall{province_, request, path, caller}) : api_error(admitted.error());
  if (route.action == nullptr || caller.name.empty()) return response;
  AuditEntry entry = entry_of(route, request, path, caller);
  entry.outcome = outcome_of(response);
  if (const Status added = province_.audit().add(std::move(entry)); !added) {
    log::error("audit_not_written", {{"reason", added.error().message}});
    return api_error(added.error().within("this was " + outcome_of(response) + ", but could not be written down"));
  }
  return response;
}

}  // namespace tram
