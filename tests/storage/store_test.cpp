#include "storage/store.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <set>
#include <thread>

#include "storage/data_folder.h"
#include "tests/support/catch.h"
#include "tests/support/check.h"
#include "tests/support/fakes.h"
#include "tests/support/temp_folder.h"

namespace tram {
namespace {

using test::must;

struct Desk {
  test::TempFolder folder;
  test::ManualClock clock;
  test::SeededRandom random{1};
  std::unique_ptr<Store> store;

  Desk() { open(); }
  StoreOptions options() {
    StoreOptions options;
    options.clock = &clock;
    options.random = &random;
    options.record_writes = true;
    options.live_leaves_max = 4;
    return options;
  }
  void open() {
    store.reset();
    store = must(Store::open(folder.file("office.db"), options()));
  }
  RevisionId save(const std::string& id, const RevisionId& parent, const std::string& body, bool deleted = false) {
    RevisionId rev;
    must(store->write([&](Transaction& transaction) -> Status {
      ASSIGN_OR_RETURN(rev, transaction.save(id, parent, deleted, body));
      return {};
    }));
    return rev;
  }
  Status put(const Document& document, Transaction::Put* outcome = nullptr) {
    return store->write([&](Transaction& transaction) -> Status {
      ASSIGN_OR_RETURN(const Transaction::Put put, transaction.put(document));
      if (outcome != nullptr) *outcome = put;
      return {};
    });
  }
  template <typename F>
  auto read(F function) {
    decltype(must(function(std::declval<Snapshot&>()))) value{};
    must(store->read([&](Snapshot& snapshot) -> Status {
      ASSIGN_OR_RETURN(value, function(snapshot));
      return {};
    }));
    return value;
  }
  std::optional<std::string> body(const std::string& id) {
    const auto document = read([&](Snapshot& snapshot) { return snapshot.winner(id); });
    return document ? std::optional(document->body) : std::nullopt;
  }
};

Document revision(const std::string& id, std::vector<std::string> path, const std::string& body) {
  Document document;
  document.id = id;
  document.rev = {path.size(), path[0]};
  document.path = std::move(path);
  document.body = body;
  return document;
}

const std::string kA(32, 'a'), kB(32, 'b'), kC(32, 'c');

}  // namespace

TEST_CASE("a saved report is there after the store was closed and opened again") {
  Desk desk;
  const RevisionId first = desk.save("report:bm02:2024Q2", {}, R"({"n":1})");
  const RevisionId second = desk.save("report:bm02:2024Q2", first, R"({"n":2})");
  desk.open();
  CHECK(desk.body("report:bm02:2024Q2") == R"({"n":2})");
  CHECK(second.generation == 2);
  CHECK(desk.store->sequence() == 2);
  CHECK(must(desk.store->verify()).findings.empty());
}

TEST_CASE("an edit that does not name the present version is a conflict and changes nothing") {
  Desk desk;
  const RevisionId first = desk.save("report:bm02:2024Q2", {}, R"({"n":1})");
  desk.save("report:bm02:2024Q2", first, R"({"n":2})");
  const std::string before = desk.store->update_seq();
  const Status status = desk.store->write([&](Transaction& transaction) -> Status {
    return transaction.save("report:bm02:2024Q2", first, false, R"({"n":3})").ok() ? Status()
                                                                                   : error(ErrorCode::conflict, "");
  });
  REQUIRE_FALSE(status.ok());
  CHECK(status.error().code == ErrorCode::conflict);
  CHECK(desk.store->update_seq() == before);
  CHECK(desk.body("report:bm02:2024Q2") == R"({"n":2})");
}

TEST_CASE("a new version of a deleted report grows from its tombstone and never begins a second root") {
  Desk desk;
  const RevisionId first = desk.save("report:bm02:2024Q2", {}, R"({"n":1})");
  desk.save("report:bm02:2024Q2", first, "{}", true);
  CHECK_FALSE(desk.body("report:bm02:2024Q2").has_value());
  const RevisionId third = desk.save("report:bm02:2024Q2", {}, R"({"n":3})");
  CHECK(third.generation == 3);
  const auto record = desk.read([](Snapshot& snapshot) { return snapshot.find("report:bm02:2024Q2"); });
  CHECK(record->tree.leaves().size() == 1);
}

TEST_CASE("eight clerks saving at once share commits and every one finds what was told as saved") {
  Desk desk;
  std::vector<std::thread> clerks;
  std::atomic<int> saved{0};
  for (int clerk = 0; clerk < 8; ++clerk) {
    clerks.emplace_back([&desk, &saved, clerk] {
      for (int i = 0; i < 20; ++i) {
        const Status status = desk.store->write([&](Transaction& transaction) -> Status {
          const std::string id = "note:" + std::to_string(clerk) + "-" + std::to_string(i);
          RETURN_IF_ERROR(transaction.save(id, {}, false, "{}"));
          return {};
        });
        if (status.ok()) ++saved;
      }
    });
  }
  for (std::thread& clerk : clerks) clerk.join();
  CHECK(saved == 160);
  CHECK(desk.read([](Snapshot& snapshot) { return snapshot.counts(); }).live == 160);
  CHECK(desk.store->sequence() == 160);
}

TEST_CASE("work that fails takes back its own changes and nobody else's") {
  Desk desk;
  desk.save("note:1", {}, "{}");
  const Status failed = desk.store->write([&](Transaction& transaction) -> Status {
    RETURN_IF_ERROR(transaction.save("note:2", {}, false, "{}"));
    return error(ErrorCode::bad_request, "changed my mind");
  });
  REQUIRE_FALSE(failed.ok());
  desk.save("note:3", {}, "{}");
  CHECK_FALSE(desk.body("note:2").has_value());
  CHECK(desk.body("note:3").has_value());
  CHECK(desk.store->sequence() == 2);
}

TEST_CASE("the feed has one row a document at its latest sequence") {
  Desk desk;
  const RevisionId first = desk.save("note:1", {}, "{}");
  desk.save("note:2", {}, "{}");
  desk.save("note:1", first, R"({"n":2})");
  const auto rows = desk.read([](Snapshot& snapshot) { return snapshot.changes(0, 100, 100); });
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].id == "note:2");
  CHECK(rows[1].id == "note:1");
  CHECK(rows[1].seq == 3);
  CHECK(desk.read([](Snapshot& snapshot) { return snapshot.pending(2); }) == 1);
}

