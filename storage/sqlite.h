// storage/sqlite.h: SQLite as storage uses it; sqlite3.h itself is fenced into sqlite.cpp.
//
// A Connection is one handle with its prepared statements, set up by the rules of docs/storage.md and read back. One
// thread at a time. SQLite's codes become Errors in one place: full -> disk_full, I/O -> storage_error, corrupt and
// not-a-database -> corrupt, busy -> busy, read-only and cannot-open -> storage_error with the path.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace tram {

struct Blob {
  std::string_view bytes;
};
struct NullValue {};

class Connection;

// A prepared statement in use; gives itself back when it goes. Bound texts must outlive the steps.
class Statement {
 public:
  Statement(Connection& connection, sqlite3_stmt* handle, bool* busy);
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  Result<bool> step();  // true: a row
  std::int64_t integer(int column) const;
  std::string_view text(int column) const;  // text or blob, valid until the next step
  bool is_null(int column) const;

  void bind(int index, std::int64_t value);
  void bind(int index, std::uint64_t value) { bind(index, static_cast<std::int64_t>(value)); }
  void bind(int index, int value) { bind(index, static_cast<std::int64_t>(value)); }
  void bind(int index, std::string_view text);
  void bind(int index, Blob blob);
  void bind(int index, NullValue);

 private:
  Connection* connection_;
  sqlite3_stmt* handle_;
  bool* busy_;  // of the cached statement; nullptr: not cached, finalised at the end
};

// An INSERT of rows, one or kRows a statement: what a statement costs beside its rows is more than a small row. `head`
// ends with VALUES and must not need SQLite to take back a part of its rows (OR FAIL, OR REPLACE): a failure fails the
// transaction.
struct RowsInsert {
  static constexpr std::size_t kRows = 16;
  RowsInsert(const std::string& head, const std::string& row);
  std::string one, many;
  int columns;
};

class Connection {
 public:
  enum class Role { writer, reader };
  // The file is made by the writer if it is missing.
  static Result<std::unique_ptr<Connection>> open(const std::string& path, Role role, const std::string& vfs,
                                                  std::int64_t cache_kb);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // `sql` must be a string literal (statements are cached by its address).
  template <typename... Values>
  Result<Statement> query(const char* sql, const Values&... values) {
    ASSIGN_OR_RETURN(Statement statement, prepare(sql));
    int index = 0;
    (statement.bind(++index, values), ...);
    return statement;
  }
  // Runs to the end, rows ignored.
  template <typename... Values>
  Status run(const char* sql, const Values&... values) {
    ASSIGN_OR_RETURN(Statement statement, query(sql, values...));
    while (true) {
      ASSIGN_OR_RETURN(const bool row, statement.step());
      if (!row) return {};
    }
  }
  // `count` rows; bind(statement, first column, n) binds row n. `insert` is a static constant, for the cache; what is
  // bound outlives the call.
  template <typename Bind>
  Status insert(const RowsInsert& insert, std::size_t count, const Bind& bind) {
    for (std::size_t done = 0; done < count;) {
      const std::size_t rows = count - done < RowsInsert::kRows ? 1 : RowsInsert::kRows;
      ASSIGN_OR_RETURN(Statement statement, prepare(rows == 1 ? insert.one.c_str() : insert.many.c_str()));
      for (std::size_t row = 0; row < rows; ++row, ++done) {
        bind(statement, static_cast<int>(row) * insert.columns + 1, done);
      }
      RETURN_IF_ERROR(statement.step());
    }
    return {};
  }
  // Several statements, not cached.
  Status script(const std::string& sql);
  // A single text value of a statement that answers one row.
  Result<std::string> scalar(const std::string& sql);

  // Begins a transaction by this statement. One that an earlier failure left open is ended first.
  Status begin(const char* how);
  bool in_transaction() const;
  std::int64_t last_rowid() const;
  // Puts this connection's committed content into a new file.
  Status copy_to(const std::string& path);
  Status set_checkpoint_on_close(bool on);
  Error error(int code, std::string_view doing) const;

  bool history_gap = false;  // a reader met a sequence beyond the end of the open epoch

 private:
  friend class Statement;
  explicit Connection(sqlite3* handle, std::string path) : handle_(handle), path_(std::move(path)) {}
  Result<Statement> prepare(const char* sql);
  Status configure(Role role, std::int64_t cache_kb);
  Status expect_pragma(const std::string& pragma, const std::string& value);

  struct Cached {
    sqlite3_stmt* handle = nullptr;
    std::unique_ptr<bool> busy;
  };
  sqlite3* handle_;
  std::string path_;
  std::unordered_map<const char*, Cached> statements_;
};

// Before anything else is asked of SQLite: nobody wants to know how much memory it uses, and to count it takes a lock
// for each piece, one instruction of sixteen in a transaction of many documents.
void prepare_sqlite();

// The version of the library in use, and whether it has the WAL-reset bug (3.7.0 to 3.51.2).
std::string sqlite_version();
bool sqlite_has_wal_reset_bug();

}  // namespace tram
