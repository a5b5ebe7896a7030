// tests/bench/peer_runs.h: others at the province: PouchDB with the same documents, and very many long polls.
#pragma once

#include <string>

#include "tests/bench/figures.h"

namespace tram::bench {

// `modules`: where npm installed PouchDB (./dev setup). Without it there are no figures of PouchDB.
Figures peer_runs(const std::string& programs, const std::string& folder, const std::string& modules);

}  // namespace tram::bench
