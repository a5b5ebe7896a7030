#include "core/reports/unit_links.h"

#include <algorithm>

#include "core/reports/unit.h"

namespace tram {
namespace {

using Line = std::map<std::string, std::string, std::less<>>;

void add(std::map<std::string, UnitLink>& links, Line& line, const std::string& to, const std::string& from) {
  UnitLink& link = links[line[to + "_code"]];
  link.code = line[to + "_code"];
  link.name = line[to + "_name"];
  link.kind = link.kind.empty() || link.kind == line["kind"] ? line["kind"] : "mixed";
  link.certainty = line["certainty"];
  link.from.emplace_back(line[from + "_code"], line[from + "_name"]);
}

}  // namespace

void UnitLinks::add_csv(std::string_view csv, std::string_view code) {
  std::vector<std::string> header;
  while (!csv.empty()) {
    const auto end = std::min(csv.find('\n'), csv.size());
    const std::vector<std::string> cells = csv_cells(csv.substr(0, end));
    csv.remove_prefix(std::min(end + 1, csv.size()));
    if (header.empty()) {
      header = cells;
      continue;
    }
    if (cells.size() != header.size()) continue;
    Line line;
    for (std::size_t i = 0; i < cells.size(); ++i) line[header[i]] = cells[i];
    if (line["old_code"] == code || line["old_district"] == code) add(successors, line, "new", "old");
    if (line["new_code"] == code) add(predecessors, line, "old", "new");
  }
}

}  // namespace tram
