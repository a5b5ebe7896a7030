#include <filesystem>

#include "core/base/digest.h"
#include "storage/data_folder.h"
#include "storage/sqlite.h"
#include "storage/store.h"
#include "tests/support/catch.h"
#include "tests/support/check.h"
#include "tests/support/fakes.h"
#include "tests/support/temp_folder.h"

namespace tram {
namespace {

using test::must;
namespace fs = std::filesystem;

constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;

std::string photo(char c, std::size_t size = 200'000) { return std::string(size, c); }

struct Cabinet {
  test::TempFolder folder;
  test::ManualClock clock;
  test::SeededRandom random{5};
  std::unique_ptr<Store> store;

  Cabinet() { open(); }
  void open() {
    store.reset();
    StoreOptions options;
    options.clock = &clock;
    options.random = &random;
    store = must(Store::open(folder.file("office.db"), options));
  }
  Attachment attach(const std::string& name, const std::string& bytes) {
    const BlobPtr blob = must(store->blobs().keep(bytes));
    must(store->write([&](Transaction& transaction) { return transaction.bring(*blob); }));
    return {name, "image/png", blob->sha256, "", 0, 0};
  }
  Result<RevisionId> save(const std::string& id, const RevisionId& parent, const std::vector<Attachment>& attachments,
                          bool deleted = false) {
    RevisionId rev;
    RETURN_IF_ERROR(store->write([&](Transaction& transaction) -> Status {
      ASSIGN_OR_RETURN(rev, transaction.save(id, parent, deleted, "{\"n\":1}", attachments));
      return {};
    }));
    return rev;
  }
  std::vector<Attachment> attachments(const std::string& id) {
    std::vector<Attachment> found;
    must(store->read([&](Snapshot& snapshot) -> Status {
      ASSIGN_OR_RETURN(const auto document, snapshot.winner(id));
      if (document) found = document->attachments;
      return {};
    }));
    return found;
  }
  std::string bytes(const std::string& sha256) {
    const auto found = must(store->blob(sha256));
    return found ? must(found->bytes.read(0, found->bytes.length())) : "nothing";
  }
  std::size_t files() {
    std::size_t count = 0;
    std::error_code none;
    for (fs::directory_iterator at(store->blobs().path(), none), last; !none && at != last; ++at) ++count;
    return count;
  }
};

TEST_CASE("an attachment comes back byte by byte whether small or large") {
  Cabinet office;
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, kBlobInRow, kBlobInRow + 1, std::size_t{3'000'000}}) {
    const std::string bytes = photo('x', size);
    must(office.save("r" + std::to_string(size), {}, {office.attach("scan", bytes)}));
    const auto kept = office.attachments("r" + std::to_string(size));
    REQUIRE(kept.size() == 1);
    CHECK(kept[0].length == size);
    CHECK(kept[0].sha256 == sha256_hex(bytes));
    CHECK(kept[0].digest == wire_digest(md5(bytes)));
    CHECK(kept[0].revpos == 1);
    CHECK(office.bytes(kept[0].sha256) == bytes);
  }
  CHECK(must(office.store->verify()).findings.empty());
}

TEST_CASE("two reports with one photo keep it once and it stays while a kept version has it") {
  Cabinet office;
  const std::string bytes = photo('p');
  const RevisionId a = must(office.save("a", {}, {office.attach("photo", bytes)}));
  const RevisionId b = must(office.save("b", {}, {office.attach("other name", bytes)}));
  CHECK(office.files() == 1);
  must(office.save("a", a, {}, true));
  must(office.save("b", b, {}, true));
  // Both deleted, but what was before is still kept as a base for merging.
  office.clock.advance(30 * kDayMs);
  must(office.store->sweep_blobs());
  office.clock.advance(30 * kDayMs);
  must(office.store->sweep_blobs());
  CHECK(office.bytes(sha256_hex(bytes)) == bytes);
  CHECK(must(office.store->verify()).findings.empty());
}

TEST_CASE("a photo that no kept version names goes after seven days") {
  Cabinet office;
  const std::string bytes = photo('p');
  RevisionId rev = must(office.save("a", {}, {office.attach("photo", bytes)}));
  for (int i = 0; i < 250; ++i) rev = must(office.save("a", rev, {}));
  must(office.store->sweep_blobs());
  office.clock.advance(6 * kDayMs);
  must(office.store->sweep_blobs());
  CHECK(office.bytes(sha256_hex(bytes)) == bytes);
  office.clock.advance(2 * kDayMs);
  must(office.store->sweep_blobs());
  CHECK(office.bytes(sha256_hex(bytes)) == "nothing");
  CHECK(office.files() == 0);
  CHECK(must(office.store->verify()).findings.empty());
}

TEST_CASE("a photo in hand is not swept away before its report is written") {
  Cabinet office;
  const BlobPtr held = must(office.store->blobs().keep(photo('h')));
  must(office.store->write([&](Transaction& transaction) { return transaction.bring(*held); }));
  must(office.store->sweep_blobs());
  office.clock.advance(30 * kDayMs);
  must(office.store->sweep_blobs());
  must(office.save("a", {}, {{"photo", "image/png", held->sha256, "", 0, 0}}));
  CHECK(office.bytes(held->sha256) == photo('h'));
}

TEST_CASE("a file left by a power cut before its row was written goes when nobody asks for it") {
  Cabinet office;
  const std::string sha256 = must(office.store->blobs().keep(photo('s')))->sha256;
  CHECK(office.bytes(sha256) == "nothing");
  office.open();
  CHECK(office.bytes(sha256) == photo('s'));
  office.clock.advance(8 * kDayMs);
  must(office.store->sweep_blobs());
  CHECK(office.files() == 0);
}

TEST_CASE("half a photo that was being written when the power failed is cleared away at the next start") {
  Cabinet office;
  must(office.save("a", {}, {office.attach("photo", photo('p'))}));
  must(write_file(office.store->blobs().path() + "/0123456789abcdef.new", "half"));
  must(write_file(office.store->blobs().file_of(std::string(64, 'a')), "not what its name says"));
  office.open();
  CHECK(office.files() == 1);
}

TEST_CASE("a writer thrown away leaves nothing behind") {
  Cabinet office;
  {
    BlobWriter writer(office.store->blobs());
    must(writer.add(photo('w')));
    CHECK(office.files() == 1);
  }
  CHECK(office.files() == 0);
}

TEST_CASE("a report that names bytes nobody has is refused whole") {
  Cabinet office;
  const auto refused = office.save("a", {}, {{"photo", "image/png", std::string(64, 'b'), "", 0, 0}});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().name == "missing_stub");
  CHECK(office.attachments("a").empty());
  CHECK(office.store->sequence() == 0);
}

