#include "agent/api.h"

#include "agent/api_parts.h"
#include "agent/commands.h"
#include "agent/gate.h"
#include "core/base/json.h"
#include "http/router.h"
#include "http/static_files.h"
#include "web_bundle.h"

namespace tram::agent {
namespace {

using http::Request;
using http::Response;

constexpr std::size_t kJsonMax = 8U << 20;
constexpr std::size_t kImportMax = (16U << 20) + 1;
constexpr std::size_t kAttachmentMax = 256U << 20;
constexpr std::string_view kImportsPath = "/api/v1/imports";

std::vector<const Route*> all_routes() {
  std::vector<const Route*> routes;
  for (const auto table : {data_routes(), report_routes(), office_routes(), session_routes()}) {
    for (const Route& route : table) routes.push_back(&route);
  }
  return routes;
}

// Files come as they are, everything else as JSON.
bool is_attachment(const Request& head) {
  return head.method == "PUT" && head.path().find("/attachments/") != std::string_view::npos;
}
bool is_import(const Request& head) { return head.method == "POST" && head.path() == kImportsPath; }

Response serve_route(Office& office, const Gate& gate, const Route& route, const Request& request,
                     const http::PathValues& path) {
  Visitor visitor;
  const bool json = !is_attachment(request) && !is_import(request);
  if (auto refused = gate.refuse(request, route.access, json, visitor)) return std::move(*refused);
  CommandLine line;
  line.by = visitor.person;
  return route.serve(Call{office, gate.sessions(), request, path, author_of(line, {}), visitor.csrf});
}

// What the router itself says, in our own words.
Response worded(Response response, const Request& request) {
  const bool from_router = response.status >= 400 && response.body.find("\"code\"") == std::string::npos;
  if (!from_router) return response;
  if (response.status == 405) {
    Response refused = api_error(405, "method_not_allowed", request.method + " is not served at " + request.target);
    refused.headers.set("Allow", std::string(response.headers.get("Allow")));
    return refused;
  }
  return api_error(response.status, "not_found", "nothing is served at " + request.target);
}

}  // namespace

Response api_error(int status, std::string_view code, std::string_view message, std::string_view message_vi) {
  json::Value body = {{"error", {{"code", code}, {"message", message}}}};
  if (!message_vi.empty()) body["error"]["message_vi"] = message_vi;
  return http::json_response(status, json::print(body));
}

Response failed_call(const Error& error) {
  const bool too_often = error.what_name() == "too_many_requests";
  return api_error(too_often ? 429 : http::status_of(error.code), error.what_name(), error.message, error.message_vi);
}

Response answer(const Result<json::Value>& value) {
  return value ? http::json_response(200, json::print(*value)) : failed_call(value.error());
}

Response answer(const Status& status) {
  return status.ok() ? http::json_response(200, "{}") : failed_call(status.error());
}

std::vector<std::pair<std::string, std::string>> api_routes() {
  std::vector<std::pair<std::string, std::string>> routes;
  for (const Route* route : all_routes()) routes.emplace_back(route->method, route->path);
  return routes;
}

http::Handler make_api(Office& office, const ApiOptions& options) {
  auto gate = std::make_shared<const Gate>(options);
  auto router = std::make_shared<http::Router>();
  for (const Route* route : all_routes()) {
    router->add(route->method, route->path, [&office, gate, route](const Request& request, const auto& path) {
      return serve_route(office, *gate, *route, request, path);
    });
  }
  return [router, gate](const Request& request) {
    if (auto refused = gate->refuse_host(request)) return std::move(*refused);
    if (request.path() == "/" || http::is_static(request)) return http::serve_static(office_pages(), request);
    Response response = worded(router->route(request), request);
    response.headers.set_if_absent("Cache-Control", "no-store");
    response.headers.set_if_absent("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    response.headers.set_if_absent("X-Content-Type-Options", "nosniff");
    response.headers.set_if_absent("Cross-Origin-Resource-Policy", "same-origin");
    return response;
  };
}

void take_files(http::ServerOptions& server, Office& office, const ApiOptions& options) {
  server.body_max = kJsonMax;
  server.spool_folder = office.folder();
  server.spools = is_attachment;
  server.body_max_for = [](const Request& head) {
    if (is_attachment(head)) return kAttachmentMax;
    return is_import(head) ? kImportMax : kJsonMax;
  };
  server.admit = [gate = std::make_shared<const Gate>(options)](const Request& head) {
    if (auto refused = gate->refuse_host(head)) return refused;
    Visitor visitor;
    return gate->refuse(head, Access::people, false, visitor);
  };
}

}  // namespace tram::agent
