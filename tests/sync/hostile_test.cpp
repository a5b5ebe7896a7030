// Peers that mean harm, or that are broken: bounded memory, a clear refusal, and the rest is served.
#include "core/base/json_reader.h"
#include "tests/sync/served_province.h"

namespace tram {
namespace {

using test::document;
using test::ServedProvince;
using test::sig;

std::string numbered(std::size_t n) {
  std::string text = std::to_string(n);
  return std::string(32 - text.size(), '0') + text;
}

TEST_CASE("F37: a million claimed ancestors refuse that document and leave its neighbours") {
  ServedProvince province;
  std::string ids;
  for (std::size_t i = 0; i < 1'000'000; ++i) ids += (i > 0 ? ",\"" : "\"") + std::to_string(i) + "\"";
  const auto answer =
      province.push("plain", R"({"_id":"old","_rev":"1000000-0","_revisions":{"start":1000000,"ids":[)" + ids + "]}}," +
                                 document("x", "1"));
  REQUIRE(answer.status == 201);
  CHECK(answer.json()[0]["code"] == "bad_revision");
  CHECK(province.get("/plain/x").status == 200);
  CHECK(province.get("/plain/old").status == 404);
}

TEST_CASE("F38: of ten thousand leaves of one document a thousand are taken and the others are told") {
  ServedProvince province;
  std::string documents = document("y", "1");
  for (std::size_t i = 0; i < 10'000; ++i) documents += R"(,{"_id":"x","_rev":"1-)" + numbered(i) + "\"}";
  const auto rows = province.push("plain", documents).json();
  CHECK(rows.size() == 9'000);
  for (const auto& row : rows) CHECK(row["code"] == "too_many_conflicts");
  CHECK(province.get("/plain/y").status == 200);
  CHECK(province.get("/plain/x?conflicts=true").json()["_conflicts"].size() == 999);
  CHECK(province.get("/plain/_changes?style=all_docs").json()["results"][1]["changes"].size() == 1'000);
  // What closes a leaf is still welcome.
  const std::string closing = R"({"_id":"x","_rev":"2-)" + sig('f') + R"(","_deleted":true,"_revisions":{"start":2,)" +
                              R"("ids":[")" + sig('f') + "\",\"" + numbered(5) + "\"]}}";
  CHECK(province.push("plain", closing).body == "[]\n");
}

TEST_CASE("ten thousand conflicting documents come in one request and are told apart") {
  ServedProvince province;
  std::string documents;
  for (std::size_t i = 0; i < 10'000; ++i) {
    for (const char leaf : {'1', '2'}) {
      documents += (documents.empty() ? "" : ",") + document("x" + std::to_string(i), std::string(1, leaf));
    }
  }
  CHECK(province.push("plain", documents).body == "[]\n");
  CHECK(province.get("/plain/_changes?limit=0").json()["pending"] == 10'000);
  CHECK(province.get("/plain/x77?conflicts=true").json()["_conflicts"] == json::Value({"1-" + sig('1')}));
}

TEST_CASE("a history that grows by paths without overlap stays a forest of a thousand roots at most") {
  ServedProvince province;
  std::string documents = document("x", "1");
  for (std::size_t i = 0; i < 1'200; ++i) {
    documents += R"(,{"_id":"x","_rev":")" + std::to_string(i + 2) + "-" + numbered(i) + "\"}";
  }
  CHECK(province.push("plain", documents).json().size() == 201);
  CHECK(province.get("/plain/x?open_revs=all").json().size() == 1'000);
}

TEST_CASE("F39: depth and names that two readers see differently are refused wherever JSON comes in") {
  ServedProvince province;
  const std::string deep = "{\"a\":" + std::string(10'000, '[') + std::string(10'000, ']') + "}";
  for (const std::string& body : {deep, std::string(R"({"a":1,"a":2})")}) {
    CHECK(province.put("/plain/x", body).status == 400);
    CHECK(province.put("/plain/_local/x", body).status == 400);
    CHECK(province.put("/plain/_security", body).status == 400);
    for (const char* path : {"_bulk_docs", "_bulk_get", "_revs_diff", "_all_docs", "_find"}) {
      CAPTURE(path);
      CHECK(province.post("/plain/" + std::string(path), body).status == 400);
    }
  }
}

}  // namespace
}  // namespace tram
