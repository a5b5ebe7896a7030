#include "server/roles.h"

namespace tram {

std::string_view name_of(Role role) {
  switch (role) {
    case Role::viewer: return "viewer";
    case Role::officer: return "officer";
    case Role::leader: return "leader";
    case Role::admin: return "admin";
  }
  return "";
}

std::optional<Role> role_named(std::string_view name) {
  for (const Role role : kRoles) {
    if (name_of(role) == name) return role;
  }
  return std::nullopt;
}

}  // namespace tram
