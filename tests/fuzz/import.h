// tests/fuzz/import.h: a file on its way into a report of form bm02, as an office would take it.
#pragma once

#include <string_view>

#include "core/base/json.h"
#include "core/reports/form.h"

namespace tram::fuzzing {

const Form& form();
// The report as its office has it before the import.
const json::Value& report();
// The plan is repeatable, and with problems it says where.
void import_into_report(std::string_view file);

}  // namespace tram::fuzzing
