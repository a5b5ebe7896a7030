// core/reports/submission.h: submissions (frozen copies named by their content) and what the province says about them.
//
// The office writes `submission` in its report, the province writes `review`; each touches only its own part
// (docs/reporting.md, States). Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/reports/figures.h"
#include "core/reports/form.h"
#include "core/reports/report.h"

namespace tram {

// SHA-256, lower-case hex, of the canonical JSON of {form, form_version, period, office, unit, n, values, rows,
// remarks} without what the province writes, what is computed, and sections with filled_from. Works on reports and on
// submissions alike: a report has submission `digest` exactly when content_digest(form, report, n) equals it.
std::string content_digest(const Form& form, const json::Value& body, std::int64_t n);

std::string submission_id(std::string_view form, std::string_view period, std::string_view digest);
std::string arrival_id(std::string_view form, std::string_view period, std::string_view digest);
std::optional<ReportKey> parse_submission_id(std::string_view id);
std::optional<ReportKey> parse_arrival_id(std::string_view id);

struct Submission {
  std::string id;    // submission:<form>:<period>:<digest>
  json::Value body;  // no person and no time: two PCs with one content write the same document
  std::string digest;
  std::int64_t n = 1;
};

// The frozen copy of a report. Its `values` and `rows` hold computed fields too, `listed` what was calculated under
// computed_if_listed. Fields that the province writes are left out, except in sections with filled_from.
// Does not validate.
Submission make_submission(const Form& form, const json::Value& report, const Period& period, const Window& window);

// Writes `submission` {digest, n, at, by} into the report. With two steps the leader's name comes by confirm. The other
// two do nothing to a report that was never submitted.
void mark_submitted(json::Value& report, const Submission& submission, std::string_view by, std::string_view at);
void confirm_submission(json::Value& report, std::string_view leader, std::string_view at);
void withdraw_submission(json::Value& report, std::string_view by, std::string_view at);

// Is this body what its id says: form, period and digest agree with the content, computed values are those of the
// form? Error bad_request, with the first thing that is not so.
Status check_submission(const Form& form, std::string_view id, const json::Value& body, const Period& period,
                        const Window& window);

// The province's receipt; the server signs and stores it. `at` is the province's time.
json::Value make_arrival(std::string_view office, const ReportKey& submission, std::string_view at,
                         std::string_view device = {});

struct ReviewReason {
  std::string field;  // path; empty: the whole report
  std::string text;
};
struct Review {
  std::string of;       // digest
  std::string verdict;  // received, returned, approved, locked, reopened
  std::string by, at;
  std::vector<ReviewReason> reasons;             // returned and reopened need one
  std::string last_day;                          // reopened: until when; ISO day
  json::Value proposed = json::Value::object();  // returned: values that the office may take over; path -> value
};
// Writes `review` into the report. What is reopened is the submission that was approved or locked, whatever the office
// has sent since. Error forbidden when the report's state does not lead there (for instance approved
// without a submission), bad_request when a reason or the last day is missing.
Status apply_review(json::Value& report, const Form& form, const Review& review);

// The office takes over what the province proposed with a return: each value of review.proposed goes where it belongs.
// Answers the paths that changed; a row that is no longer there is passed over. Error bad_request named
// nothing_proposed: the report was not returned with values, or has them already.
Result<std::vector<std::string>> take_proposed(json::Value& report, const Form& form);

// Writes `corrections.<path>` = {value, of, reason, by, at}: the province's figure in place of the office's, in the
// submission `of` alone. Without a value it is taken back. Errors bad_request: no such field; one that is computed or
// that the province writes; a value that the form does not take; no reason.
struct Correction {
  std::string path;
  std::optional<json::Value> value;
  std::string of, reason, by, at;
};
Status apply_correction(json::Value& report, const Form& form, const Correction& correction);

// Which parts a revision changed that its writer does not own: paths. For an office: `review`, `corrections` and
// fields the province writes (rows the office removed go whole); for the province: everything else. Server and agent
// refuse such a revision.
std::vector<std::string> foreign_changes(const Form& form, const json::Value& before, const json::Value& after,
                                         Writer side);

}  // namespace tram
