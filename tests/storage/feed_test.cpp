// Texts that a feed reads on its way through the store.
#include <sqlite3.h>

#include <map>

#include "storage/store.h"
#include "tests/support/catch.h"
#include "tests/support/check.h"
#include "tests/support/fakes.h"
#include "tests/support/temp_folder.h"

namespace tram {
namespace {

using test::must;

constexpr int kFedReports = 60;

struct FedReports {
  test::TempFolder folder;
  test::ManualClock clock;
  test::SeededRandom random{1};
  std::unique_ptr<Store> store;
  std::map<std::string, std::string> texts;  // as they were saved last

  FedReports() { open(); }
  void open() {
    StoreOptions options;
    options.clock = &clock;
    options.random = &random;
    store = must(Store::open(folder.file("office.db"), options));
  }
  static std::string id(int n) { return "report:" + std::to_string(1000 + n); }
  void save(int n, int edition) {
    must(store->write([&](Transaction& transaction) -> Status {
      const auto record = must(transaction.find(id(n)));
      const RevisionId parent = record ? record->tree.at(record->tree.winner()).rev : RevisionId{};
      texts[id(n)] = "{\"edition\":" + std::to_string(edition) + ",\"n\":" + std::to_string(n) + "}";
      must(transaction.save(id(n), parent, false, texts[id(n)]));
      return {};
    }));
  }
  // Each report's text as the feed gives it; of one that cannot be read, the error's code.
  std::map<std::string, std::string> as_fed() {
    std::map<std::string, std::string> texts_fed;
    must(store->read([&](Snapshot& snapshot) -> Status {
      must(snapshot.each_change(0, store->sequence(), [&](const Record& record) -> Result<bool> {
        const auto document = snapshot.document(record, record.tree.winner());
        texts_fed[record.id] = document.ok() ? (*document)->body : std::string(name_of(document.error().code));
        return true;
      }));
      return {};
    }));
    return texts_fed;
  }
};

TEST_CASE("a feed gives every report its own text, wherever the texts lie in the file") {
  FedReports fed_reports;
  for (int n = 0; n < kFedReports; ++n) fed_reports.save(n, 1);
  CHECK(fed_reports.as_fed() == fed_reports.texts);
  for (int n = 0; n < kFedReports; n += 7) fed_reports.save((n * 11) % kFedReports, 2);
  for (int n = 3; n < kFedReports; n += 13) fed_reports.save(n, 3);
  must(fed_reports.store->write([&](Transaction& transaction) -> Status {
    for (int n = 0; n < kFedReports; n += 5) must(transaction.compact(FedReports::id(n)));
    return {};
  }));
  CHECK(fed_reports.as_fed() == fed_reports.texts);
}

TEST_CASE("whoever reads a feed may look at other reports on the way, and read a feed within it") {
  FedReports fed_reports;
  for (int n = 0; n < kFedReports; ++n) fed_reports.save(n, 1);
  int seen = 0;
  must(fed_reports.store->read([&](Snapshot& snapshot) -> Status {
    const auto check_text = [&](const Record& record) {
      CHECK(must(snapshot.document(record, record.tree.winner()))->body == fed_reports.texts[record.id]);
    };
    must(snapshot.each_change(0, kFedReports, [&](const Record& record) -> Result<bool> {
      check_text(record);
      if (seen % 3 == 0) check_text(*must(snapshot.find(FedReports::id((seen * 7) % kFedReports))));
      if (seen % 5 == 0) check_text(record);
      if (seen == kFedReports / 2) {
        must(snapshot.each_change(10, 20, [&](const Record& inner) -> Result<bool> {
          check_text(inner);
          return inner.seq < 15;
        }));
      }
      ++seen;
      return true;
    }));
    return {};
  }));
  CHECK(seen == kFedReports);
}

TEST_CASE("a report whose text is gone from the file is told to be damaged, and those behind it are read") {
  FedReports fed_reports;
  for (int n = 0; n < kFedReports; ++n) fed_reports.save(n, 1);
  fed_reports.store.reset();
  sqlite3* file = nullptr;
  REQUIRE(sqlite3_open(fed_reports.folder.file("office.db").c_str(), &file) == SQLITE_OK);
  CHECK(sqlite3_exec(file, "DELETE FROM bodies WHERE body IN (1, 20, 21, 60)", nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(file);
  fed_reports.open();
  for (const int n : {0, 19, 20, 59}) fed_reports.texts[FedReports::id(n)] = name_of(ErrorCode::corrupt);
  CHECK(fed_reports.as_fed() == fed_reports.texts);
}

}  // namespace
}  // namespace tram
