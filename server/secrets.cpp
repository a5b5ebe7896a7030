#include "server/secrets.h"

#include <sodium.h>

#include <array>

#include "core/base/digest.h"

namespace tram {
namespace {

bool ready() {
  static const bool done = sodium_init() >= 0;
  return done;
}

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

// Crockford's alphabet without l, o, i and u: nothing to confuse when it is read from paper.
constexpr std::string_view kAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";

}  // namespace

std::string make_password(Random& random) {
  std::string password;
  for (int i = 0; i < 20; ++i) {
    if (i > 0 && i % 5 == 0) password += '-';
    password += kAlphabet[random.below(kAlphabet.size())];
  }
  return password;
}

std::string make_token(Random& random) { return random.hex(32); }

std::string blake2b_256_hex(std::string_view bytes) {
  CHECK(ready());
  std::array<unsigned char, crypto_generichash_BYTES> digest{};
  crypto_generichash(digest.data(), digest.size(), bytes_of(bytes), bytes.size(), nullptr, 0);
  return to_hex(digest);
}

SigningKey SigningKey::make(Random& random) {
  auto key = from_seed_hex(random.hex(crypto_sign_SEEDBYTES));
  CHECK(key.ok());
  return std::move(key).value();
}

Result<SigningKey> SigningKey::from_seed_hex(std::string_view hex) {
  const auto seed = from_hex(hex);
  if (!ready() || !seed || seed->size() != crypto_sign_SEEDBYTES) {
    return error(ErrorCode::corrupt, "the signing key of the province is not readable");
  }
  std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> public_key{};
  std::array<unsigned char, crypto_sign_SECRETKEYBYTES> secret_key{};
  crypto_sign_seed_keypair(public_key.data(), secret_key.data(), bytes_of(*seed));
  SigningKey key;
  key.seed_hex_ = hex;
  key.public_hex_ = to_hex(public_key);
  key.secret_.assign(secret_key.begin(), secret_key.end());
  return key;
}

std::string SigningKey::sign(std::string_view bytes) const {
  std::array<unsigned char, crypto_sign_BYTES> signature{};
  crypto_sign_detached(signature.data(), nullptr, bytes_of(bytes), bytes.size(), bytes_of(secret_));
  return to_hex(signature);
}

bool SigningKey::verify(std::string_view bytes, std::string_view signature_hex) const {
  const auto signature = from_hex(signature_hex);
  const auto public_key = from_hex(public_hex_);
  return signature && signature->size() == crypto_sign_BYTES && public_key &&
         crypto_sign_verify_detached(bytes_of(*signature), bytes_of(bytes), bytes.size(), bytes_of(*public_key)) == 0;
}

void sign_record(json::Value& record, const SigningKey& key) {
  record.erase("signature");
  record["key"] = key.public_hex();
  record["signature"] = key.sign(json::print(record));
}

bool is_signed_by(const json::Value& record, const SigningKey& key) {
  const auto signature = json::string_at(record, "signature");
  if (!signature || json::string_at(record, "key") != key.public_hex()) return false;
  json::Value content = record;
  content.erase("signature");
  return key.verify(json::print(content), *signature);
}

}  // namespace tram
