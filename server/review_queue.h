// server/review_queue.h: the reports of all offices that wait for an officer, and one of them opened beside what the same
// office sent a period earlier. Any thread.
#pragma once

#include <string>

#include "core/base/json.h"
#include "core/base/result.h"
#include "server/province.h"
#include "server/run_inputs.h"

namespace tram {

// "review": submitted, or received and not decided, or changed since; "office": two versions in conflict, or merged from
// unlike submissions, so that the office must decide or send again; "": decided, or never sent.
std::string waits_for(const ReportStatus& status);

// [{"office","name","id","form","form_vi","form_en","period","state","changed_since","in_conflict","send_again",
// "first_arrival","last_arrival","sent_at","n","waits"}], those that arrived first on top. all: those that wait for nobody,
// too. form, period: empty for every one.
Result<json::Value> review_queue(Province& province, const std::string& form, const std::string& period, bool all);

// {"office","name","id","rev","form","form_version","period","state","changed_since","in_conflict","send_again",
// "withdrawal_asked","report","submission","arrival","previous","findings","versions"}. submission: the frozen copy that
// the report names; previous: {"period","state","report"} of a period earlier; versions: {"n","digest","arrived_at"} of
// every submission. All of these may be null. Error not_found.
Result<json::Value> report_beside_last(Province& province, const std::string& slug, const std::string& id);

}  // namespace tram
