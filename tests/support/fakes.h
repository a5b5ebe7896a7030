// tests/support/fakes.h: time and chance as a test wants them.
#pragma once

#include <atomic>
#include <mutex>
#include <random>

#include "core/base/clock.h"
#include "core/base/random.h"

namespace tram::test {

// A clock that moves only when told; sleeping moves it. Any thread.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(std::int64_t wall_ms = 1'718'590'320'000) : wall_ms_(wall_ms) {}  // 2024-06-17T02:12:00Z
  std::int64_t wall_ms() override { return wall_ms_; }
  std::int64_t steady_ms() override { return steady_ms_; }
  bool sleep_ms(std::int64_t ms, const std::stop_token& stop) override {
    if (stop.stop_requested()) return false;
    advance(ms);
    return true;
  }
  void advance(std::int64_t ms) {
    wall_ms_ += ms;
    steady_ms_ += ms;
  }
  void set_wall(std::int64_t wall_ms) { wall_ms_ = wall_ms; }

 private:
  std::atomic<std::int64_t> wall_ms_;
  std::atomic<std::int64_t> steady_ms_{0};
};

// The same seed gives the same draws. Any thread.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}
  void fill(std::span<std::uint8_t> bytes) override {
    const std::scoped_lock lock(mutex_);
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(engine_());
  }

 private:
  std::mutex mutex_;
  std::mt19937_64 engine_;
};

}  // namespace tram::test
