// server/drilldown.h: from a figure to the reports and revisions it was made of. Any thread.
#pragma once

#include <string>

#include "core/base/json.h"
#include "core/base/result.h"
#include "server/run_inputs.h"

namespace tram {

// One figure opened: {"form","period","field","label_vi","value","n_reported","n_expected","approx","across_units",
// "across_time","inputs":[{"office","name","period","value","corrected","carried","approx","report","submission"}],
// "missing":[slug]}. A field of a rows section is "section/field": each united row with its sources. Error not_found: no
// such field in the consolidated report.
Result<json::Value> open_figure(Province& province, const RunRequest& request, const std::string& field);

// The versions of a report or submission of an office, as sync/history.h has them. Error not_found.
Result<json::Value> office_history(Province& province, const std::string& slug, const std::string& id);
// A document of an office as it stands, with _id and _rev. Error not_found.
Result<json::Value> office_document(Province& province, const std::string& slug, const std::string& id);

}  // namespace tram
