// core/base/vietnamese.h: Vietnamese text as it comes in and as it is put in order (docs/reporting.md, Vietnamese text).
// Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace tram {

enum class Lines { one, many };

struct CleanText {
  std::string text;
  bool eth_repaired = false;  // an Icelandic Ð or ð stood where Đ or đ belongs
};

// As texts are stored: NFC (TCVN 6909:2001), no-break blanks as blanks, U+200B and U+FEFF gone, Ð and U+0189 as Đ, ð as
// đ. In one line also runs of blanks as one, and none at its ends; in many lines line breaks and tabs stay. Spelling is
// kept (hoá and hóa are two texts), missing blanks are not guessed. Errors bad_request: control_character; too_long
// (200,000 bytes); not_utf8.
Result<CleanText> clean(std::string_view text, Lines lines);

// Bytes that compare as Vietnamese dictionaries sort: letters a ă â b c d đ e ê ... first over the whole text, tones
// (none, huyền, hỏi, ngã, sắc, nặng) only where the letters are equal, capitals last of all. Input is UTF-8.
std::string sort_key(std::string_view text);

// The name of a place without its type word ("Huyện Quảng Hòa" gives "Quảng Hòa"), by which lists of names are sorted.
std::string_view without_type_word(std::string_view name);

}  // namespace tram
