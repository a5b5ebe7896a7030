#include "sync/batch_size.h"

#include <algorithm>

namespace tram {
namespace {

constexpr std::int64_t kQuickMs = 5'000;
constexpr std::int64_t kFastMs = 1'000;

// How much larger the next batch may be than one that took so long.
std::size_t grown(std::size_t bytes, std::int64_t took_ms) {
  if (took_ms < 25) return bytes * 16;
  if (took_ms < 100) return bytes * 4;
  return bytes + bytes / 2;
}

}  // namespace

std::size_t bytes_of(std::span<const Document> documents) {
  std::size_t bytes = 0;
  for (const Document& document : documents) {
    bytes += document.id.size() + document.body.size() + 36 * document.path.size() + 64;
  }
  return bytes;
}

BatchSize::BatchSize(std::size_t bytes) : bytes_(std::clamp(bytes, kLeast, kMostOnFastLine)) {}

void BatchSize::succeeded(std::size_t bytes, std::int64_t took_ms) {
  // A batch much smaller than allowed says nothing about a larger one.
  if (took_ms >= kQuickMs || bytes < bytes_ / 2) return;
  const std::size_t most = took_ms < kFastMs ? kMostOnFastLine : kMost;
  bytes_ = std::max(bytes_, std::min({grown(bytes_, took_ms), most, limit_}));
}

void BatchSize::cut() { bytes_ = std::max(kLeast, bytes_ / 2); }

void BatchSize::refused(std::size_t bytes) {
  limit_ = std::max(kLeast, bytes / 2);
  bytes_ = std::min(bytes_, limit_);
}

}  // namespace tram
