// sync/batch_size.h: BatchSize decides how many bytes of documents go into one request. It grows while the line is
// quick and shrinks when it breaks, so that a cut costs little: a small batch, or the three that are under way where the
// line carries large ones. A value type: no clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/records/document.h"

namespace tram {

// What these documents count for in a request, about as long as they are printed there, without attachments.
std::size_t bytes_of(std::span<const Document> documents);

class BatchSize {
 public:
  static constexpr std::size_t kLeast = 16 << 10, kFirst = 64 << 10, kMost = 256 << 10, kMostOnFastLine = 1 << 20;
  static constexpr std::size_t kDocumentsMax = 2000;

  explicit BatchSize(std::size_t bytes = kFirst);

  std::size_t bytes() const { return bytes_; }
  // A batch of this size took so long: below 5 s the next may be half as large again, below 100 ms four times as
  // large, below 25 ms sixteen times; beyond 256 KiB only on a line that carries such a batch within a second.
  void succeeded(std::size_t bytes, std::int64_t took_ms);
  // The line broke: half of it.
  void cut();
  // The peer refused this size: stay below it.
  void refused(std::size_t bytes);

 private:
  std::size_t bytes_;
  std::size_t limit_ = kMostOnFastLine;
};

}  // namespace tram
