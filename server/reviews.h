// server/reviews.h: what the province says about a report: received, returned, approved, locked, reopened. Any thread.
#pragma once

#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/reports/submission.h"
#include "server/province.h"

namespace tram {

// {"verdict","of","by","reasons":[{"field","text"}],"last_day"}: `of` may be absent (the submission that the report
// names). Error bad_request.
Result<Review> read_review(const json::Value& body);

// Writes `review` into the report, as the province; answers {"id","rev","state"}. Errors: not_found (office or report),
// conflict (the report waits for a person, or changed meanwhile; try again), conflict named no_submission (its frozen
// copy has not arrived), and those of apply_review.
Result<json::Value> write_review(Province& province, const std::string& slug, const std::string& id, Review review);

// The office's reports: [{"id","form","period","rev","state","changed_since","in_conflict","submission","review"}].
Result<json::Value> list_reports(Province& province, const std::string& slug);

}  // namespace tram
