#include "server/commands.h"

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

http::Outcome execute_command(const Typed& typed, Host& host) {
  const std::string& verb = typed.line.verb;
  if (verb == "restore") return restore_command(typed, host);
  auto opened = host.province();
  if (!opened) return failed(opened.error());
  Province& province = **opened;
  if (verb == "office add") return office_add(typed, province);
  if (verb == "office list") return office_list(typed, province);
  if (verb == "office token") return office_token(typed, province);
  if (verb == "consolidate") return consolidate_command(typed, province);
  for (const char* downward : {"publish", "readings", "recommendations", "answer", "seed", "unit"}) {
    if (verb == downward) return downward_command(typed, province);
  }
  if (verb == "completeness") return completeness_command(typed, province);
  if (verb == "targets") return targets_command(typed, province);
  if (verb == "run-list") return run_list_command(typed, province);
  if (verb == "run-show") return run_show_command(typed, province);
  if (verb == "run-repeat") return run_repeat_command(typed, province);
  if (verb == "search") return search_command(typed, province);
  if (verb == "status") return status_command(typed, host, province);
  if (verb == "passwd") return passwd_command(typed, province);
  if (verb == "verify") return verify_command(typed, province);
  if (verb == "doctor") return doctor_command(typed, host, province);
  if (verb == "backup") return backup_command(typed, province);
  return failed(error(ErrorCode::usage, "no command " + verb));
}

}  // namespace tram
