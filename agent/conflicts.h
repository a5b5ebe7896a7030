// agent/conflicts.h: open questions between versions of a document, and a person's decision.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/office.h"
#include "agent/reports.h"
#include "core/base/json.h"
#include "core/base/result.h"

namespace tram::agent {

// [{"id","ours","theirs","base","deletion","clashes":[{"path","field","base","ours","theirs"}],"parallel":
// [{"path","by":"ours|theirs"}]}], in order of id. A value that one side has not is left out.
Result<json::Value> list_conflicts(Office& office);
Result<json::Value> conflicts_of(Snapshot& snapshot, const Record& record);
std::string conflicts_text(const json::Value& conflicts);

// What was typed: a side, or values field by field ("tasks_applied_count=13", "tasks/0001-5f0c9a21/status=..." or the
// path that `conflicts` shows; nothing behind "=": the member goes).
struct Choice {
  std::optional<std::string> keep;  // a revision
  std::vector<std::pair<std::string, std::string>> set;
};
// Errors: not_found (no such document, or no conflict there), bad_request (unknown revision or field; named
// unresolved: lists what is still to be decided).
Result<RevisionId> resolve_conflict(Office& office, std::string_view id, const Choice& choice, const Author& author);

}  // namespace tram::agent
