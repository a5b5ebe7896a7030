#include "core/base/vietnamese.h"

#include <array>
#include <vector>

#include "core/base/text.h"

namespace tram {
namespace {

constexpr std::size_t kTextBytesMax = 200'000;

Error refused(std::string_view name, std::string en, std::string vi) {
  Error result = error(ErrorCode::bad_request, std::move(en), std::string(name));
  result.message_vi = std::move(vi);
  return result;
}

bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7F && c < 0xA0); }

// A letter's place: the base letter, then breve, circumflex, horn, stroke behind the plain one.
struct Letter {
  char32_t base = 0;
  char shape = 0, tone = 0;
};

// Marks as they follow a letter in form D. True when the mark belongs to Vietnamese.
bool add_mark(Letter& letter, char32_t mark) {
  switch (mark) {
    case 0x306: letter.shape = 1; return true;  // breve: ă
    case 0x302: letter.shape = 2; return true;  // circumflex: â ê ô
    case 0x31B: letter.shape = 3; return true;  // horn: ơ ư
    case 0x300: letter.tone = 1; return true;   // huyền
    case 0x309: letter.tone = 2; return true;   // hỏi
    case 0x303: letter.tone = 3; return true;   // ngã
    case 0x301: letter.tone = 4; return true;   // sắc
    case 0x323: letter.tone = 5; return true;   // nặng
    default: return false;
  }
}

}  // namespace

Result<CleanText> clean(std::string_view text, Lines lines) {
  if (text.size() > kTextBytesMax) return refused("too_long", "the text is too long", "văn bản quá dài.");
  if (!is_utf8(text)) return refused("not_utf8", "the text is not UTF-8", "văn bản không phải UTF-8.");
  CleanText result;
  std::u32string kept;
  for (char32_t c : decode(text)) {
    if (c == 0x200B || c == 0xFEFF || c == U'\r') continue;
    if (c == 0xA0) c = U' ';
    if (c == 0xD0 || c == 0x189 || c == 0xF0) {
      c = c == 0xF0 ? U'đ' : U'Đ';
      result.eth_repaired = true;
    }
    if (lines == Lines::one && c == U' ' && (kept.empty() || kept.back() == U' ')) continue;
    if (is_control(c) && (lines == Lines::one || (c != U'\n' && c != U'\t'))) {
      return refused("control_character", "a control character is not allowed", "có ký tự điều khiển.");
    }
    kept += c;
  }
  if (lines == Lines::one && kept.ends_with(U' ')) kept.pop_back();
  result.text = nfc(encode(kept));
  return result;
}

std::string sort_key(std::string_view text) {
  std::string letters, tones;
  std::vector<Letter> found;
  for (const char32_t c : decode(decomposed_lower(text))) {
    if (!found.empty() && add_mark(found.back(), c)) continue;
    if (c == U'đ') {
      found.push_back({U'd', 1, 0});
    } else {
      found.push_back({c, 0, 0});
    }
  }
  for (const Letter& letter : found) {
    letters += encode(std::u32string(1, letter.base));
    letters += static_cast<char>('0' + letter.shape);
    tones += static_cast<char>('0' + letter.tone);
  }
  // A blank ends a word before any letter does; the zero byte ends the letters before any longer text.
  return letters + '\0' + tones + '\0' + std::string(text);
}

std::string_view without_type_word(std::string_view name) {
  static constexpr std::array<std::string_view, 10> kTypes = {
      "Tỉnh ", "Thành phố ", "Thị xã ", "Thị trấn ", "Quận ", "Huyện ", "Xã ", "Phường ", "Đặc khu ", "Thủ đô "};
  for (const std::string_view type : kTypes) {
    if (name.starts_with(type) && name.size() > type.size()) return name.substr(type.size());
  }
  return name;
}

}  // namespace tram
