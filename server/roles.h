// server/roles.h: what a person of the province may do. Each role may do what those before it may. Pure; any thread.
//
//   viewer    reads dashboards, consolidated tables, targets and runs
//   officer   reads reports of offices, receives, returns and approves them, answers, publishes
//   leader    confirms official runs, reopens what was approved
//   admin     offices and their tokens, people, sessions, the audit list; the only one with the replication interface
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace tram {

enum class Role { viewer, officer, leader, admin };
inline constexpr std::array kRoles = {Role::viewer, Role::officer, Role::leader, Role::admin};

std::string_view name_of(Role role);  // "officer"
std::optional<Role> role_named(std::string_view name);

}  // namespace tram
