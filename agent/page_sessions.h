// agent/page_sessions.h: who is signed in at the page of this PC.
//
// The first sign-in is by a one-time address in DATA/page-url (mode 0600): whoever can read the data folder may open it.
// A new one is written when it was used. It asks for a name and a password; from then on people sign in by these. The
// cookie's value is 256 random bits, kept as its SHA-256 in DATA/page-sessions.json, so that sessions outlive a restart
// of the program. A session ends after two hours without a change or twelve in all.
//
// Any thread. Times are wall time: data for people, which decides nothing about documents.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/base/result.h"

namespace tram::agent {

inline constexpr const char* kPageUrlFile = "page-url";

class PageSessions {
 public:
  // instance: of the data folder; part of the cookie's name, because cookies of one host go to all its ports.
  PageSessions(std::string folder, std::string instance, Clock& clock, Random& random);

  // Reads what is there and writes the one-time address, under http://HOST:PORT of `origin`.
  Status start(std::string origin);
  void stop();  // the one-time address ends with the program

  struct Visitor {
    std::string person;
    std::string csrf;  // what writes of this session must carry
  };
  // `active`: the session goes on for another two hours.
  std::optional<Visitor> visitor(std::string_view cookie, bool active);

  struct Key {
    std::string code;  // of the one-time address; empty: by password
    std::string name, password;
  };
  // Answers the cookie's value. Errors: unauthorized (code used or wrong, name or password wrong); bad_request (name
  // empty or too long; password against the rules); busy named too_many_requests (five wrong ones within a minute).
  Result<std::string> sign_in(const Key& key);
  void sign_out(std::string_view cookie);

  bool has_people() const;
  const std::string& cookie_name() const { return cookie_name_; }

 private:
  struct Session {
    std::string person;
    std::int64_t made_ms = 0, seen_ms = 0;
  };
  Status check(const Key& key);
  Status enrol(const Key& key);
  Status count_attempt();
  Status renew_code();
  Status save() const;

  const std::string folder_, cookie_name_;
  Clock& clock_;
  Random& random_;
  mutable std::mutex mutex_;
  std::string origin_, code_;
  std::map<std::string, std::string, std::less<>> people_;  // name -> hash of the password
  std::map<std::string, Session, std::less<>> sessions_;    // SHA-256 of the cookie's value
  std::int64_t attempts_since_ms_ = 0;
  int attempts_ = 0;
};

}  // namespace tram::agent
