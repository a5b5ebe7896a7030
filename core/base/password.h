// core/base/password.h: passwords of people and how they are kept, on libsodium. Pure but for the salt, which libsodium
// draws itself; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace tram {

inline constexpr std::size_t kPasswordMin = 8;  // characters; OWASP ASVS 5.0, 6.2.1
inline constexpr std::size_t kPasswordMax = 128;

// Error bad_request: too short, too long, not UTF-8, or one of those that everybody tries first.
Status check_password_rules(std::string_view password);
// argon2id, 64 MiB, 2 passes, 1 lane, with its parameters and salt in the text. Takes some 100 ms. Error internal when
// there is no memory for it.
Result<std::string> hash_password(std::string_view password);
bool password_matches(std::string_view hash, std::string_view password);

}  // namespace tram
