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

constexpr std::size_t kBodyMax = 64 << 10;

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

// A file to save: `name` becomes harmless in every file system.
Response file_answer(const Result<ReportFile>& file, std::string name, const std::string& format) {
  if (!file) return answer(file.error());
  Response response = http::text_response(200, file->bytes, file->content_type);
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '-');
  const std::string end = format.starts_with("dhis2") ? (format == "dhis2" ? "json" : "csv") : format;
  if (format != "html")
    response.headers.set("Content-Disposition", "attachment; filename=\"" + name + "." + end + "\"");
  return response;
}

FileFormat format_of(const Request& request) {
  const bool semicolon = request.parameter("separator") == ";";
  return {request.parameter("format").value_or("xlsx"), semicolon ? ';' : ','};
}

Response exported(Office& office, const Request& request, const std::string& id) {
  const FileFormat format = format_of(request);
  return file_answer(export_report(office, id, format), id, format.name);
}

Response blank_template(Office& office, const Request& request, const std::string& form, const std::string& period) {
  const FileFormat format = format_of(request);
  return file_answer(report_template(office, form, period, format), "mau-" + form + "-" + period, format.name);
}

// The body is the file. dry_run=true only tells what would change; with problems nothing is stored.
Response imported(Office& office, const Request& request) {
  const auto flag = [&](const char* name) { return request.parameter(name) == "true"; };
  const ImportRequest wanted{request.parameter("id").value_or(""), flag("dry_run"), flag("convert"), flag("merge")};
  CommandLine line;
  line.by = request.parameter("by").value_or("");
  if (line.by.empty() && !wanted.dry_run) return api_error(400, "by_needed", "say who imports it: ?by=NAME");
  const auto result = import_report(office, request.body, wanted, author_of(line, {}));
  if (!result) return answer(result.error());
  return answer(result->to_json());
}

struct Route {
  const char* path;
  Response (*serve)(Office&, const Request&, const PathValues&);
  const char* method = "GET";
};
constexpr const char* kImportPath = "/api/v1/reports/import";
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
    {"/api/v1/templates/{form}/{period}",
     [](Office& office, const Request& request, const PathValues& path) {
       return blank_template(office, request, path["form"], path["period"]);
     }},
    {kImportPath, [](Office& office, const Request& request, const PathValues&) { return imported(office, request); },
     "POST"},
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
  for (const Route& route : kRoutes) routes.emplace_back(route.method, route.path);
  return routes;
}

std::size_t api_body_max(const Request& head) { return head.path() == kImportPath ? kImportBytesMax : kBodyMax; }

http::Handler make_api(Office& office, std::shared_ptr<const std::atomic<std::uint16_t>> port) {
  auto router = std::make_shared<http::Router>();
  for (const Route& route : kRoutes) {
    router->add(route.method, route.path,
                [&office, serve = route.serve](const Request& request, const PathValues& path) {
                  return serve(office, request, path);
                });
  }
  return [router, port = std::move(port)](const Request& request) {
    if (!host_is_here(request, port->load())) return api_error(403, "forbidden", "this page answers on this PC alone");
    const bool reads = request.method == "GET" || request.method == "HEAD";
    if (!reads && !origin_is_here(request)) {
      return api_error(403, "forbidden", "only this PC's own page and programs may write here");
    }
    Response response = router->route(request);
    const bool from_router = response.status >= 400 && response.body.find("\"code\"") == std::string::npos;
    if (from_router && response.status == 405) {
      Response refused = api_error(405, "method_not_allowed", request.method + " is not served at " + request.target);
      refused.headers.set("Allow", response.headers.get("Allow"));
      response = std::move(refused);
    } else if (from_router) {
      response = api_error(response.status, "not_found", "nothing is served at " + request.target);
    }
    response.headers.set_if_absent("Cache-Control", "no-store");
    return response;
  };
}

}  // namespace tram::agent