TEST_CASE("what is left behind each page is right while others write and purge") {
  Desk desk;
  PendingCount count;
  test::SeededRandom random(11);
  std::map<std::string, RevisionId> newest;
  std::uint64_t position = 0;
  for (int step = 0; step < 400; ++step) {
    if (step % 5 == 0) {
      const std::string id = "note:" + std::to_string(random.below(60));
      newest[id] = desk.save(id, newest[id], "{\"step\":" + std::to_string(step) + "}");
    }
    if (step % 50 == 49) {
      const auto& [id, rev] = *newest.begin();
      must(desk.store->write([&, id = id, rev = rev](Transaction& transaction) -> Status {
        return transaction.purge(id, std::array{rev}).ok() ? Status() : Status(error(ErrorCode::internal, id));
      }));
      newest.erase(newest.begin());
    }
    position = random.below(4) == 0 ? random.below(desk.store->sequence() + 1)
                                    : std::min(desk.store->sequence(), position + random.below(4));
    const auto counted = desk.read([&](Snapshot& snapshot) { return count.after(snapshot, position); });
    CHECK(counted == desk.read([&](Snapshot& snapshot) { return snapshot.pending(position); }));
  }
}

TEST_CASE("a decision that only closes a branch waits to be sent like any other") {
  Desk desk;
  const RevisionId rev = desk.save("note:1", {}, R"({"n":1})");
  Document closing;
  closing.id = "note:1";
  closing.deleted = true;
  closing.body = R"({"merged_into":"2-)" + std::string(32, 'a') + "\"}";
  closing.rev = {2, make_sig(rev, true, {}, closing.body)};
  closing.path = {closing.rev.sig, rev.sig};
  must(desk.store->write([&](Transaction& transaction) { return transaction.put_own({closing}); }));
  CHECK(desk.read([&](Snapshot& snapshot) { return snapshot.count_writes(1); }) == 1);
}

