// server/secrets.h: made passwords, tokens and signatures, on libsodium (fenced into secrets.cpp). Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "core/base/json.h"
#include "core/base/password.h"
#include "core/base/random.h"
#include "core/base/result.h"

namespace tram {

// "tram-7k2mq-...": a password a person can type, of 100 random bits.
std::string make_password(Random& random);
// 256 random bits as 64 hex digits.
std::string make_token(Random& random);

// BLAKE2b with 256 bits (RFC 7693), 64 hex digits: what the audit list is chained by.
std::string blake2b_256_hex(std::string_view bytes);

// An Ed25519 key pair.
class SigningKey {
 public:
  static SigningKey make(Random& random);
  static Result<SigningKey> from_seed_hex(std::string_view hex);
  const std::string& seed_hex() const { return seed_hex_; }
  const std::string& public_hex() const { return public_hex_; }

  // 128 hex digits.
  std::string sign(std::string_view bytes) const;
  bool verify(std::string_view bytes, std::string_view signature_hex) const;

 private:
  SigningKey() = default;
  std::string seed_hex_, public_hex_, secret_;
};

// Puts `key` (the public half) and `signature` over the canonical JSON of everything else into a record; and checks it.
void sign_record(json::Value& record, const SigningKey& key);
bool is_signed_by(const json::Value& record, const SigningKey& key);

}  // namespace tram
