// agent/agenda.h: what this office owes and when: the province's campaigns, and for forms without any the periods that
// the decree's windows give. For the start page. Any thread.
#pragma once

#include "agent/office.h"
#include "core/base/json.h"
#include "core/base/result.h"

namespace tram::agent {

// In order of due days: {"form","label_vi","label_en","period","start","end","due","time","days_left","campaign",
// "closed","exempt":reason or null,"report":row of list_reports or null}. days_left is negative when the day has passed.
// Left out is what lies long behind or far ahead and was not begun.
Result<json::Value> agenda(Office& office);

}  // namespace tram::agent