TEST_CASE("each number of a feed is told with the epoch it was written in") {
  Desk desk;
  for (int opening = 0; opening < 4; ++opening, desk.open()) {
    for (int n = 0; n < 3; ++n) desk.save("note:" + std::to_string(opening) + std::to_string(n), {}, "{}");
  }
  const auto alone = [&](std::uint64_t n) {
    return desk.read([&](Snapshot& snapshot) -> Result<std::string> {
      ASSIGN_OR_RETURN(const WireSequence wire, snapshot.wire(n));
      return wire.text();
    });
  };
  std::set<std::string> epochs;
  must(desk.store->read([&](Snapshot& snapshot) -> Status {
    for (const std::uint64_t n : {1, 2, 3, 4, 5, 12, 11, 6, 7, 3, 8, 9, 10, 1, 12}) {
      ASSIGN_OR_RETURN(const WireSequence wire, snapshot.wire(n));
      CHECK(wire.text() == alone(n));
      epochs.insert(wire.epoch8);
    }
    return {};
  }));
  CHECK(epochs.size() == 4);
}

TEST_CASE("a hundred reports saved at once are all there, in their order, each with its line in the ledger") {
  Desk desk;
  must(desk.store->write([&](Transaction& transaction) -> Status {
    for (int n = 100; n > 0; --n) {
      const std::string id = "note:" + std::to_string(n);
      ASSIGN_OR_RETURN(const RevisionId rev, transaction.save(id, {}, false, R"({"n":)" + std::to_string(n) + "}"));
      if (n == 50) RETURN_IF_ERROR(transaction.save(id, rev, false, R"({"n":0})"));
    }
    return {};
  }));
  const auto records = desk.read([](Snapshot& snapshot) { return snapshot.changes(0, 100, 200); });
  const auto writes = desk.read([](Snapshot& snapshot) { return snapshot.writes(0); });
  REQUIRE(records.size() == 100);
  REQUIRE(writes.size() == 100);
  for (std::size_t i = 0; i < 100; ++i) {
    CHECK(records[i].id == "note:" + std::to_string(100 - i));
    CHECK(writes[i].id == records[i].id);
    CHECK(writes[i].rev == records[i].tree.at(records[i].tree.winner()).rev.text());
  }
  CHECK(desk.body("note:50") == R"({"n":0})");
}

TEST_CASE("a revision that came twice changes neither tree nor sequence") {
  Desk desk;
  Transaction::Put outcome{};
  must(desk.put(revision("doc", {kB, kA}, R"({"n":1.0})"), &outcome));
  CHECK(outcome == Transaction::Put::stored);
  const std::string before = desk.store->update_seq();
  must(desk.put(revision("doc", {kB, kA}, R"({"n":1.0})"), &outcome));
  CHECK(outcome == Transaction::Put::unchanged);
  CHECK(desk.store->update_seq() == before);
  CHECK(desk.body("doc") == R"({"n":1.0})");
}

TEST_CASE("F37: a forged body for an ancestor is not believed") {
  Desk desk;
  must(desk.put(revision("doc", {kB, kA}, R"({"n":1})")));
  must(desk.put(revision("doc", {kA}, R"({"forged":true})")));
  const auto record = desk.read([](Snapshot& snapshot) { return snapshot.find("doc"); });
  const auto body = desk.read([&](Snapshot& snapshot) { return snapshot.body(*record, {1, kA}); });
  CHECK_FALSE(body.has_value());
}

