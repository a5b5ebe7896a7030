// server/consolidate_run.h: a run: the reports of all offices for one form and period as one (docs/reporting.md,
// Consolidation). Computed when asked. The same inputs give the same result, byte by byte. Any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/reports/consolidate.h"
#include "server/province.h"
#include "server/run_inputs.h"

namespace tram {

struct Run {
  std::shared_ptr<const ReferenceData> reference;
  const Form* form = nullptr;  // of reference
  Consolidation result;
  std::vector<std::string> expected;  // slugs, in order
  std::vector<std::string> missing;   // of them, without an input

  json::Value to_json() const;  // as of Consolidation, with "expected" and "missing"
};

// form, period id without the scenario's suffix, "ACTUAL", "ESTIMATE" or "PLAN", and as_of as instant.h reads it (empty:
// now). Errors: not_found (no such form), bad_request (period, scenario, as_of).
Result<RunRequest> read_run_request(Province& province, const std::string& form, const std::string& period,
                                    const std::string& scenario, bool official, const std::string& as_of);

// Expected are the campaign's offices, or all, whose unit is valid at the period's end; an office that reported although
// its unit had ended counts too; the province's own office does not. A longer period for which nobody reported is made
// from the shorter ones, when each of them has an input.
Result<Run> run_consolidation(Province& province, const RunRequest& request);

// Keeps an official run as `run:<form>:<period>:<uuid>` in province.db; it is never changed. Answers its id.
Result<std::string> keep_run(Province& province, const Run& run, const RunRequest& request);

}  // namespace tram
