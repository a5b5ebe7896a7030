// tests/support/zip.h: a zip file that compresses nothing (APPNOTE.TXT 4.3), of whatever is put into it.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tram::test {

inline void put_number(std::string& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i));
}

// Of names and contents.
inline std::string zip(const std::vector<std::pair<std::string_view, std::string_view>>& parts) {
  std::string out, directory;
  for (const auto& [name, content] : parts) {
    const auto crc = crc32(0, reinterpret_cast<const Bytef*>(content.data()), static_cast<uInt>(content.size()));
    std::string head;
    for (const std::uint64_t field : {20, 0, 0, 0, 0}) put_number(head, field, 2);
    put_number(head, crc, 4);
    put_number(head, content.size(), 4);
    put_number(head, content.size(), 4);
    put_number(head, name.size(), 2);
    put_number(head, 0, 2);
    directory += "PK\x01\x02" + std::string("\x14\0", 2) + head + std::string(10, '\0');
    put_number(directory, out.size(), 4);
    directory += name;
    out += "PK\x03\x04" + head + std::string(name) + std::string(content);
  }
  const std::size_t at = out.size();
  out += directory + std::string("PK\x05\x06\0\0\0\0", 8);
  put_number(out, parts.size(), 2);
  put_number(out, parts.size(), 2);
  put_number(out, directory.size(), 4);
  put_number(out, at, 4);
  put_number(out, 0, 2);
  return out;
}

}  // namespace tram::test
