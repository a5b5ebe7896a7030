// server/status_report.h: the state of a province as one JSON value, for `status` and for GET /api/v1/status.
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"
#include "server/province.h"

namespace tram {

// {"province","uuid","version","running","offices":[{"slug","name","unit","last_contact","documents","deleted",
// "conflicts","refused","last_refusal","sequence"}],"reference":{…},"databases":[{"name","documents","deleted"}],
// "disk_free_bytes"}
Result<json::Value> status_report(Province& province, bool running);

// One office of it.
Result<json::Value> office_status(Province& province, const Office& office);

}  // namespace tram
