// http/gzip.h: gzip (RFC 1952) with limits, on zlib. Pure functions; one object one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace tram::http {

inline constexpr std::size_t kGzipWorthwhile = 512;  // smaller bodies do not gain a packet
inline constexpr std::uint64_t kRatioMax = 100;

struct ExpansionLimits {
  std::uint64_t size_max = 64ULL << 20;
  // Most decoded bytes for one encoded byte, counted above the first 1 MiB decoded; 0: no limit.
  std::uint64_t ratio_max = kRatioMax;
};

// Counts what goes into a decoder and what comes out. Error too_large beyond the limits.
class Expansion {
 public:
  explicit Expansion(const ExpansionLimits& limits) : limits_(limits) {}
  Status add(std::uint64_t in, std::uint64_t out);

 private:
  ExpansionLimits limits_;
  std::uint64_t in_ = 0, out_ = 0;
};

enum class Flush { none, sync, finish };  // sync: all that went in can be decoded from what came out

std::string gzip(std::string_view bytes);
// Errors: bad_request for bytes that are not one whole gzip stream, too_large beyond the limits.
Result<std::string> gunzip(std::string_view bytes, const ExpansionLimits& limits);

// Bytes in, gzip out, in parts. About 256 kB while it lives. What is longer than 256 KiB only a fast line carries
// (sync/batch_size.h): it is compressed at the fastest level, what is shorter with more care.
class Deflater {
 public:
  Deflater();
  explicit Deflater(std::size_t size);  // of all that will come
  ~Deflater();
  Deflater(Deflater&&) noexcept;
  void add(std::string_view bytes, Flush flush, std::string& out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Gzip in, bytes out, in parts. About 40 kB while it lives.
class Inflater {
 public:
  explicit Inflater(const ExpansionLimits& limits);
  ~Inflater();
  Inflater(Inflater&&) noexcept;
  // Hands decoded parts (at most 32 kB each) to sink; stops at its error. Errors as of gunzip.
  Status add(std::string_view bytes, const std::function<Status(std::string_view)>& sink);
  bool complete() const;  // the stream's end, with its checksum, was met

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tram::http
