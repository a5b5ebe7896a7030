// tests/bench/store_runs.h: saving through Store, revision tree, ledger and all.
#pragma once

#include <memory>
#include <string>

#include "core/base/system.h"
#include "storage/store.h"
#include "tests/bench/figures.h"
#include "tests/bench/offices.h"

namespace tram::bench {

struct Tools {
  SystemClock clock;
  SystemRandom random;
  std::unique_ptr<Store> store(const std::string& path);
};

// Saves so many reports in transactions of kBatch; answers seconds.
double save_bulk(Store& store, const NamedOffice& office = kOffice, int count = kDocuments);
// In a transaction of its own.
void save_one(Store& store, int n, int edition);
void save_one(Store& store, const std::string& id, const std::string& body);

}  // namespace tram::bench
