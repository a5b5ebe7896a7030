// Figures: consolidation, runs, completeness, targets, and what they were made of.
#include <algorithm>
#include <charconv>

#include "server/api_answers.h"
#include "server/comparison.h"
#include "server/completeness.h"
#include "server/consolidate_run.h"
#include "server/consolidation_files.h"
#include "server/dashboard.h"
#include "server/drilldown.h"
#include "server/figure_tables.h"
#include "server/runs.h"
#include "server/targets.h"

namespace tram::api {
namespace {

constexpr std::int64_t kSilentDays = 7;

Result<RunRequest> run_request(const ApiCall& call) {
  const std::string form = call.parameter("form"), period = call.parameter("period");
  if (form.empty() || period.empty()) return error(ErrorCode::bad_request, "form and period are asked for");
  ASSIGN_OR_RETURN(RunRequest run, read_run_request(call.province, form, period, call.parameter("scenario", "ACTUAL"),
                                                    call.flag("official"), call.parameter("as_of")));
  run.carry = call.flag("carry");
  return run;
}

}  // namespace

Result<json::Value> dashboard(const ApiCall& call) {
  std::int64_t days = kSilentDays;
  const std::string text = call.parameter("silent_days");
  std::from_chars(text.data(), text.data() + text.size(), days);
  return tram::dashboard(call.province, call.parameter("period"), days);
}

Result<json::Value> periods(const ApiCall& call) { return list_periods(call.province); }

Result<json::Value> completeness(const ApiCall& call) {
  const std::string period = call.parameter("period");
  if (period.empty()) return error(ErrorCode::bad_request, "period is asked for");
  return tram::completeness(call.province, period, call.parameter("form"));
}

Result<json::Value> targets(const ApiCall& call) { return evaluate_targets(call.province, call.flag("official")); }

Result<json::Value> consolidate(const ApiCall& call) {
  ASSIGN_OR_RETURN(const RunRequest run, run_request(call));
  ASSIGN_OR_RETURN(const Run done, run_consolidation(call.province, run));
  return done.to_json(call.flag("inputs"));
}

Result<json::Value> figure(const ApiCall& call) {
  const std::string field = call.parameter("field");
  if (field.empty()) return error(ErrorCode::bad_request, "field is asked for");
  ASSIGN_OR_RETURN(const RunRequest run, run_request(call));
  return open_figure(call.province, run, field);
}

Result<json::Value> compared(const ApiCall& call) {
  ASSIGN_OR_RETURN(const RunRequest run, run_request(call));
  return compare_periods(call.province, run, call.parameter("with"));
}

Result<json::Value> runs_compared(const ApiCall& call) {
  return compare_runs(call.province, call.path["id"], call.parameter("with"));
}

Result<json::Value> verified(const ApiCall& call) {
  ASSIGN_OR_RETURN(const FigureTables::Verified found, call.province.figures().verify());
  return json::Value{{"offices", found.offices},
                     {"reports", found.reports},
                     {"equal", found.differences.empty()},
                     {"differences", found.differences}};
}

Result<json::Value> runs(const ApiCall& call) {
  return list_runs(call.province, call.parameter("form"), call.parameter("period"));
}

Result<json::Value> run_one(const ApiCall& call) { return show_run(call.province, call.path["id"]); }

Result<json::Value> run_repeated(const ApiCall& call) {
  ASSIGN_OR_RETURN(const std::string text, repeat_run(call.province, call.path["id"]));
  return json::parse_object(text);
}

Result<json::Value> run_made(const ApiCall& call) {
  ASSIGN_OR_RETURN(const json::Value body, call.body());
  const auto text = [&](const char* name) { return json::string_at(body, name).value_or(""); };
  ASSIGN_OR_RETURN(RunRequest asked,
                   read_run_request(call.province, text("form"), text("period"),
                                    json::string_at(body, "scenario").value_or("ACTUAL"), true, text("as_of")));
  asked.carry = json::boolean_at(body, "carry").value_or(false);
  ASSIGN_OR_RETURN(const Run run, run_consolidation(call.province, asked));
  ASSIGN_OR_RETURN(const std::string id, keep_run(call.province, run, asked, call.by(body), text("reason")));
  return json::Value{{"id", id}, {"result", run.to_json()}};
}

Result<http::Response> exported(const ApiCall& call) {
  const std::string format = call.parameter("format", "xlsx");
  if (!is_file_format(format)) {
    return error(ErrorCode::bad_request, "form, period and a format (xlsx, csv, html, dhis2, dhis2-csv) are asked for");
  }
  ASSIGN_OR_RETURN(const RunRequest asked, run_request(call));
  ASSIGN_OR_RETURN(const Run run, run_consolidation(call.province, asked));
  const char separator = call.parameter("separator") == ";" ? ';' : ',';
  ASSIGN_OR_RETURN(const ConsolidationFile file, consolidation_file(call.province, run, format, separator));
  http::Response response = http::text_response(200, file.bytes, file.content_type);
  response.headers.set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox");
  if (format == "html") return response;
  const std::string end = format == "dhis2" ? "json" : format == "dhis2-csv" ? "csv" : format;
  std::string name = run.form->code + "-" + run.result.request.period.id;
  std::replace(name.begin(), name.end(), '~', '-');
  response.headers.set("Content-Disposition", "attachment; filename=\"" + name + "." + end + "\"");
  return response;
}

}  // namespace tram::api
