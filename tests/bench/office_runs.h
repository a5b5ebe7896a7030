// tests/bench/office_runs.h: an office and a province, two processes over loopback HTTP.
#pragma once

#include <string>

#include "tests/bench/figures.h"

namespace tram::bench {

// programs: folder of tram-agent and tram-server; folder: an empty one for everything that is made.
Figures office_runs(const std::string& programs, const std::string& folder);

// Only what is sent and fetched in bulk, for a profile.
Figures transfer_runs(const std::string& programs, const std::string& folder);

}  // namespace tram::bench