TEST_CASE("a stub takes the bytes of the version before it and its revpos") {
  Cabinet office;
  const RevisionId first = must(office.save("a", {}, {office.attach("photo", photo('1'))}));
  must(office.save("a", first, {{"photo", "", "", "", 0, 0}, office.attach("second", photo('2'))}));
  const auto kept = office.attachments("a");
  REQUIRE(kept.size() == 2);
  CHECK(kept[0].sha256 == sha256_hex(photo('1')));
  CHECK(kept[0].revpos == 1);
  CHECK(kept[1].revpos == 2);

  Document from_elsewhere{"a", {3, std::string(32, 'c')}, {}, false, "{}", {{"photo", "", "", "", 0, 1}}};
  from_elsewhere.path = {from_elsewhere.rev.sig};
  must(office.store->read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const auto record, snapshot.find("a"));
    for (std::string& sig : record->tree.path(record->tree.winner())) from_elsewhere.path.push_back(std::move(sig));
    return {};
  }));
  Document wrong = from_elsewhere;
  wrong.attachments[0].revpos = 2;
  const auto put = [&](const Document& document) {
    return office.store->write([&](Transaction& transaction) {
      return Status(transaction.put(document).ok() ? Status() : error(ErrorCode::conflict, "", "missing_stub"));
    });
  };
  CHECK_FALSE(put(wrong));
  must(put(from_elsewhere));
  CHECK(office.attachments("a").at(0).sha256 == sha256_hex(photo('1')));
}

