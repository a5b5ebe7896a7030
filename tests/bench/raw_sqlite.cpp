#include "tests/bench/raw_sqlite.h"

#include <sqlite3.h>

#include "core/base/result.h"
#include "tests/bench/figures.h"
#include "tests/bench/report.h"
#include "tests/bench/stopwatch.h"

namespace tram::bench {
namespace {

void run(sqlite3* database, const char* sql) {
  CHECK(sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
}

void put(sqlite3_stmt* insert, const std::string& id, const std::string& rev, const std::string& body) {
  sqlite3_bind_text(insert, 1, id.data(), static_cast<int>(id.size()), SQLITE_STATIC);
  sqlite3_bind_text(insert, 2, rev.data(), static_cast<int>(rev.size()), SQLITE_STATIC);
  sqlite3_bind_text(insert, 3, body.data(), static_cast<int>(body.size()), SQLITE_STATIC);
  CHECK(sqlite3_step(insert) == SQLITE_DONE);
  sqlite3_reset(insert);
}

}  // namespace

RawTimes raw_sqlite(const std::string& folder) {
  sqlite3* database = nullptr;
  CHECK(sqlite3_open((folder + "/raw.db").c_str(), &database) == SQLITE_OK);
  run(database,
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
      "CREATE TABLE docs(id TEXT PRIMARY KEY, rev TEXT NOT NULL, body TEXT NOT NULL)");
  sqlite3_stmt* insert = nullptr;
  CHECK(sqlite3_prepare_v2(database, "INSERT OR REPLACE INTO docs VALUES (?, ?, ?)", -1, &insert, nullptr) ==
        SQLITE_OK);

  std::vector<std::string> bodies;
  for (int n = 0; n < kDocuments; ++n) bodies.push_back(report_body(n));
  const std::string rev = "1-0123456789abcdef0123456789abcdef";
  RawTimes times;
  const Stopwatch bulk;
  for (int n = 0; n < kDocuments; n += kBatch) {
    run(database, "BEGIN");
    for (int i = n; i < n + kBatch; ++i) put(insert, report_id(i), rev, bodies[static_cast<std::size_t>(i)]);
    run(database, "COMMIT");
  }
  times.bulk_s = bulk.seconds();

  Rounds singles;
  for (int n = 0; n < kSingles; ++n) {
    const std::string id = report_id(n * 37);
    const std::string body = report_body(n * 37, 1);
    const Stopwatch one;
    run(database, "BEGIN IMMEDIATE");
    put(insert, id, rev, body);
    run(database, "COMMIT");
    singles.add(one.seconds() * 1e6);
  }
  times.single_us = singles.median();
  sqlite3_finalize(insert);
  sqlite3_close(database);
  return times;
}

}  // namespace tram::bench
