// server/run_inputs.h: what one office contributes to a consolidation: one frozen submission, never the open report.
//
// A preview takes the newest submission, unless the office withdrew it, its leader has not confirmed it, or the province
// returned or reopened it. An official run takes the one that an approval names. Any thread.
#pragma once

#include <cstdint>
#include <optional>

#include "core/base/result.h"
#include "core/reports/consolidate.h"
#include "server/province.h"

namespace tram {

struct RunRequest {
  std::string form;
  Period period;
  bool official = false;
  std::optional<std::int64_t> as_of_ms;  // only what the province knew by then, by its own receipts
};

struct OfficePartOfRun {
  std::optional<ConsolidationInput> input;
  std::optional<json::Value> conflict;  // {"office","id","leaves":[rev],"fields":[path]}: the report waits for a person
};

Result<OfficePartOfRun> part_of_office(Province& province, const ReferenceData& reference, const Form& form,
                                       const Office& office, const RunRequest& request);

}  // namespace tram
