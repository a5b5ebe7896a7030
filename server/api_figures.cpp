// What the API answers about figures: consolidation, runs, completeness, targets, and what they were made of.
#include "server/api.h"
#include "server/completeness.h"
#include "server/consolidate_run.h"
#include "server/drilldown.h"
#include "server/figure_tables.h"
#include "server/runs.h"
#include "server/targets.h"

namespace tram {
namespace {

Result<RunRequest> run_request(Province& province, const http::Request& request) {
  const auto form = request.parameter("form"), period = request.parameter("period");
  if (!form || !period) return error(ErrorCode::bad_request, "form and period are asked for");
  ASSIGN_OR_RETURN(RunRequest run,
                   read_run_request(province, *form, *period, request.parameter("scenario").value_or("ACTUAL"),
                                    request.parameter("official") == "true", request.parameter("as_of").value_or("")));
  run.carry = request.parameter("carry") == "true";
  return run;
}

}  // namespace

Result<json::Value> Api::consolidate(const http::Request& request, const http::PathValues&, const Principal&) const {
  ASSIGN_OR_RETURN(const RunRequest run, run_request(province_, request));
  ASSIGN_OR_RETURN(const Run done, run_consolidation(province_, run));
  return done.to_json(request.parameter("inputs") == "true");
}

Result<json::Value> Api::figure(const http::Request& request, const http::PathValues&, const Principal&) const {
  const auto field = request.parameter("field");
  if (!field) return error(ErrorCode::bad_request, "field is asked for");
  ASSIGN_OR_RETURN(const RunRequest run, run_request(province_, request));
  return open_figure(province_, run, *field);
}

Result<json::Value> Api::verify(const http::Request&, const http::PathValues&, const Principal&) const {
  ASSIGN_OR_RETURN(const FigureTables::Verified found, province_.figures().verify());
  return json::Value{{"offices", found.offices},
                     {"reports", found.reports},
                     {"equal", found.differences.empty()},
                     {"differences", found.differences}};
}

Result<json::Value> Api::completeness(const http::Request& request, const http::PathValues&, const Principal&) const {
  const auto period = request.parameter("period");
  if (!period) return error(ErrorCode::bad_request, "period is asked for");
  return tram::completeness(province_, *period, request.parameter("form").value_or(""));
}

Result<json::Value> Api::targets(const http::Request& request, const http::PathValues&, const Principal&) const {
  return evaluate_targets(province_, request.parameter("official") == "true");
}

Result<json::Value> Api::runs(const http::Request& request, const http::PathValues&, const Principal&) const {
  return list_runs(province_, request.parameter("form").value_or(""), request.parameter("period").value_or(""));
}

Result<json::Value> Api::run_one(const http::Request&, const http::PathValues& path, const Principal&) const {
  return show_run(province_, path["id"]);
}

Result<json::Value> Api::run_repeated(const http::Request&, const http::PathValues& path, const Principal&) const {
  ASSIGN_OR_RETURN(const std::string text, repeat_run(province_, path["id"]));
  return json::parse_object(text);
}

Result<json::Value> Api::run_made(const http::Request& request, const http::PathValues&,
                                  const Principal& principal) const {
  ASSIGN_OR_RETURN(const json::Value body, json_body(request));
  const auto text = [&](const char* name) { return json::string_at(body, name).value_or(""); };
  ASSIGN_OR_RETURN(RunRequest asked,
                   read_run_request(province_, text("form"), text("period"),
                                    json::string_at(body, "scenario").value_or("ACTUAL"), true, text("as_of")));
  asked.carry = json::boolean_at(body, "carry").value_or(false);
  ASSIGN_OR_RETURN(const Run run, run_consolidation(province_, asked));
  const std::string by = text("by").empty() ? principal.name : text("by");
  ASSIGN_OR_RETURN(const std::string id, keep_run(province_, run, asked, by, text("reason")));
  return json::Value{{"id", id}, {"result", run.to_json()}};
}

Result<json::Value> Api::document(const http::Request&, const http::PathValues& path, const Principal&) const {
  return office_document(province_, path["slug"], path["id"]);
}

Result<json::Value> Api::history(const http::Request&, const http::PathValues& path, const Principal&) const {
  return office_history(province_, path["slug"], path["id"]);
}

}  // namespace tram
