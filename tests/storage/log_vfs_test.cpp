// Logs that are written in large pieces, over files that may fail.
#include "storage/log_vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <random>

#include "storage/sqlite.h"
#include "storage/store.h"
#include "tests/support/catch.h"
#include "tests/support/check.h"
#include "tests/support/fakes.h"
#include "tests/support/temp_folder.h"

namespace tram {
namespace {

// One file in memory, whatever its name.
struct Below {
  std::string bytes;
  int writes = 0, syncs = 0, result = SQLITE_OK;  // of the writes that follow
} below_;

int close_file(sqlite3_file*) { return SQLITE_OK; }
int read_file(sqlite3_file*, void* into, int size, sqlite3_int64 at) {
  const auto from = std::min(static_cast<std::size_t>(at), below_.bytes.size());
  const auto there = std::min(static_cast<std::size_t>(size), below_.bytes.size() - from);
  std::memset(into, 0, static_cast<std::size_t>(size));
  std::memcpy(into, below_.bytes.data() + from, there);
  return there == static_cast<std::size_t>(size) ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}
int write_file(sqlite3_file*, const void* from, int size, sqlite3_int64 at) {
  ++below_.writes;
  if (below_.result != SQLITE_OK) return below_.result;
  const auto end = static_cast<std::size_t>(at) + static_cast<std::size_t>(size);
  if (below_.bytes.size() < end) below_.bytes.resize(end);
  std::memcpy(below_.bytes.data() + at, from, static_cast<std::size_t>(size));
  return SQLITE_OK;
}
int truncate_file(sqlite3_file*, sqlite3_int64 size) {
  below_.bytes.resize(static_cast<std::size_t>(size));
  return SQLITE_OK;
}
int sync_file(sqlite3_file*, int) { return ++below_.syncs, SQLITE_OK; }
int size_of_file(sqlite3_file*, sqlite3_int64* size) {
  *size = static_cast<sqlite3_int64>(below_.bytes.size());
  return SQLITE_OK;
}
int ignore(sqlite3_file*, int) { return SQLITE_OK; }
int ignore_held(sqlite3_file*, int*) { return SQLITE_OK; }
int ignore_control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int ask_nothing(sqlite3_file*) { return 0; }

const sqlite3_io_methods kMethods = {
    1,       close_file, read_file,   write_file,     truncate_file, sync_file,   size_of_file,
    ignore,  ignore,     ignore_held, ignore_control, ask_nothing,   ask_nothing, nullptr,
    nullptr, nullptr,    nullptr,     nullptr,        nullptr};

int open_file(sqlite3_vfs*, sqlite3_filename, sqlite3_file* file, int, int*) {
  file->pMethods = &kMethods;
  return SQLITE_OK;
}

void register_below() {
  static sqlite3_vfs vfs{};
  if (vfs.iVersion != 0) return;
  vfs = *sqlite3_vfs_find(nullptr);
  vfs.iVersion = 1;
  vfs.szOsFile = sizeof(sqlite3_file);
  vfs.zName = "log-test";
  vfs.xOpen = open_file;
  sqlite3_vfs_register(&vfs, 0);
}

// A log as SQLite has it.
class OpenLog {
 public:
  OpenLog() {
    below_ = {};
    register_below();
    sqlite3_vfs* const vfs = sqlite3_vfs_find(log_vfs_over("log-test").c_str());
    REQUIRE(vfs != nullptr);
    room_.resize(static_cast<std::size_t>(vfs->szOsFile) / sizeof(std::max_align_t) + 1);
    constexpr int kFlags = SQLITE_OPEN_WAL | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    REQUIRE(vfs->xOpen(vfs, "log", file(), kFlags, nullptr) == SQLITE_OK);
  }
  ~OpenLog() { file()->pMethods->xClose(file()); }
  int write(std::size_t at, const std::string& bytes) {
    return file()->pMethods->xWrite(file(), bytes.data(), static_cast<int>(bytes.size()),
                                    static_cast<sqlite3_int64>(at));
  }
  int sync() { return file()->pMethods->xSync(file(), SQLITE_SYNC_NORMAL); }
  int truncate(std::size_t size) { return file()->pMethods->xTruncate(file(), static_cast<sqlite3_int64>(size)); }
  std::string all() {
    sqlite3_int64 size = 0;
    CHECK(file()->pMethods->xFileSize(file(), &size) == SQLITE_OK);
    std::string bytes(static_cast<std::size_t>(size), '\0');
    if (size > 0) CHECK(file()->pMethods->xRead(file(), bytes.data(), static_cast<int>(size), 0) == SQLITE_OK);
    return bytes;
  }

