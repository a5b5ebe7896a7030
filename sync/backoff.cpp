#include "sync/backoff.h"

#include <algorithm>

namespace tram {
namespace {

constexpr std::int64_t kFirstMs = 2'000;
constexpr std::int64_t kHopelessMs = 300'000;
constexpr int kDoublingsMax = 20;

std::uint64_t bound(std::int64_t ms) { return static_cast<std::uint64_t>(std::max<std::int64_t>(ms, 1)); }

}  // namespace

std::int64_t Backoff::next_ms(const Error& error, Random& random) {
  const std::int64_t most = std::min(pause_max_ms_, kFirstMs << std::min(failures_, kDoublingsMax));
  if (failures_ < kDoublingsMax) ++failures_;
  if (error.retry_after_ms > 0) {
    return error.retry_after_ms + static_cast<std::int64_t>(random.below(bound(error.retry_after_ms / 10)));
  }
  const auto pause = static_cast<std::int64_t>(random.below(bound(most)));
  const bool hopeless = error.code == ErrorCode::captive_portal || !error.retryable();
  return hopeless ? std::min(pause_max_ms_, std::max(pause, kHopelessMs)) : pause;
}

}  // namespace tram
