#include "exchange/csv.h"

#include <algorithm>
#include <optional>

#include "core/base/legacy_text.h"
#include "core/reports/decimal.h"

namespace tram {
namespace {

constexpr std::size_t kCsvLinesMax = 100'000;
constexpr std::size_t kCsvCellsMax = 1'000;

bool looks_like_formula(std::string_view text) {
  return !text.empty() && std::string_view("=+-@\t'").find(text[0]) != std::string_view::npos && !Decimal::parse(text);
}

char separator_of(std::string_view text) {
  const std::string_view first = text.substr(0, text.find('\n'));
  char best = ',';
  std::ptrdiff_t most = 0;
  for (const char candidate : {';', ',', '\t'}) {
    const auto count = std::count(first.begin(), first.end(), candidate);
    if (count <= most) continue;
    most = count;
    best = candidate;
  }
  return best;
}

// "sep=;" as the first line.
std::optional<char> said_separator(std::string_view text) {
  if (!text.starts_with("sep=") || text.size() < 6 || (text[5] != '\r' && text[5] != '\n')) return std::nullopt;
  if (std::string_view("\"\r\n").find(text[4]) != std::string_view::npos) return std::nullopt;
  return text[4];
}

Error too_large(std::string what) { return error(ErrorCode::bad_request, std::move(what), "too_large"); }

}  // namespace

std::string csv_line(const std::vector<std::string>& cells, char separator) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string cell = looks_like_formula(cells[i]) ? "'" + cells[i] : cells[i];
    if (i > 0) line += separator;
    if (cell.find_first_of(",;\t\"\r\n") == std::string::npos && cell.find(separator) == std::string::npos) {
      line += cell;
      continue;
    }
    line += '"';
    for (const char c : cell) line += c == '"' ? std::string("\"\"") : std::string(1, c);
    line += '"';
  }
  return line + "\r\n";
}

std::string_view without_guard(std::string_view cell) {
  const bool guarded = cell.size() > 1 && cell[0] == '\'' && std::string_view("=+-@\t'").find(cell[1]) != cell.npos;
  return guarded ? cell.substr(1) : cell;
}

Result<CsvTable> read_csv(std::string_view bytes) {
  if (bytes.size() > kSheetBytesMax) return too_large("the file is larger than 16 MB");
  ASSIGN_OR_RETURN(const std::string decoded, decode_file(bytes));
  std::string_view text = decoded;
  CsvTable table;
  std::size_t line = 1;
  if (const auto said = said_separator(text)) {
    table.separator = *said;
    text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
    ++line;
  } else {
    table.separator = separator_of(text);
  }
  CsvLine current{line, {""}};
  bool quoted = false;
  const auto finish = [&] {
    const bool empty = std::all_of(current.cells.begin(), current.cells.end(), [](const auto& c) { return c.empty(); });
    if (!empty) table.lines.push_back(std::move(current));
    current = CsvLine{line + 1, {""}};
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    std::string& cell = current.cells.back();
    if (quoted && c == '"' && at + 1 < text.size() && text[at + 1] == '"') {
      cell += text[++at];
    } else if (c == '"' && (quoted || cell.empty())) {
      quoted = !quoted;
    } else if (quoted || (c != table.separator && c != '\n' && c != '\r')) {
      cell += c;
    } else if (c == table.separator) {
      current.cells.emplace_back();
    } else if (c == '\n') {
      finish();
    }
    if (c == '\n') ++line;
    if (current.cells.size() > kCsvCellsMax || table.lines.size() > kCsvLinesMax) {
      return too_large("line " + std::to_string(line) + ": the table is too large");
    }
  }
  if (quoted) {
    return error(ErrorCode::bad_request,
                 "line " + std::to_string(current.number) + ": a cell begins with a quote that never ends", "not_csv");
  }
  finish();
  return table;
}

}  // namespace tram