TEST_CASE("F37: what a document's name says of its content counts below the parent that it was read with only") {
  Desk desk;
  const std::string body = R"({"n":1})", below_b = make_sig({1, kB}, false, {}, body);
  must(desk.put(revision("doc", {kC, below_b, kA}, "{}")));
  Document document = revision("doc", {below_b, kB}, body);
  document.named = Document::Named::by_content;
  must(desk.put(document));
  const auto record = desk.read([](Snapshot& snapshot) { return snapshot.find("doc"); });
  CHECK_FALSE(desk.read([&](Snapshot& snapshot) { return snapshot.body(*record, {2, below_b}); }).has_value());

  document.id = "another";
  must(desk.put(document));
  CHECK(must(desk.store->verify()).foreign == 1);  // 3-ccc alone
}

TEST_CASE("beyond the limit a new conflicting version is refused and the present ones stay") {
  Desk desk;
  for (const char c : {'1', '2', '3', '4'}) must(desk.put(revision("doc", {std::string(32, c), kA}, "{}")));
  const Status fifth = desk.put(revision("doc", {std::string(32, '5'), kA}, "{}"));
  REQUIRE_FALSE(fifth.ok());
  CHECK(fifth.error().name == "too_many_conflicts");
  must(desk.put(revision("doc", {kC, std::string(32, '1'), kA}, "{}")));  // growing an old branch is welcome
  const auto conflicts = desk.read([](Snapshot& snapshot) { return snapshot.in_conflict(10); });
  REQUIRE(conflicts.size() == 1);
  CHECK(conflicts[0].tree.live_leaves() == 4);
  CHECK(desk.read([&](Snapshot& snapshot) { return snapshot.in_conflict(10, conflicts[0].seq - 1); }).size() == 1);
  CHECK(desk.read([&](Snapshot& snapshot) { return snapshot.in_conflict(10, conflicts[0].seq); }).empty());
}

TEST_CASE("the newest thirty two earlier versions keep their bodies and what a peer confirmed stays for ever") {
  Desk desk;
  RevisionId rev = desk.save("report:bm02:2024Q2", {}, R"({"n":0})");
  const RevisionId confirmed = rev;
  must(desk.store->write([&](Transaction& transaction) { return transaction.confirm("province", 1); }));
  for (int n = 1; n <= 260; ++n) rev = desk.save("report:bm02:2024Q2", rev, R"({"n":)" + std::to_string(n) + "}");
  const auto record = desk.read([](Snapshot& snapshot) { return snapshot.find("report:bm02:2024Q2"); });
  std::size_t kept = 0;
  for (const Node& node : record->tree.nodes()) kept += node.has_body ? 1 : 0;
  CHECK(kept == 1 + 32 + 1);
  CHECK(desk.read([&](Snapshot& snapshot) { return snapshot.body(*record, confirmed); })->text == R"({"n":0})");
  CHECK(must(desk.store->verify()).findings.empty());
}

TEST_CASE("local documents count up and the last writer wins") {
  Desk desk;
  std::string rev;
  for (const char* const given : {"", "0-1", "0-1"}) {
    must(desk.store->write([&](Transaction& transaction) -> Status {
      ASSIGN_OR_RETURN(rev, transaction.put_local("_local/x", R"({"a":1})", given));
      return {};
    }));
  }
  CHECK(rev == "0-2");
  CHECK(desk.store->sequence() == 0);
}

