// Each call that storage makes of SQLite or of the kernel fails once: what was told is so, and what was there before stays.
#include "tests/support/failing_calls.h"

#include <sqlite3.h>

#include <filesystem>

#include "core/base/digest.h"
#include "storage/archive.h"
#include "storage/chained_list.h"
#include "storage/data_folder.h"
#include "storage/derived.h"
#include "storage/migrate.h"
#include "storage/salvage.h"
#include "storage/search_index.h"
#include "storage/sidecar.h"
#include "storage/sqlite.h"
#include "tests/support/catch.h"
#include "tests/support/check.h"
#include "tests/support/fakes.h"
#include "tests/support/temp_folder.h"

namespace tram {
namespace {

namespace fs = std::filesystem;
using test::Calls;
using test::fail_each_call;
using test::FailingCalls;
using test::must;

const std::string kPhoto = std::string(100'000, 'p');  // in a file of its own
const std::string kScan = "a scan";                    // in a row

Document from_the_province(const std::string& id, char sig) {
  Document document;
  document.id = id;
  document.path = {std::string(32, sig)};
  document.rev = {1, document.path[0]};
  document.body = R"({"from":"province"})";
  return document;
}

// An office's store in a folder, with what may be there: two reports, one with a photo, a conflict, a purged notice.
struct Cabinet {
  test::TempFolder folder;
  test::ManualClock clock;
  test::SeededRandom random{7};
  std::unique_ptr<Store> store;
  bool made_room = false;

  explicit Cabinet(bool filled = true) {
    if (!filled) return;
    must(open());
    must(fill());
    close();
  }
  std::string path() const { return folder.file("office.db"); }
  StoreOptions options() {
    StoreOptions options;
    options.clock = &clock;
    options.random = &random;
    options.record_writes = true;
    options.on_disk_full = [this] { made_room = true; };
    return options;
  }
  Status open() {
    ASSIGN_OR_RETURN(store, Store::open(path(), options()));
    return {};
  }
  void close() { store.reset(); }
  Status fill() {
    ASSIGN_OR_RETURN(const BlobPtr photo, store->blobs().keep(kPhoto));
    ASSIGN_OR_RETURN(const BlobPtr scan, store->blobs().keep(kScan));
    RETURN_IF_ERROR(store->write([&](Transaction& transaction) -> Status {
      RETURN_IF_ERROR(transaction.bring(*photo));
      RETURN_IF_ERROR(transaction.bring(*scan));
      const auto named = [](const BlobPtr& blob) {
        return Attachment{"site.jpg", "image/jpeg", blob->sha256, "", 0, 0};
      };
      RETURN_IF_ERROR(transaction.save("report:photo", {}, false, R"({"n":1})", {named(photo)}));
      RETURN_IF_ERROR(transaction.save("report:scan", {}, false, R"({"n":3})", {named(scan)}));
      ASSIGN_OR_RETURN(const RevisionId first, transaction.save("report:plain", {}, false, R"({"n":1})"));
      RETURN_IF_ERROR(transaction.save("report:plain", first, false, R"({"n":2})"));
      RETURN_IF_ERROR(transaction.put(from_the_province("report:clash", 'a')));
      RETURN_IF_ERROR(transaction.put(from_the_province("report:clash", 'b')));
      RETURN_IF_ERROR(transaction.put(from_the_province("notice:old", 'c')));
      return {};
    }));
    return store->write([&](Transaction& transaction) -> Status {
      const std::vector<RevisionId> gone = {from_the_province("notice:old", 'c').rev};
      RETURN_IF_ERROR(transaction.purge("notice:old", gone));
      return transaction.confirm("province", 2);
    });
  }
  std::string body(const std::string& id) {
    std::string found = "nothing";
    must(store->read([&](Snapshot& snapshot) -> Status {
      ASSIGN_OR_RETURN(const auto winner, snapshot.winner(id));
      if (winner) found = winner->body;
      return {};
    }));
    return found;
  }
  // Whatever went wrong, with the disk well again all of it is there.
  void check_all_there() {
    must(open());
    CHECK(body("report:photo") == R"({"n":1})");
    CHECK(body("report:plain") == R"({"n":2})");
    CHECK(body("report:clash") == R"({"from":"province"})");
    CHECK(body("notice:old") == "nothing");
    CHECK(body("report:scan") == R"({"n":3})");
    for (const std::string& bytes : {kPhoto, kScan}) {
      const auto found = must(store->blob(sha256_hex(bytes)));
      REQUIRE(found);
      CHECK(must(found->bytes.read(0, found->bytes.length())) == bytes);
    }
    CHECK(must(store->verify()).findings.empty());
  }
  std::vector<std::string> halves() const {  // files that were begun and not finished
    std::vector<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder.path())) {
      const std::string name = entry.path().filename().string();
      if (name.ends_with(".part") || name.ends_with(".new")) found.push_back(name);
    }
    return found;
  }
};

void check_clear(const Error& error) {
  INFO(name_of(error.code) << ": " << error.message);
  CHECK_FALSE(error.message.empty());
  CHECK((error.code == ErrorCode::storage_error || error.code == ErrorCode::disk_full ||
         error.code == ErrorCode::outcome_unknown || error.code == ErrorCode::corrupt ||
         error.code == ErrorCode::not_found || error.code == ErrorCode::busy));
}

// How calls fail: no memory, no room, a page that cannot be read, no descriptor left.
struct Weather {
  Calls calls;
  int code;
};
constexpr Weather kWeather[] = {{Calls::sqlite, SQLITE_NOMEM},   {Calls::sqlite, SQLITE_FULL},
                                {Calls::sqlite, SQLITE_CORRUPT}, {Calls::files, EMFILE},
                                {Calls::files, ENOSPC},          {Calls::transfers, EIO},
                                {Calls::transfers, ENOSPC}};

// Answers how many calls were tried in all.
std::uint64_t in_any_weather(const std::function<void(FailingCalls&)>& work) {
  std::uint64_t tried = 0;
  for (const Weather& weather : kWeather) {
    INFO("code " << weather.code);
    tried += fail_each_call(weather.calls, weather.code, work);
  }
  return tried;
}

void check_told(const FailingCalls& failing, const Status& status) {
  CHECK((failing.has_failed() || status.ok()));
  if (!status.ok()) check_clear(status.error());
}

}  // namespace

