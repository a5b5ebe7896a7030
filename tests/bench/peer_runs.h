// tests/bench/peer_runs.h: others at the province: PouchDB with the same documents, and very many long polls.
#pragma once

#include <string>

#include "tests/bench/figures.h"

namespace tram::bench {

// PouchDB as npm installed it (./dev setup) sends kDocuments and fetches them. Without it there are no figures of it.
void pouchdb_round(const std::string& programs, const std::string& folder, NamedRounds& rounds);

Figures peer_runs(const std::string& programs, const std::string& folder);

}  // namespace tram::bench
