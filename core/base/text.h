// core/base/text.h: Unicode text as Vietnamese offices need it (on utf8proc). Pure functions; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tram {

bool is_utf8(std::string_view bytes);             // RFC 3629: no overlong forms, no surrogates, at most U+10FFFF
std::size_t utf8_prefix(std::string_view bytes);  // how many bytes come before the first sequence that is not UTF-8
std::size_t code_points(std::string_view utf8);
// Unicode normalisation form C (UAX 15); never NFKC, which would turn m² into m2. Input must be UTF-8.
std::string nfc(std::string_view utf8);
// Its counterpart with every mark on its own (form D), in lower case.
std::string decomposed_lower(std::string_view utf8);
std::u32string decode(std::string_view utf8);  // code points; input must be UTF-8
std::string encode(std::u32string_view text);
// For search and for matching: lower case, decomposed, combining marks U+0300-U+036F dropped, đ to d.
std::string fold(std::string_view utf8);
// For messages: 'text' in quotes; what is longer than 60 bytes ends at a whole character, with an ellipsis in the quotes.
std::string quoted_text(std::string_view utf8);

}  // namespace tram
