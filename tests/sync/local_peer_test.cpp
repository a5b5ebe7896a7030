#include "sync/local_peer.h"

#include "tests/sync/served_province.h"

namespace tram {
namespace {

using test::document;
using test::must;
using test::ServedProvince;
using test::sig;

// Refuses what it is told to, and counts what it saw.
class FakeRules : public Rules {
 public:
  std::string digest() override { return "01234567"; }
  Result<std::optional<Refused>> judge(Transaction&, const Document& document, const std::optional<Record>& known,
                                       bool by_office) override {
    judged.push_back(document.id + (known ? " known" : " new") + (by_office ? " office" : " province"));
    if (document.body.find("forbidden") == std::string::npos && (by_office || !refuses_merges)) {
      return std::optional<Refused>();
    }
    return std::optional(Refused{"", "", "forbidden", "period_closed", "Closed.", "Đã khóa."});
  }
  Status after(Transaction& transaction, std::span<const std::string> ids) override {
    for (const std::string& id : ids) {
      settled.push_back(id);
      if (!id.starts_with("report:")) continue;
      const std::string arrival = "arrival:" + id;
      ASSIGN_OR_RETURN(const auto known, transaction.find(arrival));
      if (!known) RETURN_IF_ERROR(transaction.save(arrival, {}, false, "{}"));
    }
    return {};
  }
  std::vector<bool> takes_when_new(std::span<const Document> documents) override {
    if (looks) looks();
    return std::vector<bool>(documents.size(), takes_new_ones);
  }
  bool refuses_merges = false, takes_new_ones = false;
  std::vector<std::string> judged, settled;
  std::function<void()> looks = {};
};

std::string two_leaves(const std::string& id) {
  return document(id, "1", "\"a\":1,\"b\":1") + "," + document(id, "21", "\"a\":2,\"b\":1") + "," +
         document(id, "31", "\"a\":1,\"b\":2");
}

TEST_CASE("what the rules take of an office at a look is judged only where a document of that name is held") {
  const auto rules = std::make_shared<FakeRules>();
  rules->takes_new_ones = true;
  ServedProvince province(rules);
  const std::string twice = document("x", "21", "\"a\":1");
  CHECK(province.push("office-a", document("x", "1") + "," + document("y", "1") + "," + twice, "a").json().empty());
  CHECK(rules->judged == std::vector<std::string>{"x known office"});
  CHECK(province.push("office-a", document("y", "31"), "a").json().empty());
  CHECK(rules->judged.back() == "y known office");
}

TEST_CASE("a rule refuses one document with its reason in both languages and the rest is stored") {
  const auto rules = std::make_shared<FakeRules>();
  ServedProvince province(rules);
  const auto rows =
      province.push("office-a", document("x", "1", "\"forbidden\":1") + "," + document("y", "1"), "a").json();
  REQUIRE(rows.size() == 1);
  CHECK(rows[0] == json::Value({{"id", "x"},
                                {"rev", "1-" + sig('1')},
                                {"error", "forbidden"},
                                {"code", "period_closed"},
                                {"reason", "Closed."},
                                {"reason_vi", "Đã khóa."}}));
  CHECK(province.get("/office-a/y", "a").status == 200);
  const auto single = province.put("/office-a/z", R"({"forbidden":1})", "a");
  CHECK(single.status == 403);
  CHECK(single.json()["error"] == "forbidden");
  CHECK(single.json()["code"] == "period_closed");
  CHECK(rules->judged == std::vector<std::string>{"x new office", "y new office", "z new office"});
}

TEST_CASE("a large batch has its turn until it is put in, and a small one needs none") {
  const auto rules = std::make_shared<FakeRules>();
  rules->takes_new_ones = true;
  ServedProvince province(rules);
  Turns& turns = province.database("office-a").large_batches;
  std::vector<bool> free;
  const auto look = [&] {
    free.push_back(turns.take(0));
    if (free.back()) turns.end();
  };
  rules->looks = look;
  CHECK(province.push("office-a", document("x", "1"), "a").body == "[]\n");
  const std::string text = "\"text\":\"" + std::string(150'000, 'x') + "\"";
  CHECK(province.push("office-a", document("y", "1", text), "a").body == "[]\n");
  CHECK(free == std::vector{true, false});
  look();
  CHECK(free.back());
}

TEST_CASE("a batch says when it is put in, before that is committed") {
  ServedProvince province;
  Database& database = province.database("office-a");
  const std::uint64_t before = database.store->sequence();
  Document report;
  report.id = "x";
  report.rev = {1, sig('1')};
  report.path = {report.rev.sig};
  Batch batch;
  batch.documents = {&report, 1};
  int told = 0;
  batch.when_put = [&] { told += database.store->sequence() == before ? 1 : 100; };
  CHECK(must(database.peer.take(batch)).refused.empty());
  CHECK(told == 1);
  CHECK(database.store->sequence() == before + 1);
}

TEST_CASE("who has waited long enough for a turn goes on without one") {
  Turns turns;
  const Turn first(turns);
  const Turn second(turns);  // which would wait for ever otherwise
  CHECK_FALSE(turns.take(0));
}

TEST_CASE("a conflict that merges by itself is merged before the answer and told as written later") {
  ServedProvince province;
  const auto answer = province.push("office-a", two_leaves("x"), "a");
  const auto merged = province.get("/office-a/x?conflicts=true", "a").json();
  CHECK(merged["a"] == 2);
  CHECK(merged["b"] == 2);
  CHECK(merged["_rev"].get<std::string>().starts_with("3-"));
  CHECK_FALSE(merged.contains("_conflicts"));
  CHECK_FALSE(answer.header("Tram-Wrote").ends_with(province.update_seq("office-a")));
}

TEST_CASE("reference data and plain databases are never merged") {
  ServedProvince province;
  for (const std::string name : {"plain", "reference"}) {
    province.push(name, two_leaves("x"));
    CHECK(province.get("/" + name + "/x?conflicts=true").json()["_conflicts"].size() == 1);
  }
}

TEST_CASE("a merge that a rule refuses waits for a person or for another rule") {
  const auto rules = std::make_shared<FakeRules>();
  rules->refuses_merges = true;
  ServedProvince province(rules);
  province.push("office-a", two_leaves("x"), "a");
  CHECK(province.get("/office-a/x?conflicts=true", "a").json()["_conflicts"].size() == 1);
  CHECK(rules->judged.back() == "x known province");
  rules->refuses_merges = false;
  must(province.database("office-a").peer.merge_pending());
  CHECK_FALSE(province.get("/office-a/x?conflicts=true", "a").json().contains("_conflicts"));
}

TEST_CASE("rules write receipts after a batch and once only") {
  const auto rules = std::make_shared<FakeRules>();
  ServedProvince province(rules);
  province.push("office-a", document("report:bm02:2024Q2", "1"), "a");
  CHECK(province.get("/office-a/arrival:report:bm02:2024Q2", "a").status == 200);
  const auto seq = province.update_seq("office-a");
  must(province.database("office-a").peer.merge_pending());
  province.push("office-a", document("report:bm02:2024Q2", "1"), "a");
  CHECK(province.update_seq("office-a") == seq);
}

TEST_CASE("a batch on top of one whose thread has not said yet that it is settled leaves nothing to look at again") {
  // Does nothing about notes.
  struct ForReports final : public FakeRules {
    bool acts_on(std::string_view id) const override { return id.starts_with("report:"); }
  };
  const auto rules = std::make_shared<ForReports>();
  ServedProvince province(rules);
  Store& store = *province.database("office-a").store;
  const auto batch = [](const std::string& name, int count) {
    std::vector<Document> documents(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
      Document& one = documents[static_cast<std::size_t>(i)];
      one.id = "note:" + name + std::to_string(i);
      one.rev = {1, sig('1')};
      one.body = "{}";
    }
    return documents;
  };
  LocalPeer one(store, {.rules = rules.get()}), other(store, {.rules = rules.get()});
  must(one.write(batch("first", 1), {}));
  must(one.settle());
  must(other.settle());
  rules->settled.clear();
  must(one.write(batch("large", 150), {}));  // of which `other` did not hear
  must(other.write(batch("last", 150), {}));
  must(other.settle());
  CHECK(rules->settled.empty());
  must(other.write(batch("small", 1), {}));
  must(one.write(batch("unheard", 1), {}));  // too few to be noted
  must(one.settle());
  CHECK(rules->settled == std::vector<std::string>{"note:small0", "note:unheard0"});
}

TEST_CASE("what a crash left unsettled is settled at the next start") {
  ServedProvince province;
  Database& database = province.database("office-a");
  LocalPeer without_merging(*database.store);
  const std::string text = "[" + two_leaves("x") + "]";
  json::Reader reader(text);
  std::vector<Document> documents;
  reader.enter_array();
  while (reader.next_element()) documents.push_back(must(to_document(must(read_document_text(reader)))));
  CHECK(must(without_merging.write(documents, {})).refused.empty());
  CHECK(province.get("/office-a/x?conflicts=true", "a").json()["_conflicts"].size() == 1);
  must(merge_pending(*database.store, nullptr));
  CHECK(province.get("/office-a/x", "a").json()["b"] == 2);
}

TEST_CASE("a local edit with a number that JavaScript would respell is refused where records merge") {
  ServedProvince province;
  CHECK(province.put("/office-a/x", R"({"n":1.2345678901234567})", "a").status == 400);
  CHECK(province.put("/office-a/x", R"({"n":9007199254740993})", "a").status == 400);
  CHECK(province.put("/office-a/x", R"({"n":1.5})", "a").status == 201);
  CHECK(province.put("/plain/x", R"({"n":1.2345678901234567})").status == 201);
}

TEST_CASE("a store as a peer gives pages by rows and bytes and says what is behind them") {
  ServedProvince province;
  Database& database = province.database("plain");
  LocalPeer& peer = database.peer;
  province.push("plain", document("x", "21") + "," + document("y", "1") + "," + document("z", "1"));
  auto page = must(peer.changes(kBeginning, {.rows_max = 2, .bytes_max = 1'000'000, .inline_documents = true}));
  REQUIRE(page.rows.size() == 2);
  CHECK(page.pending == 1U);
  CHECK(page.last_seq == page.rows[1].seq);
  CHECK(page.rows[0].documents[0].path.size() == 2);
  page = must(peer.changes(page.last_seq, {}));
  CHECK(page.rows.size() == 1);
  CHECK(page.pending == 0U);
  CHECK(page.last_seq == "\"" + database.store->update_seq() + "\"");
  CHECK(must(peer.changes(page.last_seq, {})).rows.empty());
  CHECK(must(peer.changes(kBeginning, {.rows_max = 500, .bytes_max = 1})).rows.size() == 1);

  const RevisionId known{2, sig('2')}, lost{1, sig('1')}, unknown{9, sig('9')};
  CHECK(must(peer.missing({{"x", {known, lost, unknown}}, {"new", {known}}})) ==
        RevisionSet{{"x", {unknown}}, {"new", {known}}});
  const auto read = must(peer.read({{"x", {lost, unknown}}, {"absent", {known}}}));
  REQUIRE(read.size() == 1);
  CHECK(read[0].rev == known);
}

TEST_CASE("a checkpoint is kept with its history and travels with a batch") {
  ServedProvince province;
  LocalPeer& peer = province.database("plain").peer;
  CHECK_FALSE(must(peer.checkpoint("abc")));
  Checkpoint checkpoint{"", "s1", "\"3-9f3c0a1b\"", {{"s1", "\"3-9f3c0a1b\""}}};
  CHECK(must(peer.save_checkpoint("abc", checkpoint)) == "0-1");
  checkpoint.source_last_seq = "\"4-9f3c0a1b\"";
  checkpoint.rev = "0-1";
  must(peer.write({}, {&checkpoint, "abc", ""}));
  const auto kept = must(peer.checkpoint("abc"));
  REQUIRE(kept);
  CHECK(kept->rev == "0-2");
  CHECK(kept->source_last_seq == "\"4-9f3c0a1b\"");
  CHECK(kept->history.size() == 1);
}

}  // namespace
}  // namespace tram
