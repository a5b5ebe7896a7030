// core/base/system.h: the real clock and the real randomness. The only place that asks the operating system for
// either (tests/tidy holds everyone to that); programs make one of each and hand them down.
#pragma once

#include "core/base/clock.h"
#include "core/base/random.h"

namespace tram {

class SystemClock final : public Clock {
 public:
  std::int64_t wall_ms() override;
  std::int64_t steady_ms() override;
  bool sleep_ms(std::int64_t ms, const std::stop_token& stop) override;
};

// getrandom(2) by way of OpenSSL's generator; aborts if the machine has no randomness.
class SystemRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> bytes) override;
};

}  // namespace tram
