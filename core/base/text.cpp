#include "core/base/text.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "core/base/result.h"

namespace tram {
namespace {

const utf8proc_uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const utf8proc_uint8_t*>(text.data());
}

bool is_ascii(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  }
  return true;
}

// Well-formed UTF-8 (RFC 3629, table 3-7 of the Unicode standard) as an automaton. Each byte has a word with the next
// state of every state, at the place of that state: so a byte costs one shift (Per Vognsen, "Shift-based DFAs"). Only
// the low six bits of a state count.
class Utf8 {
 public:
  // One, two or three continuations are wanted; the others narrow the first of two or three.
  enum State : std::uint64_t {
    kBad = 0,
    kStart = 6,
    kOne = 12,
    kTwo = 18,
    kThree = 24,
    kAfterE0 = 30,
    kAfterED = 36,
    kAfterF0 = 42,
    kAfterF4 = 48
  };
  static std::uint64_t next(std::uint64_t state, char byte) {
    return kNext[static_cast<unsigned char>(byte)] >> (state % 64);
  }

 private:
  struct Step {
    State from;
    unsigned first, last;  // bytes
    State to;
  };
  static constexpr Step kSteps[] = {
      {kStart, 0x00, 0x7F, kStart},   {kStart, 0xC2, 0xDF, kOne},     {kStart, 0xE0, 0xE0, kAfterE0},
      {kStart, 0xE1, 0xEC, kTwo},     {kStart, 0xED, 0xED, kAfterED}, {kStart, 0xEE, 0xEF, kTwo},
      {kStart, 0xF0, 0xF0, kAfterF0}, {kStart, 0xF1, 0xF3, kThree},   {kStart, 0xF4, 0xF4, kAfterF4},
      {kOne, 0x80, 0xBF, kStart},     {kTwo, 0x80, 0xBF, kOne},       {kThree, 0x80, 0xBF, kTwo},
      {kAfterE0, 0xA0, 0xBF, kOne},   {kAfterED, 0x80, 0x9F, kOne},   {kAfterF0, 0x90, 0xBF, kTwo},
      {kAfterF4, 0x80, 0x8F, kTwo}};
  static constexpr std::array<std::uint64_t, 256> table() {
    std::array<std::uint64_t, 256> words{};
    for (const Step& step : kSteps) {
      for (std::size_t byte = step.first; byte <= step.last; ++byte) words[byte] |= step.to << step.from;
    }
    return words;
  }
  static const std::array<std::uint64_t, 256> kNext;
};
constexpr std::array<std::uint64_t, 256> Utf8::kNext = Utf8::table();

}  // namespace

std::size_t utf8_prefix(std::string_view bytes) {
  std::uint64_t state = Utf8::kStart;
  const char *at = bytes.data(), *const end = at + bytes.size();
  for (; end - at >= 4; at += 4) {
    state = Utf8::next(Utf8::next(Utf8::next(Utf8::next(state, at[0]), at[1]), at[2]), at[3]);
  }
  for (; at != end; ++at) state = Utf8::next(state, *at);
  if (state % 64 == Utf8::kStart) return bytes.size();
  std::size_t begin = 0;  // of the sequence that is not well-formed
  state = Utf8::kStart;
  for (std::size_t i = 0; i < bytes.size() && state % 64 != Utf8::kBad; ++i) {
    if (state % 64 == Utf8::kStart) begin = i;
    state = Utf8::next(state, bytes[i]);
  }
  return begin;
}

bool is_utf8(std::string_view bytes) { return utf8_prefix(bytes) == bytes.size(); }

std::size_t code_points(std::string_view utf8) {
  std::size_t count = 0;
  for (const char c : utf8) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

std::string quoted_text(std::string_view utf8) {
  constexpr std::size_t kShown = 60;
  if (utf8.size() <= kShown) return "'" + std::string(utf8) + "'";
  std::size_t end = kShown;
  while (end > 0 && (static_cast<unsigned char>(utf8[end]) & 0xC0) == 0x80) --end;
  return "'" + std::string(utf8.substr(0, end)) + "…'";
}

std::string nfc(std::string_view utf8) {
  if (is_ascii(utf8)) return std::string(utf8);
  utf8proc_uint8_t* mapped = nullptr;
  const utf8proc_ssize_t size = utf8proc_map(bytes_of(utf8), static_cast<utf8proc_ssize_t>(utf8.size()), &mapped,
                                             static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  CHECK(size >= 0);
  std::string text(reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(size));
  std::free(mapped);
  return text;
}

std::string decomposed_lower(std::string_view utf8) {
  utf8proc_uint8_t* mapped = nullptr;
  const auto lower = [](utf8proc_int32_t code_point, void*) { return utf8proc_tolower(code_point); };
  const utf8proc_ssize_t size =
      utf8proc_map_custom(bytes_of(utf8), static_cast<utf8proc_ssize_t>(utf8.size()), &mapped,
                          static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_DECOMPOSE), lower, nullptr);
  CHECK(size >= 0);
  std::string text(reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(size));
  std::free(mapped);
  return text;
}

std::u32string decode(std::string_view utf8) {
  std::u32string text;
  text.reserve(utf8.size());
  const utf8proc_uint8_t* at = bytes_of(utf8);
  auto left = static_cast<utf8proc_ssize_t>(utf8.size());
  while (left > 0) {
    utf8proc_int32_t code_point = 0;
    const utf8proc_ssize_t used = utf8proc_iterate(at, left, &code_point);
    CHECK(used > 0);
    text += static_cast<char32_t>(code_point);
    at += used;
    left -= used;
  }
  return text;
}

std::string encode(std::u32string_view text) {
  std::string utf8;
  utf8.reserve(text.size());
  for (const char32_t code_point : text) {
    std::array<utf8proc_uint8_t, 4> bytes{};
    const utf8proc_ssize_t size = utf8proc_encode_char(static_cast<utf8proc_int32_t>(code_point), bytes.data());
    utf8.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(size));
  }
  return utf8;
}

std::string fold(std::string_view utf8) {
  std::u32string text = decode(decomposed_lower(utf8));
  std::erase_if(text, [](char32_t c) { return c >= 0x300 && c <= 0x36F; });
  // đ, and the look-alike ð that old fonts leave behind
  std::replace_if(
      text.begin(), text.end(), [](char32_t c) { return c == 0x111 || c == 0xF0; }, U'd');
  return encode(text);
}

}  // namespace tram
