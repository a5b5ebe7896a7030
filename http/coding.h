// http/coding.h: the content codings (RFC 9110, 8.4) of bodies: gzip, which everybody speaks, and zstd, which our own
// two programs speak with each other: a fifth of the work, and a little less to send. Pure; one object one thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/base/result.h"
#include "http/gzip.h"
#include "http/zstd.h"

namespace tram::http {

enum class Coding { identity, gzip, zstd };

std::string_view name_of(Coding coding);
// Of Content-Encoding: "" is identity; nothing for one that is not known here.
std::optional<Coding> coding_named(std::string_view name);
// The best that an Accept-Encoding allows; q=0 forbids.
Coding best_accepted(std::string_view accept_encoding);
// What a body of this size is sent in to somebody who takes `coding`: nothing gains below 512 B, and up to 4 kB gzip is
// smaller than zstd.
Coding coding_for(std::size_t size, Coding coding);

// Bytes in, encoded bytes out, in parts. Not for identity.
class Encoder {
 public:
  explicit Encoder(Coding coding);
  void add(std::string_view bytes, Flush flush, std::string& out);

 private:
  std::variant<Deflater, ZstdEncoder> encoder_;
};

// Encoded bytes in, bytes out, in parts. Not for identity. Errors as of gunzip and ZstdDecoder.
class Decoder {
 public:
  Decoder(Coding coding, const ExpansionLimits& limits);
  Status add(std::string_view bytes, const std::function<Status(std::string_view)>& sink);
  // All has come. Error bad_request when the end was not met.
  Status finish() const;

 private:
  Coding coding_;
  std::variant<Inflater, ZstdDecoder> decoder_;
};

// What an encoded body says it holds; 0: it does not say. Not to be believed, only prepared for.
std::uint64_t announced_size(Coding coding, std::string_view bytes);
// All of it at once, where it says that it holds at most size_max bytes and does; otherwise nothing, and a Decoder tells
// what is wrong. Quicker than in parts.
std::optional<std::string> decode_announced(Coding coding, std::string_view bytes, std::uint64_t size_max);

std::string encode(Coding coding, std::string_view bytes);
Result<std::string> decode(Coding coding, std::string_view bytes, const ExpansionLimits& limits);

}  // namespace tram::http
