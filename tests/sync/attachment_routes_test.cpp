#include "core/base/digest.h"
#include "http/gzip.h"
#include "tests/support/catch.h"
#include "tests/sync/served_province.h"

namespace tram {
namespace {

using test::Answer;
using test::ServedProvince;

std::string scan(std::size_t size, char c = 's') { return std::string(size, c); }
std::string inline_of(const std::string& bytes) {
  return R"({"content_type":"image/png","data":")" + to_base64(bytes) + "\"}";
}
std::string rev_of(const Answer& answer) { return json::string_at(answer.json(), "rev").value_or(""); }

Answer put_bytes(ServedProvince& province, const std::string& target, const std::string& bytes,
                 http::Headers headers = {}, std::string_view who = "admin") {
  headers.set_if_absent("Content-Type", "image/png");
  return province.call("PUT", target, bytes, who, headers);
}

std::string related(const std::string& json, const std::vector<std::string>& parts) {
  std::string body = "--B\r\nContent-Type: application/json\r\n\r\n" + json;
  for (const std::string& part : parts) body += "\r\n--B\r\n\r\n" + part;
  return body + "\r\n--B--";
}
Answer put_related(ServedProvince& province, const std::string& target, const std::string& body) {
  return province.call("PUT", target, body, "admin", {{"Content-Type", "multipart/related; boundary=\"B\""}});
}

TEST_CASE("a scan sent inline comes back inline and by its own address") {
  ServedProvince province;
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{70'000}, std::size_t{1'000'001}}) {
    const std::string bytes = scan(size), id = "r" + std::to_string(size);
    REQUIRE(province.put("/plain/" + id, R"({"n":1,"_attachments":{"a b.png":)" + inline_of(bytes) + "}}").status ==
            201);
    const json::Value stub = province.get("/plain/" + id).json()["_attachments"]["a b.png"];
    CHECK(stub["stub"] == true);
    CHECK(stub["length"] == size);
    CHECK(stub["revpos"] == 1);
    CHECK(stub["digest"] == wire_digest(md5(bytes)));
    const json::Value full = province.get("/plain/" + id + "?attachments=true").json()["_attachments"]["a b.png"];
    CHECK(full["data"] == to_base64(bytes));
    CHECK_FALSE(full.contains("stub"));
    const Answer whole = province.get("/plain/" + id + "/a%20b.png");
    CHECK(whole.status == 200);
    CHECK(whole.body == bytes);
    CHECK(whole.header("Content-Type") == "image/png");
    CHECK(whole.header("ETag") == '"' + wire_digest(md5(bytes)).substr(4) + '"');
    CHECK(whole.header("Content-Disposition").starts_with("attachment"));
    CHECK(whole.header("Content-Security-Policy").find("sandbox") != std::string::npos);
  }
}

TEST_CASE("an attachment has an address with ranges and tags") {
  ServedProvince province;
  const std::string bytes = "0123456789";
  REQUIRE(put_bytes(province, "/plain/r/f", bytes).status == 201);
  const auto ranged = [&](const char* range) {
    return province.call("GET", "/plain/r/f", "", "admin", {{"Range", range}});
  };
  CHECK(ranged("bytes=2-4").status == 206);
  CHECK(ranged("bytes=2-4").body == "234");
  CHECK(ranged("bytes=2-4").header("Content-Range") == "bytes 2-4/10");
  CHECK(ranged("bytes=7-").body == "789");
  CHECK(ranged("bytes=-2").body == "89");
  CHECK(ranged("bytes=8-100").body == "89");
  CHECK(ranged("bytes=10-").status == 416);
  CHECK(ranged("bytes=10-").header("Content-Range") == "bytes */10");
  CHECK(ranged("bytes=1-2,4-5").body == bytes);
  CHECK(ranged("pages=1-2").body == bytes);
  const std::string tag = province.get("/plain/r/f").header("ETag");
  CHECK(province.call("GET", "/plain/r/f", "", "admin", {{"If-None-Match", tag}}).status == 304);
  CHECK(province.call("GET", "/plain/r/f", "", "admin", {{"Range", "bytes=1-1"}, {"If-Range", "\"old\""}}).body ==
        bytes);
  const Answer head = province.call("HEAD", "/plain/r/f");
  CHECK(head.status == 200);
  CHECK(head.header("Content-Length") == "10");
  CHECK(province.get("/plain/r/g").status == 404);
  CHECK(province.get("/plain/r/g").json()["reason"] == "Document is missing attachment");
  CHECK(province.get("/plain/nobody/f").json()["reason"] == "missing");
}

TEST_CASE("an attachment is put and removed by revision and makes its document when there is none") {
  ServedProvince province;
  const Answer made = put_bytes(province, "/plain/r/one", "1");
  REQUIRE(made.status == 201);
  CHECK(put_bytes(province, "/plain/r/two", "2").status == 409);
  CHECK(put_bytes(province, "/plain/r/two?rev=1-" + test::sig('9'), "2").status == 409);
  CHECK(put_bytes(province, "/plain/new/two?rev=1-" + test::sig('9'), "2").status == 409);
  const Answer second = put_bytes(province, "/plain/r/two", "2", {{"If-Match", rev_of(made)}});
  REQUIRE(second.status == 201);
  const json::Value both = province.get("/plain/r").json()["_attachments"];
  CHECK(both["one"]["revpos"] == 1);
  CHECK(both["two"]["revpos"] == 2);
  CHECK(province.call("DELETE", "/plain/r/one").status == 409);
  CHECK(province.call("DELETE", "/plain/r/none?rev=" + rev_of(second)).status == 404);
  const Answer removed = province.call("DELETE", "/plain/r/one?rev=" + rev_of(second));
  CHECK(removed.status == 200);
  CHECK_FALSE(province.get("/plain/r").json()["_attachments"].contains("one"));
  CHECK(province.get("/plain/r/one?rev=" + rev_of(second)).body == "1");
  CHECK(put_bytes(province, "/plain/r/_bad?rev=" + rev_of(removed), "x").status == 400);
  CHECK(put_bytes(province, "/plain/r/x?rev=" + rev_of(removed), "x", {{"Content-MD5", "AAAA"}}).json()["error"] ==
        "content_md5_mismatch");
  CHECK(put_bytes(province, "/plain/_local/x/y", "x").status >= 400);
}

TEST_CASE("an edit keeps what it names as a stub and drops what it does not name") {
  ServedProvince province;
  const std::string first = rev_of(
      province.put("/plain/r", R"({"_attachments":{"a":)" + inline_of("A") + R"(,"b":)" + inline_of("B") + "}}"));
  const Answer second = province.put("/plain/r", R"({"_rev":")" + first + R"(","_attachments":{"a":{"stub":true}}})");
  REQUIRE(second.status == 201);
  CHECK(province.get("/plain/r/a").body == "A");
  CHECK(province.get("/plain/r/b").status == 404);
  const Answer unknown =
      province.put("/plain/r", R"({"_rev":")" + rev_of(second) + R"(","_attachments":{"zz":{"stub":true}}})");
  CHECK(unknown.status == 412);
  CHECK(unknown.json()["error"] == "missing_stub");
}

TEST_CASE("a stub needs no revpos and an unknown one is 412 and stores nothing") {
  ServedProvince province;
  const auto path = [](const char* digits, const std::string& attachments) {
    return test::document("r", digits, "\"_attachments\":" + attachments);
  };
  REQUIRE(province.push("plain", path("a", R"({"f":)" + inline_of("A") + "}")).body == "[]\n");
  CHECK(province.push("plain", path("ba", R"({"f":{"stub":true}})")).body == "[]\n");
  const std::string before = province.update_seq("plain");
  const Answer refused =
      province.push("plain", test::document("other", "c") + "," + path("dba", R"({"g":{"stub":true,"revpos":1}})"));
  CHECK(refused.status == 412);
  CHECK(refused.json()["error"] == "missing_stub");
  CHECK(province.update_seq("plain") == before);
  CHECK(province.get("/plain/r/f").body == "A");
  CHECK(province.push("plain", path("ea", R"({"f":)" + inline_of("B") + "}")).body == "[]\n");
  CHECK(province.get("/plain/r/f").body == "B");  // 2-e wins over 2-b
  CHECK(province.get("/plain/r/f?rev=2-" + test::sig('b')).body == "A");
}

TEST_CASE("F37: a name that was made without the scan says nothing of a document that comes with one") {
  ServedProvince province;
  const std::string body = R"({"n":1})", first = make_sig({}, false, {}, body);
  const auto put = [&](const std::string& id) {
    const std::string json = R"({"_id":")" + id + R"(","_rev":"1-)" + first +
                             R"(","n":1,"_attachments":{"a":{"follows":true,"content_type":"text/plain","length":3}}})";
    return put_related(province, "/plain/" + id + "?new_edits=false", related(json, {"AAA"})).status;
  };
  CHECK(put("new") == 201);
  CHECK(test::must(province.database("plain").store->verify()).findings.empty());

  // What is known by name alone gets no other content than its own.
  const std::string second = make_sig({1, first}, false, {}, "{}");
  const std::string grown = R"({"_id":"grown","_rev":"2-)" + second + R"(","_revisions":{"start":2,"ids":[")" + second +
                            R"(",")" + first + R"("]}})";
  CHECK(province.push("plain", grown, "admin").json().empty());
  CHECK(put("grown") == 201);
  CHECK(province.get("/plain/grown?rev=1-" + first).status == 404);
}

