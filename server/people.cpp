#include "server/people.h"

#include <algorithm>
#include <cctype>

#include "core/base/text.h"

namespace tram {
namespace {

constexpr std::size_t kNameMax = 41;
constexpr std::size_t kFullNameMax = 120;

Error refused(ErrorCode code, const char* name, std::string en, std::string vi) {
  Error refusal = error(code, std::move(en), name);
  refusal.message_vi = std::move(vi);
  return refusal;
}

Status check_name(Province& province, const std::string& name) {
  const auto fits = [](unsigned char c) { return std::islower(c) || std::isdigit(c) || c == '.' || c == '-'; };
  if (name.empty() || name.size() > kNameMax || !std::islower(static_cast<unsigned char>(name[0])) ||
      !std::all_of(name.begin(), name.end(), fits)) {
    return refused(ErrorCode::bad_request, "bad_name",
                   "a user name is a small letter and up to 40 of a-z, 0-9, . and -",
                   "Tên đăng nhập bắt đầu bằng một chữ thường, sau đó là a-z, 0-9, dấu chấm hoặc gạch nối.");
  }
  if (province.registry().user(name) || province.registry().office(name)) {
    return refused(ErrorCode::conflict, "name_taken", "the name " + name + " is taken; choose another",
                   "Tên " + name + " đã có người dùng; hãy chọn tên khác.");
  }
  return {};
}

Result<std::string> clean_full_name(const std::string& text) {
  if (!is_utf8(text) || code_points(text) > kFullNameMax)
    return error(ErrorCode::bad_request, "a full name is UTF-8 text of at most 120 characters");
  return text;
}

Result<User> known(Province& province, const std::string& name) {
  if (auto user = province.registry().user(name)) return std::move(*user);
  return refused(ErrorCode::not_found, "not_found", "there is no user " + name, "Không có người dùng " + name + ".");
}

Status keep_one_admin(Province& province, const User& user) {
  if (user.role != Role::admin) return {};
  const auto users = province.registry().users();
  const auto admins = std::count_if(users.begin(), users.end(), [](const User& u) { return u.role == Role::admin; });
  if (admins > 1) return {};
  return refused(ErrorCode::conflict, "last_admin", "the last administrator stays; make another one first",
                 "Đây là quản trị viên cuối cùng; hãy giao quyền cho người khác trước.");
}

}  // namespace

Result<std::string> add_person(Province& province, const NewPerson& person) {
  RETURN_IF_ERROR(check_name(province, person.name));
  ASSIGN_OR_RETURN(const std::string full_name, clean_full_name(person.full_name));
  const std::string password = person.password.empty() ? make_password(province.random()) : person.password;
  RETURN_IF_ERROR(check_password_rules(password));
  ASSIGN_OR_RETURN(const std::string hash, hash_password(password));
  RETURN_IF_ERROR(
      province.registry().save_user({person.name, hash, person.role, full_name, utc_text(province.clock().wall_ms())}));
  return password;
}

Status change_person(Province& province, const std::string& name, std::optional<Role> role,
                     const std::optional<std::string>& full_name) {
  ASSIGN_OR_RETURN(User user, known(province, name));
  const bool changes_role = role && *role != user.role;
  if (changes_role) RETURN_IF_ERROR(keep_one_admin(province, user));
  if (role) user.role = *role;
  if (full_name) {
    ASSIGN_OR_RETURN(user.full_name, clean_full_name(*full_name));
  }
  RETURN_IF_ERROR(province.registry().save_user(user));
  if (changes_role) province.sessions().end_of(name);
  return {};
}

Status remove_person(Province& province, const std::string& name) {
  ASSIGN_OR_RETURN(const User user, known(province, name));
  RETURN_IF_ERROR(keep_one_admin(province, user));
  RETURN_IF_ERROR(province.registry().remove_user(name));
  province.sessions().end_of(name);
  return {};
}

Result<std::string> renew_password(Province& province, const std::string& name, const std::string& password,
                                   const std::string& keep_session) {
  ASSIGN_OR_RETURN(User user, known(province, name));
  const std::string next = password.empty() ? make_password(province.random()) : password;
  RETURN_IF_ERROR(check_password_rules(next));
  ASSIGN_OR_RETURN(user.password_hash, hash_password(next));
  RETURN_IF_ERROR(province.registry().save_user(user));
  province.sessions().end_of(name, keep_session);
  return next;
}

json::Value list_people(Province& province) {
  const auto sessions = province.sessions().list();
  json::Value list = json::Value::array();
  for (const User& user : province.registry().users()) {
    const auto open = std::count_if(sessions.begin(), sessions.end(),
                                    [&](const Session& session) { return session.user == user.name; });
    list.push_back({{"name", user.name},
                    {"full_name", user.full_name},
                    {"role", std::string(name_of(user.role))},
                    {"made_at", user.made_at.empty() ? json::Value() : json::Value(user.made_at)},
                    {"sessions", open}});
  }
  return list;
}

json::Value list_sessions(Province& province, const std::string& user, const std::string& current_id) {
  json::Value list = json::Value::array();
  for (const Session& session : province.sessions().list()) {
    if (!user.empty() && session.user != user) continue;
    list.push_back({{"id", session.id},
                    {"user", session.user},
                    {"address", session.address},
                    {"agent", session.agent},
                    {"begun_at", utc_text(session.begun_ms)},
                    {"used_at", utc_text(session.used_ms)},
                    {"current", session.id == current_id}});
  }
  return list;
}

}  // namespace tram
