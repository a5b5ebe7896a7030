// What clients ask beside the usual, and what is wrong in each of it: each has its one answer, and nothing is stored.
#include "tests/sync/served_province.h"

namespace tram {
namespace {

using test::document;
using test::must;
using test::ServedProvince;
using test::sig;

struct Asked {
  const char* method;
  std::string target, body;
  int status;
  http::Headers headers = {};
};

void check_all(ServedProvince& province, const std::vector<Asked>& all) {
  for (const Asked& asked : all) {
    CAPTURE(asked.method, asked.target, asked.body);
    const auto answer = province.call(asked.method, asked.target, asked.body, "admin", asked.headers);
    INFO(answer.body);
    CHECK(answer.status == asked.status);
    if (asked.status >= 400 && asked.status != 416) CHECK(answer.json()["error"].is_string());
  }
}

std::string rev_of(ServedProvince& province, const std::string& id, const std::string& body = "{\"n\":1}") {
  return province.put("/plain/" + id, body).json()["rev"];
}

// Asks for all of it; nothing of it may be stored.
void check_refused(ServedProvince& province, const std::vector<Asked>& all) {
  const std::string before = province.update_seq("plain");
  check_all(province, all);
  CHECK(province.update_seq("plain") == before);
}

const http::Headers kPlainText{{"Content-Type", "text/plain"}};

}  // namespace

TEST_CASE("indexes are made, listed, found again and removed as a CouchDB does, and odd ones refused") {
  ServedProvince province;
  const std::string index = R"({"index":{"fields":[{"n":"desc"},{"m":"desc"}]},"ddoc":"by","name":"n"})";
  CHECK(province.post("/plain/_index", index).json()["result"] == "created");
  CHECK(province.post("/plain/_index", index).json()["result"] == "exists");
  CHECK(province.post("/plain/_index", R"({"index":{"fields":["k"]},"ddoc":"_design/by","name":"k"})").status == 200);
  CHECK(province.post("/plain/_index", R"({"index":{"fields":["k"]}})").json()["result"] == "created");
  CHECK(province.put("/plain/_design/other", R"({"language":"javascript","views":{"a":{"map":"x"}}})").status == 201);
  CHECK(
      province
          .put("/plain/_design/odd", R"({"language":"query","views":{"a":{"options":{"def":{"fields":[7]}}},"b":{}}})")
          .status == 201);
  CHECK(province.put("/plain/_design/none", R"({"language":"query"})").status == 201);
  const auto list = province.get("/plain/_index").json();
  CHECK(list["total_rows"] == 6);
  CHECK(list["indexes"][2]["def"]["fields"] == must(json::parse(R"([{"n":"desc"},{"m":"desc"}])")));
  CHECK(province.post("/plain/_index", R"({"index":{"fields":["k"]},"ddoc":"none"})").status == 200);
  const std::string target = "/plain/_index/by/json/";
  check_all(province, {{"DELETE", target + "n", "", 200},
                       {"DELETE", target + "n", "", 404},
                       {"DELETE", "/plain/_index/_design%2Fby/json/k", "", 200},
                       {"DELETE", "/plain/_index/other/json/a", "", 403}});
  CHECK(province.get("/plain/_design/by").status == 404);
  check_refused(province, {{"POST", "/plain/_index", "{", 400},
                           {"POST", "/plain/_index", "{}", 415, kPlainText},
                           {"POST", "/plain/_index", R"({"index":{"fields":["a"]}})", 415, kPlainText},
                           {"POST", "/plain/_index", R"({"type":"text","index":{"fields":["a"]}})", 400},
                           {"POST", "/plain/_index", R"({"index":{}})", 400},
                           {"POST", "/plain/_index", R"({"index":{"fields":[]}})", 400},
                           {"POST", "/plain/_index", R"({"index":{"fields":["a"],"partial_filter_selector":{}}})", 400},
                           {"POST", "/plain/_index", R"({"index":{"fields":[{"a":"up"}]}})", 400},
                           {"POST", "/plain/_index", R"({"index":{"fields":[{"a":"asc","b":"asc"}]}})", 400},
                           {"POST", "/plain/_index", R"({"index":{"fields":[7]}})", 400},
                           {"POST", "/plain/_index", R"({"index":{"fields":["a"]},"ddoc":""})", 400},
                           {"POST", "/plain/_index", R"({"index":{"fields":["a"]},"name":""})", 400},
                           {"POST", "/plain/_index", R"({"index":{"fields":["a"]},"ddoc":"other"})", 403},
                           {"POST", "/plain/_explain", "{}", 400},
                           {"POST", "/plain/_explain", "{", 400},
                           {"POST", "/plain/_explain", R"({"selector":{}})", 415, kPlainText},
                           {"POST", "/plain/_explain", R"({"selector":{"a":{"$none":1}}})", 400}});
  const auto explained =
      province.post("/plain/_explain", R"({"selector":{"n":1},"fields":["n"],"limit":3,"skip":1})").json();
  CHECK(explained["limit"] == 3);
  CHECK(explained["fields"] == json::Value({"n"}));
  CHECK(province.post("/plain/_explain", R"({"selector":{"n":1}})").json()["fields"] == "all_fields");
}

TEST_CASE("a document is copied to a new name or over a version that is named") {
  ServedProvince province;
  const std::string first = rev_of(province, "a"), second = rev_of(province, "b", "{\"n\":2}");
  const auto copy = [&](std::string target, const std::string& destination, int status) {
    CAPTURE(target, destination);
    http::Headers headers;
    if (!destination.empty()) headers.set("Destination", destination);
    CHECK(province.call("COPY", std::move(target), "", "admin", headers).status == status);
  };
  copy("/plain/a", "c", 201);
  CHECK(province.get("/plain/c").json()["n"] == 1);
  copy("/plain/a", "b?rev=" + second, 201);
  CHECK(province.get("/plain/b").json()["n"] == 1);
  copy("/plain/a?rev=" + first, "d%2Fe", 201);
  CHECK(province.get("/plain/d%2Fe").json()["n"] == 1);
  copy("/plain/a?rev=9-" + sig('9'), "f", 404);
  copy("/plain/a?rev=x", "f", 400);
  copy("/plain/nowhere", "f", 404);
  copy("/plain/nowhere?rev=" + first, "f", 404);
  copy("/plain/a", "", 400);
  copy("/plain/a", "http://x/plain/f", 400);
  copy("/plain/a", "%zz", 400);
  copy("/plain/a", "_odd", 400);
  copy("/plain/a", "_local/f", 400);
  copy("/plain/_local/a", "f", 405);
  copy("/plain/a", "f?rev=x", 400);
  copy("/plain/a", "f?x=%zz", 400);
  copy("/plain/a", "b?rev=" + second, 409);
  copy("/plain/a", "b?other=1", 409);
  CHECK(province.get("/plain/f").status == 404);
}

TEST_CASE("a client asks who it is, which databases there are and for identifiers") {
  ServedProvince province;
  CHECK(province.call("GET", "/_session", "", "").json()["userCtx"]["name"].is_null());
  CHECK(province.get("/_session", "a").json()["userCtx"]["name"] == "a");
  CHECK(province.get("/_session", "nobody").status == 401);
  check_all(province, {{"POST", "/_session", "{}", 404}, {"DELETE", "/_session", "", 200}, {"GET", "/_up", "", 200}});
  const auto names = [&](const std::string& query) { return province.get("/_all_dbs" + query).json(); };
  CHECK(names("") == json::Value({"office-a", "office-b", "plain", "reference"}));
  CHECK(names("?descending=true") == json::Value({"reference", "plain", "office-b", "office-a"}));
  CHECK(names("?startkey=\"office-b\"&endkey=\"plain\"") == json::Value({"office-b", "plain"}));
  CHECK(names("?descending=true&start_key=\"plain\"&end_key=\"office-b\"") == json::Value({"plain", "office-b"}));
  CHECK(names("?skip=1&limit=2") == json::Value({"office-b", "plain"}));
  CHECK(province.get("/_all_dbs", "a").json() == json::Value({"office-a", "reference"}));
  CHECK(province.get("/_uuids?count=3").json()["uuids"].size() == 3);
  CHECK(province.get("/_uuids").json()["uuids"].size() == 1);
  const auto infos = province.post("/_dbs_info", R"({"keys":["plain","nowhere"]})").json();
  CHECK(infos[0]["info"]["db_name"] == "plain");
  CHECK(infos[1]["error"] == "not_found");
  CHECK(province.post("/_dbs_info", R"({"keys":["plain"]})", "a").json()[0]["error"] == "not_found");
  std::string many = R"({"keys":["x")";
  for (int i = 0; i < 100; ++i) many += ",\"x\"";
  check_all(province, {{"GET", "/_all_dbs?limit=x", "", 400},
                       {"GET", "/_all_dbs?skip=-", "", 400},
                       {"GET", "/_all_dbs?startkey=\"a", "", 400},
                       {"GET", "/_all_dbs?end_key=\"a\"b", "", 400},
                       {"GET", "/_all_dbs?start_key=plain", "", 200},
                       {"GET", "/_uuids?count=1001", "", 400},
                       {"GET", "/_uuids?count=x", "", 400},
                       {"POST", "/_dbs_info", "{}", 400},
                       {"POST", "/_dbs_info", "{\"keys\":[7]}", 400},
                       {"POST", "/_dbs_info", "{", 400},
                       {"POST", "/_dbs_info", many + "]}", 400},
                       {"POST", "/_dbs_info", "{\"keys\":[]}", 415, kPlainText},
                       {"GET", "/_active_tasks", "", 200},
                       {"POST", "/_replicate", "{}", 501},
                       {"GET", "/plain/_design/x/_view/y", "", 501}});
}

TEST_CASE("parts of an attachment are those that a client may ask for, and all of it otherwise") {
  ServedProvince province;
  const std::string rev = rev_of(province, "a");
  const auto put = province.call("PUT", "/plain/a/scan%20%22%C4%91.png?rev=" + rev, "0123456789", "admin",
                                 {{"Content-Type", "image/png"}});
  REQUIRE(put.status == 201);
  const std::string target = "/plain/a/scan%20%22%C4%91.png";
  const auto part = [&](const std::string& range) {
    const auto answer = province.call("GET", target, "", "admin", {{"Range", range}});
    return std::to_string(answer.status) + " " + (answer.status == 416 ? answer.header("Content-Range") : answer.body);
  };
  CHECK(part("bytes=2-4") == "206 234");
  CHECK(part("bytes=7-") == "206 789");
  CHECK(part("bytes=-3") == "206 789");
  CHECK(part("bytes=-30") == "206 0123456789");
  CHECK(part("bytes=8-99") == "206 89");
  CHECK(part("bytes=10-") == "416 bytes */10");
  CHECK(part("bytes=-0") == "416 bytes */10");
  for (const char* other :
       {"items=0-1", "bytes=1-2,4-5", "bytes=12", "bytes=x-", "bytes=1-x", "bytes=4-2", "bytes=-", "bytes=-x"})
    CHECK(part(other) == "200 0123456789");
  const auto whole = province.get(target);
  CHECK(whole.header("Content-Disposition") == "attachment; filename=\"scan ___.png\"");
  const std::string tag = whole.header("ETag");
  const auto with = [&](const char* name, const std::string& value) {
    return province.call("GET", target, "", "admin", {{name, value}, {"Range", "bytes=0-1"}}).status;
  };
  CHECK(with("If-None-Match", tag) == 304);
  CHECK(with("If-None-Match", "*") == 304);
  CHECK(with("If-None-Match", "\"other\"") == 206);
  CHECK(with("If-Range", tag) == 206);
  CHECK(with("If-Range", "\"other\"") == 200);
  const std::string now = put.json()["rev"];
  check_all(province, {{"GET", target + "?rev=" + now, "", 200},
                       {"GET", target + "?rev=" + rev, "", 404},
                       {"GET", target + "?rev=9-" + sig('9'), "", 404},
                       {"GET", target + "?rev=x", "", 400},
                       {"GET", "/plain/a/other", "", 404},
                       {"GET", "/plain/nowhere/other", "", 404},
                       {"DELETE", "/plain/nowhere/other?rev=" + now, "", 404},
                       {"DELETE", target, "", 409},
                       {"DELETE", target + "?rev=x", "", 400},
                       {"DELETE", "/plain/_odd/x?rev=" + now, "", 400},
                       {"PUT", "/plain/_odd/x", "x", 400},
                       {"PUT", "/plain/a/" + std::string(2000, 'n') + "?rev=" + now, "x", 400},
                       {"PUT", "/plain/a/x?rev=odd", "x", 400},
                       {"PUT", "/plain/a/x?rev=" + now, "x", 400, {{"If-Match", rev}}},
                       {"DELETE", target + "?rev=" + now, "", 200}});
  province.call("DELETE", "/plain/a?rev=" + province.get("/plain/a").json()["_rev"].get<std::string>());
  CHECK(province.get(target).json()["reason"] == "deleted");
}

TEST_CASE("a large file comes in parts that say what they are") {
  ServedProvince province;
  const std::string name = std::string(64, 'a'), target = "/plain/_blob/" + name;
  const auto put = [&](const char* range, const std::string& body, int status) {
    CAPTURE(range);
    CHECK(province.call("PUT", target, body, "admin", {{"Content-Range", range}}).status == status);
  };
  put("bytes 0-3/10", "0123", 202);
  put("bytes */10", "", 202);
  put("bytes */10", "x", 400);
  for (const char* odd : {"", "items 0-3/10", "bytes 0-3", "bytes 0-3/x", "bytes 03/10", "bytes x-3/10", "bytes 0-x/10",
                          "bytes 3-0/10", "bytes 0-4/10", "bytes 0-3/3"})
    put(odd, "0123", 400);
  put("bytes 0-3/999999999999", "0123", 413);
  put("bytes 4-9/10", "456789", 400);  // another blob than named
  check_all(province, {{"GET", "/plain/_blob/short", "", 400},
                       {"PUT", "/plain/_blob/short", "x", 400},
                       {"PUT", target, std::string(2 << 20, 'x'), 413},
                       {"GET", target, "", 404}});
  CHECK(province.get("/reference/_blob/" + name, "a").header("Tram-Have").empty());
}

TEST_CASE("what is wrong in a request for documents, changes or purging is said, and nothing is stored") {
  ServedProvince province;
  const std::string rev = rev_of(province, "a");
  const std::string long_type(2000, 't');
  check_refused(
      province,
      {{"PUT", "/plain/a?rev=" + rev, "{\"n\":2}", 400, {{"If-Match", "2-" + sig('2')}}},
       {"PUT", "/plain/a", "{\"n\":2}", 409, {{"If-Match", "W/\"2-" + sig('2') + "\""}}},
       {"PUT", "/plain/a", "{\"n\":2}", 415, kPlainText},
       {"PUT", "/plain/a", "{\"_id\":\"b\"}", 400},
       {"PUT", "/plain/a", "{\"_rev\":7}", 400},
       {"PUT", "/plain/a", "[]", 400},
       {"PUT", "/plain/_odd", "{}", 400},
       {"POST", "/plain", "{\"_id\":\"_local/x\"}", 400},
       {"POST", "/plain", "{", 400},
       {"POST", "/plain", "{}", 415, kPlainText},
       {"PUT", "/plain/b?new_edits=false", "{}", 400},
       {"DELETE", "/plain/nowhere?rev=" + rev, "", 404},
       {"DELETE", "/plain/a", "", 409},
       {"DELETE", "/plain/a?rev=x", "", 400},
       {"GET", "/plain/a?rev=x", "", 400},
       {"GET", "/plain/a?rev=9-" + sig('9'), "", 404},
       {"GET", "/plain/a?open_revs=x", "", 400},
       {"GET", "/plain/a?open_revs=[7]", "", 400},
       {"GET", "/plain/a?atts_since=x", "", 400},
       {"GET", "/plain/a?atts_since=[7]", "", 400},
       {"PUT", "/plain/b", R"({"_attachments":7})", 400},
       {"PUT", "/plain/b", R"({"_attachments":{"x":7}})", 400},
       {"PUT", "/plain/b", R"({"_attachments":{"x":{"data":7}}})", 400},
       {"PUT", "/plain/b", R"({"_attachments":{"x":{"data":"=="}}})", 400},
       {"PUT", "/plain/b", R"({"_attachments":{"x":{"data":"QQ=","content_type":"a/b"}}})", 400},
       {"PUT", "/plain/b", R"({"_attachments":{"x":{"data":"QQ==","content_type":")" + long_type + "\"}}}", 400},
       {"PUT", "/plain/b", R"({"_attachments":{"x":{}}})", 400},
       {"PUT", "/plain/b", R"({"_attachments":{"":{"data":"QQ=="}}})", 400},
       {"PUT", "/plain/b", R"({"_attachments":{"x\u0000":{"data":"QQ=="}}})", 400},
       {"PUT", "/plain/b", R"({"_attachments":{"x":{"stub":true}}})", 412},
       {"PUT", "/plain/b", R"({"_attachments":{"x":{"follows":true}}})", 400},
       {"PUT", "/plain/b", "--x--", 400, {{"Content-Type", "multipart/related; boundary=x"}}},
       {"PUT", "/plain/b", "--x\r\n\r\n{}", 400, {{"Content-Type", "multipart/related; boundary=x"}}},
       {"POST", "/plain/_bulk_docs", "{}", 400},
       {"POST", "/plain/_bulk_docs", "{\"docs\":7}", 400},
       {"POST", "/plain/_bulk_docs", "[]", 400},
       {"POST", "/plain/_bulk_docs", "{\"docs\":[]}", 415, kPlainText},
       {"POST", "/plain/_bulk_get", "{}", 400},
       {"POST", "/plain/_bulk_get", "[]", 400},
       {"POST", "/plain/_bulk_get", "{\"docs\":7}", 400},
       {"POST", "/plain/_bulk_get", "{\"docs\":[7]}", 400},
       {"POST", "/plain/_bulk_get", "{\"docs\":[{}]}", 400},
       {"POST", "/plain/_revs_diff", "[]", 400},
       {"POST", "/plain/_revs_diff", "{\"a\":7}", 400},
       {"POST", "/plain/_revs_diff", "{\"a\":[7]}", 400},
       {"GET", "/plain/_changes?heartbeat=0", "", 400},
       {"GET", "/plain/_changes?heartbeat=x", "", 400},
       {"GET", "/plain/_changes?limit=x", "", 400},
       {"GET", "/plain/_changes?feed=other", "", 400},
       {"POST", "/plain/_changes?filter=_doc_ids", "{}", 400},
       {"POST", "/plain/_changes?filter=_doc_ids", "{\"doc_ids\":[7]}", 400},
       {"GET", "/plain/_changes?filter=_doc_ids", "", 400},
       {"GET", "/plain/_changes?filter=_doc_ids&doc_ids=7", "", 400},
       {"POST", "/plain/_changes?filter=_selector", "{}", 400},
       {"POST", "/plain/_changes?filter=_selector", "{\"selector\":{\"a\":{\"$none\":1}}}", 400},
       {"POST", "/plain/_changes", "{}", 415, kPlainText},
       {"GET", "/plain/_changes?feed=longpoll&wake=x", "", 400},
       {"POST", "/plain/_find", "{}", 400},
       {"POST", "/plain/_find", "{\"selector\":{}}", 415, kPlainText},
       {"POST", "/plain/_find", R"({"selector":{},"fields":[7]})", 400},
       {"POST", "/plain/_find", R"({"selector":{},"sort":[7]})", 400},
       {"POST", "/plain/_find", R"({"selector":{},"sort":[{"a":"up"}]})", 400},
       {"POST", "/plain/_find", R"({"selector":{},"limit":-1})", 400},
       {"POST", "/plain/_find", R"({"selector":{},"skip":"x"})", 400},
       {"POST", "/plain/_find", R"({"selector":{},"bookmark":"%%"})", 400},
       {"POST", "/plain/_purge", "[]", 400},
       {"POST", "/plain/_purge", "{\"a\":7}", 400},
       {"POST", "/plain/_purge", "{\"a\":[7]}", 400},
       {"PUT", "/plain/_revs_limit", "x", 400},
       {"PUT", "/plain/_revs_limit", "1", 400},
       {"PUT", "/plain/_local/x", "[]", 400},
       {"GET", "/plain/_local/x", "", 404},
       {"DELETE", "/plain/_local/x", "", 404},
       {"GET", "/plain/_all_docs?limit=x", "", 400},
       {"GET", "/plain/_all_docs?startkey=\"a", "", 400},
       {"POST", "/plain/_all_docs", "{\"keys\":7}", 400},
       {"POST", "/plain/_all_docs", "{\"keys\":[7]}", 400},
       {"GET", "/nowhere", "", 404},
       {"GET", "/nowhere/_changes", "", 404},
       {"PUT", "/plain", "", 412},
       {"DELETE", "/nowhere", "", 404},
       {"POST", "/plain/_compact", "{}", 415, kPlainText}});
}

