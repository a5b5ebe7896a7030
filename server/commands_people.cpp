// user add, list, role, remove; passwd; audit list, verify
#include "server/commands.h"
#include "server/people.h"

namespace tram {
namespace {

constexpr std::size_t kAuditRows = 1000;

Result<std::string> typed_password(const Typed& typed) {
  if (typed.line.password_file.empty()) return std::string();
  return read_password(path_from(typed, typed.line.password_file));
}

// The last line, as `init` prints it; a password that came from a file is not repeated.
http::Outcome say_password(const Typed& typed, const std::string& password) {
  return say(typed.line.password_file.empty() ? typed.line.user + " " + password + "\n" : "");
}

http::Outcome user_add(const Typed& typed, Province& province) {
  const auto given = typed_password(typed);
  if (!given) return failed(given.error());
  const auto role = role_named(typed.line.role);
  if (!role) return failed(error(ErrorCode::usage, "a role is viewer, officer, leader or admin"));
  const auto password = add_person(province, {typed.line.user, typed.line.name, *role, *given});
  return password ? say_password(typed, *password) : failed(password.error());
}

http::Outcome user_list(const Typed& typed, Province& province) {
  const json::Value list = list_people(province);
  if (typed.line.json) return say_json(list);
  std::string text;
  for (const json::Value& person : list) {
    text += person.at("name").get<std::string>() + "  " + person.at("role").get<std::string>() + "  " +
            person.at("full_name").get<std::string>() + "\n";
  }
  return say(text);
}

http::Outcome user_role(const Typed& typed, Province& province) {
  const auto role = role_named(typed.line.role);
  if (!role) return failed(error(ErrorCode::usage, "a role is viewer, officer, leader or admin"));
  const Status changed = change_person(province, typed.line.user, *role, std::nullopt);
  return changed ? say("") : failed(changed.error());
}

http::Outcome audit_list(const Typed& typed, Province& province) {
  const auto rows = province.audit().newest(0, kAuditRows);
  if (!rows) return failed(rows.error());
  if (typed.line.json) return say_json(*rows);
  std::string text;
  for (const json::Value& row : *rows) {
    text += std::to_string(row.at("n").get<std::int64_t>());
    for (const char* name : {"at", "by", "from", "action", "object", "outcome"})
      text += "  " + json::string_at(row, name).value_or("");
    text += "\n";
  }
  return say(text);
}

http::Outcome audit_verify(const Typed& typed, Province& province) {
  const auto verified = province.audit().verify();
  if (!verified) return failed(verified.error());
  const bool sound = verified->at("sound") == true;
  http::Outcome outcome = say_json(*verified);
  if (!typed.line.json) {
    outcome.out = sound ? "Danh sách còn nguyên (the list is as it was written): " +
                              std::to_string(verified->at("rows").get<std::int64_t>()) + " dòng (rows), " +
                              verified->at("head").get<std::string>() + "\n"
                        : "Dòng đầu tiên bị sửa (first row that was altered): " +
                              std::to_string(verified->at("bad_row").get<std::int64_t>()) + "\n";
  }
  outcome.exit = sound ? 0 : 1;
  return outcome;
}

}  // namespace

http::Outcome people_command(const Typed& typed, Province& province) {
  const std::string& verb = typed.line.verb;
  if (verb == "user add") return user_add(typed, province);
  if (verb == "user list") return user_list(typed, province);
  if (verb == "user role") return user_role(typed, province);
  if (verb == "audit list") return audit_list(typed, province);
  if (verb == "audit verify") return audit_verify(typed, province);
  const Status removed = remove_person(province, typed.line.user);
  return removed ? say("") : failed(removed.error());
}

http::Outcome passwd_command(const Typed& typed, Province& province) {
  const auto given = typed_password(typed);
  if (!given) return failed(given.error());
  const auto password = renew_password(province, typed.line.user, *given);
  return password ? say_password(typed, *password) : failed(password.error());
}

}  // namespace tram
