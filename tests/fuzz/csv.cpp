// A table is read, and written so that it reads the same; as an import it names its places and spoils no report.
#include "exchange/csv.h"

#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/import.h"

namespace tram::fuzzing {

void fuzz(std::string_view input) {
  import_into_report(input);
  const auto table = read_csv(input);
  if (!table) return;
  std::string written = std::string(kByteOrderMark) + "sep=" + table->separator + "\r\n";
  for (const CsvLine& line : table->lines) written += csv_line(line.cells, table->separator);
  const auto again = read_csv(written);
  if (!again) {
    CHECK(again.error().name == "too_large");  // quotes and guards are bytes too
    return;
  }
  CHECK(again->lines.size() == table->lines.size());
  for (std::size_t i = 0; i < table->lines.size(); ++i) {
    const auto &cells = table->lines[i].cells, &read = again->lines[i].cells;
    CHECK(read.size() == cells.size());
    for (std::size_t j = 0; j < cells.size(); ++j) CHECK(read[j] == cells[j] || without_guard(read[j]) == cells[j]);
  }
}

}  // namespace tram::fuzzing