TEST_CASE("a photo that comes in parts is kept once all have come and a part again changes nothing") {
  Cabinet office;
  const std::string bytes = photo('a', 100'000) + photo('b', 100'000) + photo('c', 50'000);
  const std::string sha256 = sha256_hex(bytes);
  BlobFolder& blobs = office.store->blobs();
  const auto part = [&](std::size_t from, std::size_t size) {
    return must(blobs.stage(sha256, bytes.size(), from, bytes.substr(from, size)));
  };
  CHECK(part(0, 100'000).have == 100'000);
  CHECK(part(0, 100'000).have == 100'000);
  CHECK(part(150'000, 10'000).have == 100'000);  // a gap is passed over
  office.open();
  CHECK(office.store->blobs().staged(sha256) == 100'000);
  CHECK(must(office.store->blobs().stage(sha256, bytes.size(), 50'000, bytes.substr(50'000, 150'000))).have == 200'000);
  const auto last = must(office.store->blobs().stage(sha256, bytes.size(), 200'000, bytes.substr(200'000)));
  CHECK(last.have == bytes.size());
  REQUIRE(last.blob);
  CHECK(last.blob->digest == wire_digest(md5(bytes)));
  CHECK(office.store->blobs().staged(sha256) == 0);
}

TEST_CASE("a small scan that comes in parts lies in the store's own file") {
  Cabinet office;
  const std::string bytes = photo('s', 300);
  const auto stage = must(office.store->blobs().stage(sha256_hex(bytes), bytes.size(), 0, bytes));
  REQUIRE(stage.blob);
  CHECK(stage.blob->bytes == bytes);
  CHECK(office.store->blobs().files().empty());
  CHECK(office.store->blobs().staged(sha256_hex(bytes)) == 0);
}

TEST_CASE("parts that make another photo than was named begin again from nothing") {
  Cabinet office;
  const std::string sha256 = sha256_hex("what was named");
  const auto wrong = office.store->blobs().stage(sha256, 4, 0, "what");
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().name == "bad_digest");
  CHECK(office.store->blobs().staged(sha256) == 0);
}

TEST_CASE("F07, F09: a photo whose bytes changed on the disk is found by verify and mended when it comes again") {
  Cabinet office;
  must(office.save("a", {}, {office.attach("photo", photo('p'))}));
  const std::string file = office.store->blobs().file_of(sha256_hex(photo('p')));
  must(write_file(file, photo('q')));
  CHECK(must(office.store->verify()).findings.size() == 1);
  fs::remove(file);
  CHECK(must(office.store->verify()).findings.size() == 1);
  must(office.store->blobs().keep(photo('p')));
  CHECK(must(office.store->verify()).findings.empty());
}

TEST_CASE("a copy of a store names the files of photos that belong to it") {
  Cabinet office;
  must(office.save("a", {}, {office.attach("photo", photo('p')), office.attach("note", "small")}));
  const auto copied = must(office.store->backup(office.folder.file("copy.db")));
  CHECK(copied.blobs == std::vector<std::string>{sha256_hex(photo('p'))});
}

TEST_CASE("a store made before there were attachments is brought up to date when it is opened") {
  Cabinet office;
  must(office.save("a", {}, {}));
  office.store.reset();
  {
    const auto old = must(Connection::open(office.folder.file("office.db"), Connection::Role::writer, "", 100));
    must(old->script("DROP TABLE purged; DROP TABLE uses; DROP TABLE blobs; PRAGMA user_version=1"));
  }
  office.open();
  must(office.save("b", {}, {office.attach("photo", photo('p'))}));
  CHECK(office.attachments("b").size() == 1);
}

}  // namespace
}  // namespace tram
