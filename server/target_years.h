// server/target_years.h: a form's year as targets look at it: of the province, of each office, and what the Department
// itself fills in. Computed once each; for one evaluation. One thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/consolidate_run.h"

namespace tram {

struct TargetYear {
  Period period;
  std::optional<Consolidation> province;        // nothing: nobody reported
  std::map<std::string, Contribution> offices;  // what each gave for the year, typed or out of its shorter periods
  std::vector<std::string> expected;
  Figures department;  // of the Department's own open report, with what the province fills in
};

class TargetYears {
 public:
  TargetYears(Province& province, bool official) : province_(province), official_(official) {}
  Result<const TargetYear*> year(const std::string& code, const Period& period);

 private:
  Status add_derived(const Form& form, const Run& run, TargetYear& made);
  // Fields asked of the province are not consolidated: they stand in the Department's own report.
  Status add_department(const Form& form, const Window& window, TargetYear& made);

  Province& province_;
  const bool official_;
  std::map<std::pair<std::string, std::string>, TargetYear> years_;  // (form, year)
};

}  // namespace tram
