// server/run_inputs.h: what one office contributes to a consolidation: one frozen submission, never the open report.
//
// A preview takes the newest submission, unless the office withdrew it, its leader has not confirmed it, or the province
// returned or reopened it. An official run takes the one that an approval names. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/result.h"
#include "core/reports/consolidate.h"
#include "server/province.h"

namespace tram {

struct RunRequest {
  std::string form;
  Period period;
  bool official = false;
  std::optional<std::int64_t> as_of_ms;  // only what the province knew by then, by its own receipts
  bool carry = false;                    // stocks of offices without a figure count as last given
};

// Where a report stands, for the matrix of completeness.
struct ReportStatus {
  std::string state;  // name_of(ReportState); "draft" too when a submission was withdrawn
  bool changed_since = false, in_conflict = false;
  // A draft that two unlike submissions of one number were merged into: nobody has sent what it says now.
  bool send_again = false;
  std::int64_t n = 0;                       // submissions that arrived
  std::string first_arrival, last_arrival;  // the province's time, UTC; empty: none
  std::string sent_at;                      // the office's own stamp on the newest

  json::Value to_json() const;
  static ReportStatus from_json(const json::Value& value);
};

// Everything the province holds of one office for one form and period.
struct OfficeParts {
  std::optional<ConsolidationInput> preview, official;
  std::optional<json::Value> conflict;  // {"office","id","leaves":[rev],"fields":[path]}: the report waits for a person
  std::optional<ReportStatus> status;   // nothing: neither a report nor a submission
};

// as_of_ms: only what the province knew by then, by its own receipts.
Result<OfficeParts> parts_of_office(Snapshot& snapshot, const ReferenceData& reference, const Form& form,
                                    const Office& office, const Period& period,
                                    std::optional<std::int64_t> as_of_ms = {});

// Place of a contribution in official order, and the unit's name where the report did not keep it. By the tree valid at
// the end of the period.
struct PlaceOfUnit {
  int order = 0;
  std::string name;
};
PlaceOfUnit place_of(const ReferenceData& reference, const Window& window, const Office& office,
                     const std::string& unit_code);

}  // namespace tram
