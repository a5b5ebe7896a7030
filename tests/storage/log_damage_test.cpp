// The log of a store, cut anywhere or with a bit of it flipped, as a disk may leave it.
#include <filesystem>
#include <fstream>
#include <thread>

#include "storage/data_folder.h"
#include "tests/support/catch.h"
#include "tests/support/check.h"
#include "tests/support/fakes.h"
#include "tests/support/temp_folder.h"

namespace tram {
namespace {

namespace fs = std::filesystem;
using test::must;

constexpr std::size_t kLogHeader = 32, kFrame = 24 + 4096;
constexpr int kReports = 8;

// An office's store with reports that lie in its log alone.
struct Logged {
  test::TempFolder folder;
  test::ManualClock clock;
  test::SeededRandom random{7};
  std::string file, log;

  Logged() {
    { (void)open("office.db"); }
    const auto store = open("office.db");
    for (int n = 0; n < kReports; ++n) {
      must(store->write([&](Transaction& transaction) -> Status {
        const auto saved = transaction.save("report:bm11:" + std::to_string(10000 + n), {}, false, R"({"n":1})");
        return saved ? Status() : Status(saved.error());
      }));
    }
    file = must(read_file(folder.file("office.db")));
    log = must(read_file(folder.file("office.db-wal")));
  }
  std::unique_ptr<Store> open(const std::string& name) {
    StoreOptions options;
    options.clock = &clock;
    options.random = &random;
    return must(Store::open(folder.file(name), options));
  }
  std::size_t frames() const { return (log.size() - kLogHeader) / kFrame; }

  // How many reports are there with this log; that they are the first ones, and that all else is sound, is checked.
  std::size_t reports_with(const std::string& damaged) {
    for (const auto& entry : fs::directory_iterator(folder.path())) {
      if (entry.path().filename().string().starts_with("found")) fs::remove_all(entry.path());
    }
    must(write_file(folder.file("found.db"), file));
    must(write_file(folder.file("found.db-wal"), damaged));
    const auto store = open("found.db");
    CHECK(must(store->verify()).findings.empty());
    std::size_t count = 0;
    must(store->read([&](Snapshot& snapshot) -> Status {
      ASSIGN_OR_RETURN(const auto records, snapshot.range("", "", 2 * kReports));
      for (const Record& record : records) CHECK(record.id == "report:bm11:" + std::to_string(10000 + count++));
      return {};
    }));
    return count;
  }
};

TEST_CASE("F04: of a log that was cut all reports before the cut are there and none after it") {
  Logged office;
  REQUIRE(office.frames() >= kReports);
  CHECK(office.reports_with(office.log) == kReports);
  std::size_t before = 0;
  for (std::size_t frame = 0; frame < office.frames(); ++frame) {
    const std::size_t begin = kLogHeader + frame * kFrame;
    const std::size_t there = office.reports_with(office.log.substr(0, begin));
    CHECK(there >= before);
    before = there;
    for (const std::size_t more : {1, 24, 25, 600, 4119}) {
      CHECK(office.reports_with(office.log.substr(0, begin + more)) == there);
    }
  }
  for (const std::size_t size : {0, 1, 31}) CHECK(office.reports_with(office.log.substr(0, size)) == 0);
}

TEST_CASE("F04: nothing is used of a log from the first frame on of which a bit is wrong") {
  Logged office;
  for (std::size_t frame = 0; frame < office.frames(); ++frame) {
    const std::size_t begin = kLogHeader + frame * kFrame;
    const std::size_t there = office.reports_with(office.log.substr(0, begin));
    for (const std::size_t at : {0, 5, 10, 20, 24, 2000, 4119}) {
      std::string flipped = office.log;
      flipped[begin + at] = static_cast<char>(flipped[begin + at] ^ 16);
      CHECK(office.reports_with(flipped) == there);
    }
  }
}

TEST_CASE("once the log was folded, the office's file alone holds every report, also of clerks who saved meanwhile") {
  Logged office;
  const auto store = office.open("office.db");
  std::thread clerk([&] {
    for (int n = kReports; n < 2 * kReports; ++n) {
      must(store->write([&](Transaction& transaction) -> Status {
        const auto saved = transaction.save("report:bm11:" + std::to_string(10000 + n), {}, false, R"({"n":1})");
        return saved ? Status() : Status(saved.error());
      }));
    }
  });
  for (int n = 0; n < kReports; ++n) must(store->fold_log());
  clerk.join();
  must(store->fold_log());
  office.file = must(read_file(office.folder.file("office.db")));
  CHECK(office.reports_with("") == 2 * kReports);
}

}  // namespace
}  // namespace tram
