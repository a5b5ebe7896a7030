// core/base/signature.h: checking what somebody else signed: Ed25519 (RFC 8032). Signing itself is the province's
// (server/secrets.h). Pure; any thread.
#pragma once

#include <string_view>

#include "core/base/json.h"

namespace tram {

// key: 64 hex digits, signature: 128. False for anything else, too.
bool signature_holds(std::string_view key_hex, std::string_view bytes, std::string_view signature_hex);

// A record with its members `key` and `signature`, the latter over the canonical JSON of everything else: is it signed
// by this key?
bool record_is_signed(const json::Value& record, std::string_view key_hex);

}  // namespace tram
