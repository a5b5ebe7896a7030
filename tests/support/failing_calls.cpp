#include "tests/support/failing_calls.h"

#include <execinfo.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdlib>

#include "tests/support/catch.h"

namespace tram::test {
namespace {

constexpr std::uint64_t kCallsMax = 5'000;  // more than any work here makes

struct Plan {
  bool counts = false;
  std::uint64_t fails = 0;  // the call that fails; 0: none
  int code = 0;
  std::uint64_t made = 0;
  std::set<std::uint64_t>* places = nullptr;
  bool has_failed = false;
};
Plan plans[3];

Plan& plan_of(Calls calls) { return plans[static_cast<std::size_t>(calls)]; }

// Who calls: the addresses to return to, as far as they tell one place from another.
std::uint64_t place() {
  constexpr int kOurs = 3, kDepth = 9;
  void* frames[kDepth];
  const int count = ::backtrace(frames, kDepth);
  std::uint64_t hash = 14695981039346656037u;
  for (int i = kOurs; i < count; ++i) hash = (hash ^ reinterpret_cast<std::uintptr_t>(frames[i])) * 1099511628211u;
  return hash;
}

// The code to fail with; 0: the call is made.
int fault(Calls calls) {
  Plan& plan = plan_of(calls);
  if (!plan.counts || plan.has_failed) return 0;
  ++plan.made;
  plan.has_failed = plan.places != nullptr ? plan.places->insert(place()).second : plan.made == plan.fails;
  return plan.has_failed ? plan.code : 0;
}

bool fails(Calls calls) {
  const int code = fault(calls);
  if (code != 0) errno = code;
  return code != 0;
}

// In memory where the machine allows it: a true disk makes each flush wait, and these tests begin anew a thousand times.
const bool in_memory = ::access("/dev/shm", W_OK | X_OK) == 0 && ::setenv("TMPDIR", "/dev/shm", 0) == 0;

}  // namespace

void FailingCalls::begin() { plan_of(calls_) = {true, n_, code_, 0, places_, false}; }

void FailingCalls::end() {
  Plan& plan = plan_of(calls_);
  made_ += plan.made;
  failed_ = failed_ || plan.has_failed;
  plan = {};
}

std::uint64_t fail_each_call(Calls calls, int code, const std::function<void(FailingCalls&)>& work,
                             const Chosen& chosen) {
  std::uint64_t middle = 0;
  if (chosen.ends > 0) {
    FailingCalls counting(calls, 0, code);
    work(counting);
    counting.end();
    middle = counting.counted() - 2 * chosen.ends;
  }
  std::set<std::uint64_t> places;
  while (chosen.places && places.size() <= kCallsMax) {
    INFO("the first call from place number " << places.size() + 1 << " fails");
    FailingCalls failing(calls, places, code);
    work(failing);
    failing.end();
    if (!failing.has_failed()) return places.size();
  }
  for (std::uint64_t n = 1; n <= kCallsMax && !chosen.places; ++n) {
    const std::uint64_t call = chosen.ends > 0 && n > chosen.ends ? n + middle : n * chosen.step;
    INFO("call " << call << " fails");
    FailingCalls failing(calls, call, code);
    work(failing);
    failing.end();
    if (!failing.has_failed()) return n - 1;
  }
  FAIL("the work never ends");
  return 0;
}

}  // namespace tram::test

// NOLINTBEGIN(bugprone-reserved-identifier): the linker's names
using tram::test::Calls;
using tram::test::fails;
using tram::test::fault;

extern "C" {

int __real_sqlite3_open_v2(const char* path, sqlite3** database, int flags, const char* vfs);
int __wrap_sqlite3_open_v2(const char* path, sqlite3** database, int flags, const char* vfs) {
  *database = nullptr;
  if (const int code = fault(Calls::sqlite); code != 0) return code;
  return __real_sqlite3_open_v2(path, database, flags, vfs);
}

int __real_sqlite3_prepare_v2(sqlite3* database, const char* sql, int size, sqlite3_stmt** statement,
                              const char** rest);
int __wrap_sqlite3_prepare_v2(sqlite3* database, const char* sql, int size, sqlite3_stmt** statement,
                              const char** rest) {
  *statement = nullptr;
  if (const int code = fault(Calls::sqlite); code != 0) return code;
  return __real_sqlite3_prepare_v2(database, sql, size, statement, rest);
}

int __real_sqlite3_prepare_v3(sqlite3* database, const char* sql, int size, unsigned flags, sqlite3_stmt** statement,
                              const char** rest);
int __wrap_sqlite3_prepare_v3(sqlite3* database, const char* sql, int size, unsigned flags, sqlite3_stmt** statement,
                              const char** rest) {
  *statement = nullptr;
  if (const int code = fault(Calls::sqlite); code != 0) return code;
  return __real_sqlite3_prepare_v3(database, sql, size, flags, statement, rest);
}

int __real_sqlite3_step(sqlite3_stmt* statement);
int __wrap_sqlite3_step(sqlite3_stmt* statement) {
  if (const int code = fault(Calls::sqlite); code != 0) return code;
  return __real_sqlite3_step(statement);
}

int __real_sqlite3_exec(sqlite3* database, const char* sql, int (*row)(void*, int, char**, char**), void* with,
                        char** message);
int __wrap_sqlite3_exec(sqlite3* database, const char* sql, int (*row)(void*, int, char**, char**), void* with,
                        char** message) {
  if (const int code = fault(Calls::sqlite); code != 0) return code;
  return __real_sqlite3_exec(database, sql, row, with, message);
}

int __real_sqlite3_backup_finish(sqlite3_backup* backup);
int __wrap_sqlite3_backup_finish(sqlite3_backup* backup) {
  const int finished = __real_sqlite3_backup_finish(backup);  // or what it holds would be lost
  const int code = fault(Calls::sqlite);
  return code != 0 ? code : finished;
}

int __real_open(const char* path, int flags, mode_t mode);
int __wrap_open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return fails(Calls::files) ? -1 : __real_open(path, flags, mode);
}

int __real_fsync(int file);
int __wrap_fsync(int file) { return fails(Calls::files) ? -1 : __real_fsync(file); }

int __real_rename(const char* from, const char* to);
int __wrap_rename(const char* from, const char* to) { return fails(Calls::files) ? -1 : __real_rename(from, to); }

int __real_mkdir(const char* path, mode_t mode);
int __wrap_mkdir(const char* path, mode_t mode) { return fails(Calls::files) ? -1 : __real_mkdir(path, mode); }

ssize_t __real_read(int file, void* into, size_t size);
ssize_t __wrap_read(int file, void* into, size_t size) {
  return fails(Calls::transfers) ? -1 : __real_read(file, into, size);
}

ssize_t __real_write(int file, const void* from, size_t size);
ssize_t __wrap_write(int file, const void* from, size_t size) {
  return fails(Calls::transfers) ? -1 : __real_write(file, from, size);
}

ssize_t __real_pread(int file, void* into, size_t size, off_t at);
ssize_t __wrap_pread(int file, void* into, size_t size, off_t at) {
  return fails(Calls::transfers) ? -1 : __real_pread(file, into, size, at);
}

ssize_t __real_pwrite(int file, const void* from, size_t size, off_t at);
ssize_t __wrap_pwrite(int file, const void* from, size_t size, off_t at) {
  return fails(Calls::transfers) ? -1 : __real_pwrite(file, from, size, at);
}

}  // extern "C"
// NOLINTEND(bugprone-reserved-identifier)
