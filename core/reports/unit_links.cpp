#include "core/reports/unit_links.h"

#include "core/reports/csv_lines.h"

namespace tram {
namespace {

void add(std::map<std::string, UnitLink>& links, CsvLine& line, const std::string& to, const std::string& from) {
  UnitLink& link = links[line[to + "_code"]];
  link.code = line[to + "_code"];
  link.name = line[to + "_name"];
  link.kind = link.kind.empty() || link.kind == line["kind"] ? line["kind"] : "mixed";
  link.certainty = line["certainty"];
  link.from.emplace_back(line[from + "_code"], line[from + "_name"]);
}

}  // namespace

void UnitLinks::add_csv(std::string_view csv, std::string_view code) {
  (void)each_csv_line(csv, [&](int, CsvLine& line) -> Status {
    if (line["old_code"].empty() || line["new_code"].empty()) return {};
    if (line["old_code"] == code || line["old_district"] == code) add(successors, line, "new", "old");
    if (line["new_code"] == code) add(predecessors, line, "old", "new");
    return {};
  }).ok();
}

}  // namespace tram
