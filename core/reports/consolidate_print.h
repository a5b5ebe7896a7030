// core/reports/consolidate_print.h: a consolidation as a plain table for people; files are made in exchange/. Fields
// stand in the order of the form, with Vietnamese labels. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "core/base/json.h"
#include "core/reports/consolidate.h"
#include "core/reports/form.h"

namespace tram {

// UTF-8 text in columns: label, value with unit ("khoảng" before an approximate one), reported/expected.
std::string consolidation_table(const Form& form, const Consolidation& result);

// "1.234.567,8": a number as Vietnamese pages show it, from its canonical text.
std::string number_vi(std::string_view canonical);
// A value of a field as people read it: numbers as above, choices by label, dates dd/MM/yyyy, yes/no as Có/Không.
std::string display_vi(const FormField& field, const json::Value& value);

}  // namespace tram
