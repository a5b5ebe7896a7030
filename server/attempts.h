// server/attempts.h: how often somebody may try a password. A wrong one counts against the account and against the
// network it came from; after five within a minute further tries are put off (reliability: guessing). Any thread.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>

#include "core/base/clock.h"
#include "core/base/result.h"

namespace tram {

class Attempts {
 public:
  explicit Attempts(Clock& clock) : clock_(clock) {}

  // Counts a try, before it is known whether it is right. Error busy named too_many_requests when there were too many.
  Status begin(const std::string& account, const std::string& address);
  // It was right: it does not count after all.
  void succeeded(const std::string& account, const std::string& address);

 private:
  using Times = std::deque<std::int64_t>;  // steady, oldest first
  void forget_old(std::int64_t now);

  Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, Times> tries_;
};

// "192.0.2.7" -> "192.0.2", "2001:db8:1:2:…" -> its first four groups; what cannot be read stands for itself.
std::string network_of(const std::string& address);

}  // namespace tram
