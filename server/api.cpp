#include "server/api.h"

#include "server/consolidate_run.h"
#include "server/reviews.h"
#include "server/status_report.h"

namespace tram {

http::Response api_error(const Error& error) {
  json::Value body = {{"code", std::string(error.what_name())}, {"message", error.message}};
  if (!error.message_vi.empty()) body["message_vi"] = error.message_vi;
  http::Response response = http::error_response(error);
  response.body = json::print(json::Value{{"error", body}});
  return response;
}

const std::vector<Api::Route>& Api::table() {
  static const std::vector<Route> routes = {
      {"GET", "/api/v1/status", &Api::status},
      {"GET", "/api/v1/offices", &Api::offices},
      {"GET", "/api/v1/offices/{slug}/reports", &Api::reports},
      {"POST", "/api/v1/offices/{slug}/reports/{id}/review", &Api::review},
      {"GET", "/api/v1/consolidate", &Api::consolidate},
      {"GET", "/api/v1/search", &Api::search},
  };
  return routes;
}

std::vector<std::pair<std::string, std::string>> Api::routes() {
  std::vector<std::pair<std::string, std::string>> names;
  for (const Route& route : table()) names.emplace_back(route.method, route.pattern);
  names.emplace_back("GET", kConsolidationExport);
  return names;
}

Api::Api(Province& province) : province_(province) {
  router_.add("GET", kConsolidationExport,
              [this](const http::Request& request, const http::PathValues&) { return consolidation_export(request); });
  for (const Route& route : table()) {
    router_.add(route.method, route.pattern,
                [this, chosen = route.answer](const http::Request& request, const http::PathValues& path) {
                  return run(chosen, request, path);
                });
  }
}

http::Response Api::run(Answer chosen, const http::Request& request, const http::PathValues& path) const {
  const auto principal = province_.accounts().authenticate(request);
  if (!principal) return api_error(principal.error());
  if (!principal->admin) return api_error(error(ErrorCode::forbidden, "this is for the administrator"));
  const auto value = (this->*chosen)(request, path, *principal);
  return value ? http::json_response(200, json::print(*value)) : api_error(value.error());
}

Result<json::Value> Api::status(const http::Request&, const http::PathValues&, const Principal&) const {
  return status_report(province_, true);
}

Result<json::Value> Api::offices(const http::Request&, const http::PathValues&, const Principal&) const {
  json::Value list = json::Value::array();
  for (const Office& office : province_.registry().offices()) {
    ASSIGN_OR_RETURN(json::Value status, office_status(province_, office));
    list.push_back(std::move(status));
  }
  return list;
}

Result<json::Value> Api::consolidate(const http::Request& request, const http::PathValues&, const Principal&) const {
  const auto form = request.parameter("form"), period = request.parameter("period");
  if (!form || !period) return error(ErrorCode::bad_request, "form and period are asked for");
  ASSIGN_OR_RETURN(const RunRequest run,
                   read_run_request(province_, *form, *period, request.parameter("scenario").value_or("ACTUAL"),
                                    request.parameter("official") == "true", request.parameter("as_of").value_or("")));
  ASSIGN_OR_RETURN(const Run done, run_consolidation(province_, run));
  return done.to_json();
}

Result<json::Value> Api::reports(const http::Request&, const http::PathValues& path, const Principal&) const {
  return list_reports(province_, path["slug"]);
}

Result<json::Value> Api::review(const http::Request& request, const http::PathValues& path,
                                const Principal& principal) const {
  if (request.content_type() != "application/json") {
    return error(ErrorCode::bad_request, "Content-Type must be application/json", "bad_content_type");
  }
  ASSIGN_OR_RETURN(const json::Value body, json::parse_object(request.body));
  ASSIGN_OR_RETURN(Review review, read_review(body));
  if (review.by.empty()) review.by = principal.name;
  return write_review(province_, path["slug"], path["id"], std::move(review));
}

}  // namespace tram
