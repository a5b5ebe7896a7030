// server/completeness.h: who has reported, and when: the matrix of offices and forms for one period (docs/reporting.md,
// Completeness). The time that counts is the arrival at the province; the office's own stamp stands beside it. Any thread.
#pragma once

#include <string>

#include "core/base/json.h"
#include "core/base/result.h"
#include "server/province.h"

namespace tram {

// {"period","at","forms":[{"form","label_vi","due","expected","submitted","on_time","approved","completeness_pct",
// "timeliness_pct"}],"offices":[{"office","name","unit","cells":{FORM:{"cell","late_days","due","first_arrival",
// "last_arrival","sent_at","changed_since","in_conflict","send_again","reason","expected"}}}]}. form: empty for every form that is
// asked for this kind of period. cell: not_due, missing, exempt, or the state of the report. Percentages are null where
// nobody is expected. Errors: not_found (form), bad_request (period).
Result<json::Value> completeness(Province& province, const std::string& period, const std::string& form);

// The same as a table for people.
std::string completeness_text(const json::Value& matrix);

}  // namespace tram
