#include "server/new_office.h"

namespace tram {

Result<NewOffice> complete_office(Province& province, NewOffice office) {
  ASSIGN_OR_RETURN(const auto reference, province.reference().get());
  const std::string today = vietnam_day(province.clock().wall_ms());
  const bool unit_was_said = !office.unit.empty();
  if (office.unit.empty() && office.slug.empty()) {
    return error(ErrorCode::usage, "name the office (vn-04-049), or its unit by --unit 049");
  }
  if (office.unit.empty()) office.unit = unit_of_slug(office.slug).value_or("");
  const Unit* unit = office.unit.empty() ? nullptr : reference->units.find(office.unit, today);
  if (unit == nullptr && !office.unit.empty()) unit = reference->units.newest(office.unit);
  if (unit == nullptr && unit_was_said) return error(ErrorCode::not_found, "no unit has the code " + office.unit);
  if (unit == nullptr) office.unit.clear();
  if (office.slug.empty()) {
    const std::string day = unit->valid_on(today) ? today : unit->valid_to;
    office.slug = default_slug(reference->units.province_of(unit->code, day), unit->code);
  }
  if (office.name.empty()) office.name = unit == nullptr ? office.slug : unit->name_vi;
  return office;
}

}  // namespace tram
