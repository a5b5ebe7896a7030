// core/base/legacy_text.h: text of the time before Unicode: TCVN3 (fonts .Vn...) and VNI (fonts VNI-...), and files in
// windows-1258 or UTF-16.
//
// Such text reaches us as letters of Latin-1 ("së khoa häc" for "sở khoa học"). It is recognised by the name of its
// font, otherwise by its syllables: under the right table nearly all of them are Vietnamese. It is never converted
// unasked. Capital fonts (.VnTimeH) give small letters. Pure functions; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace tram {

enum class LegacyEncoding { none, tcvn3, vni };

std::string_view name_of(LegacyEncoding encoding);  // "tcvn3"
std::optional<LegacyEncoding> legacy_encoding_named(std::string_view name);

// font: empty when not known. Text is UTF-8.
LegacyEncoding recognise(std::string_view text, std::string_view font = {});
// In NFC; what the table does not know stays as it is.
std::string convert(std::string_view text, LegacyEncoding encoding);

// Is this one Vietnamese syllable, with its marks? In any case of letters, NFC.
bool is_syllable(std::string_view word);

// Bytes of a file as UTF-8 without a byte order mark: UTF-8, UTF-16LE or UTF-16BE by their marks; bytes that are no
// UTF-8 are Latin-1 when they look like TCVN3 or VNI (for recognise), otherwise windows-1258. Error bad_request:
// broken UTF-16.
Result<std::string> decode_file(std::string_view bytes);

}  // namespace tram
