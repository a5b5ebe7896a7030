#include "agent/commands.h"
#include "agent/report_files.h"
#include "agent/report_view.h"
#include "agent/search.h"
#include "storage/data_folder.h"

namespace tram::agent {
namespace {

Result<Outcome> give(const ReportFile& file, const std::string& format, const CommandLine& line, const Caller& caller) {
  Outcome outcome;
  if (line.out.empty()) {
    if (format == "xlsx") return error(ErrorCode::usage, "a workbook is no text: name a file with --out FILE");
    outcome.out = file.bytes;
  } else {
    const std::string path = absolute(caller, line.out);
    RETURN_IF_ERROR(write_file(path, file.bytes, 0644));
    outcome.out = path + "\n";
  }
  if (!file.note.empty()) outcome.err = "tram-agent: " + file.note + "\n";
  return outcome;
}

Result<Outcome> export_to(Office& office, const CommandLine& line, const Caller& caller, const char* usual) {
  const FileFormat format{line.format.empty() ? usual : line.format, line.separator[0]};
  ASSIGN_OR_RETURN(const ReportFile file, export_report(office, line.id, format));
  return give(file, format.name, line, caller);
}

Result<Outcome> template_to(Office& office, const CommandLine& line, const Caller& caller) {
  const FileFormat format{line.format.empty() ? "xlsx" : line.format, line.separator[0]};
  ASSIGN_OR_RETURN(const ReportFile file, report_template(office, line.form, line.period, format));
  return give(file, format.name, line, caller);
}

std::string change_text(const ImportChange& change) {
  std::string text = (change.place.empty() ? "–" : change.place) + "  " + change.label + " (" + change.path + ")";
  if (change.what == "new_row") return text + ": dòng mới (new row)";
  if (change.what == "deleted_row") return text + ": xóa dòng (row deleted)";
  if (change.what == "none") return text + ": không phát sinh (none)";
  if (change.what == "remark") text += " ghi chú (remark)";
  if (change.what == "approx") text += " khoảng (approximate)";
  return text + ": " + value_text(change.had ? &change.before : nullptr) + " → " +
         value_text(change.has ? &change.after : nullptr);
}

std::string import_text(const ImportResult& result) {
  const auto count = [](std::size_t n, const char* what) { return std::to_string(n) + what; };
  std::string text = result.id + (result.begins ? "  báo cáo mới (a new report)\n" : "\n");
  for (const ImportChange& change : result.plan.changes) text += "  " + change_text(change) + "\n";
  for (const LegacyText& legacy : result.plan.legacy)
    text += "~ " + legacy.place + "  " + legacy.encoding + ": " + legacy.before + " → " + legacy.after + "\n";
  for (const ImportProblem& problem : result.plan.problems)
    text += "✗ " + problem.place + "  " + problem.message_vi + " / " + problem.message + "\n";
  return text + count(result.plan.changes.size(), " thay đổi (changes), ") +
         count(result.plan.problems.size(), " lỗi (problems), ") +
         count(result.plan.legacy.size(), " chỗ phông cũ (old fonts)\n");
}

Result<Outcome> import_from(Office& office, const CommandLine& line, const Caller& caller) {
  ASSIGN_OR_RETURN(const std::string bytes, read_file(absolute(caller, line.file), kImportBytesMax + 1));
  const ImportRequest request{line.id, line.dry_run, line.convert, line.merge};
  ASSIGN_OR_RETURN(const ImportResult result, import_report(office, bytes, request, author_of(line, caller)));
  Outcome outcome = say(import_text(result));
  if (line.json) outcome = say_json(result.to_json());
  outcome.exit = result.plan.problems.empty() ? 0 : 1;
  return outcome;
}

Result<Outcome> search(Office& office, const CommandLine& line) {
  std::string text;
  for (const std::string& word : line.words) text += (text.empty() ? "" : " ") + word;
  ASSIGN_OR_RETURN(const json::Value hits, search_documents(office, text));
  if (line.json) return say_json(hits);
  if (hits.empty()) return say("Không tìm thấy (nothing found)\n");
  std::string found;
  for (const json::Value& hit : hits)
    found += hit["id"].get<std::string>() + "  " + hit["line"].get<std::string>() + "\n";
  return say(found);
}

}  // namespace

MaybeOutcome execute_files(Office& office, const CommandLine& line, const Caller& caller) {
  if (line.verb == "report export") return export_to(office, line, caller, "xlsx");
  if (line.verb == "report print") return export_to(office, line, caller, "html");
  if (line.verb == "report template") return template_to(office, line, caller);
  if (line.verb == "report import") return import_from(office, line, caller);
  if (line.verb == "report search" || line.verb == "search") return search(office, line);
  return std::nullopt;
}

}  // namespace tram::agent
