#include "core/base/password.h"

#include <sodium.h>

#include <algorithm>
#include <array>

#include "core/base/text.h"

namespace tram {
namespace {

constexpr unsigned long long kPasses = 2;
constexpr std::size_t kMemoryBytes = 64U << 20;

bool sodium_ready() {
  static const bool done = sodium_init() >= 0;
  return done;
}

}  // namespace

Status check_password_rules(std::string_view password) {
  if (!is_utf8(password)) return error(ErrorCode::bad_request, "the password is not UTF-8 text");
  const std::size_t length = code_points(password);
  if (length < kPasswordMin) return error(ErrorCode::bad_request, "a password has at least 8 characters");
  if (length > kPasswordMax) return error(ErrorCode::bad_request, "a password has at most 128 characters");
  static constexpr std::array<std::string_view, 12> kCommon = {"12345678",  "123456789",  "1234567890",    "password",
                                                               "password1", "matkhau123", "admin123",      "qwertyui",
                                                               "11111111",  "iloveyou",   "administrator", "abcd1234"};
  if (std::find(kCommon.begin(), kCommon.end(), fold(password)) != kCommon.end()) {
    return error(ErrorCode::bad_request, "this password is one of those that everybody tries first; choose another");
  }
  return {};
}

Result<std::string> hash_password(std::string_view password) {
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  if (!sodium_ready() || crypto_pwhash_str(hash.data(), password.data(), password.size(), kPasses, kMemoryBytes) != 0) {
    return error(ErrorCode::internal, "there is not enough memory to hash a password");
  }
  return std::string(hash.data());
}

bool password_matches(std::string_view hash, std::string_view password) {
  if (!sodium_ready() || hash.size() >= crypto_pwhash_STRBYTES) return false;
  std::array<char, crypto_pwhash_STRBYTES> stored{};
  std::copy(hash.begin(), hash.end(), stored.begin());
  return crypto_pwhash_str_verify(stored.data(), password.data(), password.size()) == 0;
}

}  // namespace tram
