// tests/storage/working_day.h: an office's work on a disk that may fail, and what it was told while it worked.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "storage/store.h"
#include "tests/sim/sim_disk.h"
#include "tests/support/catch.h"
#include "tests/support/check.h"
#include "tests/support/fakes.h"

namespace tram::test {

inline Document from_the_province(const std::string& id, char sig) {
  Document document;
  document.id = id;
  document.path = {std::string(32, sig)};
  document.rev = {1, document.path[0]};
  document.body = R"({"from":"province"})";
  return document;
}

struct FailingOffice {
  sim::SimDisk disk{"office", 1};
  test::ManualClock clock;
  test::SeededRandom random{1};
  std::unique_ptr<Store> store;
  std::map<std::string, std::string> saved;  // what people were told is saved: id, body; empty: deleted
  int refused = 0;                           // steps that said that they failed

  FailingOffice() { sim::reset_sqlite(1); }
  bool open() {
    StoreOptions options;
    options.clock = &clock;
    options.random = &random;
    options.readers = 0;
    options.vfs = sim::kVfs;
    options.record_writes = true;
    auto opened = Store::open(disk.path("office.db"), options);
    if (opened) store = std::move(opened).value();
    return opened.ok();
  }
  void told(const Status& status, const std::string& id = {}, const std::string& body = {}) {
    if (!status)
      ++refused;
    else if (!id.empty())
      saved[id] = body;
  }
  void save(const std::string& id, const std::string& body, bool then_delete = false) {
    told(store->write([&](Transaction& transaction) -> Status {
      ASSIGN_OR_RETURN(const RevisionId first, transaction.save(id, {}, false, R"({"draft":true})"));
      ASSIGN_OR_RETURN(const RevisionId second, transaction.save(id, first, false, body));
      if (then_delete) RETURN_IF_ERROR(transaction.save(id, second, true, "{}"));
      return {};
    }),
         id, then_delete ? "" : body);
  }
  void keep_books() {
    told(store->write([&](Transaction& transaction) -> Status {
      RETURN_IF_ERROR(transaction.put_local("_local/checkpoint", "{}"));
      RETURN_IF_ERROR(transaction.put_local("_local/other", "{}"));
      RETURN_IF_ERROR(transaction.delete_local("_local/other"));
      RETURN_IF_ERROR(transaction.set_meta("seen", "1"));
      Refusal refusal;
      refusal.peer = "province";
      refusal.id = "report:bm11:202101";
      refusal.rev = "1-" + std::string(32, 'a');
      refusal.code = "forbidden";
      RETURN_IF_ERROR(transaction.add_refusal(refusal));
      return transaction.confirm("province", 2);
    }));
    store->note_confirmed("other PC", 1);
  }
  void attach() {
    const auto blob = store->blobs().keep("a scan of the signed page");
    if (!blob) return told(blob.error());
    told(store->write([&](Transaction& transaction) -> Status {
      RETURN_IF_ERROR(transaction.bring(**blob));
      Attachment scan;
      scan.name = "scan.txt";
      scan.content_type = "text/plain";
      scan.sha256 = (*blob)->sha256;
      RETURN_IF_ERROR(transaction.save("report:with:scan", {}, false, R"({"scan":1})", {scan}));
      return {};
    }),
         "report:with:scan", R"({"scan":1})");
  }
  void clash_and_purge() {
    told(store->write([&](Transaction& transaction) -> Status {
      RETURN_IF_ERROR(transaction.put(from_the_province("report:clash", 'a')));
      RETURN_IF_ERROR(transaction.put(from_the_province("report:clash", 'b')));
      RETURN_IF_ERROR(transaction.put(from_the_province("notice:old", 'c')));
      return transaction.compact("report:clash");
    }));
    told(store->write([&](Transaction& transaction) -> Status {
      const std::vector<RevisionId> gone = {from_the_province("notice:old", 'c').rev};
      RETURN_IF_ERROR(transaction.purge("notice:old", gone));
      return {};
    }));
  }
  void look() {
    told(store->read([&](Snapshot& snapshot) -> Status {
      RETURN_IF_ERROR(snapshot.changes(0, UINT64_MAX >> 1, 100));
      RETURN_IF_ERROR(snapshot.range("", "", 100, true));
      RETURN_IF_ERROR(snapshot.with_prefix("report:", 100));
      RETURN_IF_ERROR(snapshot.in_conflict(10));
      RETURN_IF_ERROR(snapshot.pending(1));
      RETURN_IF_ERROR(snapshot.counts());
      ASSIGN_OR_RETURN(const WireSequence position, snapshot.wire(1));
      RETURN_IF_ERROR(snapshot.since(position.text()));
      RETURN_IF_ERROR(snapshot.locals("_local/", 10));
      RETURN_IF_ERROR(snapshot.all_purged());
      RETURN_IF_ERROR(snapshot.blobs());
      RETURN_IF_ERROR(snapshot.unknown_blobs());
      RETURN_IF_ERROR(snapshot.refusals(true));
      RETURN_IF_ERROR(snapshot.writes(0));
      return Status(snapshot.count_writes(0).ok() ? Status() : error(ErrorCode::storage_error, "not counted"));
    }));
  }
  void work() {
    if (!open()) {
      ++refused;
      return;
    }
    save("report:first", R"({"n":1})");
    keep_books();
    attach();
    save("report:deleted", R"({"n":2})", true);
    clash_and_purge();
    look();
    told(store->sweep_blobs());
    told(store->begin_new_history(true, false));
    save("report:last", R"({"text":")" + std::string(9000, 'x') + "\"}");
    if (!store->verify()) ++refused;
  }
  // Without a restart, now that the disk is well.
  void check_saving_goes_on() {
    save("report:later", R"({"n":4})");
    CHECK(saved.count("report:later") == 1);
  }
  void check_what_was_told() {
    store.reset();
    disk.heal();
    REQUIRE(open());
    must(store->read([&](Snapshot& snapshot) -> Status {
      for (const auto& [id, body] : saved) {
        INFO(id);
        ASSIGN_OR_RETURN(const auto winner, snapshot.winner(id));
        CHECK((winner ? winner->body : std::string()) == body);
      }
      return {};
    }));
    CHECK(must(store->verify()).findings.empty());
    save("report:after", R"({"n":3})");
    CHECK(saved.count("report:after") == 1);
  }
};

}  // namespace tram::test
