// tests/bench/stopwatch.h: elapsed seconds on a clock that never jumps.
#pragma once

#include <cstdint>
#include <ctime>

namespace tram::bench {

class Stopwatch {
 public:
  double seconds() const { return static_cast<double>(now_ns() - start_) / 1e9; }

 private:
  static std::int64_t now_ns() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
  }
  std::int64_t start_ = now_ns();
};

}  // namespace tram::bench
