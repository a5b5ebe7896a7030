#include "storage/sqlite.h"

#include <sqlite3.h>

#include <algorithm>
#include <cerrno>

#include "storage/log_vfs.h"

namespace tram {
namespace {

// A page that leaves the cache before its commit and is changed again costs reading and summing all of the log behind it.
// So a transaction keeps 8 MB in memory, whatever the cache keeps afterwards. (SQLite takes a multiple of 256 for "off".)
constexpr int kPagesSpilledAfter = 2000;
constexpr int kBusyTimeoutMs = 5000;

ErrorCode code_of(int result, int system_error) {
  // The shared-memory file beside the log could not be made or grow: to a person this is a full disk like any other.
  if (result == SQLITE_IOERR_SHMSIZE || ((result & 0xff) == SQLITE_IOERR && system_error == ENOSPC)) {
    return ErrorCode::disk_full;
  }
  // Of memory or descriptors there may be more later.
  const bool none_left = system_error == EMFILE || system_error == ENFILE;
  if ((result & 0xff) == SQLITE_NOMEM || ((result & 0xff) == SQLITE_CANTOPEN && none_left)) return ErrorCode::busy;
  switch (result & 0xff) {
    case SQLITE_FULL: return ErrorCode::disk_full;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return ErrorCode::busy;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return ErrorCode::corrupt;
    default: return ErrorCode::storage_error;
  }
}

}  // namespace

Statement::Statement(Connection& connection, sqlite3_stmt* handle, bool* busy)
    : connection_(&connection), handle_(handle), busy_(busy) {}

Statement::Statement(Statement&& other) noexcept
    : connection_(other.connection_), handle_(std::exchange(other.handle_, nullptr)), busy_(other.busy_) {}

Statement::~Statement() {
  if (handle_ == nullptr) return;
  if (busy_ == nullptr) {
    sqlite3_finalize(handle_);
    return;
  }
  sqlite3_reset(handle_);
  sqlite3_clear_bindings(handle_);
  *busy_ = false;
}

Result<bool> Statement::step() {
  const int result = sqlite3_step(handle_);
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) return false;
  return connection_->error(result, sqlite3_sql(handle_));
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(handle_, column); }
bool Statement::is_null(int column) const { return sqlite3_column_type(handle_, column) == SQLITE_NULL; }

std::string_view Statement::text(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(handle_, column));
  return bytes == nullptr ? std::string_view()
                          : std::string_view(bytes, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column)));
}

void Statement::bind(int index, std::int64_t value) { CHECK(sqlite3_bind_int64(handle_, index, value) == SQLITE_OK); }
void Statement::bind(int index, NullValue) { CHECK(sqlite3_bind_null(handle_, index) == SQLITE_OK); }

void Statement::bind(int index, std::string_view text) {
  const char* bytes = text.data() == nullptr ? "" : text.data();
  CHECK(sqlite3_bind_text64(handle_, index, bytes, text.size(), SQLITE_STATIC, SQLITE_UTF8) == SQLITE_OK);
}

void Statement::bind(int index, Blob blob) {
  const char* bytes = blob.bytes.data() == nullptr ? "" : blob.bytes.data();
  CHECK(sqlite3_bind_blob64(handle_, index, bytes, blob.bytes.size(), SQLITE_STATIC) == SQLITE_OK);
}

RowsInsert::RowsInsert(const std::string& head, const std::string& row)
    : one(head + row), many(one), columns(static_cast<int>(std::count(row.begin(), row.end(), '?'))) {
  for (std::size_t i = 1; i < kRows; ++i) many += ", " + row;
}

void prepare_sqlite() {
  static const int once = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(once);
}

Result<std::unique_ptr<Connection>> Connection::open(const std::string& path, Role role, const std::string& vfs,
                                                     std::int64_t cache_kb) {
  prepare_sqlite();
  sqlite3* handle = nullptr;
  const int flags = (role == Role::writer ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY) |
                    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOFOLLOW;
  const int result = sqlite3_open_v2(path.c_str(), &handle, flags, vfs.empty() ? nullptr : vfs.c_str());
  std::unique_ptr<Connection> connection(new Connection(handle, path));
  if (result != SQLITE_OK) return connection->error(result, "open");
  RETURN_IF_ERROR(connection->configure(role, cache_kb));
  return connection;
}

Connection::~Connection() {
  for (auto& [sql, cached] : statements_) sqlite3_finalize(cached.handle);
  sqlite3_close(handle_);
}

