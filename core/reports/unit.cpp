#include "core/reports/unit.h"

#include <algorithm>

#include "core/reports/csv_lines.h"
#include "core/reports/date.h"

namespace tram {
namespace {

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_code(std::string_view code) {
  return code == "VN" || ((code.size() == 2 || code.size() == 3 || code.size() == 5) && all_digits(code));
}

bool is_day_or_empty(std::string_view day) { return day.empty() || is_date(day); }

Status check_unit(const Unit& unit) {
  if (!is_code(unit.code)) return error(ErrorCode::bad_request, "'" + unit.code + "' is not a unit's code");
  if (!is_day_or_empty(unit.valid_from) || !is_day_or_empty(unit.valid_to)) {
    return error(ErrorCode::bad_request, "unit " + unit.code + " has a validity that is not a day");
  }
  return {};
}

}  // namespace

std::string Unit::id() const { return "unit:" + code + ":" + (valid_from.empty() ? "-" : valid_from); }

bool Unit::valid_on(std::string_view day) const {
  return (valid_from.empty() || valid_from <= day) && (valid_to.empty() || day <= valid_to);
}

json::Value Unit::stamp() const { return {{"code", code}, {"valid_from", valid_from}, {"name_vi", name_vi}}; }

json::Value unit_document(const Unit& unit) {
  json::Value body = {
      {"type", "unit"},      {"code", unit.code},     {"name_vi", unit.name_vi},       {"name_en", unit.name_en},
      {"level", unit.level}, {"parent", unit.parent}, {"valid_from", unit.valid_from}, {"valid_to", unit.valid_to}};
  if (unit.order != 0) body["order"] = unit.order;
  return body;
}

Result<Unit> unit_from_document(const json::Value& body) {
  Unit unit;
  unit.code = json::string_at(body, "code").value_or("");
  unit.name_vi = json::string_at(body, "name_vi").value_or("");
  unit.name_en = json::string_at(body, "name_en").value_or("");
  unit.parent = json::string_at(body, "parent").value_or("");
  unit.valid_from = json::string_at(body, "valid_from").value_or("");
  unit.valid_to = json::string_at(body, "valid_to").value_or("");
  unit.level = static_cast<int>(json::integer_at(body, "level").value_or(0));
  unit.order = static_cast<int>(json::integer_at(body, "order").value_or(0));
  RETURN_IF_ERROR(check_unit(unit));
  return unit;
}

Status UnitTree::add_csv(std::string_view text) {
  return each_csv_line(text, [&](int number, CsvLine& line) -> Status {
    Unit unit{line["code"], line["name_vi"], line["name_en"], 0, line["parent"], line["valid_from"], line["valid_to"]};
    const std::string level = line["level"], order = line["order"];
    const bool sound = level.size() == 1 && all_digits(level) && order.size() < 7 && all_digits(order);
    if (Status checked = check_unit(unit); !checked || !sound) {
      return error(ErrorCode::bad_request, "line " + std::to_string(number) + " of the units: " +
                                               (checked ? "level or order is not a number" : checked.error().message));
    }
    unit.level = level[0] - '0';
    unit.order = order.empty() ? 0 : std::stoi(order);
    add(std::move(unit));
    return {};
  });
}

void UnitTree::add(Unit unit) {
  auto& versions = units_[unit.code];
  std::string from = unit.valid_from;
  versions.insert_or_assign(std::move(from), std::move(unit));
}

const Unit* UnitTree::find(std::string_view code, std::string_view day) const {
  const auto versions = units_.find(code);
  if (versions == units_.end()) return nullptr;
  for (auto it = versions->second.rbegin(); it != versions->second.rend(); ++it) {
    if (it->second.valid_on(day)) return &it->second;
  }
  return nullptr;
}

const Unit* UnitTree::exact(std::string_view code, std::string_view valid_from) const {
  const auto versions = units_.find(code);
  if (versions == units_.end()) return nullptr;
  const auto found = versions->second.find(valid_from);
  return found == versions->second.end() ? nullptr : &found->second;
}

const Unit* UnitTree::newest(std::string_view code) const {
  const auto versions = units_.find(code);
  return versions == units_.end() ? nullptr : &versions->second.rbegin()->second;
}

bool UnitTree::knows(std::string_view code) const { return units_.contains(code); }

std::vector<const Unit*> UnitTree::below(std::string_view code, std::string_view day) const {
  std::vector<const Unit*> children;
  for (const Unit* unit : all()) {
    if (unit->parent == code && unit->valid_on(day)) children.push_back(unit);
  }
  std::sort(children.begin(), children.end(),
            [](const Unit* a, const Unit* b) { return before_in_official_order(*a, *b); });
  return children;
}

std::string UnitTree::province_of(std::string_view code, std::string_view day) const {
  const Unit* unit = find(code, day);
  for (int steps = 0; unit != nullptr && steps < 4; ++steps) {
    if (unit->level <= 1) return unit->level == 1 ? unit->code : "";
    unit = find(unit->parent, day);
  }
  return "";
}

std::vector<const Unit*> UnitTree::all() const {
  std::vector<const Unit*> list;
  for (const auto& [code, versions] : units_) {
    for (const auto& [from, unit] : versions) list.push_back(&unit);
  }
  return list;
}

std::size_t UnitTree::size() const {
  std::size_t count = 0;
  for (const auto& [code, versions] : units_) count += versions.size();
  return count;
}

bool before_in_official_order(const Unit& a, const Unit& b) {
  return std::tie(a.order, a.code, a.valid_from) < std::tie(b.order, b.code, b.valid_from);
}

std::string default_slug(std::string_view province, std::string_view code) {
  const std::string slug = "vn-" + std::string(province);
  return code == province ? slug : slug + "-" + std::string(code);
}

std::optional<std::string> unit_of_slug(std::string_view slug) {
  if (!slug.starts_with("vn-")) return std::nullopt;
  slug.remove_prefix(3);
  const std::string_view province = slug.substr(0, 2);
  if (province.size() != 2 || !all_digits(province)) return std::nullopt;
  if (slug.size() == 2) return std::string(province);
  const std::string_view code = slug.substr(3);
  if (slug[2] != '-' || code.size() < 3 || !is_code(code)) return std::nullopt;
  return std::string(code);
}

bool is_slug(std::string_view text) {
  if (text.empty() || text.size() > 41 || text[0] < 'a' || text[0] > 'z') return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

}  // namespace tram
