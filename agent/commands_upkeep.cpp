#include "agent/commands.h"
#include "agent/doctor.h"
#include "agent/page_sessions.h"
#include "agent/setup.h"
#include "storage/data_folder.h"

namespace tram::agent {
namespace {

Result<Outcome> back_up_to(Office& office, const CommandLine& line, const Caller& caller) {
  const std::string file = absolute(caller, line.file);
  RETURN_IF_ERROR(back_up(office, file));
  return say(file + "\n");
}

Result<Outcome> verify(Office& office, const CommandLine& line) {
  ASSIGN_OR_RETURN(const json::Value all, verify_all(office));
  std::string text;
  for (const json::Value& finding : all["findings"]) text += "✗ " + finding.get<std::string>() + "\n";
  const auto count = [&](const char* name) { return std::to_string(json::integer_at(all, name).value_or(0)); };
  text += std::string(all["findings"].empty() ? "Dữ liệu nguyên vẹn (sound)" : "Có lỗi (not sound)") + ": " +
          count("documents") + " tài liệu (documents), " + count("revisions") + " phiên bản (revisions)\n";
  Outcome outcome = line.json ? say_json(all) : say(text);
  outcome.exit = all["findings"].empty() ? 0 : 1;
  if (outcome.exit != 0)
    outcome.err = "tram-agent: dữ liệu có lỗi / the data does not check; restore the last backup\n";
  return outcome;
}

Result<Outcome> doctor(Office& office, const CommandLine& line) {
  ASSIGN_OR_RETURN(const Examination found, examine(office));
  std::string text;
  for (const std::string& finding : found.findings) text += "✗ " + finding + "\n";
  for (const std::string& note : found.notes) text += "· " + note + "\n";
  if (found.findings.empty()) text += "Ổn (nothing to mend)\n";
  Outcome outcome = line.json ? say_json({{"findings", found.findings}, {"notes", found.notes}}) : say(text);
  outcome.exit = found.findings.empty() ? 0 : 1;
  return outcome;
}

Result<Outcome> page_address(Office& office) {
  const std::string file = office.folder() + "/" + kPageUrlFile;
  if (!file_exists(file)) {
    return error(ErrorCode::not_found, "the page is served while the program runs; start it: tram-agent run");
  }
  ASSIGN_OR_RETURN(std::string address, read_file(file));
  return say(std::move(address));
}

}  // namespace

MaybeOutcome execute_upkeep(Office& office, const CommandLine& line, const Caller& caller) {
  if (line.verb == "backup") return back_up_to(office, line, caller);
  if (line.verb == "verify") return verify(office, line);
  if (line.verb == "page") return page_address(office);
  if (line.verb == "doctor") return doctor(office, line);
  if (line.verb == "restore") {
    return error(ErrorCode::in_use,
                 "tram-agent runs on this data directory; stop it first (systemctl stop tram-agent), "
                 "then restore, then start it again");
  }
  return std::nullopt;
}

}  // namespace tram::agent