Error Connection::error(int code, std::string_view doing) const {
  const ErrorCode kind = code_of(code, handle_ == nullptr ? 0 : sqlite3_system_errno(handle_));
  std::string message = path_ + ": ";
  if (kind == ErrorCode::disk_full) {
    message += "no space left on the disk; free some and try again, nothing was stored";
  } else {
    message += handle_ == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle_);
    message += " (SQLite " + std::to_string(code) + ", " + std::string(doing.substr(0, 60)) + ")";
  }
  return tram::error(kind, std::move(message));
}

Status Connection::expect_pragma(const std::string& pragma, const std::string& value) {
  RETURN_IF_ERROR(scalar("PRAGMA " + pragma + "=" + value));
  ASSIGN_OR_RETURN(const std::string found, scalar("PRAGMA " + pragma));
  if (found == value) return {};
  return tram::error(ErrorCode::storage_error, path_ + ": PRAGMA " + pragma + " is " + found + ", not " + value);
}

Status Connection::configure(Role role, std::int64_t cache_kb) {
  sqlite3_busy_timeout(handle_, kBusyTimeoutMs);
  const std::pair<int, int> switches[] = {
      {SQLITE_DBCONFIG_DEFENSIVE, 1},       {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
      {SQLITE_DBCONFIG_DQS_DML, 0},         {SQLITE_DBCONFIG_DQS_DDL, 0},
      {SQLITE_DBCONFIG_ENABLE_FKEY, 1},     {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
      {SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1}};
  for (const auto& [what, on] : switches) {
    int now = -1;
    const int result = sqlite3_db_config(handle_, what, on, &now);
    if (result != SQLITE_OK || now != on) return error(result, "db_config " + std::to_string(what));
  }
  RETURN_IF_ERROR(expect_pragma("mmap_size", "0"));
  RETURN_IF_ERROR(expect_pragma("cell_size_check", "1"));
  RETURN_IF_ERROR(expect_pragma("cache_size", std::to_string(-cache_kb)));
  if (role == Role::reader) return script("PRAGMA query_only=1; PRAGMA wal_autocheckpoint=0");
  RETURN_IF_ERROR(expect_pragma("cache_spill", std::to_string(kPagesSpilledAfter)));
  forget_log_on_rollback(handle_);
  return {};
}

Result<Statement> Connection::prepare(const char* sql) {
  Cached& cached = statements_[sql];
  if (cached.handle != nullptr && !*cached.busy) {
    *cached.busy = true;
    return Statement(*this, cached.handle, cached.busy.get());
  }
  sqlite3_stmt* handle = nullptr;
  const int result = sqlite3_prepare_v3(handle_, sql, -1, SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
  if (result != SQLITE_OK) return error(result, sql);
  if (cached.handle != nullptr) return Statement(*this, handle, nullptr);  // the cached one is being stepped through
  cached.handle = handle;
  cached.busy = std::make_unique<bool>(true);
  return Statement(*this, handle, cached.busy.get());
}

Status Connection::script(const std::string& sql) {
  const int result = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) return error(result, sql);
  return {};
}

Result<std::string> Connection::scalar(const std::string& sql) {
  sqlite3_stmt* handle = nullptr;
  const int result = sqlite3_prepare_v2(handle_, sql.c_str(), -1, &handle, nullptr);
  if (result != SQLITE_OK) return error(result, sql);
  Statement statement(*this, handle, nullptr);
  ASSIGN_OR_RETURN(const bool row, statement.step());
  return row ? std::string(statement.text(0)) : std::string();
}

Status Connection::begin(const char* how) {
  if (in_transaction()) RETURN_IF_ERROR(script("ROLLBACK"));
  return script(how);
}

bool Connection::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }
std::int64_t Connection::last_rowid() const { return sqlite3_last_insert_rowid(handle_); }

Status Connection::set_checkpoint_on_close(bool on) {
  const int result = sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, on ? 0 : 1, nullptr);
  if (result != SQLITE_OK) return error(result, "no_ckpt_on_close");
  return {};
}

Status Connection::copy_to(const std::string& path) {
  sqlite3* target = nullptr;
  int result = sqlite3_open_v2(path.c_str(), &target, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  const Connection owner(target, path);
  if (result != SQLITE_OK) return owner.error(result, "open");
  sqlite3_backup* backup = sqlite3_backup_init(target, "main", handle_, "main");
  if (backup == nullptr) return owner.error(sqlite3_errcode(target), "backup");
  sqlite3_backup_step(backup, -1);
  result = sqlite3_backup_finish(backup);
  if (result != SQLITE_OK) return owner.error(result, "backup");
  return {};
}

std::string sqlite_version() { return sqlite3_libversion(); }

bool sqlite_has_wal_reset_bug() {
  const int version = sqlite3_libversion_number();
  return version >= 3007000 && version <= 3051002;
}

}  // namespace tram
