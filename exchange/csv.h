// exchange/csv.h: CSV as offices' spreadsheets write and read it. Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace tram {

inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";  // without it Excel takes UTF-8 for something else
inline constexpr std::size_t kSheetBytesMax = 16 << 20;

// One line with its line break, cells quoted where needed. A text that a spreadsheet would take for a formula (it
// begins with = + - @, a tab, or with ' already) gets a leading apostrophe, unless it is a number.
std::string csv_line(const std::vector<std::string>& cells, char separator);
// What csv_line wrote, without its apostrophe.
std::string_view without_guard(std::string_view cell);

struct CsvLine {
  std::size_t number = 0;  // in the file, from 1; of a cell with line breaks its first
  std::vector<std::string> cells;
};
struct CsvTable {
  char separator = ',';
  std::vector<CsvLine> lines;  // empty ones are left out
};
// Any text that decode_file reads; the separator is the most frequent of ; , and tab in the first line ("sep=;" says
// it too). Errors bad_request: too_large (16 MB, 100,000 lines, 1,000 cells in a line), not_text, a quote that does
// not end (with its line).
Result<CsvTable> read_csv(std::string_view bytes);

}  // namespace tram
