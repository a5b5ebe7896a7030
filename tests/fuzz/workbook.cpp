// A workbook's parts, each behind a line "#part NAME", zipped here, for a fuzzer finds no checksums; or a file as it is.
#include "exchange/workbook.h"

#include <zlib.h>

#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/import.h"

namespace tram::fuzzing {
namespace {

void put(std::string& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i));
}

// A zip file that compresses nothing (APPNOTE.TXT 4.3).
std::string zip(std::string_view input) {
  std::string out, directory;
  int entries = 0;
  for (const std::string_view part : cut(input, "\n#part ", 20)) {
    const auto lines = cut(part.starts_with("#part ") ? part.substr(6) : part, "\n", 2);
    if (lines.size() < 2) continue;
    const auto crc = crc32(0, reinterpret_cast<const Bytef*>(lines[1].data()), static_cast<uInt>(lines[1].size()));
    std::string head;
    for (const std::uint64_t field : {20, 0, 0, 0, 0}) put(head, field, 2);
    put(head, crc, 4);
    put(head, lines[1].size(), 4);
    put(head, lines[1].size(), 4);
    put(head, lines[0].size(), 2);
    put(head, 0, 2);
    directory += "PK\x01\x02" + std::string("\x14\0", 2) + head + std::string(10, '\0');
    put(directory, out.size(), 4);
    directory += lines[0];
    out += "PK\x03\x04" + head + std::string(lines[0]) + std::string(lines[1]);
    ++entries;
  }
  const std::size_t at = out.size();
  out += directory + std::string("PK\x05\x06\0\0\0\0", 8);
  put(out, entries, 2);
  put(out, entries, 2);
  put(out, directory.size(), 4);
  put(out, at, 4);
  put(out, 0, 2);
  return out;
}

}  // namespace

void fuzz(std::string_view input) {
  const std::string file = input.starts_with("PK") ? std::string(input) : zip(input);
  const auto book = read_workbook(file);
  if (!book) return;
  for (const ReadSheet& sheet : book->sheets) {
    for (const auto& [place, cell] : sheet.cells) {
      CHECK(place.first >= 0 && place.first < sheet.rows && place.second >= 0 && place.second < 500);
      CHECK(!cell.text.empty());
    }
  }
  import_into_report(file);
}

}  // namespace tram::fuzzing
