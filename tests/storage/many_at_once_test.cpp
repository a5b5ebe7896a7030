// What a transaction of many documents does at once instead of one by one.
#include <algorithm>
#include <array>
#include <atomic>
#include <thread>

#include "core/base/digest.h"
#include "storage/store.h"
#include "tests/support/catch.h"
#include "tests/support/check.h"
#include "tests/support/fakes.h"
#include "tests/support/patience.h"
#include "tests/support/temp_folder.h"

namespace tram {
namespace {

using test::must;

struct Counter {
  test::TempFolder folder;
  test::ManualClock clock;
  test::SeededRandom random{1};
  std::unique_ptr<Store> store;

  Counter() {
    StoreOptions options;
    options.clock = &clock;
    options.random = &random;
    store = must(Store::open(folder.file("office.db"), options));
  }
  // Puts documents in one transaction; answers which of them changed something.
  std::vector<bool> put(const std::vector<Document>& documents) {
    std::vector<bool> stored;
    must(store->write([&](Transaction& transaction) -> Status {
      stored.clear();
      for (const Document& document : documents) {
        stored.push_back(must(transaction.put(document)) == Transaction::Put::stored);
      }
      return {};
    }));
    return stored;
  }
  std::size_t leaves(const std::string& id) {
    std::size_t count = 0;
    must(store->read([&](Snapshot& snapshot) -> Status {
      const auto record = must(snapshot.find(id));
      count = record ? record->tree.leaves().size() : 0;
      return {};
    }));
    return count;
  }
  std::string text(const std::string& id) {
    std::string text;
    must(store->read([&](Snapshot& snapshot) -> Status {
      const auto document = must(snapshot.winner(id));
      text = document ? document->body : "nothing";
      return {};
    }));
    return text;
  }
};

std::string report(int n) { return "report:" + std::to_string(1000 + n); }

Document version(int n, char name) {
  Document document;
  document.id = report(n);
  document.rev = {1, std::string(32, name)};
  document.body = "{\"n\":" + std::to_string(n) + "}";
  return document;
}

TEST_CASE("of many reports that arrive at once, new ones are new and known ones grow, whatever lies between them") {
  const int known = GENERATE(0, 1, 20, 39, 40);  // of forty
  const int between = GENERATE(0, 3, 30, 100);
  const int step = GENERATE(1, 39, 7);  // in their order, backwards, or in none
  Counter counter;
  std::vector<Document> before, batch;
  for (int n = 0; n < known; ++n) before.push_back(version(3 * n, 'a'));
  for (int n = 0; n < between; ++n) before.push_back(version(3 * n + 1, 'a'));
  counter.put(before);
  const std::uint64_t sequence = counter.store->sequence();
  for (int n = 0; n < 40; ++n) batch.push_back(version(3 * (step * n % 40), 'b'));
  batch.push_back(batch.front());
  const std::vector<bool> stored = counter.put(batch);
  CHECK(counter.store->sequence() == sequence + 40);
  CHECK(std::count(stored.begin(), stored.end(), true) == 40);
  for (int n = 0; n < 40; ++n) CHECK(counter.leaves(report(3 * n)) == (n < known ? 2U : 1U));
  CHECK(must(counter.store->verify()).bodies == before.size() + 40);
}

TEST_CASE("a report is read, changed and removed in the transaction that brought it, among many others") {
  Counter counter;
  must(counter.store->write([&](Transaction& transaction) -> Status {
    RevisionId rev;
    for (int n = 0; n < 50; ++n) {
      const RevisionId saved = must(transaction.save(report(n), {}, false, "{\"n\":" + std::to_string(n) + "}"));
      if (n == 5) rev = saved;
      CHECK(must(transaction.winner(report(n)))->body == "{\"n\":" + std::to_string(n) + "}");
    }
    for (int n = 0; n < 60; ++n)
      rev = must(transaction.save(report(5), rev, false, "{\"again\":" + std::to_string(n) + "}"));
    const auto gone = must(transaction.find(report(7)))->tree.at(0).rev;
    CHECK(must(transaction.purge(report(7), std::vector{gone})).size() == 1);
    return {};
  }));
  CHECK(counter.text(report(4)) == "{\"n\":4}");
  CHECK(counter.text(report(5)) == "{\"again\":59}");
  CHECK(counter.text(report(7)) == "nothing");
  CHECK(counter.text(report(49)) == "{\"n\":49}");
  // Of report 5 the newest and the 32 before it.
  CHECK(must(counter.store->verify()).bodies == 48 + 33);
}

TEST_CASE("work that fails leaves none of its bodies behind, and the next one's numbers are its own") {
  Counter counter;
  counter.put({version(0, 'a')});
  CHECK_FALSE(counter.store->write([&](Transaction& transaction) -> Status {
    for (int n = 1; n < 40; ++n) must(transaction.put(version(n, 'a')));
    return error(ErrorCode::conflict, "no");
  }));
  counter.put({version(50, 'a'), version(51, 'a')});
  CHECK(counter.text(report(50)) == "{\"n\":50}");
  CHECK(counter.text(report(51)) == "{\"n\":51}");
  CHECK(counter.text(report(7)) == "nothing");
  CHECK(must(counter.store->verify()).bodies == 3);
}

TEST_CASE("several clerks' work behind one commit: what fails takes its own bodies along and no other's") {
  Counter counter;
  std::atomic<int> coming{0};
  std::array<std::atomic<bool>, 6> saved{};
  std::vector<std::thread> clerks;
  // The first one's work lasts until the others have come, so that theirs goes together.
  const auto work = [&](Transaction& transaction, int clerk) -> Status {
    if (clerk == 0 && !test::eventually([&] { return coming == 6; })) return error(ErrorCode::internal, "nobody came");
    for (int n = 0; n < 21; ++n) RETURN_IF_ERROR(transaction.put(version(100 * clerk + n, 'a')));
    return clerk % 2 == 0 ? Status() : Status(error(ErrorCode::conflict, "no"));
  };
  for (int clerk = 0; clerk < 6; ++clerk) {
    clerks.emplace_back([&, clerk] {
      ++coming;
      saved[static_cast<std::size_t>(clerk)] =
          counter.store->write([&](Transaction& transaction) { return work(transaction, clerk); }).ok();
    });
  }
  for (std::thread& clerk : clerks) clerk.join();
  for (std::size_t clerk = 0; clerk < 6; ++clerk) CHECK(saved[clerk] == (clerk % 2 == 0));
  for (int clerk = 0; clerk < 6; ++clerk) {
    for (const int n : {0, 15, 16, 20}) {
      const std::string body = "{\"n\":" + std::to_string(100 * clerk + n) + "}";
      CHECK(counter.text(report(100 * clerk + n)) == (clerk % 2 == 0 ? body : "nothing"));
    }
  }
  CHECK(must(counter.store->verify()).bodies == 3 * 21);
}

TEST_CASE("reports with and without a photo in one transaction keep their own text and files") {
  Counter counter;
  must(counter.store->write([&](Transaction& transaction) -> Status {
    for (int n = 0; n < 40; ++n) {
      const std::string photo = "photo " + std::to_string(n);
      std::vector<Attachment> files;
      if (n % 3 == 0) {
        const auto blob = must(counter.store->blobs().keep(photo));
        must(transaction.bring(*blob));
        files.push_back({"photo.jpg", "image/jpeg", sha256_hex(photo), "", photo.size(), 0});
      }
      must(transaction.save(report(n), {}, false, "{\"n\":" + std::to_string(n) + "}", files));
    }
    return {};
  }));
  must(counter.store->read([&](Snapshot& snapshot) -> Status {
    for (int n = 0; n < 40; ++n) {
      const auto document = must(snapshot.winner(report(n)));
      REQUIRE(document);
      CHECK(document->body == "{\"n\":" + std::to_string(n) + "}");
      CHECK(document->attachments.size() == (n % 3 == 0 ? 1 : 0));
    }
    return {};
  }));
  CHECK(must(counter.store->verify()).findings.empty());
}

TEST_CASE("long bodies are not held back until sixteen of them came") {
  Counter counter;
  must(counter.store->write([&](Transaction& transaction) -> Status {
    for (int n = 0; n < 20; ++n) {
      must(transaction.save(report(n), {}, false, "{\"t\":\"" + std::string(60'000, 'a' + n % 26) + "\"}"));
    }
    return {};
  }));
  for (int n = 0; n < 20; ++n) CHECK(counter.text(report(n)).substr(6, 3) == std::string(3, 'a' + n % 26));
}

}  // namespace
}  // namespace tram
