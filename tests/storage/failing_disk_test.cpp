// An office's work on a disk that fails at its n-th call, for each n until the work is done before it fails.
#include <sqlite3.h>

#include "tests/storage/working_day.h"
#include "tests/support/failing_calls.h"

namespace tram {
namespace {

using sim::SimDisk;
using test::FailingOffice;

constexpr std::uint64_t kCallsMax = 3000;  // more than this work makes

// Answers how many calls were tried.
std::uint64_t fail_each(SimDisk::Op op, bool for_good) {
  int told = 0;  // runs in which somebody was told of a failure
  for (std::uint64_t n = 1; n < kCallsMax; ++n) {
    INFO("call " << n);
    FailingOffice office;
    office.disk.fail(op, {n, for_good});
    office.work();
    const bool failed = office.disk.has_failed();
    told += office.refused > 0 ? 1 : 0;
    CHECK((failed || office.refused == 0));
    office.check_what_was_told();
    if (failed) continue;
    CHECK((told > 0 || op == SimDisk::Op::truncate));
    return n;
  }
  FAIL("the work never ends");
  return 0;
}

}  // namespace

TEST_CASE("F06 F08: whichever write or flush of a working day fails, what an office was told is saved is there") {
  CHECK(fail_each(SimDisk::Op::write, false) > 20);
  CHECK(fail_each(SimDisk::Op::write, true) > 20);
  CHECK(fail_each(SimDisk::Op::sync, false) > 5);
  CHECK(fail_each(SimDisk::Op::sync, true) > 5);
}

TEST_CASE("F08: whoever follows a store is told to look when it is not known whether something was saved") {
  FailingOffice office;
  REQUIRE(office.open());
  office.save("report:first", R"({"n":1})");
  int told = 0;
  office.store->on_change([&] { ++told; });
  office.disk.fail(SimDisk::Op::sync, {1, false});
  const Status saved = office.store->write([](Transaction& transaction) -> Status {
    return transaction.save("report:second", {}, false, "{}").ok() ? Status() : error(ErrorCode::internal, "not saved");
  });
  REQUIRE_FALSE(saved.ok());
  REQUIRE(saved.error().code == ErrorCode::outcome_unknown);
  CHECK(told == 1);
}

TEST_CASE("F08: an office whose disk failed again and again reads what it has as soon as the disk can be read") {
  FailingOffice office;
  REQUIRE(office.open());
  office.save("report:first", R"({"n":1})");
  office.disk.fail(SimDisk::Op::sync, {1, true});
  office.disk.fail(SimDisk::Op::read, {1, true});
  for (int times = 0; times < 6; ++times) office.save("report:later", R"({"n":2})");
  REQUIRE(office.refused == 6);
  office.disk.heal();
  std::string found;
  const Status read = office.store->read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const auto report, snapshot.winner("report:first"));
    found = report ? report->body : "";
    return {};
  });
  CHECK(read.ok());
  CHECK(found == R"({"n":1})");
}

TEST_CASE("F07: whichever page of a working day cannot be read, what an office was told is saved is there") {
  CHECK(fail_each(SimDisk::Op::read, false) > 5);
  CHECK(fail_each(SimDisk::Op::read, true) > 5);
  CHECK(fail_each(SimDisk::Op::truncate, false) >= 1);
}

TEST_CASE("F06 F14: whichever statement of a working day fails, what an office was told is saved is there") {
  for (const int code : {SQLITE_NOMEM, SQLITE_FULL, SQLITE_IOERR, SQLITE_BUSY}) {
    int told = 0;
    CHECK(test::fail_each_call(test::Calls::sqlite, code, [&](test::FailingCalls& failing) {
            FailingOffice office;
            failing.begin();
            office.work();
            failing.end();
            told += office.refused > 0 ? 1 : 0;
            CHECK((failing.has_failed() || office.refused == 0));
            if (office.store != nullptr) office.check_saving_goes_on();
            office.check_what_was_told();
          }) > 200);
    CHECK(told > 200);
  }
}

}  // namespace tram
