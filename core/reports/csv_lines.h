// core/reports/csv_lines.h: the lists that are shipped and published as CSV: a header, then a line a thing. Files that
// people fill in are read by exchange/csv.h, which is more patient. Pure.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace tram {

// The cells of one line: commas, quotes doubled inside quotes.
std::vector<std::string> csv_cells(std::string_view line);

using CsvLine =
    std::map<std::string, std::string, std::less<>>;  // by the header's names; cells that are not there are not in it

// Calls back for every line behind the header, with its number in the text. A byte order mark, carriage returns and
// empty lines are passed over. What the callback fails with ends it.
Status each_csv_line(std::string_view text, const std::function<Status(int number, CsvLine& line)>& visit);

}  // namespace tram
