// core/base/random.h: the seam through which ids, tokens and jitter are drawn. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace tram {

class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::uint8_t> bytes) = 0;

  // n random bytes as 2n lower-case hex digits.
  std::string hex(std::size_t n);
  // Uniform in [0, bound), bound > 0; the bias of the modulus is below 2^-32 for bounds below 2^32.
  std::uint64_t below(std::uint64_t bound);
};

}  // namespace tram
