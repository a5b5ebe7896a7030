// core/base/clock.h: the seam through which every piece of Trạm learns the time.
//
// Wall time is data only: it is shown and stored, and decides nothing. Order comes from sequences and generations;
// delays come from the steady clock. Any thread.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>

namespace tram {

class Clock {
 public:
  virtual ~Clock() = default;
  // Milliseconds since 1970-01-01T00:00:00Z, as this machine believes; it may jump either way, by years.
  virtual std::int64_t wall_ms() = 0;
  // Milliseconds on a clock that never jumps; meaningful only as a difference.
  virtual std::int64_t steady_ms() = 0;
  // Waits, at most ms; returns early, with false, once stop is requested.
  virtual bool sleep_ms(std::int64_t ms, const std::stop_token& stop) = 0;
};

// "2024-06-17T02:12:00Z" (RFC 3339, UTC, whole seconds).
std::string utc_text(std::int64_t wall_ms);
// "2024-06-17T09:12:00+07:00": the time people in Viet Nam read; there is no summer time.
std::string vietnam_text(std::int64_t wall_ms);
// "2024-06-17", the day in Viet Nam.
std::string vietnam_day(std::int64_t wall_ms);

}  // namespace tram
