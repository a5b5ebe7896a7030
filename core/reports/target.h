// core/reports/target.h: targets (chỉ tiêu): a formula over consolidated reports, held against bounds, and where the
// figure stands (docs/reporting.md, Targets). Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/reports/expression.h"
#include "core/reports/form.h"
#include "core/reports/period.h"

namespace tram {

enum class Comparator { at_least, more, at_most, less, equal, between };
enum class Evaluate { stage, each_year, last_year };
enum class Reached { met, exceeded, not_met, on_the_way, not_enough_data };

struct Target {
  std::string id, label_vi, label_en, unit, note;
  std::optional<Expression> formula;  // always there after load
  Comparator comparator = Comparator::at_least;
  std::optional<Decimal> low, high;
  Period period;
  Evaluate evaluate = Evaluate::stage;
  bool each_unit = false;
  int minimum_pct = 100;  // of the units that must have a figure, for a target of each unit

  // Years of the period: {2021, …, 2025}.
  std::vector<Period> years() const;
};

// Body of `target:<province>:<id>`. Error bad_request: what is wrong and where.
Result<Target> load_target(const json::Value& body);

// One value against the bounds. Null: not_enough_data. `ended`: the time it speaks of has passed.
Reached reached(const Target& target, const Scalar& value, bool ended);
// Of a target that must hold in every year.
Reached reached_in_all(const std::vector<Reached>& years);

std::string_view name_of(Reached reached);        // "not_met"
std::string_view label_vi(Reached reached);       // "chưa đạt"
std::string_view name_of(Comparator comparator);  // ">="

}  // namespace tram
