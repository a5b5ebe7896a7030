#include "server/api.h"

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

Result<json::Value> json_body(const http::Request& request) {
  if (request.content_type() != "application/json") {
    return error(ErrorCode::bad_request, "Content-Type must be application/json", "bad_content_type");
  }
  return json::parse_object(request.body);
}

const std::vector<Api::Route>& Api::table() {
  static const std::vector<Route> routes = {
      {"GET", "/api/v1/status", &Api::status},
      {"GET", "/api/v1/offices", &Api::offices},
      {"GET", "/api/v1/offices/{slug}/reports", &Api::reports},
      {"POST", "/api/v1/offices/{slug}/reports/{id}/review", &Api::review},
      {"GET", "/api/v1/offices/{slug}/documents/{id}", &Api::document},
      {"GET", "/api/v1/offices/{slug}/documents/{id}/history", &Api::history},
      {"GET", "/api/v1/consolidate", &Api::consolidate},
      {"GET", "/api/v1/consolidate/figure", &Api::figure},
      {"POST", "/api/v1/consolidate/verify", &Api::verify},
      {"GET", "/api/v1/completeness", &Api::completeness},
      {"GET", "/api/v1/targets", &Api::targets},
      {"GET", "/api/v1/units/{code}", &Api::unit},
      {"POST", "/api/v1/reference", &Api::published},
      {"GET", "/api/v1/reference/{id}/readings", &Api::readers},
      {"GET", "/api/v1/recommendations", &Api::recommendations},
      {"POST", "/api/v1/offices/{slug}/recommendations/{id}/answer", &Api::answered},
      {"GET", "/api/v1/runs", &Api::runs},
      {"POST", "/api/v1/runs", &Api::run_made},
      {"GET", "/api/v1/runs/{id}", &Api::run_one},
      {"GET", "/api/v1/runs/{id}/repeat", &Api::run_repeated},
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

Result<json::Value> Api::reports(const http::Request&, const http::PathValues& path, const Principal&) const {
  return list_reports(province_, path["slug"]);
}

Result<json::Value> Api::review(const http::Request& request, const http::PathValues& path,
                                const Principal& principal) const {
  ASSIGN_OR_RETURN(const json::Value body, json_body(request));
  ASSIGN_OR_RETURN(Review review, read_review(body));
  if (review.by.empty()) review.by = principal.name;
  return write_review(province_, path["slug"], path["id"], std::move(review));
}

}  // namespace tram
