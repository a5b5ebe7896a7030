#include "tests/bench/raw_sqlite.h"

#include <sqlite3.h>

#include <span>
#include <vector>

#include "core/base/result.h"
#include "tests/bench/figures.h"
#include "tests/bench/report.h"
#include "tests/bench/stopwatch.h"

namespace tram::bench {
namespace {

void run(sqlite3* database, const char* sql) {
  CHECK(sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
}

const std::string kRevision = "1-0123456789abcdef0123456789abcdef";

}  // namespace

RawTable::RawTable(const std::string& path) {
  CHECK(sqlite3_open(path.c_str(), &database_) == SQLITE_OK);
  run(database_,
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
      "CREATE TABLE docs(id TEXT PRIMARY KEY, rev TEXT NOT NULL, body TEXT NOT NULL)");
  CHECK(sqlite3_prepare_v2(database_, "INSERT OR REPLACE INTO docs VALUES (?, ?, ?)", -1, &insert_, nullptr) ==
        SQLITE_OK);
}

RawTable::~RawTable() {
  sqlite3_finalize(insert_);
  sqlite3_close(database_);
}

void RawTable::put(const std::string& id, const std::string& body) {
  sqlite3_bind_text(insert_, 1, id.data(), static_cast<int>(id.size()), SQLITE_STATIC);
  sqlite3_bind_text(insert_, 2, kRevision.data(), static_cast<int>(kRevision.size()), SQLITE_STATIC);
  sqlite3_bind_text(insert_, 3, body.data(), static_cast<int>(body.size()), SQLITE_STATIC);
  CHECK(sqlite3_step(insert_) == SQLITE_DONE);
  sqlite3_reset(insert_);
}

double RawTable::bulk() {
  const std::vector<NamedBody> reports = report_bodies(kDocuments);
  const Stopwatch time;
  for (std::span<const NamedBody> left(reports); !left.empty(); left = left.subspan(kBatch)) {
    run(database_, "BEGIN");
    for (const auto& [id, body] : left.first(kBatch)) put(id, body);
    run(database_, "COMMIT");
  }
  return time.seconds();
}

void RawTable::put_one(const std::string& id, const std::string& body) {
  run(database_, "BEGIN IMMEDIATE");
  put(id, body);
  run(database_, "COMMIT");
}

}  // namespace tram::bench
