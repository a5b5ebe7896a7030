// core/reports/consolidate_parts.h: what consolidate*.cpp share; for them only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/reports/consolidate.h"

namespace tram {

inline Combine rule_of(const FormField& field, Axis axis) {
  return axis == Axis::units ? field.across_units : field.across_time;
}

// A value that was reported, with where it stands.
struct Given {
  const Contribution* from = nullptr;
  const Datum* value = nullptr;
  const ContributedValue* whole = nullptr;  // of a report field
  bool carried = false;
};

// sum, max, min, latest, same: one value out of many; null when there is none, or, with `overflow` set, when a sum
// leaves the range.
json::Value combine(Combine rule, const std::vector<Given>& given, bool& overflow);
Figure::Input shown(const Given& given);
// {"code","field","message_vi","message_en"}
json::Value warning(std::string_view code, std::string_view field, std::string vi, std::string en);
json::Value overflow_warning(std::string_view field);

// Unites one rows section over all inputs, in order; differences are added to `result`. `place`: of its first field.
void unite_rows(const FormSection& section, std::uint32_t number, std::uint32_t place,
                const std::vector<Contribution>& inputs, Axis axis, Consolidation& result);

}  // namespace tram
