// server/targets.h: every target of the reference against what was reported (docs/reporting.md, Targets). Any thread.
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"
#include "server/province.h"

namespace tram {

// [{"id","label_vi","label_en","unit","comparator","low","high","period","evaluate","for_each","formula","status",
// "status_vi","value","years":[{"period","value","status"}],"units":{"expected","with_data","reached","share_pct",
// "list":[{"office","name","value","holds"}]},"figures":[{"form","field","periods":[{"period","value","n_reported",
// "n_expected"}]}],"reason_vi","reason_en"}], in order of the targets' ids. official: from approved reports only. Years
// of a stage for which nobody reported are left out of it, and the figures say so. `units` is null but for a target of
// each unit; reasons are null where the status needs none.
Result<json::Value> evaluate_targets(Province& province, bool official);

std::string targets_text(const json::Value& results);

}  // namespace tram
