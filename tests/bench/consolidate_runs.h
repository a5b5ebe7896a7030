// tests/bench/consolidate_runs.h: 700 offices x 12 forms x 24 periods: asking for a table, an arriving report, and
// everything from nothing; and the same sums by plain SQL.
#pragma once

#include <string>

#include "tests/bench/figures.h"

namespace tram::bench {

// folder: on the disk to be measured; what is written there stays for the caller to remove.
Figures consolidate_runs(const std::string& folder, int offices);

}  // namespace tram::bench
