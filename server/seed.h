// server/seed.h: the published figures of real provinces (reference/seed_figures.csv) as reports, for demonstrations:
// the office of a unit sends what its documents say, and nothing else. What a form asks and no document tells is answered
// with "no figure" and a remark. Any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "server/province.h"

namespace tram {

// Loads every line with loadable=yes of one unit (its code): makes the office if there is none, and submits one report
// for each form and period. Lines that were loaded before are left alone. Answers {"office","reports":[id],"lines":n}.
// Errors: not_found (no line of this unit), bad_request with the line.
Result<json::Value> seed_figures(Province& province, std::string_view csv, const std::string& unit);

// Those lines as objects, by the names of their columns.
std::vector<json::Value> published_figures(std::string_view csv, const std::string& unit);

}  // namespace tram