TEST_CASE("F14: a store opens, or says why, whichever call fails, and holds what it held") {
  Cabinet cabinet;
  CHECK(in_any_weather([&](FailingCalls& failing) {
          failing.begin();
          const Status opened = cabinet.open();
          cabinet.close();
          failing.end();
          check_told(failing, opened);
          cabinet.check_all_there();
          cabinet.close();
        }) > 100);
}

TEST_CASE("F06 F14: a fresh store, its first reports and its photos, whichever call fails") {
  CHECK(in_any_weather([&](FailingCalls& failing) {
          Cabinet cabinet(false);
          failing.begin();
          Status made = cabinet.open();
          if (made.ok()) made = cabinet.fill();
          cabinet.close();
          failing.end();
          check_told(failing, made);
          if (made.ok()) return cabinet.check_all_there();
          must(cabinet.open());
          CHECK(must(cabinet.store->verify()).findings.empty());
          if (cabinet.store->sequence() == 0) {
            must(cabinet.fill());
            cabinet.close();
            cabinet.check_all_there();
          }
        }) > 200);
}

TEST_CASE("F07 F14: verify, sweeping and a backup, whichever call fails, touch nothing") {
  Cabinet cabinet;
  const std::string copy = cabinet.folder.file("copy.db");
  CHECK(in_any_weather([&](FailingCalls& failing) {
          must(cabinet.open());
          fs::remove(copy);
          cabinet.clock.advance(8LL * 24 * 3600 * 1000);
          {  // a copy holds a lock of the store
            failing.begin();
            const auto verified = cabinet.store->verify();
            const auto photo = cabinet.store->blob(sha256_hex(kPhoto));
            const Status swept = cabinet.store->sweep_blobs();
            const auto copied = cabinet.store->backup(copy);
            failing.end();
            CHECK((failing.has_failed() || (verified.ok() && verified->findings.empty())));
            if (!photo.ok()) check_clear(photo.error());
            check_told(failing, swept);
            if (!copied.ok()) check_clear(copied.error());
            if (copied.ok()) CHECK(copied->blobs == std::vector<std::string>{sha256_hex(kPhoto)});
            if (copied.ok()) CHECK(fs::exists(copy));
          }
          CHECK(cabinet.halves().empty());
          cabinet.close();
          cabinet.check_all_there();
          cabinet.close();
        }) > 100);
}