TEST_CASE("multipart parts follow JSON order and are as long and as they were announced") {
  ServedProvince province;
  const auto follows = [](const std::string& name, std::size_t length, const std::string& more = "") {
    return "\"" + name + R"(":{"follows":true,"content_type":"text/plain","length":)" + std::to_string(length) + more +
           "}";
  };
  const std::string rev = "\"_rev\":\"1-" + test::sig('a') + "\"";
  const auto put = [&](const std::string& id, const std::string& attachments, const std::vector<std::string>& parts) {
    return put_related(province, "/plain/" + id + "?new_edits=false",
                       related("{\"_id\":\"" + id + "\"," + rev + ",\"_attachments\":{" + attachments + "}}", parts));
  };
  const std::string large = scan(300'000, 'L');
  REQUIRE(put("x", follows("z", 3) + "," + follows("a", large.size()) + "," + follows("empty", 0), {"ZZZ", large, ""})
              .status == 201);
  CHECK(province.get("/plain/x/z").body == "ZZZ");
  CHECK(province.get("/plain/x/a").body == large);
  CHECK(province.get("/plain/x/empty").body.empty());

  for (const auto& wrong : {put("y", follows("a", 4), {"AAA"}), put("y", follows("a", 2), {"AAA"}),
                            put("y", follows("a", 3), {}), put("y", follows("a", 3), {"AAA", "extra"}),
                            put("y", follows("a", 3, R"(,"digest":"md5-AAAAAAAAAAAAAAAAAAAAAA==")"), {"AAA"})}) {
    CHECK(wrong.status == 400);
  }
  CHECK(put("y", follows("a", 3, R"(,"digest":"md5-AAAAAAAAAAAAAAAAAAAAAA==")"), {"AAA"}).json()["error"] ==
        "content_md5_mismatch");
  CHECK(province.get("/plain/y").status == 404);

  const std::string plain = scan(5000, 'g'), packed = http::gzip(plain);
  REQUIRE(put("z",
              follows("a", plain.size(),
                      R"(,"encoding":"gzip","encoded_length":)" + std::to_string(packed.size()) + R"(,"digest":")" +
                          wire_digest(md5(packed)) + "\""),
              {packed})
              .status == 201);
  CHECK(province.get("/plain/z/a").body == plain);
}

