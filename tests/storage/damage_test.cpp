// Files that are damaged, exchanged, or copied back: noticed at opening, before anybody uses them.
#include <filesystem>
#include <fstream>

#include "core/base/digest.h"
#include "storage/data_folder.h"
#include "storage/salvage.h"
#include "storage/sidecar.h"
#include "tests/support/catch.h"
#include "tests/support/check.h"
#include "tests/support/fakes.h"
#include "tests/support/temp_folder.h"

namespace tram {
namespace {

namespace fs = std::filesystem;
using test::must;

struct Drawer {
  test::TempFolder folder;
  test::ManualClock clock;
  test::SeededRandom random{7};

  StoreOptions options() {
    StoreOptions options;
    options.clock = &clock;
    options.random = &random;
    return options;
  }
  std::string path(const std::string& name) { return folder.file(name); }
  std::unique_ptr<Store> open(const std::string& name) { return must(Store::open(path(name), options())); }

  // Reports 0 to count-1, each with a revision or two.
  void fill(Store& store, int count) {
    for (int n = 0; n < count; ++n) {
      must(store.write([&](Transaction& transaction) -> Status {
        const std::string id = "report:bm11:" + std::to_string(10000 + n);
        ASSIGN_OR_RETURN(const RevisionId first, transaction.save(id, {}, false, R"({"n":0})"));
        if (n % 2 == 0) return {};
        const std::string body = R"({"n":1,"text":")" + std::string(400, 'x') + "\"}";
        const auto second = transaction.save(id, first, false, body);
        return second ? Status() : Status(second.error());
      }));
    }
  }
};

std::size_t count_documents(Store& store) {
  std::size_t count = 0;
  must(store.read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const auto records, snapshot.range("", "", 100'000));
    for (const Record& record : records) {
      ASSIGN_OR_RETURN(const auto document, snapshot.winner(record.id));
      count += document ? 1 : 0;
    }
    return {};
  }));
  return count;
}

void overwrite(const std::string& path, std::uint64_t from, std::uint64_t length) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(from));
  file << std::string(length, '\xee');
  REQUIRE(file.good());
}

}  // namespace

TEST_CASE("F05: another database in a file's place is refused and left as it is") {
  Drawer drawer;
  { const auto ours = drawer.open("office.db"); }
  { drawer.fill(*drawer.open("other.db"), 3); }
  fs::copy_file(drawer.path("other.db"), drawer.path("office.db"), fs::copy_options::overwrite_existing);
  const auto refused = open_or_salvage(drawer.path("office.db"), drawer.options());
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().name == "wrong_file");
  CHECK(refused.error().message.find("put the right file back") != std::string::npos);
  CHECK_FALSE(file_exists(drawer.path("office.db.corrupt-1")));
  CHECK(must(read_sidecar(drawer.path("office.db")))->db_uuid != drawer.open("other.db")->db_uuid());
}

TEST_CASE("F31: a file copied back behind our back begins a new history and keeps what it holds") {
  Drawer drawer;
  { drawer.fill(*drawer.open("office.db"), 3); }
  fs::copy_file(drawer.path("office.db"), drawer.path("monday"));
  std::string instance, start_time;
  {
    const auto store = drawer.open("office.db");
    instance = store->instance_uuid();
    start_time = store->instance_start_time();
    must(store->write([](Transaction& transaction) -> Status {
      return transaction.save("report:bm02:2024Q2", {}, false, "{}").ok() ? Status()
                                                                          : Status(error(ErrorCode::conflict, ""));
    }));
  }
  fs::copy_file(drawer.path("monday"), drawer.path("office.db"), fs::copy_options::overwrite_existing);
  {
    const auto store = drawer.open("office.db");
    CHECK(store->instance_uuid() != instance);
    CHECK(std::stoll(store->instance_start_time()) > std::stoll(start_time));
    CHECK(count_documents(*store) == 3);
    instance = store->instance_uuid();
  }
  CHECK(drawer.open("office.db")->instance_uuid() == instance);  // told once
}

