// tests/bench/office_runs.h: an office and a province, two processes over loopback HTTP.
#pragma once

#include <string>

#include "tests/bench/figures.h"

namespace tram::bench {

// programs: folder of tram-agent and tram-server; folder: an empty one for everything that is made.
// Sends kDocuments and fetches them: once with programs that slept before, and several times warmed up.
void transfer_round(const std::string& programs, const std::string& folder, NamedRounds& rounds);

// Memory of both programs, and what edits and rounds without news cost.
Figures office_runs(const std::string& programs, const std::string& folder);

}  // namespace tram::bench
