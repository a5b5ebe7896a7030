// server/people.h: the province's people: their roles and passwords. Whatever narrows what somebody may do ends that
// person's sessions. One administrator always stays. Any thread.
#pragma once

#include <optional>
#include <string>

#include "core/base/json.h"
#include "core/base/result.h"
#include "server/province.h"

namespace tram {

struct NewPerson {
  std::string name;  // what one signs in with: a letter and up to 40 of a-z, 0-9, ".", "-"; not an office's slug
  std::string full_name;
  Role role = Role::viewer;
  std::string password;  // empty: one is made
};

// Answers the password. Errors: bad_request (name, password), conflict (somebody has the name).
Result<std::string> add_person(Province& province, const NewPerson& person);
// Absent: stays. Errors: not_found; conflict named last_admin.
Status change_person(Province& province, const std::string& name, std::optional<Role> role,
                     const std::optional<std::string>& full_name);
Status remove_person(Province& province, const std::string& name);

// password empty: one is made. Answers it; every session of that person ends but `keep_session`. Errors: not_found,
// bad_request.
Result<std::string> renew_password(Province& province, const std::string& name, const std::string& password = {},
                                   const std::string& keep_session = {});

// [{"name","full_name","role","made_at","sessions"}], by name.
json::Value list_people(Province& province);
// [{"id","user","address","agent","begun_at","used_at","current"}]. user: empty for everybody's.
json::Value list_sessions(Province& province, const std::string& user, const std::string& current_id);

}  // namespace tram