TEST_CASE("every operator of a selector takes what belongs to it, and finds what it says") {
  ServedProvince province;
  const auto pushed =
      province.push("plain", document("a", "1", R"("n":6,"s":"dâu tằm","l":[1,"x"],"o":{"k":1},"b":true,"z":null)") +
                                 "," + document("b", "1", R"("n":-7.5,"s":"x.y","l":[],"o":{},"b":false,"x.y":1)") +
                                 "," + document("c", "1", R"("n":"text","l":[[1,2],[1,3]])"));
  CHECK(pushed.body == "[]\n");
  const auto found = [&](const std::string& selector) {
    INFO(selector);
    const auto answer = province.post("/plain/_find", "{\"selector\":" + selector + "}");
    if (answer.status != 200) return std::to_string(answer.status);
    std::string ids;
    const json::Value told = answer.json();
    for (const auto& row : told["docs"]) ids += row["_id"].get<std::string>();
    return ids;
  };
  CHECK(found(R"({"n":{"$mod":[4,2]}})") == "a");
  CHECK(found(R"({"n":{"$mod":[-1,0]}})") == "a");
  CHECK(found(R"({"n":{"$lt":0}})") == "b");
  CHECK(found(R"({"n":{"$gt":5.5,"$lte":6}})") == "a");
  CHECK(found(R"({"n":{"$gt":"a"}})") == "c");
  CHECK(found(R"({"b":{"$gt":false}})") == "a");
  CHECK(found(R"({"b":{"$lt":true}})") == "b");
  CHECK(found(R"({"s":{"$beginsWith":"dâu"}})") == "a");
  CHECK(found(R"({"n":{"$beginsWith":"te"}})") == "c");
  CHECK(found(R"({"s":{"$regex":"^d.u t"}})") == "a");  // a letter is a letter, however many bytes
  CHECK(found(R"({"n":{"$regex":"ex|7"}})") == "c");
  CHECK(found(R"({"l":{"$elemMatch":{"$regex":"(?i)X"}}})") == "a");
  CHECK(found(R"({"s":{"$not":{"$regex":"\\."}}})") == "a");
  CHECK(found(R"({"o":{"$keyMapMatch":{"$eq":"k"}}})") == "a");
  CHECK(found(R"({"l":{"$elemMatch":{"$eq":"x"}}})") == "a");
  CHECK(found(R"({"l":{"$allMatch":{"$gt":0}}})") == "ac");
  CHECK(found(R"({"n":{"$allMatch":{"$gt":0}}})").empty());
  CHECK(found(R"({"l":{"$all":[1,"x"]}})") == "a");
  CHECK(found(R"({"l":{"$in":[1]}})") == "a");
  CHECK(found(R"({"l":{"$size":0}})") == "b");
  CHECK(found(R"({"l":{"$gt":[[1,1]]}})") == "c");
  CHECK(found(R"({"l":{"$lt":[[1,2],[1,4]]}})") == "abc");
  CHECK(found(R"({"o":{"$eq":{"k":1}}})") == "a");
  CHECK(found(R"({"z":null})") == "a");
  CHECK(found(R"({"z":{"$exists":false}})") == "bc");
  CHECK(found(R"({"x\\.y":1})") == "b");
  CHECK(found(R"({"o.k":1})") == "a");
  CHECK(found(R"({"o":{"k":1}})") == "a");
  CHECK(found(R"({"$nor":[{"n":6},{"n":"text"}]})") == "b");
  CHECK(found(R"({"$not":{"n":6}})") == "bc");
  CHECK(found(R"({"n":{"$not":{"$type":"number"}}})") == "c");
  CHECK(found(R"({"l.1":"x"})") == "a");
  CHECK(found(R"({"l.0.1":{"$gte":2}})") == "c");
  CHECK(found(R"({"l.2":{"$exists":true}})").empty());
  CHECK(found(R"({"$or":[]})") == "abc");
  CHECK(found(R"({"l":{"$all":[]}})").empty());
  CHECK(found(R"({"l":{"$all":[[1,"x"]]}})") == "a");
  CHECK(found(R"({"l":{"$in":[[1,"x"]]}})").empty());
  CHECK(found(R"({"l":{"$in":[[1,3]]}})") == "c");
  for (const char* odd :
       {"7", R"({"$and":7})", R"({"n":{"$mod":7}})", R"({"n":{"$mod":[0,1]}})", R"({"n":{"$mod":["a",1]}})",
        R"({"n":{"$mod":[1,"a"]}})", R"({"n":{"$mod":[1]}})", R"({"n":{"$in":7}})", R"({"n":{"$exists":7}})",
        R"({"n":{"$type":7}})", R"({"n":{"$size":"x"}})", R"({"n":{"$beginsWith":7}})", R"({"n":{"$elemMatch":7}})",
        R"({"n":{"$regex":7}})", R"({"n":{"$none":1}})", R"({"$none":1})"})
    CHECK(found(odd) == "400");
  for (const char* pattern : {"[", "a(?=b)", "(a)\\\\1", "((a{99}){99}){99}"})
    CHECK(found(std::string("{\"n\":{\"$regex\":\"") + pattern + "\"}}") == "400");
}

