#include "sync/selector.h"
#include "tests/sync/served_province.h"

namespace tram {
namespace {

using test::document;
using test::must;
using test::ServedProvince;
using test::sig;

TEST_CASE("a document is made and edited and deleted and made again on its tombstone") {
  ServedProvince province;
  const auto made = province.put("/plain/x", R"({"n":1})");
  CHECK(made.status == 201);
  const std::string first = made.json()["rev"];
  CHECK(made.header("ETag") == "\"" + first + "\"");
  CHECK(province.put("/plain/x", R"({"n":2})").json()["error"] == "conflict");
  const auto edited = province.put("/plain/x?rev=" + first, R"({"n":2})");
  const std::string second = edited.json()["rev"];
  CHECK(second.starts_with("2-"));
  CHECK(province.call("DELETE", "/plain/x").status == 409);
  CHECK(province.call("DELETE", "/plain/x", "", "admin", {{"If-Match", "\"" + second + "\""}}).status == 200);
  CHECK(province.get("/plain/x").json()["reason"] == "deleted");
  CHECK(province.call("DELETE", "/plain/x").status == 404);
  CHECK(province.put("/plain/x", R"({"n":3})").json()["rev"].get<std::string>().starts_with("4-"));
  CHECK(province.get("/plain/absent").json()["reason"] == "missing");
}

TEST_CASE("the same edit on the same parent is the same revision anywhere") {
  ServedProvince one, other;
  CHECK(one.put("/plain/x", R"({"b":1.0,"a":"đ"})").json()["rev"] ==
        other.put("/plain/y", "{ \"a\" : \"\\u0111\", \"b\" : 1e0 }").json()["rev"]);
}

TEST_CASE("deleting the winner shows the next leaf") {
  ServedProvince province;
  province.push("plain", document("x", "321", "\"n\":3") + "," + document("x", "41", "\"n\":4"));
  CHECK(province.get("/plain/x").json()["n"] == 3);
  CHECK(province.call("DELETE", "/plain/x?rev=3-" + sig('3')).status == 200);
  CHECK(province.get("/plain/x").json()["n"] == 4);
}

TEST_CASE("a document tells its history and its conflicts when asked") {
  ServedProvince province;
  province.push("plain",
                document("x", "321") + "," + document("x", "41") + "," + document("x", "51", "\"_deleted\":true"));
  const auto all = province.get("/plain/x?meta=true&revs=true&local_seq=true").json();
  CHECK(all["_revs_info"][0]["status"] == "available");
  CHECK(all["_revs_info"][1]["status"] == "missing");
  CHECK(all["_conflicts"] == json::Value({"2-" + sig('4')}));
  CHECK(all["_deleted_conflicts"] == json::Value({"2-" + sig('5')}));
  CHECK(all["_revisions"]["start"] == 3);
  CHECK(all["_local_seq"] == province.update_seq("plain"));
  CHECK(province.get("/plain/x?rev=2-" + sig('4')).json()["_rev"] == "2-" + sig('4'));
  CHECK(province.get("/plain/x?rev=2-" + sig('2')).status == 404);
  CHECK(province.get("/plain/x?latest=true&rev=2-" + sig('2')).json()["_rev"] == "3-" + sig('3'));
  CHECK(province.get("/plain/x?rev=nonsense").json()["error"] == "bad_request");
  CHECK(province.get("/plain/x?rev=nonsense").json()["reason"] == "Invalid rev format");
}

TEST_CASE("an unchanged document is 304") {
  ServedProvince province;
  const std::string tag = province.put("/plain/x", "{}").header("ETag");
  CHECK(province.call("GET", "/plain/x", "", "admin", {{"If-None-Match", tag}}).status == 304);
  CHECK(province.call("HEAD", "/plain/x").header("ETag") == tag);
}

TEST_CASE("open_revs is an array or multipart mixed with 200") {
  ServedProvince province;
  province.push("plain", document("x", "21") + "," + document("x", "31"));
  const std::string target = "/plain/x?revs=true&open_revs=%5B%222-" + sig('2') + "%22,%229-" + sig('9') + "%22%5D";
  const auto array = province.get(target).json();
  CHECK(array[0]["ok"]["_rev"] == "2-" + sig('2'));
  CHECK(array[1]["missing"] == "9-" + sig('9'));
  const auto parts = province.call("GET", target, "", "admin", {{"Accept", "multipart/mixed"}});
  CHECK(parts.status == 200);
  const std::string type = parts.header("Content-Type");
  REQUIRE(type.starts_with("multipart/mixed; boundary=\""));
  const std::string boundary = type.substr(27, type.size() - 28);
  CHECK(parts.body.starts_with("--" + boundary + "\r\nContent-Type: application/json\r\n\r\n{\"_id\":\"x\""));
  CHECK(parts.body.find("Content-Type: application/json; error=\"true\"\r\n\r\n{\"missing\":\"9-" + sig('9') + "\"}") !=
        std::string::npos);
  CHECK(parts.body.ends_with("--" + boundary + "--"));
  CHECK(province.get("/plain/x?open_revs=all").json().size() == 2);
  CHECK(province.get("/plain/absent?open_revs=all").status == 404);
}

TEST_CASE("PUT with new_edits false stores the revision as it is") {
  ServedProvince province;
  CHECK(province.put("/plain/x?new_edits=false", document("x", "21")).json()["rev"] == "2-" + sig('2'));
  CHECK(province.get("/plain/x?revs=true").json()["_revisions"]["ids"].size() == 2);
}

TEST_CASE("revisions of 32 hex digits are lower-cased") {
  ServedProvince province;
  province.push("plain", "{\"_id\":\"x\",\"_rev\":\"1-" + std::string(32, 'A') + "\"}");
  CHECK(province.get("/plain/x").json()["_rev"] == "1-" + std::string(32, 'a'));
}

TEST_CASE("F35: bodies pass as the text they came in") {
  ServedProvince province;
  province.push("plain", document("x", "1", "\"n\":1.50e1, \"t\":\"\\u0111\""));
  CHECK(province.get("/plain/x").body.find("\"n\":1.50e1, \"t\":\"\\u0111\"") != std::string::npos);
}

TEST_CASE("local documents count up and the last writer wins") {
  ServedProvince province;
  CHECK(province.get("/plain/_local/a.b_c=").status == 404);
  CHECK(province.put("/plain/_local/a.b_c=", R"({"n":1})").json()["rev"] == "0-1");
  CHECK(province.put("/plain/_local%2Fa.b_c=", R"({"_rev":"0-1","n":2,"_revisions":{"start":0,"ids":["1"]}})")
            .json()["rev"] == "0-2");
  CHECK(province.put("/plain/_local/a.b_c=", R"({"_rev":"0-1","n":3})").status == 201);
  CHECK(province.get("/plain/_local/a.b_c=").json()["n"] == 3);
  CHECK(province.call("DELETE", "/plain/_local/a.b_c=").status == 200);
  CHECK(province.get("/plain/_local/a.b_c=").status == 404);
  CHECK(province.put("/plain/_local/empty", "{}").status == 201);
  CHECK(province.get("/plain/_local/empty").json().size() == 2);
}

TEST_CASE("ids with reserved beginnings are refused") {
  ServedProvince province;
  CHECK(province.put("/plain/_mine", "{}").json()["error"] == "illegal_docid");
  CHECK(province.put("/plain/" + std::string(4097, 'x'), "{}").status == 400);
  CHECK(province.put("/plain/b%C3%A1o%20c%C3%A1o", "{}").status == 201);
  CHECK(province.get("/plain/b%C3%A1o%20c%C3%A1o").json()["_id"] == "báo cáo");
}

TEST_CASE("all_docs lists ids in order and answers keys in the order asked") {
  ServedProvince province;
  for (const std::string id : {"b", "a", "c", "d"}) province.put("/plain/" + id, "{}");
  const std::string rev = province.get("/plain/d").json()["_rev"];
  province.call("DELETE", "/plain/d?rev=" + rev);
  const auto ids = [&](const std::string& query) {
    std::string text;
    const auto listing = province.get("/plain/_all_docs?" + query).json();
    for (const auto& row : listing["rows"]) text += row["id"].get<std::string>();
    return text;
  };
  CHECK(ids("") == "abc");
  CHECK(ids("descending=true") == "cba");
  CHECK(ids("startkey=%22b%22") == "bc");
  CHECK(ids("endkey=%22b%22") == "ab");
  CHECK(ids("endkey=%22b%22&inclusive_end=false") == "a");
  CHECK(ids("descending=true&startkey=%22b%22") == "ba");
  CHECK(ids("descending=true&startkey=%22c%22&endkey=%22b%22") == "cb");
  CHECK(ids("key=%22b%22") == "b");
  CHECK(ids("limit=1&skip=1") == "b");
  CHECK(ids("limit=0").empty());
  const auto whole = province.get("/plain/_all_docs?include_docs=true&update_seq=true").json();
  CHECK(whole["total_rows"] == 3);
  CHECK(whole["rows"][0]["doc"]["_id"] == "a");
  CHECK(whole["update_seq"] == province.update_seq("plain"));
  const auto keys =
      province.post("/plain/_all_docs?include_docs=true", R"({"keys":["c","nope","d","c"]})").json()["rows"];
  REQUIRE(keys.size() == 4);
  CHECK(keys[0]["id"] == "c");
  CHECK(keys[1] == json::Value({{"key", "nope"}, {"error", "not_found"}}));
  CHECK(keys[2]["value"]["deleted"] == true);
  CHECK(keys[2]["doc"].is_null());
}

TEST_CASE("design documents and local documents have lists of their own") {
  ServedProvince province;
  province.put("/plain/_design/a", "{}");
  province.put("/plain/_design/b", "{}");
  province.put("/plain/x", "{}");
  province.put("/plain/_local/l", "{}");
  CHECK(province.get("/plain/_design_docs").json()["rows"].size() == 2);
  CHECK(province.get("/plain/_design_docs?startkey=%22_design/b%22").json()["rows"][0]["id"] == "_design/b");
  CHECK(province.get("/plain/_design_docs?key=%22x%22").json()["rows"].empty());
  CHECK(province.get("/plain/_local_docs").json()["rows"][0]["id"] == "_local/l");
  CHECK(province.get("/plain/_all_docs?keys=[%22x%22]&startkey=%22a%22").json()["error"] == "query_parse_error");
}

TEST_CASE("a long listing comes whole in order both ways") {
  ServedProvince province;
  std::string documents;
  for (int i = 0; i < 1500; ++i) documents += (i > 0 ? "," : "") + document("d" + std::to_string(10'000 + i), "1");
  province.push("plain", documents);
  const auto up = province.get("/plain/_all_docs").json()["rows"];
  const auto down = province.get("/plain/_all_docs?descending=true").json()["rows"];
  REQUIRE(up.size() == 1500);
  REQUIRE(down.size() == 1500);
  for (std::size_t i = 0; i < 1500; ++i) {
    CHECK(up[i]["id"] == "d" + std::to_string(10'000 + i));
    CHECK(down[1499 - i]["id"] == up[i]["id"]);
  }
}

TEST_CASE("find looks at winners with a selector and goes on at its bookmark") {
  ServedProvince province;
  for (int i = 0; i < 5; ++i) {
    province.put("/plain/d" + std::to_string(i),
                 "{\"n\":" + std::to_string(i) + ",\"v\":{\"k\":\"" + (i % 2 ? "odd" : "even") + "\"}}");
  }
  const auto find = [&](const std::string& body) { return province.post("/plain/_find", body).json(); };
  CHECK(find(R"({"selector":{"v.k":"odd"}})")["docs"].size() == 2);
  CHECK(find(R"({"selector":{"v":{"k":"odd"},"n":{"$gt":1}}})")["docs"].size() == 1);
  CHECK(find(R"({"selector":{},"fields":["v.k"]})")["docs"][0] == json::Value({{"v", {{"k", "even"}}}}));
  CHECK(find(R"({"selector":{},"sort":[{"n":"desc"}],"limit":1})")["docs"][0]["n"] == 4);
  const auto page = find(R"({"selector":{},"limit":3})");
  CHECK(page["docs"].size() == 3);
  const auto rest = find("{\"selector\":{},\"limit\":3,\"bookmark\":\"" + page["bookmark"].get<std::string>() + "\"}");
  CHECK(rest["docs"].size() == 2);
  CHECK(find(R"({"selector":{"v.k":{"$regex":"^o.d$"}}})")["docs"].size() == 2);
  CHECK(province.post("/plain/_find", R"({"selector":{"n":{"$none":"x"}}})").json()["error"] == "invalid_operator");
  CHECK(province.post("/plain/_find", "{}").status == 400);
  for (const std::string sort : {R"("n")", R"([{"n":"up"}])", R"([1])", R"({"n":"asc"})"}) {
    CHECK(province.post("/plain/_find", "{\"selector\":{},\"sort\":" + sort + "}").status == 400);
  }
  CHECK(province.post("/plain/_find", R"({"selector":{},"fields":7})").status == 400);
  CHECK(find(R"({"selector":{},"fields":"all_fields","limit":1})")["docs"][0].contains("v"));
  province.put("/plain/empty", R"({"v":{}})");
  CHECK(find(R"({"selector":{"v":{"$lt":{"k":"even"}}}})")["docs"].size() == 1);
  CHECK(find(R"({"selector":{"v":{"$gte":{"k":"odd"}}}})")["docs"].size() == 2);
  province.put("/plain/dotted", R"({"a.b":{"c":1}})");
  CHECK(find(R"({"selector":{"a\\.b.c":1},"fields":["a\\.b.c"]})")["docs"][0] ==
        must(json::parse(R"({"a.b":{"c":1}})")));
  CHECK(province.get("/plain/_index").json()["indexes"][0]["name"] == "_all_docs");
  CHECK(province.post("/plain/_index", "{}").status == 400);
}

TEST_CASE("each selector operator does what its name says") {
  const auto value = must(json::parse(R"({"n":3,"s":"đ","l":[1,2,{"k":"v"}],"z":null,"a.b":1})"));
  const auto matches = [&](const std::string& selector) {
    return must(Selector::parse(must(json::parse(selector)))).matches(value);
  };
  CHECK(matches(R"({"n":{"$gte":3,"$lt":4,"$ne":5}})"));
  CHECK_FALSE(matches(R"({"n":{"$lte":2}})"));
  CHECK(matches(R"({"n":{"$in":[1,3]},"s":{"$nin":["x"]}})"));
  CHECK(matches(R"({"z":null,"absent":{"$exists":false},"n":{"$exists":true}})"));
  CHECK_FALSE(matches(R"({"absent":{"$ne":1}})"));
  CHECK(matches(R"({"n":{"$type":"number"},"z":{"$type":"null"},"l":{"$type":"array"}})"));
  CHECK(matches(R"({"$or":[{"n":1},{"n":3}],"$and":[{"n":3},{"s":"đ"}],"$nor":[{"n":1}]})"));
  CHECK(matches(R"({"$not":{"n":1},"n":{"$not":{"$gt":3}}})"));
  CHECK(matches(R"({"l":{"$all":[2,1]}})"));
  CHECK(matches(R"({"l":{"$elemMatch":{"k":"v"}}})"));
  CHECK(matches(R"({"l":{"$size":3},"a\\.b":1})"));
  CHECK(matches(R"({"l":{"$in":[2,9]}})"));
  CHECK_FALSE(matches(R"({"l":{"$nin":[2,9]}})"));
  CHECK_FALSE(Selector::parse(must(json::parse(R"({"n":{"$type":"integer"}})"))));
  CHECK(matches(R"({"n":{"$mod":[2,1]},"s":{"$beginsWith":"đ"},"l":{"$allMatch":{"$exists":true}}})"));
  CHECK_FALSE(matches(R"({"n":{"$mod":[2,0]}})"));
  CHECK_FALSE(matches(R"({"l":{"$allMatch":{"$type":"number"}}})"));
  CHECK(must(Selector::parse(must(json::parse(R"({"m":{"$keyMapMatch":{"$eq":"k"}}})")))).matches({{"m", {{"k", 1}}}}));
  CHECK_FALSE(Selector::parse(must(json::parse(R"({"n":{"$mod":[0,1]}})"))));
  CHECK(matches(R"({"s":{"$gt":5}})"));
  CHECK(matches(R"({"n":3.0})"));
  CHECK_FALSE(Selector::parse(must(json::parse(R"({"n":{"$where":"1"}})"))));
}

}  // namespace
}  // namespace tram
