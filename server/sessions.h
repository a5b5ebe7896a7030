// server/sessions.h: who is signed in to the pages. A session is known by 256 random bits in a cookie, of which only the
// SHA-256 is kept; it ends thirty minutes after it was last used, twelve hours after it began, when somebody ends it, and
// with the program. Any thread.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/random.h"

namespace tram {

inline constexpr std::int64_t kSessionIdleMs = 30 * 60'000;
inline constexpr std::int64_t kSessionMs = 12LL * 3600 * 1000;

struct Session {
  std::string id;  // to name it by in lists; opens nothing
  std::string user;
  std::string csrf;  // sent back by the page with every write
  std::string address, agent;
  std::int64_t begun_ms = 0, used_ms = 0;  // wall
};

class Sessions {
 public:
  Sessions(Clock& clock, Random& random) : clock_(clock), random_(random) {}

  struct Opened {
    std::string secret;  // for the cookie
    Session session;
  };
  // The oldest session of a user who has too many ends.
  Opened open(const std::string& user, const std::string& address, std::string agent);
  // The session of a cookie, if it still holds; it counts as used now.
  std::optional<Session> use(std::string_view secret);

  std::vector<Session> list();  // newest use first
  bool end(const std::string& id);
  void end_of(const std::string& user, const std::string& but_id = {});

 private:
  struct Held {
    Session session;
    std::int64_t begun_ms = 0, used_ms = 0;  // steady
  };
  void forget_ended();

  Clock& clock_;
  Random& random_;
  std::mutex mutex_;
  std::map<std::string, Held> held_;  // SHA-256 of the secret
};

}  // namespace tram
