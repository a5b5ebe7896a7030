// What few clients ask and few offices try: each is answered as the documentation of the protocol says.
#include "tests/sync/served_province.h"

namespace tram {
namespace {

using test::document;
using test::must;
using test::ServedProvince;
using test::sig;

std::string list_of(std::size_t count, const std::string& item) {
  std::string list = "[" + item;
  for (std::size_t i = 1; i < count; ++i) list += "," + item;
  return list + "]";
}

}  // namespace

TEST_CASE("an office may not do what only the administrator does, and nothing changes") {
  ServedProvince province;
  const std::string own = province.update_seq("office-a"), reference = province.update_seq("reference");
  CHECK(province.put("/office-a/_security", R"({"admins":{}})", "a").status == 403);
  CHECK(province.put("/office-a/_revs_limit", "2000", "a").status == 403);
  CHECK(province.put("/office-a/_design/x", R"({"language":"query"})", "a").status == 403);
  CHECK(province.push("office-a", document("_design/x", "1"), "a").json()[0]["error"] == "forbidden");
  CHECK(province.post("/office-a/_bulk_docs", R"({"docs":[{"_id":"_design/x"}]})", "a").status == 403);
  CHECK(province.post("/reference/_bulk_docs", R"({"docs":[{"_id":"form:x:1"}]})", "a").status == 403);
  CHECK(province.put("/reference/form:x:1", "{}", "a").status == 403);
  CHECK(province.put("/another", "", "a").status == 403);
  CHECK(province.call("DELETE", "/office-a", "", "a").status == 403);
  CHECK(province.update_seq("office-a") == own);
  CHECK(province.update_seq("reference") == reference);
}

TEST_CASE("what the administrator sets must be what it can be") {
  ServedProvince province;
  CHECK(province.put("/plain/_revs_limit", "1").status == 400);
  CHECK(province.put("/plain/_revs_limit", "\"many\"").status == 400);
  CHECK(province.put("/plain/_revs_limit", "100000").status == 200);
  CHECK(province.call("PUT", "/plain/_security", "{}", "admin", {{"Content-Type", "text/plain"}}).status == 415);
  CHECK(province.put("/plain/_security", "[]").status == 400);
  CHECK(province.post("/office-a/_compact", "{}").status == 202);  // keeps the bases of merges
}

TEST_CASE("a feed is asked for under each of its names, and a filter may not be endless") {
  ServedProvince province;
  for (const char* id : {"a", "b", "c"}) REQUIRE(province.put("/plain/" + std::string(id), "{}").status == 201);
  const std::string live = province.get("/plain/_changes?feed=live&timeout=1000").body;
  CHECK(live == province.get("/plain/_changes?feed=continuous&timeout=1000").body);
  CHECK(province.get("/plain/_changes?heartbeat=false").json()["results"].size() == 3);
  CHECK(province.call("POST", "/plain/_changes").json()["results"].size() == 3);
  const auto newest_first = province.get("/plain/_changes?descending=true").json();
  CHECK(newest_first["results"][0]["id"] == "c");
  CHECK(province.get("/plain/_changes?feed=longpoll&descending=true").json()["results"][0]["id"] == "a");
  const std::string chosen = "{\"doc_ids\":" + list_of(2, "\"a\"") + "}";
  CHECK(province.post("/plain/_changes?filter=_doc_ids", chosen).json()["results"].size() == 1);
  const std::string endless = "{\"doc_ids\":" + list_of(100'001, "\"a\"") + "}";
  CHECK(province.post("/plain/_changes?filter=_doc_ids", endless).status == 413);
  CHECK(province.post("/plain/_all_docs", "{\"keys\":" + list_of(100'001, "\"a\"") + "}").status == 413);
  CHECK(province.post("/plain/_bulk_get", "{\"docs\":" + list_of(100'001, "{\"id\":\"a\"}") + "}").status == 413);
}

TEST_CASE("a version is named by its address, by the document or by a header, and only one") {
  ServedProvince province;
  const std::string first = province.put("/plain/a", "{}").json()["rev"];
  const auto with = [&](const std::string& tag, const std::string& body) {
    return province.call("PUT", "/plain/a", body, "admin", {{"If-Match", tag}});
  };
  CHECK(with("1-" + sig('f'), "{\"_rev\":\"" + first + "\"}").status == 400);
  CHECK(province.put("/plain/a?rev=1-" + sig('f'), "{\"_rev\":\"" + first + "\"}").status == 400);
  CHECK(with("odd", "{}").status == 400);
  const auto second = with(first, "{\"n\":2}");  // without quotes, as some send it
  REQUIRE(second.status == 201);
  const auto third = with("W/\"" + std::string(second.json()["rev"]) + "\"", "{\"n\":3}");
  REQUIRE(third.status == 201);
  CHECK(with("\"" + first + "\"", "{}").status == 409);
  const std::string rev = third.json()["rev"];
  CHECK(province.call("GET", "/plain/a", "", "admin", {{"If-None-Match", "\"" + rev + "\""}}).status == 304);
  CHECK(province.call("GET", "/plain/a", "", "admin", {{"If-None-Match", "\"" + first + "\""}}).status == 200);
  CHECK(province.call("DELETE", "/plain/a?rev=" + rev).status == 200);
  const auto again = province.put("/plain/a", "{\"n\":4}");  // grows from what was deleted
  CHECK(std::string(again.json()["rev"]).starts_with("5-"));
  const auto versions = province.get("/plain/a?revs_info=true").json()["_revs_info"];
  CHECK(versions[0]["status"] == "available");
  CHECK(versions[1]["status"] == "deleted");
}

TEST_CASE("documents written in one request are judged one by one") {
  ServedProvince province;
  const std::string first = province.put("/plain/a", "{}").json()["rev"];
  const std::string second = province.put("/plain/a", "{\"_rev\":\"" + first + "\"}").json()["rev"];
  const std::string docs = R"([{"n":1},{"_id":"a","_rev":")" + first + R"("},{"_id":"a"},{"_id":"b","_rev":"1-)" +
                           sig('b') + R"("},{"_id":"a","_rev":")" + second +
                           R"(","_deleted":true},{"_id":"c","_attachments":{"t":{"data":"YQ=="}}}])";
  const auto rows = province.post("/plain/_bulk_docs", "{\"docs\":" + docs + "}").json();
  CHECK(std::string(rows[0]["id"]).size() == 32);
  for (const int row : {1, 2, 3}) CHECK(rows[row]["error"] == "conflict");
  CHECK(rows[4]["ok"] == true);
  CHECK(province.get("/plain/c/t").body == "a");
  CHECK(province.post("/plain", "{\"n\":1}").status == 201);
  CHECK(province.post("/plain", R"({"_id":"_local/x"})").status == 400);
  CHECK(province.put("/plain/_local/x", R"({"_attachments":{}})").status == 201);
  CHECK(province.put("/plain/_local/y", R"({"_attachments":{"t":{"data":"YQ=="}}})").status == 400);
}

TEST_CASE("files come and go by themselves, and their names tell nothing to who may not see them") {
  ServedProvince province;
  const auto made = province.call("PUT", "/plain/a/photo", "bytes", "admin", {{"Content-Type", ""}});
  REQUIRE(made.status == 201);
  CHECK(province.get("/plain/a/photo").header("Content-Type") == "application/octet-stream");
  CHECK(province.call("DELETE", "/plain/a/photo").status == 409);
  CHECK(province.call("DELETE", "/plain/nowhere/photo?rev=1-" + sig('1')).status == 404);
  CHECK(province.call("DELETE", "/plain/a/photo?rev=" + std::string(made.json()["rev"])).status == 200);
  CHECK(province.get("/plain/_design/x/_show").status == 501);
  const std::string unknown = "/_blob/" + std::string(64, 'e');
  CHECK(province.get("/office-a" + unknown, "a").header("Tram-Have") == "0");
  CHECK(province.get("/reference" + unknown, "a").status == 404);
  CHECK(province.get("/reference" + unknown, "a").header("Tram-Have").empty());
  CHECK(province.get("/office-a/_blob/short", "a").status == 400);
  std::string many = "{\"_attachments\":{\"0\":{\"data\":\"\"}";
  for (int i = 1; i <= 64; ++i) many += ",\"" + std::to_string(i) + "\":{\"data\":\"\"}";
  CHECK(province.put("/office-a/note:1", many + "}}", "a").status == 400);
  const http::Headers either{{"Accept", "multipart/mixed, application/json"}};
  const auto both = province.call("POST", "/plain/_bulk_get", R"({"docs":[{"id":"a"}]})", "admin", either);
  CHECK(both.header("Content-Type") == "application/json");
}

TEST_CASE("documents are found by members that are objects, lists and large numbers") {
  ServedProvince province;
  REQUIRE(province.put("/plain/a", R"({"o":{"k":1},"l":[1,2],"n":18446744073709551615,"x.y":1})").status == 201);
  REQUIRE(province.put("/plain/b", R"({"o":{"k":1,"z":0},"l":[1],"n":1.5})").status == 201);
  REQUIRE(province.put("/plain/c", R"({"o":{"m":0},"l":[2],"n":-7})").status == 201);
  const auto found = [&](const std::string& selector) {
    std::string ids;
    const auto answer = province.post("/plain/_find", "{\"selector\":" + selector + "}").json();
    for (const auto& one : answer["docs"]) ids += std::string(one["_id"]);
    return ids;
  };
  CHECK(found(R"({"o":{"$gt":{"k":1}}})") == "bc");
  CHECK(found(R"({"o":{"$lt":{"k":1,"z":0}}})") == "a");
  CHECK(found(R"({"o":{"$gt":{"l":9}}})") == "c");
  CHECK(found(R"({"o":{"$eq":{}}})").empty());
  CHECK(found(R"({"l":{"$gt":[1]}})") == "ac");
  CHECK(found(R"({"l":{"$lt":[1,2]}})") == "b");
  CHECK(found(R"({"l":{"$in":[2]}})") == "ac");
  CHECK(found(R"({"n":{"$gt":18446744073709551614}})") == "a");
  CHECK(found(R"({"n":{"$lt":-6}})") == "c");
  CHECK(found(R"({"x\\.y":1})") == "a");
  CHECK(found(R"({"o.k":1})") == "ab");
}

}  // namespace tram
