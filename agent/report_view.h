// agent/report_view.h: reports as people and programs read them.
#pragma once

#include <string>
#include <string_view>

#include "agent/office.h"
#include "core/base/json.h"
#include "core/base/result.h"

namespace tram::agent {

// Every report of this office, in order of id: {"id","form","period","state","rev","conflict","changed_since",
// "awaiting_leader","fate","receipt_at","by","at"}; state is null while the form's version has not come, receipt_at until
// the province's receipt of what was last submitted is here.
Result<json::Value> list_reports(Office& office);

// The whole document: its body with _id, _rev, _conflicts, and beside it state, conflict, fate, receipt_at, conflicts (open
// questions, as conflicts_of) and findings. Any other document of the office is shown too, without these. Error
// not_found.
Result<json::Value> show_document(Office& office, std::string_view id);

// Every revision known, oldest first: {"rev","parent","leaf","deleted","kept","by","pc","at","clock","changes":
// [{"path","before","after"}]}; changes only where this revision and its parent are kept, or it is the first.
Result<json::Value> history_of(Office& office, std::string_view id);

// The same for people: Vietnamese first.
std::string list_text(const json::Value& list);
std::string show_text(Office& office, const json::Value& report);
std::string history_text(const json::Value& history);

// One line for one value: "28", "true", "trống (empty)" for a member that is not there.
std::string value_text(const json::Value* value);

}  // namespace tram::agent
