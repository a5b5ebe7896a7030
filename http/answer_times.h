// http/answer_times.h: how long requests took at the server, as counts by size (a Prometheus histogram): from the last byte
// of the request to the last byte of the answer handed to the kernel, so with the time spent waiting for a worker. A long
// poll that waited for news is left out.
//
// One thread counts; any thread reads.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace tram::http {

// Greatest time of each bucket; one more bucket has what took longer.
inline constexpr std::array<std::int64_t, 16> kAnswerTimesMs{1,   2,   5,   10,  20,   50,    100,   150,
                                                             200, 250, 300, 500, 1000, 2'000, 5'000, 10'000};

struct AnswerTimesTold {
  std::array<std::uint64_t, kAnswerTimesMs.size() + 1> counts{};  // each of its own bucket alone
  std::uint64_t sum_ms = 0;
};

class AnswerTimes {
 public:
  void count(std::int64_t ms) {
    std::size_t bucket = 0;
    while (bucket < kAnswerTimesMs.size() && ms > kAnswerTimesMs[bucket]) ++bucket;
    ++counts_[bucket];
    sum_ms_ += static_cast<std::uint64_t>(ms);
  }
  AnswerTimesTold told() const {
    AnswerTimesTold told;
    for (std::size_t i = 0; i < told.counts.size(); ++i) told.counts[i] = counts_[i];
    told.sum_ms = sum_ms_;
    return told;
  }

 private:
  std::array<std::atomic<std::uint64_t>, kAnswerTimesMs.size() + 1> counts_{};
  std::atomic<std::uint64_t> sum_ms_{0};
};

}  // namespace tram::http
