#include "tests/sync/served_province.h"

namespace tram {
namespace {

using test::document;
using test::ServedProvince;
using test::sig;

TEST_CASE("bulk_docs answers 201 and with new_edits false lists only refusals") {
  ServedProvince province;
  const auto taken = province.push("plain", document("x", "1") + "," + document("y", "21"));
  CHECK(taken.status == 201);
  CHECK(taken.body == "[]\n");
  CHECK(taken.header("Tram-Wrote") == "0.." + province.update_seq("plain"));
  const auto row = province.get("/plain/y?revs=true").json();
  CHECK(row["_rev"] == "2-" + sig('2'));
  CHECK(row["_revisions"]["ids"] == json::Value({sig('2'), sig('1')}));
}

TEST_CASE("a bad document is a row of its own and leaves its neighbours stored") {
  ServedProvince province;
  const auto answer =
      province.push("plain", document("good", "1") + ",{\"_id\":\"_bad\",\"_rev\":\"1-" + sig('1') +
                                 "\"},{\"_id\":\"no-number\",\"_rev\":\"x\"}," + "{\"_rev\":\"1-" + sig('1') + "\"}," +
                                 document("special", "1", "\"_odd\":1") + ",7," + document("also-good", "1"));
  CHECK(answer.status == 201);
  const auto rows = answer.json();
  REQUIRE(rows.size() == 5);
  for (const auto& row : rows) CHECK(row["error"] == "forbidden");
  CHECK(rows[0]["id"] == "_bad");
  CHECK(rows[1]["code"] == "bad_revision");
  CHECK(province.get("/plain/good").status == 200);
  CHECK(province.get("/plain/also-good").status == 200);
}

TEST_CASE("a document without any revision fails the request in a plain database as in a CouchDB") {
  ServedProvince province;
  const auto answer = province.push("plain", document("x", "1") + ",{\"_id\":\"y\"}");
  CHECK(answer.status == 400);
  CHECK(answer.json()["error"] == "bad_request");
  CHECK(province.get("/plain/x").status == 404);
  CHECK(province.push("office-a", document("x", "1") + ",{\"_id\":\"y\"}").json()[0]["code"] == "bad_revision");
  CHECK(province.get("/office-a/x").status == 200);
}

TEST_CASE("F21: a repeated bulk_docs changes neither tree nor update_seq") {
  ServedProvince province;
  const std::string documents = document("x", "321") + "," + document("x", "4321") + "," + document("x", "51");
  province.push("plain", documents);
  const auto tree = province.get("/plain/x?revs=true&open_revs=all").body;
  const auto seq = province.update_seq("plain");
  const auto again = province.push("plain", documents);
  CHECK(again.body == "[]\n");
  CHECK(again.header("Tram-Wrote") == seq + ".." + seq);
  CHECK(province.update_seq("plain") == seq);
  CHECK(province.get("/plain/x?revs=true&open_revs=all").body == tree);
  province.push("plain", document("x", "51"));
  CHECK(province.update_seq("plain") == seq);
}

TEST_CASE("a local document inside bulk_docs is written with it and returns no row") {
  ServedProvince province;
  const auto answer = province.push(
      "plain", document("x", "1") + ",{\"_id\":\"_local/cp\",\"_rev\":\"0-7\",\"source_last_seq\":\"3\"}");
  CHECK(answer.body == "[]\n");
  const auto local = province.get("/plain/_local/cp").json();
  CHECK(local["_rev"] == "0-8");
  CHECK(local["source_last_seq"] == "3");
  CHECK(province.get("/plain/_all_docs").json()["rows"].size() == 1);
  CHECK(province.get("/plain/_changes").json()["results"].size() == 1);
}

TEST_CASE("new_edits true edits each document and tells of conflicts in order") {
  ServedProvince province;
  const auto first = province.post("/plain/_bulk_docs", R"({"docs":[{"_id":"x","n":1},{"n":2}]})");
  CHECK(first.status == 201);
  CHECK(first.json()[0]["ok"] == true);
  CHECK(first.json()[1]["id"].get<std::string>().size() == 32);
  const auto second = province.post("/plain/_bulk_docs", R"({"docs":[{"_id":"x","n":3},{"_id":"y"}]})").json();
  CHECK(second[0]["error"] == "conflict");
  CHECK(second[1]["ok"] == true);
  CHECK(province.post("/plain/_bulk_docs", R"({"docs":[{"_id":"_x"}]})").status == 400);
}

TEST_CASE("local documents among edits have rows of their own and may be deleted") {
  ServedProvince province;
  const auto made = province.post("/plain/_bulk_docs", R"({"docs":[{"_id":"_local/a","n":1},{"_id":"x"}]})").json();
  REQUIRE(made.size() == 2);
  CHECK(made[0]["id"] == "_local/a");
  CHECK(made[0]["rev"] == "0-1");
  CHECK(made[1]["id"] == "x");
  const auto gone = province.post("/plain/_bulk_docs", R"({"docs":[{"_id":"_local/a","_rev":"0-1","_deleted":true}]})");
  CHECK(gone.json()[0]["rev"] == "0-0");
  CHECK(province.get("/plain/_local/a").status == 404);
  province.put("/plain/_local/b", "{}");
  CHECK(province.put("/plain/_local/b", R"({"_deleted":true})").json()["rev"] == "0-0");
  CHECK(province.get("/plain/_local/b").status == 404);
}

TEST_CASE("F37: forged histories refuse that document and nothing else") {
  ServedProvince province;
  std::string long_path;
  for (int i = 0; i < 10'001; ++i) long_path += (i > 0 ? ",\"f" : "\"f") + std::to_string(i) + "\"";
  const std::string one = "\"_id\":\"x\",\"_rev\":\"";
  const auto answer = province.push(
      "plain", document("x", "1") + ",{" + one + "9007199254740992-" + sig('1') + "\"},{" + one + "1-" + sig('a') +
                   "\",\"_revisions\":{\"start\":1,\"ids\":[\"" + sig('a') + "\",\"" + sig('b') + "\"]}},{" + one +
                   "3-" + sig('a') + "\",\"_revisions\":{\"start\":3,\"ids\":[]}},{" + one + "2-" + sig('a') +
                   "\",\"_revisions\":{\"start\":2,\"ids\":[\"" + sig('b') + "\",\"" + sig('c') + "\"]}},{" + one +
                   "20000-f0" + "\",\"_revisions\":{\"start\":20000,\"ids\":[" + long_path + "]}},{" + one +
                   "1-zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz\"}");
  const auto rows = answer.json();
  REQUIRE(rows.size() == 6);
  for (const auto& row : rows) CHECK(row["code"] == "bad_revision");
  CHECK(province.get("/plain/x").json()["_rev"] == "1-" + sig('1'));
}

TEST_CASE("F39: JSON that two readers could understand differently is 400 for the whole request") {
  ServedProvince province;
  const std::string deep = std::string(10'000, '[') + std::string(10'000, ']');
  for (const std::string& members :
       {std::string("\"a\":1,\"a\":2"), "\"a\":" + deep, std::string("\"a\":\"\\ud800\""),
        std::string("\"a\":\"\xff\""), std::string("\"a\":NaN"), std::string("\"a\":01")}) {
    const auto answer = province.push("plain", document("x", "1", members));
    CHECK(answer.status == 400);
  }
  CHECK(province.call("POST", "/plain/_bulk_docs", "\xEF\xBB\xBF{\"docs\":[]}").status == 400);
  CHECK(province.get("/plain/x").status == 404);
  CHECK(province.push("plain", document("x", "1", "\"a\":1e400,\"b\":18446744073709551616")).body == "[]\n");
  CHECK(province.get("/plain/x").body.find("1e400") != std::string::npos);
}

TEST_CASE("a request of a hundred thousand empty documents and one more is too large") {
  ServedProvince province;
  std::string documents = "{}";
  for (int i = 0; i < 100'000; ++i) documents += ",{}";
  CHECK(province.push("plain", documents).status == 413);
}

TEST_CASE("a document above eight megabytes is 413 and names itself") {
  ServedProvince province;
  const auto answer = province.push("plain", document("big", "1", "\"x\":\"" + std::string(8'000'001, 'x') + "\""));
  CHECK(answer.status == 413);
  CHECK(answer.json()["error"] == "document_too_large");
  CHECK(answer.json()["reason"] == "big");
}

TEST_CASE("a document with a broken attachment is refused and never stored without it") {
  ServedProvince province;
  const auto answer = province.push(
      "plain", document("x", "1", R"("_attachments":{"a.jpg":{"content_type":"image/jpeg","data":"AAA"}})"));
  CHECK(answer.json()[0]["code"] == "bad_document");
  CHECK(province.get("/plain/x").status == 404);
  CHECK(province.push("plain", document("y", "1", "\"_attachments\":{}")).body == "[]\n");
}

TEST_CASE("F38: an office database refuses leaf 101 of a document and keeps the others") {
  ServedProvince province;
  std::string documents;
  for (int i = 0; i < 10'000; ++i) {
    documents += std::string(i > 0 ? "," : "") + "{\"_id\":\"_design/x\",\"_rev\":\"1-s" + std::to_string(i) + "\"}";
  }
  const auto rows = province.push("office-a", documents).json();
  CHECK(rows.size() == 9'900);
  CHECK(rows[0]["code"] == "too_many_conflicts");
  CHECK(province.get("/office-a/_design/x?conflicts=true").json()["_conflicts"].size() == 99);
}

TEST_CASE("offices do not write design documents") {
  ServedProvince province;
  CHECK(province.push("office-a", document("_design/x", "1"), "a").json()[0]["code"] == "design_admin_only");
  CHECK(province.put("/office-a/_design/x", "{}", "a").status == 403);
  CHECK(province.put("/office-a/_design/x", "{}").status == 201);
}

TEST_CASE("cut paths are taken where their ancestor is known and are 412 where it is not") {
  ServedProvince province;
  province.push("plain", document("x", "321"));
  const std::string seq = province.update_seq("plain");
  const std::string cut = "{\"_id\":\"x\",\"_rev\":\"4-" + sig('4') + "\",\"_revisions\":{\"start\":4,\"ids\":[\"" +
                          sig('4') + "\",\"" + sig('3') + "\"]},\"n\":4}";
  CHECK(province.push("plain", cut, "admin", {{"Tram-If-Seen", seq}}).body == "[]\n");
  CHECK(province.get("/plain/x?revs=true").json()["_revisions"]["ids"].size() == 4);
  std::string elsewhere = cut;
  elsewhere.replace(8, 1, "y");
  const auto answer = province.push("plain", elsewhere, "admin", {{"Tram-If-Seen", seq}});
  CHECK(answer.status == 412);
  CHECK(answer.json()["error"] == "history_changed");
  CHECK(province.get("/plain/y").status == 404);
  CHECK(province.push("plain", cut, "admin", {{"Tram-If-Seen", "1-00000000"}}).status == 412);
}

TEST_CASE("a merge tombstone whose merge was refused is refused with it") {
  ServedProvince province;
  province.push("plain", document("x", "1"));
  const auto rows =
      province
          .push("plain", "{\"_id\":\"x\",\"_rev\":\"2-" + sig('9') + "\",\"_odd\":1}," +
                             document("x", "21", "\"_deleted\":true,\"merged_into\":\"2-" + sig('9') + "\""))
          .json();
  REQUIRE(rows.size() == 2);
  CHECK(rows[1]["code"] == "merge_refused");
  CHECK(province.get("/plain/x").status == 200);
}

// --- bulk_get

TEST_CASE("bulk_get has one key at its top and keeps order and length of the request") {
  ServedProvince province;
  province.push("plain", document("x", "21") + "," + document("y", "1"));
  const std::string x = "{\"id\":\"x\",\"rev\":\"2-" + sig('2') + "\"}";
  const auto answer =
      province.post("/plain/_bulk_get?revs=true&latest=true", "{\"docs\":[" + x + ",{\"id\":\"absent\",\"rev\":\"1-" +
                                                                  sig('1') + "\"}," + x + ",{\"id\":\"y\"}]}");
  CHECK(answer.status == 200);
  CHECK(answer.json().size() == 1);
  const auto results = answer.json()["results"];
  REQUIRE(results.size() == 4);
  CHECK(results[0] == results[2]);
  CHECK(results[0]["docs"][0].size() == 1);
  CHECK(results[0]["docs"][0]["ok"]["_revisions"]["ids"].size() == 2);
  CHECK(results[1]["docs"][0]["error"]["reason"] == "missing");
  CHECK(results[1]["docs"][0]["error"]["rev"] == "1-" + sig('1'));
  CHECK(results[3]["docs"][0]["ok"]["_id"] == "y");
}

TEST_CASE("a lost revision is answered by its latest leaf") {
  ServedProvince province;
  province.push("plain", document("x", "321") + "," + document("x", "41"));
  const auto ask = [&](const std::string& rev, const std::string& query) {
    return province.post("/plain/_bulk_get?" + query, "{\"docs\":[{\"id\":\"x\",\"rev\":\"" + rev + "\"}]}")
        .json()["results"][0]["docs"][0];
  };
  CHECK(ask("2-" + sig('2'), "latest=true")["ok"]["_rev"] == "3-" + sig('3'));
  CHECK(ask("2-" + sig('4'), "latest=true")["ok"]["_rev"] == "2-" + sig('4'));
  CHECK(ask("9-" + sig('9'), "latest=true")["ok"]["_rev"] == "3-" + sig('3'));
  CHECK(ask("2-" + sig('2'), "")["error"]["error"] == "not_found");
  CHECK(province.post("/plain/_bulk_get?open_revs=all", "{\"docs\":[]}").status == 400);
  CHECK(province.post("/plain/_bulk_get", "{\"docs\":[{\"id\":\"x\"}]}").json()["results"][0]["docs"].size() == 2);
}

TEST_CASE("revs_diff tells what is missing and from where it may grow") {
  ServedProvince province;
  province.push("plain", document("x", "21"));
  const auto diff = province
                        .post("/plain/_revs_diff", "{\"x\":[\"1-" + sig('1') + "\",\"2-" + sig('2') + "\",\"3-" +
                                                       sig('3') + "\"],\"y\":[\"1-" + sig('1') + "\"]}")
                        .json();
  CHECK(diff["x"]["missing"] == json::Value({"3-" + sig('3')}));
  CHECK(diff["x"]["possible_ancestors"] == json::Value({"2-" + sig('2')}));
  CHECK_FALSE(diff["y"].contains("possible_ancestors"));
  CHECK(province.post("/plain/_revs_diff", "{\"x\":[\"2-" + sig('2') + "\"]}").body == "{}\n");
  CHECK(province.post("/plain/_revs_diff", R"({"x":["nonsense"]})").status == 400);
  CHECK(province.post("/plain/_missing_revs", "{\"y\":[\"1-" + sig('1') + "\"]}").json()["missing_revs"]["y"].size() ==
        1);
}

}  // namespace
}  // namespace tram
