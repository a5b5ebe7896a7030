#include "core/base/signature.h"

#include <openssl/evp.h>

#include <memory>

#include "core/base/digest.h"

namespace tram {
namespace {

constexpr std::size_t kKeyBytes = 32, kSignatureBytes = 64;

const unsigned char* as_bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast)
}

}  // namespace

bool signature_holds(std::string_view key_hex, std::string_view bytes, std::string_view signature_hex) {
  const auto key = from_hex(key_hex), signature = from_hex(signature_hex);
  if (!key || key->size() != kKeyBytes || !signature || signature->size() != kSignatureBytes) return false;
  const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> known(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, as_bytes(*key), key->size()), &EVP_PKEY_free);
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  return known && context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, known.get()) == 1 &&
         EVP_DigestVerify(context.get(), as_bytes(*signature), signature->size(), as_bytes(bytes), bytes.size()) == 1;
}

bool record_is_signed(const json::Value& record, std::string_view key_hex) {
  const auto signature = json::string_at(record, "signature");
  if (!signature || json::string_at(record, "key") != key_hex) return false;
  json::Value content = record;
  content.erase("signature");
  return signature_holds(key_hex, json::print(content), *signature);
}

}  // namespace tram
