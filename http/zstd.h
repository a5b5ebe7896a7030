// http/zstd.h: Zstandard (RFC 8878) with limits, on libzstd. One object one thread. Behind http/coding.h; nobody else
// needs it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "http/gzip.h"

namespace tram::http {

// Bytes in, one frame out, in parts, with a checksum at its end. About 400 kB while it lives: a window of 128 KiB, for
// documents resemble their neighbours.
class ZstdEncoder {
 public:
  ZstdEncoder();
  ~ZstdEncoder();
  ZstdEncoder(ZstdEncoder&&) noexcept;
  void add(std::string_view bytes, Flush flush, std::string& out);
  // All of it at once: the same, but what is to be read need not be copied into the window first.
  static std::string whole(std::string_view bytes);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// One frame in, bytes out, in parts. Takes windows up to 1 MiB: about 1.3 MB while it lives, by the frame's own window.
class ZstdDecoder {
 public:
  explicit ZstdDecoder(const ExpansionLimits& limits);
  ~ZstdDecoder();
  ZstdDecoder(ZstdDecoder&&) noexcept;
  // Hands decoded parts to sink; stops at its error. Errors: bad_request for what is no frame, is damaged, wants a
  // larger window or goes on behind its end; too_large beyond the limits.
  Status add(std::string_view bytes, const std::function<Status(std::string_view)>& sink);
  bool complete() const;  // the frame's end, with its checksum, was met

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// What the frame's head says it holds; 0: nothing.
std::uint64_t zstd_announced_size(std::string_view frame);

// All that one whole frame holds, where its head says so and that is at most size_max, decoded where it will stay: no
// window besides, so of whatever size the frame's is. Otherwise nothing, and a ZstdDecoder tells what is wrong.
std::optional<std::string> zstd_whole(std::string_view frame, std::uint64_t size_max);

}  // namespace tram::http
