// tests/support/patience.h: how long a test waits for what must happen.
//
// Any thread. Programs with a sanitizer are several times slower, and what the kernel says of their memory tells nothing.
#pragma once

#include <cstdint>
#include <functional>

#include "core/base/system.h"

namespace tram::test {

#if defined(__has_feature)  // clang: the preset fuzz
inline constexpr bool kSanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)  // g++: the presets asan and tsan
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

inline constexpr std::int64_t kPatienceMs = kSanitized ? 120'000 : 30'000;

// Waits until it holds; false when that took too long.
inline bool eventually(const std::function<bool()>& holds) {
  SystemClock clock;
  const std::int64_t end_ms = clock.steady_ms() + kPatienceMs;
  while (!holds()) {
    if (clock.steady_ms() > end_ms) return false;
    clock.sleep_ms(2, {});
  }
  return true;
}

}  // namespace tram::test
