#include "core/reports/csv_lines.h"

#include <algorithm>

namespace tram {

std::vector<std::string> csv_cells(std::string_view line) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quoted && c == '"' && i + 1 < line.size() && line[i + 1] == '"')
      cells.back() += line[++i];
    else if (c == '"')
      quoted = !quoted;
    else if (c == ',' && !quoted)
      cells.emplace_back();
    else
      cells.back() += c;
  }
  return cells;
}

Status each_csv_line(std::string_view text, const std::function<Status(int number, CsvLine& line)>& visit) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::vector<std::string> header;
  for (int number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    std::string_view written = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (written.ends_with('\r')) written.remove_suffix(1);
    if (written.empty()) continue;
    std::vector<std::string> cells = csv_cells(written);
    if (header.empty()) {
      header = std::move(cells);
      continue;
    }
    CsvLine line;
    for (std::size_t i = 0; i < cells.size() && i < header.size(); ++i) line[header[i]] = std::move(cells[i]);
    RETURN_IF_ERROR(visit(number, line));
  }
  return {};
}

}  // namespace tram
