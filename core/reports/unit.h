// core/reports/unit.h: administrative units. A unit is (code, valid_from), never a code alone: codes come back under
// other names. The tree is data with validity; the level is a number in it. Pure; any thread once filled.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"

namespace tram {

struct Unit {
  std::string code, name_vi, name_en;
  int level = 0;                     // 0 country, 1 province, 2 district, 3 commune
  std::string parent;                // code of the unit above, in the same time
  std::string valid_from, valid_to;  // ISO days; empty: before the data begins, still valid
  int order = 0;                     // official order, where somebody typed one; then by code

  std::string id() const;  // "unit:049:-", "unit:04792:2025-07-01"
  bool valid_on(std::string_view day) const;
  json::Value stamp() const;  // {"code","valid_from","name_vi"}: what a report keeps
};

json::Value unit_document(const Unit& unit);  // body of `unit:<code>:<valid_from or ->`
Result<Unit> unit_from_document(const json::Value& body);

class UnitTree {
 public:
  // CSV with the header code,name_vi,name_en,level,parent,valid_from,valid_to,...; may be called for several files.
  // Error bad_request names the line.
  Status add_csv(std::string_view text);
  // A unit already known by (code, valid_from) is replaced.
  void add(Unit unit);

  // Codes of provinces (2 digits), districts (3) and communes (5) do not overlap.
  const Unit* find(std::string_view code, std::string_view day) const;  // valid on that day
  const Unit* exact(std::string_view code, std::string_view valid_from) const;
  // The newest of this code, for when no day is known.
  const Unit* newest(std::string_view code) const;
  bool knows(std::string_view code) const;
  // Units directly below, valid on that day, in official order.
  std::vector<const Unit*> below(std::string_view code, std::string_view day) const;
  // Code of the province above (or itself), as of the day; empty when the chain breaks.
  std::string province_of(std::string_view code, std::string_view day) const;
  std::vector<const Unit*> all() const;
  std::size_t size() const;

 private:
  std::map<std::string, std::map<std::string, Unit, std::less<>>, std::less<>> units_;  // code -> valid_from -> unit
};

// Official order: typed order first, then code, then valid_from.
bool before_in_official_order(const Unit& a, const Unit& b);

// Slug an office has unless somebody chooses another: vn-<province>-<code>, vn-<province> for a province.
std::string default_slug(std::string_view province, std::string_view code);
// Code of the unit that a default slug speaks of: "vn-04-049" -> "049", "vn-04" -> "04"; nothing for other slugs.
std::optional<std::string> unit_of_slug(std::string_view slug);
// [a-z][a-z0-9-]{0,40}
bool is_slug(std::string_view text);

}  // namespace tram
