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

struct Reports {
  NamedOffice office = kOffice;
  int first = 0, count = kDocuments;
};
// Saves them in transactions of kBatch; answers seconds.
double save_bulk(Store& store, const Reports& reports = {});
// In a transaction of its own.
void save_one(Store& store, int n, int edition);
void save_one(Store& store, const std::string& id, const std::string& body);

}  // namespace tram::bench
