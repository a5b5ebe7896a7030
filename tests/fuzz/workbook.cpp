// A workbook's parts, each behind a line "#part NAME", zipped here, for a fuzzer finds no checksums; or a file as it is.
#include "exchange/workbook.h"

#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/import.h"
#include "tests/support/zip.h"

namespace tram::fuzzing {
namespace {

std::string zip_parts(std::string_view input) {
  std::vector<std::pair<std::string_view, std::string_view>> parts;
  for (const std::string_view part : cut(input, "\n#part ", 20)) {
    const auto lines = cut(part.starts_with("#part ") ? part.substr(6) : part, "\n", 2);
    if (lines.size() == 2) parts.emplace_back(lines[0], lines[1]);
  }
  return test::zip(parts);
}

}  // namespace

void fuzz(std::string_view input) {
  const std::string file = input.starts_with("PK") ? std::string(input) : zip_parts(input);
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