TEST_CASE("what is negated is not found where the member is absent") {
  ServedProvince province;
  CHECK(province.push("plain", document("a", "1", R"("n":6,"s":"x")") + "," + document("b", "1", R"("n":7)")).body ==
        "[]\n");
  const auto found = [&](const std::string& selector) {
    std::string ids;
    const json::Value told = province.post("/plain/_find", "{\"selector\":" + selector + "}").json();
    for (const auto& row : told["docs"]) ids += row["_id"].get<std::string>();
    return ids;
  };
  CHECK(found(R"({"$not":{"s":"y"}})") == "a");
  CHECK(found(R"({"s":{"$not":{"$eq":"y"}}})") == "a");
  CHECK(found(R"({"s":{"$not":{"$regex":"y"}}})") == "a");
  CHECK(found(R"({"$nor":[{"s":"y"},{"n":6}]})").empty());
  CHECK(found(R"({"$nor":[{"n":6}]})") == "b");
  CHECK(found(R"({"$not":{"s":{"$exists":true}}})") == "b");
  CHECK(found(R"({"$not":{"$and":[{"n":6},{"s":"y"}]}})") == "ab");
  CHECK(found(R"({"$not":{"$not":{"n":6}}})") == "a");
  CHECK(found(R"({"n":{"$not":{"$gt":5,"$lt":7}}})") == "b");
  CHECK(found(R"({"$not":{"$nor":[{"n":6},{"n":7}]}})") == "ab");
}