TEST_CASE("a refusal is one row while it is open and stays in the ledger when closed") {
  Desk desk;
  Refusal refusal;
  refusal.peer = "province";
  refusal.id = "report:bm02:2024Q2";
  refusal.rev = "1-" + kA;
  refusal.code = "period_closed";
  must(desk.store->write([&](Transaction& transaction) -> Status {
    RETURN_IF_ERROR(transaction.add_refusal(refusal));
    return transaction.add_refusal(refusal);
  }));
  const auto open = desk.read([](Snapshot& snapshot) { return snapshot.refusals(true); });
  REQUIRE(open.size() == 1);
  must(desk.store->write(
      [&](Transaction& transaction) { return transaction.close_refusal(open[0].n, RefusalState::accepted); }));
  CHECK(desk.read([](Snapshot& snapshot) { return snapshot.refusals(true); }).empty());
  CHECK(desk.read([](Snapshot& snapshot) { return snapshot.refusals(false); }).size() == 1);
}

TEST_CASE("F13: a backup made while clerks save is sound and holds a prefix of what was saved") {
  Desk desk;
  for (int i = 0; i < 50; ++i) desk.save("note:" + std::to_string(i), {}, "{}");
  std::thread clerk([&desk] {
    for (int i = 50; i < 150; ++i) desk.save("note:" + std::to_string(i), {}, "{}");
  });
  const auto status = desk.store->backup(desk.folder.file("copy.db"));
  clerk.join();
  must(status);
  StoreOptions options = desk.options();
  const auto copy = must(Store::open(desk.folder.file("copy.db"), options));
  CHECK(copy->sequence() >= 50);
  std::uint64_t documents = 0;
  must(copy->read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const Counts counts, snapshot.counts());
    documents = counts.live;
    return {};
  }));
  CHECK(documents == copy->sequence());
  CHECK(copy->db_uuid() == desk.store->db_uuid());
}

TEST_CASE("F09: a flipped byte in a body is found by verify and named") {
  Desk desk;
  desk.save("report:bm02:2024Q2", {}, R"({"marker":"zzzzzzzzzzzzzzzz"})");
  desk.store.reset();
  const std::string path = desk.folder.file("office.db");
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const auto at = bytes.find("zzzzzzzz");
  REQUIRE(at != std::string::npos);
  file.seekp(static_cast<std::streamoff>(at));
  file.put('y');
  file.close();
  desk.open();
  const auto verified = must(desk.store->verify());
  REQUIRE(verified.findings.size() == 1);
  CHECK(verified.findings[0].find("report:bm02:2024Q2") != std::string::npos);
}

TEST_CASE("F15: a store of a newer program is refused untouched and one of another program too") {
  Desk desk;
  desk.store.reset();
  const std::string path = desk.folder.file("office.db");
  const auto patch = [&](std::streamoff offset, char value) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(offset);
    file.put(value);
  };
  patch(63, 99);  // the last byte of user_version in the header (sqlite.org/fileformat, 1.3)
  const auto newer = Store::open(path, desk.options());
  REQUIRE_FALSE(newer.ok());
  CHECK(newer.error().code == ErrorCode::newer_schema);
  patch(63, 1);
  patch(71, 'x');  // the last byte of application_id
  const auto foreign = Store::open(path, desk.options());
  REQUIRE_FALSE(foreign.ok());
  CHECK(foreign.error().code == ErrorCode::corrupt);
}

TEST_CASE("a data folder has one owner at a time") {
  const test::TempFolder folder;
  test::ManualClock clock;
  {
    const auto first = must(DataFolder::acquire(folder.file("data"), true, 0, clock));
    const auto second = DataFolder::acquire(folder.file("data"), false, 100, clock);
    REQUIRE_FALSE(second.ok());
    CHECK(second.error().code == ErrorCode::in_use);
    CHECK(clock.steady_ms() >= 100);
  }
  must(DataFolder::acquire(folder.file("data"), false, 0, clock));
  const auto missing = DataFolder::acquire(folder.file("nothing"), false, 0, clock);
  REQUIRE_FALSE(missing.ok());
  CHECK(missing.error().code == ErrorCode::not_found);
}

}  // namespace tram
