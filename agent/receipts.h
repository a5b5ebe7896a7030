// agent/receipts.h: the province's signed receipts of what this office submitted (`arrival:…`), and whether they hold.
// Any thread. Errors: those of the store.
#pragma once

#include <string_view>

#include "agent/office.h"
#include "core/base/json.h"
#include "core/base/result.h"

namespace tram::agent {

// Every submission of this office, in order of id, or those of one report, submission or receipt: {"submission",
// "report","receipt","at","rev","valid","signed","reason_vi","reason_en"}. `receipt` and `at` are null while the province
// has not answered; `valid` is null then, true when signature, office, submission and content agree with what this PC
// holds, false otherwise, with the reason. Error not_found: an id that is none of this office's.
Result<json::Value> verify_receipts(Office& office, std::string_view id);
std::string receipts_text(const json::Value& receipts);

}  // namespace tram::agent
