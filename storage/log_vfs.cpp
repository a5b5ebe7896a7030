#include "storage/log_vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <utility>

#include "storage/sqlite.h"

namespace tram {
namespace {

// A log that is open. SQLite gives the place: this, and behind it the file of the VFS below.
struct Log {
  sqlite3_file base;
  sqlite3_int64 begin;  // where what is gathered belongs in the file
  int size;             // of it
  char* room;           // kLogGathered bytes, while something is gathered

  static Log& of(sqlite3_file* file) { return *reinterpret_cast<Log*>(file); }
  sqlite3_file* below() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  sqlite3_int64 end() const { return begin + size; }

  int write_through(const void* bytes, int amount, sqlite3_int64 at) {
    return below()->pMethods->xWrite(below(), bytes, amount, at);
  }
  int write_out() {
    const int result = size == 0 ? SQLITE_OK : write_through(room, size, begin);
    if (result == SQLITE_OK) size = 0;
    return result;
  }
  void forget() {
    delete[] std::exchange(room, nullptr);
    size = 0;
  }

  int write(const void* bytes, int amount, sqlite3_int64 at) {
    // What went out before and is written over: a page that this transaction changed again.
    if (size > 0 && at + amount <= begin) return write_through(bytes, amount, at);
    // Room is made before anything is added: of a commit that fails here the last page is nowhere.
    if (size > 0 && (at < begin || at > end() || at + amount > begin + kLogGathered)) {
      if (const int result = write_out(); result != SQLITE_OK) return result;
    }
    if (size == 0) begin = at;
    if (room == nullptr) room = new (std::nothrow) char[kLogGathered];
    if (room == nullptr || amount > kLogGathered) return write_through(bytes, amount, at);
    const auto from = static_cast<int>(at - begin);
    std::memcpy(room + from, bytes, static_cast<std::size_t>(amount));
    size = std::max(size, from + amount);
    return SQLITE_OK;
  }
};
static_assert(sizeof(Log) % 8 == 0);  // as SQLite itself aligns files

int log_close(sqlite3_file* file) {
  Log& log = Log::of(file);
  log.forget();
  return log.below()->pMethods->xClose(log.below());
}

int log_read(sqlite3_file* file, void* into, int size, sqlite3_int64 at) {
  Log& log = Log::of(file);
  if (log.size > 0 && at < log.end() && at + size > log.begin) {
    if (const int result = log.write_out(); result != SQLITE_OK) return result;
  }
  return log.below()->pMethods->xRead(log.below(), into, size, at);
}

int log_write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 at) {
  return Log::of(file).write(bytes, size, at);
}

int log_truncate(sqlite3_file* file, sqlite3_int64 size) {
  Log& log = Log::of(file);
  if (size <= log.begin) {
    log.forget();
  } else if (const int result = log.write_out(); result != SQLITE_OK) {
    return result;
  }
  return log.below()->pMethods->xTruncate(log.below(), size);
}

int log_sync(sqlite3_file* file, int flags) {
  Log& log = Log::of(file);
  const int result = log.write_out();
  log.forget();
  return result == SQLITE_OK ? log.below()->pMethods->xSync(log.below(), flags) : result;
}

int log_size(sqlite3_file* file, sqlite3_int64* bytes) {
  Log& log = Log::of(file);
  const int result = log.below()->pMethods->xFileSize(log.below(), bytes);
  if (result == SQLITE_OK && log.size > 0) *bytes = std::max(*bytes, log.end());
  return result;
}

int log_lock(sqlite3_file* file, int level) {
  return Log::of(file).below()->pMethods->xLock(Log::of(file).below(), level);
}
int log_unlock(sqlite3_file* file, int level) {
  return Log::of(file).below()->pMethods->xUnlock(Log::of(file).below(), level);
}
int log_reserved(sqlite3_file* file, int* held) {
  return Log::of(file).below()->pMethods->xCheckReservedLock(Log::of(file).below(), held);
}
int log_control(sqlite3_file* file, int operation, void* value) {
  return Log::of(file).below()->pMethods->xFileControl(Log::of(file).below(), operation, value);
}
int log_sector_size(sqlite3_file* file) { return Log::of(file).below()->pMethods->xSectorSize(Log::of(file).below()); }
int log_characteristics(sqlite3_file* file) {
  return Log::of(file).below()->pMethods->xDeviceCharacteristics(Log::of(file).below());
}

// Version 1: a log is not shared memory and is not mapped.
const sqlite3_io_methods kLogMethods = {
    1,          log_close,    log_read,    log_write,       log_truncate,        log_sync, log_size, log_lock,
    log_unlock, log_reserved, log_control, log_sector_size, log_characteristics, nullptr,  nullptr,  nullptr,
    nullptr,    nullptr,      nullptr};

sqlite3_vfs* below(sqlite3_vfs* vfs) { return static_cast<sqlite3_vfs*>(vfs->pAppData); }

int vfs_open(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* file, int flags, int* told) {
  if ((flags & SQLITE_OPEN_WAL) == 0) return below(vfs)->xOpen(below(vfs), name, file, flags, told);
  Log& log = *new (file) Log{};
  const int result = below(vfs)->xOpen(below(vfs), name, log.below(), flags, told);
  if (result == SQLITE_OK) {
    log.base.pMethods = &kLogMethods;
    return SQLITE_OK;
  }
  if (log.below()->pMethods != nullptr) log.below()->pMethods->xClose(log.below());
  return result;
}

int vfs_delete(sqlite3_vfs* vfs, const char* name, int flush) { return below(vfs)->xDelete(below(vfs), name, flush); }
int vfs_access(sqlite3_vfs* vfs, const char* name, int flags, int* is_so) {
  return below(vfs)->xAccess(below(vfs), name, flags, is_so);
}
int vfs_full_path(sqlite3_vfs* vfs, const char* name, int size, char* into) {
  return below(vfs)->xFullPathname(below(vfs), name, size, into);
}
int vfs_random(sqlite3_vfs* vfs, int size, char* into) { return below(vfs)->xRandomness(below(vfs), size, into); }
int vfs_sleep(sqlite3_vfs* vfs, int microseconds) { return below(vfs)->xSleep(below(vfs), microseconds); }
int vfs_last_error(sqlite3_vfs* vfs, int size, char* into) { return below(vfs)->xGetLastError(below(vfs), size, into); }
int vfs_time(sqlite3_vfs* vfs, double* now) { return below(vfs)->xCurrentTime(below(vfs), now); }
int vfs_time_ms(sqlite3_vfs* vfs, sqlite3_int64* now) { return below(vfs)->xCurrentTimeInt64(below(vfs), now); }

struct LogVfs {
  explicit LogVfs(sqlite3_vfs* under) : name(std::string("tram-log over ") + under->zName) {
    vfs.iVersion = std::min(2, under->iVersion);
    vfs.szOsFile = static_cast<int>(sizeof(Log)) + under->szOsFile;
    vfs.mxPathname = under->mxPathname;
    vfs.zName = name.c_str();
    vfs.pAppData = under;
    vfs.xOpen = vfs_open;
    vfs.xDelete = vfs_delete;
    vfs.xAccess = vfs_access;
    vfs.xFullPathname = vfs_full_path;
    vfs.xRandomness = vfs_random;
    vfs.xSleep = vfs_sleep;
    vfs.xGetLastError = under->xGetLastError == nullptr ? nullptr : vfs_last_error;
    vfs.xCurrentTime = vfs_time;
    vfs.xCurrentTimeInt64 = vfs.iVersion < 2 || under->xCurrentTimeInt64 == nullptr ? nullptr : vfs_time_ms;
  }
  const std::string name;
  sqlite3_vfs vfs{};
};

// What was gathered of a transaction that is taken back is of no use to anybody.
void rolled_back(void* connection) {
  sqlite3_file* log = nullptr;
  if (sqlite3_file_control(static_cast<sqlite3*>(connection), "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) != SQLITE_OK)
    return;
  if (log != nullptr && log->pMethods == &kLogMethods) Log::of(log).forget();
}

}  // namespace

std::string log_vfs_over(const std::string& vfs) {
  static std::mutex mutex;
  // Never destroyed: SQLite lists them as long as the program runs.
  static auto& made = *new std::map<sqlite3_vfs*, std::unique_ptr<LogVfs>>;
  const std::scoped_lock lock(mutex);
  prepare_sqlite();
  sqlite3_vfs* const under = sqlite3_vfs_find(vfs.empty() ? nullptr : vfs.c_str());
  if (under == nullptr) return vfs;
  std::unique_ptr<LogVfs>& found = made[under];
  if (!found) {
    auto fresh = std::make_unique<LogVfs>(under);
    if (sqlite3_vfs_register(&fresh->vfs, 0) != SQLITE_OK) return vfs;
    found = std::move(fresh);
  }
  return found->name;
}

void forget_log_on_rollback(sqlite3* connection) { sqlite3_rollback_hook(connection, rolled_back, connection); }

}  // namespace tram
