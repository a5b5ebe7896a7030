#include <filesystem>

#include "storage/store.h"
#include "tests/support/catch.h"
#include "tests/support/check.h"
#include "tests/support/fakes.h"
#include "tests/support/temp_folder.h"

namespace tram {
namespace {

using test::must;

struct Server {
  test::TempFolder folder;
  test::ManualClock clock;
  test::SeededRandom random{7};
  std::unique_ptr<Store> store;

  std::string path() const { return folder.file("office.db"); }
  void start() {
    StoreOptions options;
    options.clock = &clock;
    options.random = &random;
    store = must(Store::open(path(), options));
  }
  void stop() { store.reset(); }
  void receives(const std::string& id) {
    must(store->write([&](Transaction& transaction) -> Status {
      RETURN_IF_ERROR(transaction.save(id, {}, false, "{}"));
      return {};
    }));
  }
  std::uint64_t since(const std::string& text, bool* in_history = nullptr) {
    std::uint64_t n = 0;
    must(store->read([&](Snapshot& snapshot) -> Status {
      ASSIGN_OR_RETURN(n, snapshot.since(text, in_history));
      return {};
    }));
    return n;
  }
};

}  // namespace

TEST_CASE("an ordinary restart keeps every position and begins a new epoch at its first write") {
  Server server;
  server.start();
  server.receives("a");
  server.receives("b");
  const std::string before = server.store->update_seq();
  server.stop();
  server.start();
  CHECK(server.store->update_seq() == before);
  CHECK(server.since(before) == 2);
  server.receives("c");
  const std::string after = server.store->update_seq();
  CHECK(after.substr(0, 2) == "3-");
  CHECK(after.substr(2) != before.substr(2));
  CHECK(server.since(before) == 2);
  CHECK(server.since(after) == 3);
}

TEST_CASE("unknown epochs and bare numbers begin from 0 and now is the present") {
  Server server;
  server.start();
  server.receives("a");
  bool in_history = true;
  CHECK(server.since("1-00000000", &in_history) == 0);
  CHECK_FALSE(in_history);
  CHECK(server.since("1") == 0);
  CHECK(server.since("garbage") == 0);
  CHECK(server.since("0", &in_history) == 0);
  CHECK(in_history);
  CHECK(server.since("now") == 1);
}

TEST_CASE("F31: a file copied back and written to answers old positions with the point where the histories branch") {
  Server server;
  server.start();
  server.receives("a");
  server.stop();
  std::filesystem::copy_file(server.path(), server.folder.file("old.db"));
  server.start();
  server.receives("b");
  server.receives("c");
  const std::string lost = server.store->update_seq();  // 3 in the epoch that the copy does not know
  server.stop();
  std::filesystem::copy_file(server.folder.file("old.db"), server.path(),
                             std::filesystem::copy_options::overwrite_existing);
  server.start();
  server.receives("x");
  server.receives("y");
  server.receives("z");
  bool in_history = true;
  CHECK(server.since(lost, &in_history) == 0);  // unknown epoch: everything is compared again
  CHECK_FALSE(in_history);
}

TEST_CASE("a position beyond the end of the open epoch rewinds to its beginning and the next write opens a new one") {
  Server server;
  server.start();
  server.receives("a");
  server.receives("b");
  const std::string epoch8 = server.store->update_seq().substr(2);
  bool in_history = true;
  CHECK(server.since("7-" + epoch8, &in_history) == 0);
  CHECK_FALSE(in_history);
  server.receives("c");
  CHECK(server.store->update_seq().substr(2) != epoch8);
  CHECK(server.since("7-" + epoch8) == 2);  // the epoch is closed now: clamped to its end
}

TEST_CASE("a restore takes a new instance and a later start time and keeps who it is") {
  Server server;
  server.start();
  server.receives("a");
  const std::string uuid = server.store->db_uuid();
  const std::string instance = server.store->instance_uuid();
  const std::string start = server.store->instance_start_time();
  server.clock.set_wall(0);  // a wrong clock does not take it back in time
  must(server.store->begin_new_history(true, true));
  CHECK(server.store->db_uuid() == uuid);
  CHECK(server.store->instance_uuid() != instance);
  CHECK(std::stoll(server.store->instance_start_time()) == std::stoll(start) + 1);
}

}  // namespace tram
