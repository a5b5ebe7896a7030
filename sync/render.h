// sync/render.h (inside sync only): a stored revision as the JSON that a reader asked for.
#pragma once

#include <string>

#include "core/base/json.h"
#include "core/base/result.h"
#include "storage/snapshot.h"

namespace tram {

// What is shown beside the document itself.
struct Shown {
  bool revisions = false;          // _revisions
  bool revs_info = false;          // _revs_info: available, deleted or missing
  bool conflicts = false;          // _conflicts: the other live leaves
  bool deleted_conflicts = false;  // _deleted_conflicts
  bool local_seq = false;          // _local_seq
};

// Appends it; false, with nothing appended, where the revision has no body.
Result<bool> render(std::string& out, Snapshot& snapshot, const Record& record, std::int32_t node, const Shown& shown);

// The same as a value for selectors, with _id, _rev and _deleted; null without body.
Result<json::Value> value_of(Snapshot& snapshot, const Record& record, std::int32_t node);

}  // namespace tram
