#include "core/base/system.h"

#include <openssl/rand.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <ctime>
#include <mutex>

#include "core/base/digest.h"
#include "core/base/result.h"

namespace tram {
namespace {

template <typename Time>
std::int64_t milliseconds(Time time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

std::tm calendar(std::int64_t wall_ms) {
  auto seconds = static_cast<std::time_t>(wall_ms >= 0 ? wall_ms / 1000 : (wall_ms - 999) / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return parts;
}

std::string formatted(std::int64_t wall_ms, const char* format) {
  const std::tm parts = calendar(wall_ms);
  char text[64];
  return std::string(text, std::strftime(text, sizeof text, format, &parts));
}

constexpr std::int64_t kVietnamOffsetMs = 7 * 3600 * 1000;

}  // namespace

std::string utc_text(std::int64_t wall_ms) { return formatted(wall_ms, "%Y-%m-%dT%H:%M:%SZ"); }
std::string vietnam_text(std::int64_t wall_ms) {
  return formatted(wall_ms + kVietnamOffsetMs, "%Y-%m-%dT%H:%M:%S+07:00");
}
std::string vietnam_day(std::int64_t wall_ms) { return formatted(wall_ms + kVietnamOffsetMs, "%Y-%m-%d"); }

std::string Random::hex(std::size_t n) {
  std::string bytes(n, '\0');
  const std::span<std::uint8_t> view(reinterpret_cast<std::uint8_t*>(bytes.data()), n);
  fill(view);
  return to_hex(view);
}

std::uint64_t Random::below(std::uint64_t bound) {
  std::uint64_t value = 0;
  fill({reinterpret_cast<std::uint8_t*>(&value), sizeof value});
  return value % bound;
}

std::int64_t SystemClock::wall_ms() { return milliseconds(std::chrono::system_clock::now()); }
std::int64_t SystemClock::steady_ms() { return milliseconds(std::chrono::steady_clock::now()); }

bool SystemClock::sleep_ms(std::int64_t ms, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any condition;
  std::unique_lock lock(mutex);
  return !condition.wait_for(lock, stop, std::chrono::milliseconds(ms), [&] { return stop.stop_requested(); });
}

void SystemRandom::fill(std::span<std::uint8_t> bytes) {
  CHECK(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
}

}  // namespace tram
