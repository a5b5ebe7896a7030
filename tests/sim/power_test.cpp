// One store on a disk whose flush fails and whose power fails after it.
#include "storage/store.h"
#include "tests/sim/sim_disk.h"
#include "tests/support/check.h"
#include "tests/support/fakes.h"

namespace tram::sim {
namespace {

using test::must;

TEST_CASE("F02, F08: a report found after a failed flush and a restart is there after a power cut too") {
  reset_sqlite(1);
  SimDisk disk("pc", 1);
  disk.harm(100);
  test::ManualClock clock;
  test::SeededRandom random{7};
  StoreOptions options;
  options.clock = &clock;
  options.random = &random;
  options.readers = 0;
  options.vfs = kVfs;
  const auto open = [&] { return must(Store::open(disk.path("own.db"), options)); };
  const auto is_there = [&](Store& store) {
    bool found = false;
    must(store.read([&](Snapshot& snapshot) -> Status {
      ASSIGN_OR_RETURN(const auto record, snapshot.find("report:1"));
      found = record.has_value();
      return {};
    }));
    return found;
  };
  auto store = open();
  disk.fail(SimDisk::Op::sync, {1, false});
  const Status saved = store->write([](Transaction& transaction) -> Status {
    const auto rev = transaction.save("report:1", {}, false, "{}");
    return rev ? Status() : Status(rev.error());
  });
  REQUIRE_FALSE(saved);
  CHECK(saved.error().code == ErrorCode::outcome_unknown);
  store.reset();
  store = open();
  const bool told = is_there(*store);
  disk.cut_power();
  store.reset();
  disk.revive();
  store = open();
  CHECK(is_there(*store) == told);
  store.reset();
}

}  // namespace
}  // namespace tram::sim
