// core/reports/unit_links.h: what a unit became in a reform and what it came from, by the map of the reform
// (reference/units_map_2025.csv, document `units_map:<year>`). Every link is approximate: a proposal for a comparison
// or for where to turn, never a reason to move figures. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tram {

struct UnitLink {
  std::string code, name;                                 // where it leads
  std::string kind, certainty;                            // kind: full, partial, or mixed when several lines differ
  std::vector<std::pair<std::string, std::string>> from;  // (code, name) of this end; a district's communes each
};

struct UnitLinks {
  std::map<std::string, UnitLink> successors, predecessors;  // by code

  // Adds what a map says of this code: CSV with the header old_code,old_name,old_district,...,kind,certainty. Lines
  // without both codes are left out.
  void add_csv(std::string_view csv, std::string_view code);
};

}  // namespace tram
