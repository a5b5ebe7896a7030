// status, consolidate, verify
#include <sstream>

#include "core/reports/consolidate_print.h"
#include "server/commands.h"
#include "server/consolidate_run.h"
#include "server/consolidation_files.h"
#include "server/status_report.h"
#include "storage/data_folder.h"

namespace tram {
namespace {

std::string status_text(const json::Value& status) {
  std::ostringstream out;
  const auto text = [](const json::Value& object, const char* name) {
    return json::string_at(object, name).value_or("-");
  };
  const auto number = [](const json::Value& object, const char* name) {
    return json::integer_at(object, name).value_or(0);
  };
  out << text(status, "province") << " (tram-server " << text(status, "version") << ", "
      << (json::boolean_at(status, "running").value_or(false) ? "đang chạy / running" : "không chạy / not running")
      << ")\n";
  for (const json::Value& office : status["offices"]) {
    out << text(office, "slug") << "  " << text(office, "name")
        << "  liên lạc (contact): " << text(office, "last_contact")
        << "  văn bản (documents): " << number(office, "documents")
        << "  xung đột (conflicts): " << number(office, "conflicts")
        << "  từ chối (refused): " << number(office, "refused") << "\n";
  }
  return out.str();
}

Result<ConsolidationFile> print_run(const ServerLine& line, Province& province, const Run& run) {
  if (is_file_format(line.format)) return consolidation_file(province, run, line.format, line.separator[0]);
  if (line.format == "json") return ConsolidationFile{json::print(run.to_json()) + "\n", "", ""};
  return ConsolidationFile{consolidation_table(*run.form, run.result), "", ""};
}

Result<ConsolidationFile> consolidated(const ServerLine& line, Province& province) {
  if (line.format == "xlsx" && line.out.empty()) {
    return error(ErrorCode::usage, "a workbook is no text: name a file with --out FILE");
  }
  ASSIGN_OR_RETURN(const RunRequest request,
                   read_run_request(province, line.form, line.period, line.scenario, line.official, line.as_of));
  ASSIGN_OR_RETURN(const Run run, run_consolidation(province, request));
  if (request.official) RETURN_IF_ERROR(keep_run(province, run, request));
  return print_run(line, province, run);
}

}  // namespace

http::Outcome status_command(const Typed& typed, Host& host, Province& province) {
  const auto status = status_report(province, host.is_running());
  if (!status) return failed(status.error());
  return typed.line.json ? say_json(*status) : say(status_text(*status));
}

http::Outcome consolidate_command(const Typed& typed, Province& province) {
  auto printed = consolidated(typed.line, province);
  if (!printed) return failed(printed.error());
  http::Outcome outcome = say(typed.line.out.empty() ? std::move(printed->bytes) : "");
  if (!printed->note.empty()) outcome.err = "tram-server: " + printed->note + "\n";
  if (typed.line.out.empty()) return outcome;
  const auto written = write_file(path_from(typed, typed.line.out), printed->bytes, 0644);
  return written ? outcome : failed(written.error());
}

http::Outcome verify_command(const Typed& typed, Province& province) {
  json::Value report = json::Value::array();
  std::string text;
  bool sound = true;
  const auto check = [&](const std::string& name, Store& store) -> Status {
    ASSIGN_OR_RETURN(const Store::Verified found, store.verify());
    sound = sound && found.findings.empty();
    report.push_back({{"database", name},
                      {"documents", found.documents},
                      {"revisions", found.revisions},
                      {"foreign", found.foreign},
                      {"findings", found.findings}});
    text += name + ": " + std::to_string(found.documents) + " văn bản (documents), " + std::to_string(found.revisions) +
            " phiên bản (revisions)" + (found.findings.empty() ? ", tốt (sound)" : "") + "\n";
    for (const std::string& finding : found.findings) text += "  " + finding + "\n";
    return {};
  };
  const auto check_all = [&]() -> Status {
    RETURN_IF_ERROR(check("province", province.store()));
    ASSIGN_OR_RETURN(const auto names, province.databases().list());
    for (const std::string& name : names) {
      ASSIGN_OR_RETURN(const auto database, province.databases().open(name));
      RETURN_IF_ERROR(check(name, *database->store));
    }
    return {};
  };
  if (auto checked = check_all(); !checked) return failed(checked.error());
  http::Outcome outcome = typed.line.json ? say_json(report) : say(text);
  if (!sound) {
    outcome.exit = 1;
    outcome.err = "tram-server: dữ liệu có lỗi, xem danh sách / the data has errors, see the list; restore a backup\n";
  }
  return outcome;
}

}  // namespace tram
