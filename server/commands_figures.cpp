// consolidate, completeness, targets, run-list, run-show, run-compare, run-repeat
#include "core/reports/consolidate_print.h"
#include "server/commands.h"
#include "server/comparison.h"
#include "server/completeness.h"
#include "server/consolidate_run.h"
#include "server/consolidation_files.h"
#include "server/figure_tables.h"
#include "server/runs.h"
#include "server/targets.h"
#include "storage/data_folder.h"

namespace tram {
namespace {

Result<ConsolidationFile> print_run(const ServerLine& line, Province& province, const Run& run) {
  if (is_file_format(line.format)) return consolidation_file(province, run, line.format, line.separator[0]);
  if (line.format == "json" || line.json)
    return ConsolidationFile{json::print(run.to_json(line.inputs)) + "\n", "", ""};
  return ConsolidationFile{consolidation_table(*run.form, run.result), "", ""};
}

Result<ConsolidationFile> consolidated(const ServerLine& line, Province& province) {
  if (line.form.empty() || line.period.empty()) return error(ErrorCode::usage, "consolidate needs --form and --period");
  if (line.format == "xlsx" && line.out.empty()) {
    return error(ErrorCode::usage, "a workbook is no text: name a file with --out FILE");
  }
  ASSIGN_OR_RETURN(RunRequest request,
                   read_run_request(province, line.form, line.period, line.scenario, line.official, line.as_of));
  request.carry = line.carry;
  ASSIGN_OR_RETURN(const Run run, run_consolidation(province, request));
  if (request.official) {
    RETURN_IF_ERROR(keep_run(province, run, request, line.by.empty() ? "admin" : line.by, line.reason));
  }
  return print_run(line, province, run);
}

Result<json::Value> compared_periods(const ServerLine& line, Province& province) {
  ASSIGN_OR_RETURN(RunRequest request,
                   read_run_request(province, line.form, line.period, line.scenario, line.official, line.as_of));
  request.carry = line.carry;
  return compare_periods(province, request, line.with == "previous" ? "" : line.with);
}

http::Outcome verified(const Typed& typed, Province& province) {
  if (typed.line.rebuild) {
    if (const Status forgotten = province.figures().forget(); !forgotten) return failed(forgotten.error());
  }
  const auto found = province.figures().verify();
  if (!found) return failed(found.error());
  std::string text = std::to_string(found->offices) + " đơn vị (offices), " + std::to_string(found->reports) +
                     " báo cáo (reports)" + (found->differences.empty() ? ", khớp (equal)\n" : "\n");
  for (const std::string& line : found->differences) text += "  " + line + "\n";
  http::Outcome outcome = say(std::move(text));
  if (found->differences.empty()) return outcome;
  outcome.exit = 1;
  outcome.err =
      "tram-server: bảng tổng hợp khác văn bản / the tables differ from the documents; "
      "use tram-server consolidate --rebuild\n";
  return outcome;
}

std::string text_of(const json::Value& object, const char* name) { return json::string_at(object, name).value_or(""); }

std::string runs_text(const json::Value& runs) {
  std::string text;
  for (const json::Value& run : runs) {
    text += text_of(run, "id") + "  " + text_of(run, "at") + "  " + text_of(run, "by");
    const json::Value& stale = run.at("stale");
    text += stale.empty() ? "" : "  cần tổng hợp lại (stale)";
    text += "\n";
    for (const json::Value& reason : stale) text += "  " + text_of(reason, "message_vi") + "\n";
  }
  return text;
}

}  // namespace

http::Outcome consolidate_command(const Typed& typed, Province& province) {
  if (typed.line.verify || typed.line.rebuild) return verified(typed, province);
  if (!typed.line.with.empty()) {
    const auto compared = compared_periods(typed.line, province);
    if (!compared) return failed(compared.error());
    return typed.line.json || typed.line.format == "json" ? say_json(*compared) : say(comparison_text(*compared));
  }
  auto printed = consolidated(typed.line, province);
  if (!printed) return failed(printed.error());
  http::Outcome outcome = say(typed.line.out.empty() ? std::move(printed->bytes) : "");
  if (!printed->note.empty()) outcome.err = "tram-server: " + printed->note + "\n";
  if (typed.line.out.empty()) return outcome;
  const auto written = write_file(path_from(typed, typed.line.out), printed->bytes, 0644);
  return written ? outcome : failed(written.error());
}

http::Outcome run_compare_command(const Typed& typed, Province& province) {
  const auto compared = compare_runs(province, typed.line.id, typed.line.with);
  if (!compared) return failed(compared.error());
  return typed.line.json ? say_json(*compared) : say(comparison_text(*compared));
}

http::Outcome completeness_command(const Typed& typed, Province& province) {
  if (typed.line.period.empty()) return failed(error(ErrorCode::usage, "completeness needs --period"));
  const auto matrix = completeness(province, typed.line.period, typed.line.form);
  if (!matrix) return failed(matrix.error());
  return typed.line.json ? say_json(*matrix) : say(completeness_text(*matrix));
}

http::Outcome targets_command(const Typed& typed, Province& province) {
  const auto results = evaluate_targets(province, typed.line.official);
  if (!results) return failed(results.error());
  return typed.line.json ? say_json(*results) : say(targets_text(*results));
}

http::Outcome run_list_command(const Typed& typed, Province& province) {
  const auto runs = list_runs(province, typed.line.form, typed.line.period);
  if (!runs) return failed(runs.error());
  return typed.line.json ? say_json(*runs) : say(runs_text(*runs));
}

http::Outcome run_show_command(const Typed& typed, Province& province) {
  const auto run = show_run(province, typed.line.id);
  if (!run) return failed(run.error());
  return typed.line.json ? say_json(*run) : say(runs_text(json::Value::array({*run})));
}

http::Outcome run_repeat_command(const Typed& typed, Province& province) {
  auto text = repeat_run(province, typed.line.id);
  return text ? say(*std::move(text) + "\n") : failed(text.error());
}

}  // namespace tram
