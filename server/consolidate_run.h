// server/consolidate_run.h: a run: the reports of all offices for one form and period as one (docs/reporting.md,
// Consolidation). The same inputs give the same result, byte by byte. Any thread.
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

// What the offices gave for one period: all that a result is computed from.
struct RunPart {
  Period period;
  Window window;
  std::vector<Contribution> inputs;
  std::vector<Contribution> carried;           // of earlier periods, newest first
  std::vector<json::Value> conflicts;          // as ConsolidationRequest has them
  std::vector<std::string> expected, missing;  // slugs, in order
};

struct Run {
  std::shared_ptr<const ReferenceData> reference;
  const Form* form = nullptr;  // of reference
  Period period;
  Window window;
  bool official = false;
  // One part of this very period; or those of the shorter periods that it was made from, in order.
  std::vector<RunPart> parts;
  std::vector<json::Value> warnings;  // beside those that the computation finds
  Consolidation result;
  std::vector<std::string> expected;  // slugs, in order
  std::vector<std::string> missing;   // of them, without an input

  json::Value to_json(bool with_inputs = false) const;  // as of Consolidation, with "expected" and "missing"
};

// form, period id without the scenario's suffix, "ACTUAL", "ESTIMATE" or "PLAN", and as_of as instant.h reads it (empty:
// now). Errors: not_found (no such form), bad_request (period, scenario, as_of).
Result<RunRequest> read_run_request(Province& province, const std::string& form, const std::string& period,
                                    const std::string& scenario, bool official, const std::string& as_of);

// Expected are the campaign's offices, or all, whose unit is valid at the period's end; an office that reported although
// its unit had ended counts too; the province's own office does not. A longer period for which nobody reported is made
// from the shorter ones, when each of them has an input; where an office typed a flow of the longer period that differs
// from the sum of the shorter ones, a warning says so.
Result<Run> run_consolidation(Province& province, const RunRequest& request);

// An office whose unit has ended, or the Department's own: nobody waits for it, but what it sends (the province's TBT
// work, say) is part of the total.
bool owes_nothing(const ReferenceData& reference, const Office& office, const Window& window);

// The result of these parts; what run_consolidation ends with, and what a kept run is repeated by.
Consolidation compute_run(const Form& form, const Period& period, const Window& window, bool official,
                          const std::vector<RunPart>& parts);

}  // namespace tram
