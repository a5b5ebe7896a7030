#include "server/commands.h"

#include <algorithm>
#include <filesystem>

#include "storage/data_folder.h"

namespace tram {

http::Outcome failed(const Error& error) {
  Error both = error;
  if (!error.message_vi.empty()) both.message = error.message_vi + " / " + error.message;
  return http::failure("tram-server", both);
}

http::Outcome say_json(const json::Value& value) { return say(json::print(value) + "\n"); }

std::string path_from(const Typed& typed, const std::string& path) {
  const std::filesystem::path given(path);
  return given.is_absolute() ? path : (std::filesystem::path(typed.folder) / given).string();
}

Result<std::string> read_password(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, read_file(path, 4096));
  std::string password = text.substr(0, text.find_first_of("\r\n"));
  RETURN_IF_ERROR(check_password_rules(password));
  return password;
}

namespace {

bool changes_something(const ServerLine& line) {
  for (const char* verb : {"office add", "office token", "user add", "user role", "user remove", "passwd", "publish",
                           "answer", "seed", "backup", "restore", "review", "correct", "confirm"}) {
    if (line.verb == verb) return true;
  }
  if (line.verb == "recovery") return !line.name.empty();
  return line.verb == "consolidate" && line.official;
}

// What of the line says what was done; nothing secret is typed on a line.
json::Value detail_of(const ServerLine& line) {
  json::Value detail = json::Value::object();
  const std::pair<const char*, const std::string*> said[] = {
      {"role", &line.role},     {"name", &line.name},    {"unit", &line.unit},       {"form", &line.form},
      {"period", &line.period}, {"id", &line.id},        {"verdict", &line.verdict}, {"file", &line.file},
      {"by", &line.by},         {"reason", &line.reason}};
  for (const auto& [name, text] : said) {
    if (!text->empty()) detail[name] = *text;
  }
  return detail;
}

Status write_down(const Typed& typed, Province& province, const http::Outcome& outcome) {
  const ServerLine& line = typed.line;
  const bool of_person = line.verb.starts_with("user ") || line.verb == "passwd";
  std::string action = line.verb == "consolidate" ? "official_run" : line.verb;
  std::replace(action.begin(), action.end(), ' ', '_');
  return province.audit().add({typed.user, "", "command", std::move(action), of_person ? line.user : line.slug,
                               detail_of(line), outcome.exit == 0 ? "done" : "failed"});
}

http::Outcome execute_in(const Typed& typed, Host& host, Province& province);

}  // namespace

http::Outcome execute_command(const Typed& typed, Host& host) {
  http::Outcome outcome;
  if (typed.line.verb == "restore") {
    outcome = restore_command(typed, host);
    if (outcome.exit != 0) return outcome;
  }
  auto opened = host.province();
  if (!opened) return failed(opened.error());
  if (typed.line.verb != "restore") outcome = execute_in(typed, host, **opened);
  if (!changes_something(typed.line)) return outcome;
  const Status written = write_down(typed, **opened, outcome);
  return written ? outcome : failed(written.error().within("done, but not written down"));
}

namespace {

http::Outcome execute_in(const Typed& typed, Host& host, Province& province) {
  const std::string& verb = typed.line.verb;
  if (verb == "office add") return office_add(typed, province);
  if (verb == "office list") return office_list(typed, province);
  if (verb == "office token") return office_token(typed, province);
  if (verb == "consolidate") return consolidate_command(typed, province);
  for (const char* downward : {"publish", "readings", "recommendations", "answer", "seed", "unit"}) {
    if (verb == downward) return downward_command(typed, province);
  }
  for (const char* of_report : {"review", "correct", "recovery", "confirm"}) {
    if (verb == of_report) return review_command(typed, province);
  }
  if (verb == "completeness") return completeness_command(typed, province);
  if (verb == "targets") return targets_command(typed, province);
  if (verb == "run-list") return run_list_command(typed, province);
  if (verb == "run-show") return run_show_command(typed, province);
  if (verb == "run-compare") return run_compare_command(typed, province);
  if (verb == "run-repeat") return run_repeat_command(typed, province);
  if (verb == "search") return search_command(typed, province);
  if (verb == "status") return status_command(typed, host, province);
  if (verb == "passwd") return passwd_command(typed, province);
  if (verb == "verify") return verify_command(typed, province);
  if (verb == "doctor") return doctor_command(typed, host, province);
  if (verb == "backup") return backup_command(typed, province);
  if (verb.starts_with("user ") || verb.starts_with("audit ")) return people_command(typed, province);
  return failed(error(ErrorCode::usage, "no command " + verb));
}

}  // namespace

}  // namespace tram
