// tests/bench/raw_sqlite.h: the limit everything else is held against: the same bodies put into one plain table (id
// TEXT PRIMARY KEY, rev, body) by prepared statements, WAL, synchronous=FULL, on the same disk.
#pragma once

#include <string>

struct sqlite3;
struct sqlite3_stmt;

namespace tram::bench {

class RawTable {
 public:
  explicit RawTable(const std::string& path);
  ~RawTable();
  RawTable(const RawTable&) = delete;
  RawTable& operator=(const RawTable&) = delete;

  double bulk();  // kDocuments in transactions of kBatch; answers seconds
  void put_one(const std::string& id, const std::string& body);  // in a transaction of its own

 private:
  void put(const std::string& id, const std::string& body);

  sqlite3* database_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
};

}  // namespace tram::bench
