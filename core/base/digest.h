// core/base/digest.h: hashes and the texts they are written in. Any thread, except one Sha256/Md5 object.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace tram {

using Sha256Digest = std::array<std::uint8_t, 32>;
using Md5Digest = std::array<std::uint8_t, 16>;

Sha256Digest sha256(std::string_view bytes, std::string_view more = {});  // of both, one behind the other
std::string sha256_hex(std::string_view bytes);                           // 64 lower-case hex digits
Md5Digest md5(std::string_view bytes);                                    // for CouchDB's attachment digests only

// Incremental SHA-256, for what does not fit in memory or comes in parts.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  Sha256& update(std::string_view bytes);
  Sha256Digest finish();  // once

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Incremental MD5, for CouchDB's attachment digests only.
class Md5 {
 public:
  Md5();
  ~Md5();
  Md5(Md5&&) noexcept;
  Md5& operator=(Md5&&) noexcept;
  Md5& update(std::string_view bytes);
  Md5Digest finish();  // once

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// "md5-<base64>", as attachments are named on the wire.
std::string wire_digest(const Md5Digest& digest);

// HMAC-SHA-256 (RFC 2104), for cookies and remembered credentials.
Sha256Digest hmac_sha256(std::string_view key, std::string_view bytes);

std::string to_hex(std::span<const std::uint8_t> bytes);              // lower case
void write_hex(std::span<const std::uint8_t> bytes, char* digits);    // the same, two digits for each byte
std::optional<std::string> from_hex(std::string_view text);           // nullopt unless pairs of hex digits
std::string to_base64(std::string_view bytes);                        // RFC 4648 section 4, padded
std::optional<std::string> from_base64(std::string_view text);        // padded; nullopt on anything else
bool equal_in_constant_time(std::string_view a, std::string_view b);  // for secrets; lengths are not secret

}  // namespace tram
