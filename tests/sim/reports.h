// tests/sim/reports.h: the one form that the simulation's offices report with: bm09, also under other codes.
#pragma once

#include <cstdint>
#include <string>

#include "core/base/json.h"
#include "storage/transaction.h"

namespace tram::sim {

json::Value form_body(const std::string& code);
json::Value report_body(const std::string& form, const std::string& period, const std::string& office,
                        std::int64_t value);
// Marks the report as submitted and saves the frozen copy, in the same transaction.
Status submit_into(json::Value& report, Transaction& transaction);

}  // namespace tram::sim
