#include "core/base/legacy_text.h"

#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include "core/base/text.h"

namespace tram {
namespace {

// TCVN 5712:1993, from 0xA1 to 0xFE.
constexpr std::u32string_view kTcvn3 =
    U"ĂÂÊÔƠƯĐăâêôơưđẰ\u0300\u0309\u0303\u0301\u0323àảãáạẲằẳẵắẴẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịòỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứ"
    U"ựỳỷỹýỵ";
static_assert(kTcvn3.size() == 0xFE - 0xA1 + 1);

// VNI writes a mark behind its vowel: here the small letters, of which the capitals lie 0x20 lower.
struct Mark {
  char32_t code;
  std::u32string_view marks;  // combining, behind the vowel
};
constexpr std::array<Mark, 17> kVniMarks = {{{U'ù', U"\u0301"},
                                             {U'ø', U"\u0300"},
                                             {U'û', U"\u0309"},
                                             {U'õ', U"\u0303"},
                                             {U'ï', U"\u0323"},
                                             {U'â', U"\u0302"},
                                             {U'á', U"\u0302\u0301"},
                                             {U'à', U"\u0302\u0300"},
                                             {U'å', U"\u0302\u0309"},
                                             {U'ã', U"\u0302\u0303"},
                                             {U'ä', U"\u0302\u0323"},
                                             {U'ê', U"\u0306"},
                                             {U'é', U"\u0306\u0301"},
                                             {U'è', U"\u0306\u0300"},
                                             {U'ú', U"\u0306\u0309"},
                                             {U'ü', U"\u0306\u0303"},
                                             {U'ë', U"\u0306\u0323"}}};
constexpr std::array<std::pair<char32_t, char32_t>, 9> kVniLetters = {{{U'ñ', U'đ'},
                                                                       {U'ô', U'ơ'},
                                                                       {U'ö', U'ư'},
                                                                       {U'ì', U'ì'},
                                                                       {U'í', U'í'},
                                                                       {U'æ', U'ỉ'},
                                                                       {U'ó', U'ĩ'},
                                                                       {U'ò', U'ị'},
                                                                       {U'î', U'ỵ'}}};
constexpr std::u32string_view kVowels = U"aeiouyAEIOUYơƠưƯ";

// windows-1258 where it differs from Latin-1; 0x80 to 0x9F as in windows-1252.
constexpr std::u32string_view k1258Above80 =
    U"€\u0081‚ƒ„…†‡ˆ‰\u008A‹Œ\u008D\u008E\u008F\u0090‘’“”•–—˜™\u009A›œ\u009D\u009EŸ";
constexpr std::array<std::pair<unsigned char, char32_t>, 14> k1258 = {{{0xC3, U'Ă'},
                                                                       {0xCC, 0x300},
                                                                       {0xD0, U'Đ'},
                                                                       {0xD2, 0x309},
                                                                       {0xD5, U'Ơ'},
                                                                       {0xDD, U'Ư'},
                                                                       {0xDE, 0x303},
                                                                       {0xE3, U'ă'},
                                                                       {0xEC, 0x301},
                                                                       {0xF0, U'đ'},
                                                                       {0xF2, 0x323},
                                                                       {0xF5, U'ơ'},
                                                                       {0xFD, U'ư'},
                                                                       {0xFE, U'₫'}}};

char32_t small(char32_t c) { return c >= 0xC0 && c <= 0xDE ? c + 0x20 : c; }

std::u32string from_tcvn3(std::u32string_view text) {
  std::u32string out;
  for (const char32_t c : text) out += c >= 0xA1 && c <= 0xFE ? kTcvn3[c - 0xA1] : c;
  return out;
}

std::u32string from_vni(std::u32string_view text) {
  std::u32string out;
  for (const char32_t c : text) {
    const auto letter =
        std::find_if(kVniLetters.begin(), kVniLetters.end(), [&](const auto& pair) { return pair.first == small(c); });
    const auto mark =
        std::find_if(kVniMarks.begin(), kVniMarks.end(), [&](const Mark& m) { return m.code == small(c); });
    if (letter != kVniLetters.end()) {
      static constexpr std::u32string_view kSmall = U"đơưìíỉĩịỵ", kCapital = U"ĐƠƯÌÍỈĨỊỴ";
      out += c == small(c) ? letter->second : kCapital[kSmall.find(letter->second)];
    } else if (mark != kVniMarks.end() && !out.empty() && kVowels.find(out.back()) != std::u32string_view::npos) {
      out += mark->marks;
    } else {
      out += c;
    }
  }
  return out;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words(1);
  for (const char32_t c : decode(text)) {
    const bool letter = c >= 0x80 || (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z');
    if (letter)
      words.back() += encode(std::u32string(1, c));
    else if (!words.back().empty())
      words.emplace_back();
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

bool has_letter_beyond_ascii(std::string_view word) {
  return std::any_of(word.begin(), word.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

// Of the words that are not plain ASCII, how many are syllables under this reading?
double share_of_syllables(std::string_view text, LegacyEncoding encoding) {
  int all = 0, good = 0;
  for (const std::string& word : words_of(text)) {
    if (!has_letter_beyond_ascii(word)) continue;
    ++all;
    good += is_syllable(convert(word, encoding)) ? 1 : 0;
  }
  return all == 0 ? 0.0 : static_cast<double>(good) / all;
}

bool within_latin1(std::string_view text) {
  const std::u32string points = decode(text);
  return std::all_of(points.begin(), points.end(), [](char32_t c) {
    return c <= 0xFF || (c >= 0x2010 && c <= 0x203A);  // typographic marks that word processors put in
  });
}

std::string from_latin1(std::string_view bytes) {
  std::u32string text;
  for (const char c : bytes) text += static_cast<unsigned char>(c);
  return encode(text);
}

std::string from_1258(std::string_view bytes) {
  std::u32string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    const auto found = std::find_if(k1258.begin(), k1258.end(), [&](const auto& pair) { return pair.first == byte; });
    if (found != k1258.end())
      text += found->second;
    else
      text += byte >= 0x80 && byte < 0xA0 ? k1258Above80[byte - 0x80] : static_cast<char32_t>(byte);
  }
  return nfc(encode(text));
}

Result<std::string> from_utf16(std::string_view bytes, bool little) {
  std::u32string text;
  const auto unit = [&](std::size_t at) {
    const auto a = static_cast<unsigned char>(bytes[at]), b = static_cast<unsigned char>(bytes[at + 1]);
    return static_cast<char32_t>(little ? a | b << 8 : a << 8 | b);
  };
  for (std::size_t at = 0; at + 1 < bytes.size(); at += 2) {
    char32_t c = unit(at);
    if (c >= 0xD800 && c < 0xDC00 && at + 3 < bytes.size()) {
      const char32_t low = unit(at += 2);
      if (low < 0xDC00 || low > 0xDFFF) return error(ErrorCode::bad_request, "the file is broken UTF-16", "not_text");
      c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
    }
    if (c >= 0xD800 && c < 0xE000) return error(ErrorCode::bad_request, "the file is broken UTF-16", "not_text");
    text += c;
  }
  if (bytes.size() % 2 != 0) return error(ErrorCode::bad_request, "the file is broken UTF-16", "not_text");
  return encode(text);
}

}  // namespace

std::string_view name_of(LegacyEncoding encoding) {
  return encoding == LegacyEncoding::tcvn3 ? "tcvn3" : encoding == LegacyEncoding::vni ? "vni" : "none";
}

std::optional<LegacyEncoding> legacy_encoding_named(std::string_view name) {
  for (const LegacyEncoding encoding : {LegacyEncoding::none, LegacyEncoding::tcvn3, LegacyEncoding::vni}) {
    if (name_of(encoding) == name) return encoding;
  }
  return std::nullopt;
}

bool is_syllable(std::string_view word) {
  static const std::set<std::string, std::less<>> kOnsets = {"",   "b",  "c", "ch", "d",  "đ",  "g",   "gh", "gi", "h",
                                                             "k",  "kh", "l", "m",  "n",  "ng", "ngh", "nh", "p",  "ph",
                                                             "qu", "r",  "s", "t",  "th", "tr", "v",   "x"};
  static const std::set<std::string, std::less<>> kNuclei = {
      "a",   "ă",   "â",   "e",   "ê",   "i",   "o",   "ô",   "ơ",   "u",   "ư",   "y",   "ai", "ao",
      "au",  "ay",  "âu",  "ây",  "eo",  "êu",  "ia",  "iu",  "iê",  "oa",  "oă",  "oe",  "oi", "ôi",
      "ơi",  "ua",  "uâ",  "uê",  "ui",  "uô",  "uơ",  "uy",  "ưa",  "ưi",  "ươ",  "ưu",  "yê", "iêu",
      "yêu", "oai", "oay", "oao", "oeo", "uây", "uôi", "uya", "uyê", "uyu", "ươi", "ươu", "oo"};
  static const std::set<std::string, std::less<>> kBeforeChNh = {"a", "ê", "i", "oa", "uê", "uy", "y"};
  // The tone's mark leaves its vowel; the shapes â ă ê ô ơ ư stay.
  std::u32string bare;
  char32_t tone = 0;
  for (const char32_t c : decode(decomposed_lower(word))) {
    if (c == 0x300 || c == 0x301 || c == 0x303 || c == 0x309 || c == 0x323) {
      if (tone != 0) return false;
      tone = c;
    } else {
      bare += c;
    }
  }
  const std::string plain = nfc(encode(bare));
  for (const std::string_view coda : {"ch", "nh", "ng", "c", "m", "n", "p", "t", ""}) {
    if (!plain.ends_with(coda)) continue;
    const std::string_view rest = std::string_view(plain).substr(0, plain.size() - coda.size());
    const bool stopped = coda == "c" || coda == "ch" || coda == "p" || coda == "t";
    if (stopped && tone != 0x301 && tone != 0x323) continue;
    for (std::size_t at = 0; at <= 3 && at <= rest.size(); ++at) {
      if (!kOnsets.contains(rest.substr(0, at)) || !kNuclei.contains(rest.substr(at))) continue;
      if ((coda == "ch" || coda == "nh") && !kBeforeChNh.contains(rest.substr(at))) continue;
      return true;
    }
  }
  return false;
}

LegacyEncoding recognise(std::string_view text, std::string_view font) {
  if (!has_letter_beyond_ascii(text) || !within_latin1(text)) return LegacyEncoding::none;
  if (font.starts_with(".Vn")) return LegacyEncoding::tcvn3;
  if (font.starts_with("VNI-")) return LegacyEncoding::vni;
  LegacyEncoding best = LegacyEncoding::none;
  double best_share = share_of_syllables(text, LegacyEncoding::none);
  for (const LegacyEncoding encoding : {LegacyEncoding::tcvn3, LegacyEncoding::vni}) {
    const double share = share_of_syllables(text, encoding);
    if (share >= 0.8 && share > best_share) {
      best = encoding;
      best_share = share;
    }
  }
  return best;
}

std::string convert(std::string_view text, LegacyEncoding encoding) {
  if (encoding == LegacyEncoding::none) return std::string(text);
  const std::u32string points = decode(text);
  return nfc(encode(encoding == LegacyEncoding::tcvn3 ? from_tcvn3(points) : from_vni(points)));
}

Result<std::string> decode_file(std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  if (bytes.starts_with("\xFF\xFE")) return from_utf16(bytes.substr(2), true);
  if (bytes.starts_with("\xFE\xFF")) return from_utf16(bytes.substr(2), false);
  if (is_utf8(bytes)) return std::string(bytes);
  std::string latin1 = from_latin1(bytes);
  return recognise(latin1) == LegacyEncoding::none ? from_1258(bytes) : latin1;
}

}  // namespace tram
