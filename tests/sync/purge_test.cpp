// Purging: what was a mistake vanishes at the province, and no copy anywhere brings it back.
#include "sync/session_registry.h"
#include "tests/support/office.h"

using namespace tram;
using namespace tram::test;

namespace {

std::string asked(const std::string& id, const std::string& rev) { return "{\"" + id + "\":[\"" + rev + "\"]}"; }

std::string newest(ServedProvince& province, const std::string& target) {
  return province.get(target).json()["_rev"].get<std::string>();
}

// Everybody comes by once more, so that the province knows how far each of them is.
template <typename... Offices>
void everybody_comes_by(Province& province, const std::string& note, Offices&... offices) {
  province.publishes(note, {{"title", note}}, "office-a");
  (offices.syncs(), ...);
  province.publishes(note, {{"title", "again"}}, "office-a");
  (offices.syncs(), ...);
}

}  // namespace

TEST_CASE("in a plain database the administrator purges a leaf and the document is gone without a row in the feed") {
  ServedProvince province;
  province.push("plain", document("x", "21") + "," + document("y", "1"));
  const std::string before = province.update_seq("plain");
  const auto purged = province.post("/plain/_purge", asked("x", "2-" + sig('2')));
  CHECK(purged.status == 201);
  CHECK(purged.json() == json::Value({{"purge_seq", nullptr}, {"purged", {{"x", {"2-" + sig('2')}}}}}));
  CHECK(province.get("/plain/x").json()["reason"] == "missing");
  CHECK(province.get("/plain/x?rev=1-" + sig('1')).status == 404);
  const auto feed = province.get("/plain/_changes?since=" + before).json();
  CHECK(feed["results"].empty());
  CHECK(feed["last_seq"] == province.update_seq("plain"));
  CHECK(province.update_seq("plain") != before);
  const auto info = province.get("/plain").json();
  CHECK(info["doc_count"] == 1);
  CHECK(info["purge_seq"] == "1");
  CHECK(province.audited.back() == "purged admin");
}

TEST_CASE("only leaves are purged and what other leaves grow from stays") {
  ServedProvince province;
  province.push("plain", document("x", "21") + "," + document("x", "321") + "," + document("x", "41"));
  CHECK(province.post("/plain/_purge", asked("x", "1-" + sig('1'))).json()["purged"]["x"].empty());
  CHECK(province.post("/plain/_purge", asked("absent", "1-" + sig('1'))).json()["purged"]["absent"].empty());
  CHECK(province.post("/plain/_purge", asked("x", "3-" + sig('3'))).json()["purged"]["x"].size() == 1);
  CHECK(newest(province, "/plain/x") == "2-" + sig('4'));
  CHECK(province.get("/plain/x?rev=2-" + sig('2')).status == 404);
  CHECK(province.get("/plain/x?open_revs=all&revs=true").json()[0]["ok"]["_revisions"]["ids"].size() == 2);
  CHECK(province.get("/plain/_changes").json()["results"].size() == 1);
  CHECK(must(province.database("plain").store->verify()).findings.empty());
}

TEST_CASE("a purged revision is called present and a push of it or of what grew from it is refused as purged") {
  ServedProvince province;
  province.push("plain", document("x", "21") + "," + document("y", "1"));
  province.post("/plain/_purge", asked("x", "2-" + sig('2')));
  const auto diff = province.post("/plain/_revs_diff",
                                  R"({"x":["2-)" + sig('2') + R"(","1-)" + sig('1') + R"(","2-)" + sig('5') + "\"]}");
  CHECK(diff.json()["x"]["missing"] == json::Value({"2-" + sig('5')}));
  const auto rows = province.push(
      "plain", document("x", "21") + "," + document("x", "321") + "," + document("x", "1") + "," + document("z", "1"));
  REQUIRE(rows.json().size() == 3);
  for (const auto& row : rows.json()) {
    CHECK(row["error"] == "forbidden");
    CHECK(row["code"] == "purged");
  }
  CHECK(province.get("/plain/x").status == 404);
  CHECK(province.get("/plain/z").status == 200);
  CHECK(province.put("/plain/x?new_edits=false", document("x", "21")).json()["code"] == "purged");
  // Somebody may begin the document anew.
  CHECK(province.put("/plain/x", R"({"new":true})").status == 201);
  CHECK(province.push("plain", document("x", "21")).json()[0]["code"] == "purged");
}

