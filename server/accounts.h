// server/accounts.h: who is asking. Three credentials are known: an office's token (Authorization: Bearer, or Basic
// with the slug as user name), a user's password (Basic), and the cookie AuthSession that POST /_session gives for
// either. Scope follows from the credential alone.
//
// Passwords: at most two are hashed at once; one that was right is remembered for ten minutes as a keyed hash, since
// stock clients send it with every request. Cookies end after twelve hours, with the program, and with the password or
// token that they were given for. Any thread.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <semaphore>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "http/message.h"
#include "server/attempts.h"
#include "server/registry.h"
#include "sync/databases.h"

namespace tram {

class Accounts {
 public:
  Accounts(Registry& registry, Clock& clock, Random& random);

  // Errors: unauthorized; busy named too_many_requests after too many wrong passwords.
  Result<Principal> authenticate(const http::Request& request);
  // A user's password or an office's token.
  Result<Principal> check(std::string_view name, std::string_view secret, const std::string& address);

  // POST /_session with name and password as JSON or as a form; DELETE /_session.
  http::Response sign_in(const http::Request& request);
  http::Response sign_out() const;
  // A cookie in the second half of its life is replaced by a new one with the answer.
  void renew(const http::Request& request, http::Response& response) const;

 private:
  Result<Principal> check_password(const User& user, bool known, std::string_view password, const std::string& address);
  Result<Principal> check_cookie(std::string_view cookie) const;
  std::optional<Principal> principal_of(std::string_view name) const;
  std::string set_cookie(const std::string& name, bool over_tls) const;
  std::string cookie_of(const std::string& name, std::int64_t until_ms) const;
  std::string remembered_key(const User& user, std::string_view password) const;

  Registry& registry_;
  Clock& clock_;
  Attempts attempts_;
  const std::string secret_;  // of this run: cookies and remembered passwords end with it
  std::counting_semaphore<2> hashing_{2};
  std::mutex mutex_;
  std::map<std::string, std::int64_t> remembered_;  // keyed hash of name, stored hash and password -> until, steady
};

}  // namespace tram
