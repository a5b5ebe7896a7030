// server/dashboard.h: what an officer looks at first in the morning. Any thread.
#pragma once

#include <string>

#include "core/base/json.h"
#include "core/base/result.h"
#include "server/province.h"

namespace tram {

// [{"period","label_vi","label_en","reports"}] of every period that something was reported for or a campaign asks for,
// the one that ends last first.
Result<json::Value> list_periods(Province& province);

// {"province","at","today","arrived","waiting","conflicts","send_again","silent","refusals","trend"}
//   arrived     [{"office","name","id","form","period","at"}] today (of Vietnam), newest first
//   waiting     how many reports wait for an officer
//   conflicts, send_again   [{"office","name","id","form","period"}]
//   silent      [{"office","name","last_contact","days"}]: offices not heard of for `silent_days` or longer, or never
//   refusals    [{"office","name","refused","id","code"}]
//   trend       [{"period","expected","submitted","on_time","approved"}] of all forms together, oldest first, the newest
//               `kTrendPeriods` of the kind of `period` (empty: of the newest period)
Result<json::Value> dashboard(Province& province, const std::string& period, std::int64_t silent_days);

inline constexpr std::size_t kTrendPeriods = 8;

}  // namespace tram