TEST_CASE("a purge is the administrator's, names revisions, and is all or nothing") {
  ServedProvince province;
  province.push("office-a", document("x", "1"), "a");
  CHECK(province.post("/office-a/_purge", asked("x", "1-" + sig('1')), "a").status == 403);
  CHECK(province.post("/reference/_purge", "{}", "a").status == 403);
  CHECK(province.post("/plain/_purge", R"({"x":["no revision"]})").status == 400);
  CHECK(province.post("/plain/_purge", R"({"x":"1-a"})").status == 400);
  CHECK(province.call("POST", "/plain/_purge", "{}", "admin", {{"Content-Type", "text/plain"}}).status == 415);
  CHECK(province.post("/plain/_purge", "{}").body == "{\"purge_seq\":null,\"purged\":{}}\n");
  CHECK(province.get("/plain").json()["purge_seq"] == "0");
}

TEST_CASE("a purge waits until every copy has confirmed the newest version of the document") {
  Province province;
  Office office(province), other(province);
  const auto report = office.enters("bm02", "2024Q2", {{"a", 1}});
  const auto kept = office.enters("bm03", "2024", {{"b", 1}});
  sync_all(office, other);
  const std::string rev = province.leaves(report).front();
  const auto early = province.post("/office-a/_purge", asked(report, rev));
  CHECK(early.status == 403);
  CHECK(early.json()["error"] == "not_acknowledged");
  CHECK(early.json()["reason"].get<std::string>().find(other.own->instance_uuid()) != std::string::npos);
  CHECK(province.leaves(report).size() == 1);

  everybody_comes_by(province, "guidance:1", office, other);
  CHECK(province.post("/office-a/_purge", asked(report, rev)).status == 201);
  CHECK(province.leaves(report).empty());
  sync_all(office, other);
  CHECK(province.leaves(report).empty());
  CHECK(province.leaves(kept).size() == 1);
}

TEST_CASE("a purged revision does not return from an old client") {
  Province province;
  Office office(province), other(province);
  const auto report = office.enters("bm02", "2024Q2", {{"a", 1}});
  sync_all(office, other);
  other.keeps_a_copy();
  everybody_comes_by(province, "guidance:1", office, other);
  REQUIRE(province.post("/office-a/_purge", asked(report, province.leaves(report).front())).status == 201);
  SECTION("one that compares everything") {
    other.goes_back();
    other.syncs();
    other.syncs();
    CHECK(other.refusals().empty());
  }
  SECTION("one that goes on writing in it") {
    office.changes(report, "a", 2);
    office.syncs();
    const LedgerRow fate = office.fate(report);
    CHECK(fate.fate == Fate::refused);
    CHECK(fate.code == "purged");
  }
  CHECK(province.leaves(report).empty());
}

TEST_CASE("F34: a copy that was away for a year neither brings back what was purged nor loses what it wrote") {
  Province province;
  Office office(province), away(province);
  const auto mistake = office.enters("bm02", "2024Q2", {{"a", 1}});
  const auto deleted = office.enters("bm02", "2024Q3", {{"a", 1}});
  sync_all(office, away);
  away.changes(mistake, "a", 5);
  away.changes(deleted, "a", 6);
  const auto written = away.enters("bm03", "2024", {{"b", 7}});

  office.removes(deleted);
  everybody_comes_by(province, "guidance:1", office);
  const std::string rev = province.leaves(mistake).front();
  CHECK(province.post("/office-a/_purge", asked(mistake, rev)).json()["error"] == "not_acknowledged");
  // Nobody waits for ever: with a new token for the office, copies that do not come again do not count.
  must(province.database("office-a").store->write(revoke_replicas));
  office.restarts();
  everybody_comes_by(province, "guidance:2", office);
  REQUIRE(province.post("/office-a/_purge", asked(mistake, rev)).status == 201);
  province.clock.advance(365LL * 24 * 3600 * 1000);

  away.syncs();
  away.syncs();
  CHECK(province.leaves(mistake).empty());
  CHECK(away.fate(mistake).code == "purged");
  CHECK(away.value(mistake, "a") == 5);
  CHECK(province.value(written, "b") == 7);
  CHECK(province.value(deleted, "a") == 6);  // edited there, deleted here: it lives until a person decides
}
