// sync/backoff.h: Backoff decides how long to wait before the next attempt. Offices share one thin line, so pauses grow
// quickly and carry full jitter; one success forgets all failures. A value type: no thread, no clock.
#pragma once

#include <cstdint>

#include "core/base/error.h"
#include "core/base/random.h"

namespace tram {

class Backoff {
 public:
  explicit Backoff(std::int64_t pause_max_ms = 600'000) : pause_max_ms_(pause_max_ms) {}

  // After a failure: uniform in [0, min(pause_max, 2 s * 2^k)), k counting failures in a row from 0. What the peer
  // asked for (retry_after_ms) is never cut short and gets up to a tenth more, so that offices do not return together.
  // Behind a captive portal, and where trying again cannot help by itself, at least five minutes.
  std::int64_t next_ms(const Error& error, Random& random);
  void succeeded() { failures_ = 0; }

 private:
  std::int64_t pause_max_ms_;
  int failures_ = 0;
};

}  // namespace tram
