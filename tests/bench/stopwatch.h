// tests/bench/stopwatch.h: elapsed seconds on a clock that never jumps.
#pragma once

#include <cstdint>
#include <ctime>

namespace tram::bench {

class Stopwatch {
 public:
  double seconds() const { return static_cast<double>(now_ns(CLOCK_MONOTONIC) - start_) / 1e9; }
  // Work of this process's own, which says the same however busy the machine is.
  double cpu_seconds() const { return static_cast<double>(now_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu_start_) / 1e9; }

 private:
  static std::int64_t now_ns(clockid_t clock) {
    timespec now{};
    ::clock_gettime(clock, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
  }
  std::int64_t start_ = now_ns(CLOCK_MONOTONIC);
  std::int64_t cpu_start_ = now_ns(CLOCK_PROCESS_CPUTIME_ID);
};

}  // namespace tram::bench
