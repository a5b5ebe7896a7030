// agent/drafts.h: what is being typed into a report on this PC, before it is a revision.
//
// A page hands its edits (edits.h) over at every pause; they are durable when keep_draft returns, in a _local document
// beside the report, which is never sent. save_draft makes one revision of them. What cannot be read yet stays in the
// draft. One draft a report. Any thread; errors beside those of reports.h: bad_request when edits are no list.
#pragma once

#include <string>
#include <string_view>

#include "agent/reports.h"
#include "core/base/json.h"
#include "core/base/result.h"
#include "core/reports/typed.h"

namespace tram::agent {

struct Draft {
  json::Value edits = json::Value::array();
  NumberStyle style = NumberStyle::vi;
};

// {"edits":[...],"by","at","style"}; null when nothing is being typed.
Result<json::Value> read_draft(Office& office, std::string_view id);

// Keeps it (no edits: drops it), and says how the report would look with it:
//   {"values": report fields with computed ones, "computed": {section: {row: {field: value}}}, "listed": [field],
//    "read": {path: {"value":...}}, "problems": [...], "findings": [...]}
Result<json::Value> keep_draft(Office& office, std::string_view id, const Draft& draft, const Author& author);
// The same without keeping anything, as for a report that is only looked at.
Result<json::Value> judge_draft(Office& office, std::string_view id, const Draft& draft);

// One revision of all edits that can be done; answers {"rev","problems","left":[edits]}, rev null when nothing was to be
// changed. `left` is what the draft still holds.
Result<json::Value> save_draft(Office& office, std::string_view id, const Draft& draft, const Author& author);

}  // namespace tram::agent
