#include "agent/api.h"

#include <algorithm>
#include <cctype>

#include "agent/attachments.h"
#include "agent/commands.h"
#include "agent/conflicts.h"
#include "agent/local_api.h"
#include "agent/notices.h"
#include "agent/receipts.h"
#include "agent/report_files.h"
#include "agent/report_view.h"
#include "agent/search.h"
#include "core/base/json.h"
#include "http/router.h"
#include "install_paths.h"

namespace tram::agent {
namespace {

using http::PathValues;
using http::Request;
using http::Response;

Response api_error(int status, std::string_view code, std::string_view message) {
  const json::Value body = {{"error", {{"code", code}, {"message", message}}}};
  return http::json_response(status, json::print(body));
}

Response answer(const Result<json::Value>& value) {
  if (value) return http::json_response(200, json::print(*value));
  return api_error(http::status_of(value.error().code), value.error().what_name(), value.error().message);
}

Response metrics(Office& office) {
  const auto status = status_json(office);
  if (!status) return answer(status);
  const auto count = [&](const json::Value& object, const char* name) {
    return std::to_string(json::integer_at(object, name).value_or(0));
  };
  const json::Value& link = (*status)["link"];
  std::string text = "# TYPE tram_agent_info gauge\ntram_agent_info{version=\"" + std::string(kVersion) + "\"} 1\n";
  for (const char* name : {"pending", "conflicts", "refused", "sequence"}) {
    text += "# TYPE tram_agent_" + std::string(name) + " gauge\ntram_agent_" + name + " " + count(*status, name) + "\n";
  }
  for (const char* name : {"bytes_sent", "bytes_received", "requests"}) {
    const std::string full = "tram_agent_link_" + std::string(name) + "_total";
    text += "# TYPE " + full + " counter\n" + full + " " + count(link, name) + "\n";
  }
  return http::text_response(200, text, "text/plain; version=0.0.4; charset=utf-8");
}

// A report as a file to save: /export?format=xlsx.
Response exported(Office& office, const Request& request, const std::string& id) {
  const std::string format = request.parameter("format").value_or("xlsx");
  const bool semicolon = request.parameter("separator") == ";";
  const auto file = export_report(office, id, {format, semicolon ? ';' : ','});
  if (!file) return answer(file.error());
  Response response = http::text_response(200, file->bytes, file->content_type);
  std::string name = id;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '-');
  const std::string end = format.starts_with("dhis2") ? (format == "dhis2" ? "json" : "csv") : format;
  if (format != "html")
    response.headers.set("Content-Disposition", "attachment; filename=\"" + name + "." + end + "\"");
  return response;
}

struct Route {
  const char* path;
  Response (*serve)(Office&, const Request&, const PathValues&);
};
constexpr Route kRoutes[] = {
    {"/_up", [](Office&, const Request&, const PathValues&) { return http::json_response(200, R"({"status":"ok"})"); }},
    {"/metrics", [](Office& office, const Request&, const PathValues&) { return metrics(office); }},
    {"/api/v1/status", [](Office& office, const Request&, const PathValues&) { return answer(status_json(office)); }},
    {"/api/v1/reports", [](Office& office, const Request&, const PathValues&) { return answer(list_reports(office)); }},
    {"/api/v1/reports/{id}",
     [](Office& office, const Request&, const PathValues& path) { return answer(show_document(office, path["id"])); }},
    {"/api/v1/reports/{id}/history",
     [](Office& office, const Request&, const PathValues& path) { return answer(history_of(office, path["id"])); }},
    {"/api/v1/reports/{id}/attachments",
     [](Office& office, const Request&, const PathValues& path) {
       return answer(list_attachments(office, path["id"]));
     }},
    {"/api/v1/reports/{id}/attachments/{name}",
     [](Office& office, const Request&, const PathValues& path) {
       Response response = download_attachment(office, path["id"], path["name"]);
       return response.status == 200 ? response : api_error(response.status, "not_found", "no such attachment");
     }},
    {"/api/v1/reports/{id}/export", [](Office& office, const Request& request,
                                       const PathValues& path) { return exported(office, request, path["id"]); }},
    {"/api/v1/search",
     [](Office& office, const Request& request, const PathValues&) {
       return answer(search_documents(office, request.parameter("q").value_or("")));
     }},
    {"/api/v1/conflicts",
     [](Office& office, const Request&, const PathValues&) { return answer(list_conflicts(office)); }},
    {"/api/v1/receipts",
     [](Office& office, const Request& request, const PathValues&) {
       return answer(verify_receipts(office, request.parameter("id").value_or("")));
     }},
    {"/api/v1/notices", [](Office& office, const Request&, const PathValues&) { return answer(list_notices(office)); }},
    {"/api/v1/notices/{id}",
     [](Office& office, const Request&, const PathValues& path) { return answer(show_notice(office, path["id"])); }},
    {"/api/v1/recommendations",
     [](Office& office, const Request&, const PathValues&) { return answer(list_recommendations(office)); }},
    {"/api/v1/ledger", [](Office& office, const Request& request, const PathValues&) {
       return answer(ledger_json(office, request.parameter("id").value_or("")));
     }}};

}  // namespace

std::vector<std::pair<std::string, std::string>> api_routes() {
  std::vector<std::pair<std::string, std::string>> routes;
  for (const Route& route : kRoutes) routes.emplace_back("GET", route.path);
  return routes;
}

http::Handler make_api(Office& office, std::shared_ptr<const std::atomic<std::uint16_t>> port) {
  auto router = std::make_shared<http::Router>();
  for (const Route& route : kRoutes) {
    router->add("GET", route.path, [&office, serve = route.serve](const Request& request, const PathValues& path) {
      return serve(office, request, path);
    });
  }
  return [router, port = std::move(port)](const Request& request) {
    if (!host_is_here(request, port->load())) return api_error(403, "forbidden", "this page answers on this PC alone");
    if (request.method != "GET" && request.method != "HEAD") {
      Response refused = api_error(405, "method_not_allowed", "only GET is served here");
      refused.headers.set("Allow", "GET, HEAD");
      return refused;
    }
    Response response = router->route(request);
    const bool from_router = response.status >= 400 && response.body.find("\"code\"") == std::string::npos;
    if (from_router) response = api_error(response.status, "not_found", "nothing is served at " + request.target);
    response.headers.set_if_absent("Cache-Control", "no-store");
    return response;
  };
}

}  // namespace tram::agent