TEST_CASE("F09: of a damaged store all that is sound goes into a fresh one and the damaged file is kept") {
  Drawer drawer;
  constexpr int kReports = 400;
  std::string db_uuid, instance;
  {
    const auto store = drawer.open("office.db");
    db_uuid = store->db_uuid();
    instance = store->instance_uuid();
    drawer.fill(*store, kReports);
  }
  const std::uint64_t size = fs::file_size(drawer.path("office.db"));
  overwrite(drawer.path("office.db"), size / 2 / 4096 * 4096, 8192);
  {
    // In use it is found when a damaged page is read: that fails, and is remembered for the next opening.
    const auto store = drawer.open("office.db");
    const auto verified = store->verify();
    CHECK((!verified.ok() || !verified->findings.empty()));
    CHECK_FALSE(store->quick_check().ok());
  }
  std::optional<Salvaged> salvaged;
  const auto store = must(open_or_salvage(drawer.path("office.db"), drawer.options(), &salvaged));
  REQUIRE(salvaged);
  CHECK(salvaged->kept_as == drawer.path("office.db.corrupt-1"));
  CHECK(fs::file_size(salvaged->kept_as) == size);
  CHECK(must(read_file(salvaged->kept_as + ".txt")).find("not saved") != std::string::npos);
  const std::size_t left = count_documents(*store);
  CHECK(left == salvaged->documents);
  CHECK(left >= kReports / 2);
  CHECK(left < kReports);
  CHECK_FALSE(salvaged->lost.empty());
  CHECK(must(store->verify()).findings.empty());
  CHECK(store->db_uuid() == db_uuid);
  CHECK(store->instance_uuid() != instance);
}

TEST_CASE(
    "F09: small attachments of a damaged store come along and a photo that is gone takes only its report with it") {
  Drawer drawer;
  const std::string scan = "a small scan", photo(100'000, 'p');
  std::string file;
  {
    const auto store = drawer.open("office.db");
    const BlobPtr small = must(store->blobs().keep(scan)), large = must(store->blobs().keep(photo));
    file = store->blobs().file_of(large->sha256);
    must(store->write([&](Transaction& transaction) -> Status {
      RETURN_IF_ERROR(transaction.bring(*small));
      RETURN_IF_ERROR(transaction.bring(*large));
      RETURN_IF_ERROR(transaction.save("report:a", {}, false, "{}", {{"scan", "image/png", small->sha256, "", 0, 0}}));
      RETURN_IF_ERROR(transaction.save("report:b", {}, false, "{}", {{"photo", "image/png", large->sha256, "", 0, 0}}));
      RETURN_IF_ERROR(transaction.save("report:c", {}, false, "{}"));
      return {};
    }));
  }
  fs::remove(file);
  const Salvaged salvaged = must(salvage(drawer.path("office.db"), drawer.options()));
  REQUIRE(salvaged.lost.size() == 1);
  CHECK(salvaged.lost[0].starts_with("report:b 1-"));
  const auto store = drawer.open("office.db");
  CHECK(count_documents(*store) == 2);
  const auto found = must(store->blob(sha256_hex(scan)));
  REQUIRE(found);
  CHECK(must(found->bytes.read(0, 100)) == scan);
  CHECK(must(store->verify()).findings.empty());
}

TEST_CASE("what is no database at all is kept aside and work begins with an empty store") {
  Drawer drawer;
  std::string db_uuid;
  {
    const auto store = drawer.open("office.db");
    db_uuid = store->db_uuid();
    drawer.fill(*store, 5);
  }
  overwrite(drawer.path("office.db"), 0, 4096);
  std::optional<Salvaged> salvaged;
  const auto store = must(open_or_salvage(drawer.path("office.db"), drawer.options(), &salvaged));
  REQUIRE(salvaged);
  CHECK(salvaged->documents == 0);
  CHECK(salvaged->lost.size() == 1);
  CHECK(store->db_uuid() == db_uuid);
  CHECK(store->sequence() == 0);
}

TEST_CASE("a reserve is kept where there is room and given up on request") {
  Drawer drawer;
  const std::string path = drawer.path("reserve.bin");
  if (keep_reserve(drawer.folder.path(), 1 << 20)) CHECK(fs::file_size(path) == 1 << 20);
  CHECK_FALSE(keep_reserve(drawer.folder.path() + "/nowhere", 1 << 20));
  spend_reserve(drawer.folder.path());
  CHECK_FALSE(file_exists(path));
  CHECK_FALSE(keep_reserve(drawer.folder.path(), UINT64_MAX / 4));  // no disk has that much
}

}  // namespace tram
