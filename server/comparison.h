// server/comparison.h: two consolidated results beside each other, figure by figure: another period, or another run of
// the same. Any thread.
#pragma once

#include <string>

#include "core/base/json.h"
#include "core/base/result.h"
#include "server/consolidate_run.h"

namespace tram {

// before and after: results as Run::to_json gives them. [{"field","label_vi","unit","before","after","difference",
// "change_pct"}] in order of the form; before and after have value, n_reported, n_expected and approx. difference is
// null unless both are numbers, change_pct also when before is 0. Fields that neither has are left out.
json::Value compare_figures(const Form& form, const json::Value& before, const json::Value& after);

// The run, and the same form and options for another period (empty: the one before of the same kind). {"form","period",
// "with","figures"}. Errors: those of run_consolidation; bad_request: there is no period before.
Result<json::Value> compare_periods(Province& province, const RunRequest& request, const std::string& with);

// Two kept runs of one form: {"run","with","figures"}. Errors: not_found; bad_request: of two forms.
Result<json::Value> compare_runs(Province& province, const std::string& id, const std::string& with);

std::string comparison_text(const json::Value& comparison);

}  // namespace tram