TEST_CASE("a sort goes one way, and documents of one key go that way too") {
  ServedProvince province;
  for (const char* id : {"a", "b", "c"})
    REQUIRE(province.put("/plain/" + std::string(id), R"({"k":1,"m":1})").status == 201);
  const auto sorted = [&](const std::string& sort) {
    return province.post("/plain/_find", R"({"selector":{},"fields":["_id"],"sort":)" + sort + "}").json();
  };
  CHECK(sorted(R"([{"k":"desc"},{"m":"desc"}])")["docs"][0]["_id"] == "c");
  CHECK(sorted(R"(["k"])")["docs"][0]["_id"] == "a");
  CHECK(sorted(R"([{"k":"asc"},{"m":"desc"}])")["error"] == "unsupported_mixed_sort");
  const auto index = province.post("/plain/_index", R"({"index":{"fields":[{"k":"desc"},"m"]}})");
  CHECK(index.status == 400);
  CHECK(index.json()["error"] == "unsupported_mixed_sort");
}

TEST_CASE("an address is read without its empty parts") {
  ServedProvince province;
  REQUIRE(province.put("/plain/a", "{}").status == 201);
  CHECK(province.get("//plain//_all_docs").json()["rows"].size() == 1);
  CHECK(province.get("/plain//a").status == 200);
}

}  // namespace tram
