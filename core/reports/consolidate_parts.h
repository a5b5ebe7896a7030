// core/reports/consolidate_parts.h: the inputs of a consolidation, made ready; for consolidate*.cpp only.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/reports/consolidate.h"

namespace tram {

struct ReadyInput {
  const ConsolidationInput* input = nullptr;
  Figures figures;                            // corrected and completed; a listed value has what was added to it
  json::Value added;                          // of an input that is itself a consolidation
  std::set<std::string, std::less<>> approx;  // report fields, and "section/field" of rows
};

inline Combine rule_of(const FormField& field, Axis axis) {
  return axis == Axis::units ? field.across_units : field.across_time;
}

// A value that was reported, with where it stands.
struct Given {
  const ReadyInput* from;
  json::Value value;
};

// sum, max, min, latest, same: one value out of many; null when there is none, or when a sum leaves the range.
json::Value combine(Combine rule, const std::vector<Given>& given);
Figure::Input shown(const Given& given);

// Unites one rows section over all inputs, in order; differences are added to `result`.
void unite_rows(const FormSection& section, const std::vector<ReadyInput>& inputs, Axis axis, Consolidation& result);

}  // namespace tram
