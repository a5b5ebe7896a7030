#include "core/base/text.h"

#include <utf8proc.h>

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

}  // namespace

bool is_utf8(std::string_view bytes) {
  const utf8proc_uint8_t* at = bytes_of(bytes);
  auto left = static_cast<utf8proc_ssize_t>(bytes.size());
  while (left > 0) {
    utf8proc_int32_t code_point = 0;
    const utf8proc_ssize_t used = utf8proc_iterate(at, left, &code_point);
    if (used <= 0) return false;
    at += used;
    left -= used;
  }
  return true;
}

std::size_t code_points(std::string_view utf8) {
  std::size_t count = 0;
  for (const char c : utf8) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
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

std::string fold(std::string_view utf8) {
  utf8proc_uint8_t* mapped = nullptr;
  const auto lower = [](utf8proc_int32_t code_point, void*) { return utf8proc_tolower(code_point); };
  const utf8proc_ssize_t size =
      utf8proc_map_custom(bytes_of(utf8), static_cast<utf8proc_ssize_t>(utf8.size()), &mapped,
                          static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_DECOMPOSE), lower, nullptr);
  CHECK(size >= 0);
  std::string text;
  text.reserve(static_cast<std::size_t>(size));
  const utf8proc_uint8_t* at = mapped;
  utf8proc_ssize_t left = size;
  while (left > 0) {
    utf8proc_int32_t code_point = 0;
    const utf8proc_ssize_t used = utf8proc_iterate(at, left, &code_point);
    CHECK(used > 0);
    const bool mark = code_point >= 0x300 && code_point <= 0x36F;
    if (code_point == 0x111 || code_point == 0xF0) {  // đ, and the look-alike ð that old fonts leave behind
      text += 'd';
    } else if (!mark) {
      text.append(reinterpret_cast<const char*>(at), static_cast<std::size_t>(used));
    }
    at += used;
    left -= used;
  }
  std::free(mapped);
  return text;
}

}  // namespace tram
