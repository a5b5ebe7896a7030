// agent/upgrade.h: a report moves to another version of its form, because a person says so (nâng cấp mẫu). Any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/reports.h"
#include "core/reports/upgrade.h"

namespace tram::agent {

struct Upgrade {
  std::string id, rev;  // rev: empty when nothing was stored
  int from = 0, to = 0;
  std::vector<FieldDifference> differences;
  std::vector<LostValue> lost;

  json::Value to_json() const;  // {"id","rev","from","to","added","removed","changed","lost"}
  std::string text() const;
};

// version 0: the campaign's, else the newest. dry_run: only tells. Errors: those of change_report; not_found (no such
// version); conflict named same_version.
Result<Upgrade> upgrade_report(Office& office, std::string_view id, int version, bool dry_run, const Author& author);

}  // namespace tram::agent