TEST_CASE("F14: a new history is begun or not, whichever call fails") {
  Cabinet cabinet;
  CHECK(in_any_weather([&](FailingCalls& failing) {
          must(cabinet.open());
          const std::string instance = cabinet.store->instance_uuid(), uuid = cabinet.store->db_uuid();
          failing.begin();
          const Status begun = cabinet.store->begin_new_history(true, true);
          const Status taken = cabinet.store->take_over(uuid);
          failing.end();
          check_told(failing, begun);
          check_told(failing, taken);
          cabinet.close();
          cabinet.check_all_there();
          CHECK(cabinet.store->db_uuid() == uuid);
          if (begun.ok()) CHECK(cabinet.store->instance_uuid() != instance);
          cabinet.close();
        }) > 20);
}

TEST_CASE("F09 F14: of a damaged store what is sound is saved, whichever call fails, and the damaged file is kept") {
  const auto salvage_one = [](FailingCalls& failing) {
    Cabinet cabinet;
    failing.begin();
    const auto salvaged = salvage(cabinet.path(), cabinet.options());
    failing.end();
    if (salvaged.ok()) {
      CHECK(fs::exists(salvaged->kept_as));
      must(cabinet.open());
      if (!failing.has_failed()) {
        CHECK(salvaged->lost.empty());
        cabinet.close();
        cabinet.check_all_there();
      }
      CHECK(cabinet.store->sequence() + salvaged->lost.size() >= salvaged->documents);
      CHECK(must(cabinet.store->verify()).findings.empty());
    } else {
      CHECK(failing.has_failed());
      check_clear(salvaged.error());
      // Where only the list of what was lost could not be written, the fresh store is in place already.
      must(cabinet.open());
      CHECK(cabinet.body("report:plain") == R"({"n":2})");
    }
  };
  // It asks for ten thousand sequences one by one: the middle of that is like its edges.
  constexpr std::uint64_t kEnds = 50;
  CHECK(fail_each_call(Calls::sqlite, SQLITE_NOMEM, salvage_one, {.ends = kEnds}) == 2 * kEnds);
  CHECK(fail_each_call(Calls::files, EIO, salvage_one) > 5);
  CHECK(fail_each_call(Calls::transfers, EIO, salvage_one) > 3);
}

