// tests/bench/raw_sqlite.h: the limit everything else is held against: the same bodies put into one plain table (id
// TEXT PRIMARY KEY, rev, body) by prepared statements, WAL, synchronous=FULL, on the same disk.
#pragma once

#include <string>

namespace tram::bench {

struct RawTimes {
  double bulk_s = 0;     // kDocuments in transactions of kBatch
  double single_us = 0;  // one update a transaction, median of kSingles
};
RawTimes raw_sqlite(const std::string& folder);

}  // namespace tram::bench
