// tests/sim/trace.h: what happened in a run: a hash of all of it, lines for people, rare paths, and what checkers found.
//
// One thread.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"

namespace tram::sim {

class Trace {
 public:
  explicit Trace(bool verbose) : verbose_(verbose) {}

  void say(std::string_view line);  // enters the hash
  void at_step(int step) { step_ = step; }
  int step() const { return step_; }
  void sometimes(const char* name) { ++reached_[name]; }
  // A promise was broken. The run goes on to the end of its step.
  void found(std::string_view checker, std::string_view what);

  std::uint64_t hash() const { return hash_; }
  const std::vector<std::string>& findings() const { return findings_; }
  const std::map<std::string, std::uint64_t>& reached() const { return reached_; }

 private:
  const bool verbose_;
  int step_ = 0;
  std::uint64_t hash_ = 14695981039346656037ULL;
  std::vector<std::string> findings_;
  std::map<std::string, std::uint64_t> reached_;
};

// Draws of the world itself; machines have generators of their own.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  std::uint64_t below(std::uint64_t bound) { return engine_() % bound; }
  bool chance(unsigned per_mille) { return per_mille > 0 && below(1000) < per_mille; }
  std::uint64_t next() { return engine_(); }

 private:
  std::mt19937_64 engine_;
};

// Time that all machines share, and how each of them reads it. Sleeping moves it for everybody.
struct SimTime {
  std::int64_t ms = 0;
};

class SimClock final : public Clock {
 public:
  explicit SimClock(SimTime& time) : time_(time) {}
  std::int64_t wall_ms() override { return kNow + time_.ms + offset_ms_; }
  std::int64_t steady_ms() override { return time_.ms; }
  bool sleep_ms(std::int64_t ms, const std::stop_token& stop) override {
    if (stop.stop_requested()) return false;
    time_.ms += ms;
    return true;
  }
  void jump(std::int64_t offset_ms) { offset_ms_ = offset_ms; }

 private:
  static constexpr std::int64_t kNow = 1'718'590'320'000;  // 2024-06-17T02:12:00Z
  SimTime& time_;
  std::int64_t offset_ms_ = 0;
};

}  // namespace tram::sim