 private:
  sqlite3_file* file() { return reinterpret_cast<sqlite3_file*>(room_.data()); }
  std::vector<std::max_align_t> room_;
};

std::string pages(int count) { return std::string(static_cast<std::size_t>(count) * 4096, 'p'); }

}  // namespace

TEST_CASE("a commit of three hundred pages goes to the disk in twenty writes, and is there when it is flushed") {
  OpenLog log;
  std::size_t at = 0;
  for (int page = 0; page < 300; ++page) {
    CHECK(log.write(at, std::string(24, 'h')) == SQLITE_OK);
    CHECK(log.write(at + 24, pages(1)) == SQLITE_OK);
    at += 24 + 4096;
  }
  CHECK(log.sync() == SQLITE_OK);
  CHECK(below_.bytes.size() == at);
  CHECK(below_.writes == 20);  // of 600
  CHECK(below_.syncs == 1);
}

TEST_CASE("two thousand reports saved at once in little memory are there when the store is opened again") {
  test::TempFolder folder;
  test::ManualClock clock;
  test::SeededRandom random{1};
  StoreOptions options;
  options.clock = &clock;
  options.random = &random;
  options.cache_kb = 64;  // so most pages go to the log, and come back from there, before the commit
  const auto open = [&] { return test::must(Store::open(folder.file("office.db"), options)); };
  const auto text_of = [](int n) {
    return R"({"n":)" + std::to_string(n) + R"(,"t":")" + std::string(1000, 't') + "\"}";
  };
  test::must(open()->write([&](Transaction& transaction) -> Status {
    for (int n = 0; n < 2000; ++n) {
      RETURN_IF_ERROR(transaction.save("report:" + std::to_string(n * 7919 % 2000), {}, false, text_of(n)));
    }
    return {};
  }));
  const auto store = open();
  CHECK(test::must(store->verify()).findings.empty());
  int same = 0;
  test::must(store->read([&](Snapshot& snapshot) -> Status {
    for (int n = 0; n < 2000; ++n) {
      ASSIGN_OR_RETURN(const auto found, snapshot.winner("report:" + std::to_string(n * 7919 % 2000)));
      same += found && found->body == text_of(n) ? 1 : 0;
    }
    return {};
  }));
  CHECK(same == 2000);
}

TEST_CASE("a log reads as it was written, in whatever order its pieces were written, read, cut off and flushed") {
  for (unsigned seed = 1; seed <= 300; ++seed) {
    std::mt19937 chance(seed);
    const auto one_of = [&](std::size_t n) { return static_cast<std::size_t>(chance() % n); };
    OpenLog log;
    std::string expected;
    for (int step = 0; step < 60; ++step) {
      const std::size_t what = one_of(12);
      if (what < 8) {
        // Mostly at the end, as a log grows; now and then over what is there.
        const std::size_t at = what < 6 ? expected.size() : one_of(expected.size() + 1);
        const std::string bytes(one_of(60'000) + 1, static_cast<char>('a' + step % 26));
        CHECK(log.write(at, bytes) == SQLITE_OK);
        if (expected.size() < at + bytes.size()) expected.resize(at + bytes.size());
        expected.replace(at, bytes.size(), bytes);
      } else if (what == 8) {
        expected.resize(one_of(expected.size() + 1));
        CHECK(log.truncate(expected.size()) == SQLITE_OK);
      } else if (what == 9) {
        CHECK(log.sync() == SQLITE_OK);
        CHECK(below_.bytes == expected);
      } else if (what == 10) {
        CHECK(log.all() == expected);
      }
    }
    CHECK(log.all() == expected);
  }
}

TEST_CASE("what a full disk did not take stays gathered, and what was not taken then does not come later") {
  OpenLog log;
  CHECK(log.write(0, pages(15)) == SQLITE_OK);
  below_.result = SQLITE_FULL;
  CHECK(log.write(15 * 4096, pages(2)) == SQLITE_FULL);
  below_.result = SQLITE_OK;
  CHECK(log.sync() == SQLITE_OK);
  CHECK(below_.bytes == pages(15));
}

TEST_CASE("of a transaction that was taken back nothing goes to the disk with the next one") {
  test::TempFolder folder;
  const std::string path = folder.file("office.db");
  const auto file = test::must(Connection::open(path, Connection::Role::writer, log_vfs_over(""), 16));
  test::must(file->script("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t(x TEXT)"));
  const auto before = std::filesystem::file_size(path + "-wal");
  test::must(file->begin("BEGIN IMMEDIATE"));
  for (int n = 0; n < 12; ++n) test::must(file->run("INSERT INTO t VALUES (?)", pages(1)));  // more than 16 kB holds
  test::must(file->script("ROLLBACK"));
  test::must(file->run("INSERT INTO t VALUES (?)", "one"));
  CHECK(std::filesystem::file_size(path + "-wal") == before + 24 + 4096);
}

TEST_CASE("nothing of a commit whose flush failed reaches the disk with a later one") {
  OpenLog log;
  CHECK(log.write(0, pages(2)) == SQLITE_OK);
  below_.result = SQLITE_FULL;
  CHECK(log.sync() == SQLITE_FULL);
  CHECK(below_.syncs == 0);
  below_.result = SQLITE_OK;
  CHECK(log.write(0, "next") == SQLITE_OK);
  CHECK(log.sync() == SQLITE_OK);
  CHECK(below_.bytes == "next");
}

}  // namespace tram
