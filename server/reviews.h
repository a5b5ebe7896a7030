// server/reviews.h: what the province says about a report: received, returned, approved, locked, reopened. Any thread.
#pragma once

#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/reports/submission.h"
#include "server/province.h"

namespace tram {

// {"verdict","of","by","reasons":[{"field","text"}],"last_day","proposed":{path:value}}: `of` may be absent (the submission
// that the report names; for reopened the one that was approved). Error bad_request.
Result<Review> read_review(const json::Value& body);

// Writes `review` into the report, as the province; what was reopened is noted, so that it closes after its last day.
// Answers {"id","rev","state"}. Errors: not_found (office or report),
// conflict (the report waits for a person, or changed meanwhile; try again), conflict named no_submission (its frozen
// copy has not arrived), and those of apply_review.
Result<json::Value> write_review(Province& province, const std::string& slug, const std::string& id, Review review);

// The province's figure in place of the office's, for a submission that it holds (correction.of empty: the one that counts
// in an official run, else the one the report names). Answers {"id","rev","corrections"}. Errors: those of write_review
// about the report, and of apply_correction.
Result<json::Value> write_correction(Province& province, const std::string& slug, const std::string& id,
                                     Correction correction);

// Reports whose last day of reopening has passed, and of which nothing newer has come, are approved or locked again as
// they were. Answers how many.
Result<std::size_t> close_reopenings(Province& province);

// The office's reports: [{"id","form","period","rev","state","changed_since","in_conflict","unconfirmed","submission","review"}].
Result<json::Value> list_reports(Province& province, const std::string& slug);

}  // namespace tram
