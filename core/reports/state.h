// core/reports/state.h: the state of a report, derived from its `submission` and `review` parts, never stored.
// Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/reports/form.h"

namespace tram {

enum class ReportState { draft, returned, reopened, submitted, received, approved, locked };  // by how far along

struct StateOf {
  ReportState state = ReportState::draft;
  bool changed_since = false;     // received, approved or locked, and the content differs from what was sent
  bool awaiting_leader = false;   // a draft whose submission the leader has not confirmed yet
  bool withdrawal_asked = false;  // withdrawn after the province had received it: a request to return
};

// two_steps: `office:<slug>` asks for the leader's confirmation.
StateOf state_of(const Form& form, const json::Value& report, bool two_steps = false);

// May the office edit, submit, withdraw? Error forbidden, named "locked", with words for people.
Status may_edit(const StateOf& state);
Status may_submit(const StateOf& state);
Status may_withdraw(const StateOf& state);

// Of two leaves in conflict the state of the one furthest along is shown.
inline ReportState further(ReportState a, ReportState b) { return a < b ? b : a; }

std::string_view name_of(ReportState state);   // "draft"
std::string_view label_vi(ReportState state);  // "nháp"
std::string_view label_en(ReportState state);  // "draft", for the English page

}  // namespace tram