TEST_CASE("multipart bodies with lying lengths and missing ends are refused and the rest is served") {
  ServedProvince province;
  const auto type = [](const std::string& value) { return http::Headers{{"Content-Type", value}}; };
  const std::string good = related(R"({"_attachments":{"a":{"follows":true,"length":3}}})", {"AAA"});
  for (const std::string& body :
       {std::string(), std::string("--B"), good.substr(0, good.size() - 4), good.substr(3), std::string(100'000, '-'),
        "--B\r\nX: " + scan(100'000) + "\r\n\r\n{}\r\n--B--", related("{", {}), related("[]", {}),
        related(R"({"_attachments":{"a":{"follows":true,"length":99999999999}}})", {"AAA"})}) {
    CHECK(province.call("PUT", "/plain/r", body, "admin", type("multipart/related; boundary=B")).status / 100 == 4);
  }
  CHECK(province.call("PUT", "/plain/r", good, "admin", type("multipart/related")).status == 400);
  CHECK(province.get("/plain/r").status == 404);
  CHECK(province.call("PUT", "/plain/r", good, "admin", type("multipart/related; boundary=B")).status == 201);
}

TEST_CASE("bad inline attachments fail an edit and are a row of a batch beside good neighbours") {
  ServedProvince province;
  for (const char* bad : {R"({"a":{"data":"not base64!"}})", R"({"_a":{"data":""}})", R"({"a":{}})",
                          R"({"a":{"data":"QQ==QQ=="}})", R"({"":{"data":""}})"}) {
    CHECK(province.put("/plain/r", "{\"_attachments\":" + std::string(bad) + "}").status == 400);
    const Answer batch = province.push("plain", test::document("good", "a") + "," +
                                                    test::document("bad", "b", "\"_attachments\":" + std::string(bad)));
    CHECK(batch.status == 201);
    CHECK(batch.json().size() == 1);
    CHECK(batch.json()[0]["id"] == "bad");
  }
  CHECK(province.get("/plain/good").status == 200);
  CHECK(province.get("/plain/bad").status == 404);
}

TEST_CASE("readers get the bytes of new attachments only") {
  ServedProvince province;
  const std::string first = rev_of(province.put("/plain/r", R"({"_attachments":{"a":)" + inline_of("AAA") + "}}"));
  const std::string second = rev_of(put_bytes(province, "/plain/r/b?rev=" + first, "BBBB"));
  const json::Value since = province.get("/plain/r?atts_since=%5B%22" + first + "%22%5D").json()["_attachments"];
  CHECK(since["a"]["stub"] == true);
  CHECK(since["b"]["data"] == to_base64("BBBB"));

  const std::string ask = R"({"docs":[{"id":"r","rev":")" + second + "\"},{\"id\":\"none\"}]}";
  const json::Value bulk = province.post("/plain/_bulk_get?attachments=true", ask).json();
  CHECK(bulk["results"][0]["docs"][0]["ok"]["_attachments"]["a"]["data"] == to_base64("AAA"));
  CHECK(province.post("/plain/_bulk_get", ask).json()["results"][0]["docs"][0]["ok"]["_attachments"]["a"]["stub"] ==
        true);
  const Answer parts = province.call("POST", "/plain/_bulk_get", ask, "admin",
                                     {{"Accept", "multipart/mixed"}, {"Content-Type", "application/json"}});
  CHECK(parts.header("Content-Type").starts_with("multipart/mixed; boundary="));
  CHECK(parts.body.find("X-Doc-Id: r\r\n") != std::string::npos);
  CHECK(parts.body.find("\r\n\r\nBBBB\r\n--") != std::string::npos);
  CHECK(parts.body.find("error=\"true\"") != std::string::npos);

  const Answer open = province.call("GET",
                                    "/plain/r?revs=true&open_revs=%5B%22" + second + "%22,%221-" + test::sig('0') +
                                        "%22%5D&atts_since=%5B%22" + first + "%22%5D",
                                    "", "admin", {{"Accept", "multipart/mixed"}});
  CHECK(open.status == 200);
  CHECK(open.body.find("multipart/related; boundary=") != std::string::npos);
  CHECK(open.body.find("\r\n\r\nBBBB\r\n--") != std::string::npos);
  CHECK(open.body.find("\r\n\r\nAAA\r\n--") == std::string::npos);
  CHECK(open.body.find("error=\"true\"") != std::string::npos);

  const Answer one = province.call("GET", "/plain/r?attachments=true", "", "admin",
                                   {{"Accept", "multipart/related, application/json"}});
  CHECK(one.header("Content-Type").starts_with("multipart/related; boundary="));
  CHECK(one.body.find("\r\n\r\nAAA\r\n--") != std::string::npos);
}

TEST_CASE("a document that went through multipart comes back the same through multipart") {
  ServedProvince province;
  const std::string large = scan(200'000, '1') + "\r\n--almost";
  REQUIRE(province.put("/plain/r", R"({"_attachments":{"a":)" + inline_of(large) + R"(,"b":)" + inline_of("") + "}}")
              .status == 201);
  const Answer read =
      province.call("GET", "/plain/r?revs=true&attachments=true", "", "admin", {{"Accept", "multipart/related"}});
  const Answer written = province.call("PUT", "/office-a/r?new_edits=false", read.body, "admin",
                                       {{"Content-Type", read.header("Content-Type")}});
  REQUIRE(written.status == 201);
  CHECK(province.get("/office-a/r/a").body == large);
  CHECK(province.get("/office-a/r").json() == province.get("/plain/r").json());
}

TEST_CASE("a large file comes in parts and a report then names it by its digest") {
  ServedProvince province;
  const std::string bytes = scan(100'000, '1') + scan(100'000, '2'), sha256 = sha256_hex(bytes);
  const auto put = [&](std::size_t from, std::size_t to, std::string_view who = "a") {
    return province.call(
        "PUT", "/office-a/_blob/" + sha256, bytes.substr(from, to - from), who,
        {{"Content-Type", "application/octet-stream"},
         {"Content-Range",
          from == to ? "bytes */200000" : "bytes " + std::to_string(from) + "-" + std::to_string(to - 1) + "/200000"}});
  };
  CHECK(put(0, 0).json()["have"] == 0);
  CHECK(put(0, 150'000).status == 202);
  CHECK(province.call("HEAD", "/office-a/_blob/" + sha256, "", "a").header("Tram-Have") == "150000");
  CHECK(put(0, 0).json()["have"] == 150'000);
  CHECK(put(0, 150'000).json()["have"] == 150'000);
  CHECK(put(0, 10, "b").status == 403);
  CHECK(put(150'000, 200'000).status == 201);
  CHECK(put(0, 0).status == 201);
  const std::string stub = R"("_attachments":{"f":{"stub":true,"revpos":1,"sha256":")" + sha256 + "\"}}";
  CHECK(province.push("office-a", test::document("note:1", "a", stub), "a").body == "[]\n");
  CHECK(province.get("/office-a/note:1/f", "a").body == bytes);
  CHECK(province.call("GET", "/office-a/_blob/" + sha256, "", "a", {{"Range", "bytes=199999-"}}).body == "2");
  CHECK(province.push("office-b", test::document("note:1", "a", stub), "b").status == 412);
  CHECK(province.call("PUT", "/office-a/_blob/" + std::string(64, '0'), "x", "a", {{"Content-Range", "bytes 0-0/1"}})
            .json()["error"] == "bad_digest");
  CHECK(province.call("PUT", "/office-a/_blob/" + std::string(64, '0'), "x", "a", {{"Content-Range", "bytes 0-7/9"}})
            .status == 400);
  CHECK(province
            .call("PUT", "/office-a/_blob/" + std::string(64, '0'), "x", "a",
                  {{"Content-Range", "bytes 0-0/999999999999"}})
            .status == 413);
  CHECK(province.call("PUT", "/office-a/_blob/xyz", "x", "a", {{"Content-Range", "bytes 0-0/1"}}).status == 400);
}

}  // namespace
}  // namespace tram