TEST_CASE("F14: a backup set is packed and unpacked whole or not at all, whichever call fails") {
  const test::TempFolder folder;
  must(write_file(folder.file("one"), std::string(700'000, 'x')));
  const std::string set = folder.file("set.tram"), out = folder.file("out");
  CHECK(in_any_weather([&](FailingCalls& failing) {
          fs::remove(set);
          fs::remove_all(out);
          fs::create_directory(out);
          failing.begin();
          const Status packed = pack_archive(set, {{"office.db", folder.file("one")}}, json::Value::object());
          failing.end();
          check_told(failing, packed);
          // Where only the folder's flush failed, the set is there and whole.
          if (packed.ok()) CHECK(fs::exists(set));
          CHECK_FALSE(fs::exists(set + ".part"));
          if (!fs::exists(set)) return;
          CHECK(must(unpack_archive(set, out)).names == std::vector<std::string>{"office.db"});
        }) > 10);
  must(pack_archive(set, {{"office.db", folder.file("one")}}, json::Value::object()));
  CHECK(in_any_weather([&](FailingCalls& failing) {
          fs::remove_all(out);
          fs::create_directory(out);
          failing.begin();
          const auto unpacked = unpack_archive(set, out);
          failing.end();
          CHECK(unpacked.ok() == !failing.has_failed());
          if (!unpacked.ok()) check_clear(unpacked.error());
          if (unpacked.ok()) CHECK(must(read_file(out + "/office.db")) == std::string(700'000, 'x'));
        }) > 5);
}

TEST_CASE("F15: a migration that fails at any call leaves the old schema whole") {
  const char* const first[] = {"CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (7)"};
  const char* const both[] = {first[0], "CREATE TABLE b (y INTEGER) STRICT; INSERT INTO b SELECT x + 1 FROM a"};
  CHECK(in_any_weather([&](FailingCalls& failing) {
          const test::TempFolder folder;
          const std::string path = folder.file("office.db");
          const auto connection = must(Connection::open(path, Connection::Role::writer, "", 512));
          must(migrate(*connection, path, 0, first));
          failing.begin();
          const Status migrated = migrate(*connection, path, 1, both);
          failing.end();
          check_told(failing, migrated);
          CHECK_FALSE(connection->in_transaction());
          CHECK(must(connection->scalar("PRAGMA user_version")) == (migrated.ok() ? "2" : "1"));
          CHECK(must(connection->scalar("SELECT count(*) FROM sqlite_schema")) == (migrated.ok() ? "2" : "1"));
          must(migrate(*connection, path, migrated.ok() ? 2 : 1, both));
          CHECK(must(connection->scalar("SELECT y FROM b")) == "8");
        }) > 10);
}

TEST_CASE("F14: a list that only grows holds the rows that it told, whichever call fails") {
  CHECK(in_any_weather([&](FailingCalls& failing) {
          const test::TempFolder folder;
          const std::string path = folder.file("list.db"), copy = folder.file("copy.db");
          int told = 0;
          failing.begin();
          if (auto list = ChainedList::open(path, sha256_hex)) {
            for (const char* text : {"one", "two"}) {
              const auto row = (*list)->append(text);
              if (row.ok()) ++told;
              if (!row.ok()) check_clear(row.error());
            }
            if (const auto newest = (*list)->newest(0, 10); !newest.ok()) check_clear(newest.error());
            if (const auto verified = (*list)->verify(); verified.ok()) CHECK_FALSE(verified->bad_row);
            if (const auto copied = (*list)->copy_to(copy); !copied.ok()) check_clear(copied.error());
          } else {
            check_clear(list.error());
          }
          failing.end();
          const auto list = must(ChainedList::open(path, sha256_hex));
          const auto verified = must(list->verify());
          CHECK(verified.rows >= told);
          CHECK_FALSE(verified.bad_row);
        }) > 20);
}

TEST_CASE("F14: computed figures come in whole batches or not at all, whichever call fails") {
  const test::TempFolder folder;
  const std::string path = folder.file("figures.db");
  CHECK(
      in_any_weather([&](FailingCalls& failing) {
        for (const char* tail : {"", "-wal", "-shm"}) fs::remove(path + tail);
        failing.begin();
        bool first = false, second = false, open = false;
        if (auto map = Derived::open(path, "sums")) {
          open = true;
          first = (*map)->apply({{"a:1", "x"}, {"b:1", "z"}}).ok();
          second =
              (*map)->apply({{"a:*", std::nullopt}, {"b:1", std::nullopt}, {"\xff*", std::nullopt}, {"c:1", "u"}}).ok();
          static_cast<void>((*map)->get("c:1").ok());
          static_cast<void>((*map)->each("c:", [](std::string_view, std::string_view) {}).ok());
        } else {
          check_clear(map.error());
        }
        failing.end();
        CHECK((failing.has_failed() || (first && second)));
        const auto map = must(Derived::open(path, "sums"));
        CHECK(must(map->get("a:1")).has_value() == must(map->get("b:1")).has_value());
        if (second) CHECK(must(map->get("c:1")) == "u");
        if (second) CHECK_FALSE(must(map->get("a:1")));
        CHECK((open || !must(map->get("c:1"))));
      }) > 20);
}

TEST_CASE("F14: a search finds what is there, or says that it cannot, whichever call fails") {
  Cabinet cabinet;
  must(cabinet.open());
  const std::string path = cabinet.folder.file("search.db");
  const auto text_of = [](const Document& document) {
    return std::optional(document.id + "\nBáo cáo " + document.body);
  };
  CHECK(in_any_weather([&](FailingCalls& failing) {
          for (const char* tail : {"", "-wal", "-shm"}) fs::remove(path + tail);
          failing.begin();
          if (auto index = SearchIndex::open(path)) {
            const Status caught_up = (*index)->catch_up("office", *cabinet.store, text_of, "mark");
            const auto found = (*index)->find("báo cáo province", 10);
            const auto mark = (*index)->mark("office");
            if (caught_up.ok() && found.ok()) CHECK(found->size() == 1);
            if (caught_up.ok() && mark.ok()) CHECK(*mark == "mark");
            if (!caught_up.ok()) check_clear(caught_up.error());
            if (!found.ok()) check_clear(found.error());
          } else {
            check_clear(index.error());
          }
          failing.end();
          const auto index = must(SearchIndex::open(path));
          must(index->catch_up("office", *cabinet.store, text_of, "mark"));
          CHECK(must(index->find("báo cáo province", 10)).size() == 1);
        }) > 30);
}

TEST_CASE("F14: a data folder and its small files, whichever call fails") {
  const test::TempFolder folder;
  test::ManualClock clock;
  CHECK(in_any_weather([&](FailingCalls& failing) {
          const std::string path = folder.file("data");
          fs::remove_all(path);
          failing.begin();
          auto held = DataFolder::acquire(path, true, 0, clock);
          Status written;
          if (held) written = write_file(held->file("one"), "text");
          const auto read = held && written ? read_file(held->file("one")) : Result<std::string>(std::string("text"));
          failing.end();
          if (!held) check_clear(held.error());
          check_told(failing, written);
          if (read.ok()) CHECK(*read == "text");
          if (!read.ok()) check_clear(read.error());
          if (held && written) CHECK(must(read_file(held->file("one"))) == "text");
        }) > 5);
}

TEST_CASE("a call that a signal interrupts is made again") {
  Cabinet cabinet;
  const std::string set = cabinet.folder.file("set.tram");
  CHECK(fail_each_call(Calls::transfers, EINTR, [&](FailingCalls& failing) {
          fs::remove_all(cabinet.folder.file("out"));
          fs::create_directory(cabinet.folder.file("out"));
          must(cabinet.open());
          failing.begin();
          must(write_file(cabinet.folder.file("one"), "text"));
          CHECK(must(read_file(cabinet.folder.file("one"))) == "text");
          must(pack_archive(set, {{"one", cabinet.folder.file("one")}}, json::Value::object()));
          must(unpack_archive(set, cabinet.folder.file("out")));
          must(cabinet.store->blobs().keep(kPhoto));
          CHECK(must(must(cabinet.store->blob(sha256_hex(kPhoto)))->bytes.read(0, kPhoto.size())) == kPhoto);
          CHECK(must(cabinet.store->verify()).findings.empty());
          failing.end();
          cabinet.close();
        }) > 5);
}

}  // namespace tram
