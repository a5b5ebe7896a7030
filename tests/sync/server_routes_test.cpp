#include "tests/sync/served_province.h"

namespace tram {
namespace {

using test::ServedProvince;

TEST_CASE("a visitor without credential learns who the server is and nothing else") {
  ServedProvince province;
  const auto welcome = province.get("/", "");
  CHECK(welcome.status == 200);
  CHECK(welcome.json()["couchdb"] == "Welcome");
  CHECK(welcome.json()["uuid"] == std::string(32, 'c'));
  CHECK(welcome.json()["tram"]["protocol"] == 1);
  CHECK(province.get("/_up", "").json()["status"] == "ok");
  CHECK(province.get("/plain", "").status == 401);
  CHECK(province.get("/_all_dbs", "").status == 401);
  CHECK(province.get("/_session", "").json()["userCtx"]["name"].is_null());
}

TEST_CASE("every answer names its server and every error is a JSON object with error and reason") {
  ServedProvince province;
  for (const auto& [method, target] :
       std::vector<std::pair<std::string, std::string>>{{"GET", "/"},
                                                        {"GET", "/absent"},
                                                        {"GET", "/plain/absent"},
                                                        {"PATCH", "/plain"},
                                                        {"GET", "/plain/%zz"},
                                                        {"POST", "/_replicate"},
                                                        {"GET", "/_users"},
                                                        {"GET", "/plain/_design/x/_view/y"},
                                                        {"COPY", "/plain/x"},
                                                        {"GET", "/plain/_changes?feed=carrier-pigeon"}}) {
    const auto answer = province.call(method, target);
    INFO(method << " " << target << " " << answer.body);
    CHECK(answer.header("Tram-Peer") == std::string(32, 'c'));
    if (answer.status < 400) continue;
    CHECK(answer.json()["error"].is_string());
    CHECK(answer.json()["reason"].is_string());
  }
}

TEST_CASE("what this server does not run is 501 and a wrong method 405") {
  ServedProvince province;
  CHECK(province.post("/_replicate", "{}").status == 501);
  CHECK(province.get("/_users").status == 501);
  CHECK(province.get("/plain/_design/x/_view/by_name").status == 501);
  const auto wrong = province.call("PATCH", "/plain/_revs_limit");
  CHECK(wrong.status == 405);
  CHECK_FALSE(wrong.header("Allow").empty());
  const auto read = province.get("/plain/_bulk_docs");
  CHECK(read.status == 405);
  CHECK(read.header("Allow") == "POST");
}

TEST_CASE("a database tells its sequence and its start time as strings") {
  ServedProvince province;
  const auto info = province.get("/plain").json();
  CHECK(info["db_name"] == "plain");
  CHECK(info["update_seq"] == "0");
  CHECK(info["instance_start_time"].is_string());
  CHECK(info["doc_count"] == 0);
  CHECK(info["compact_running"] == false);
  CHECK(info["tram"]["db_uuid"].get<std::string>().size() == 32);
  CHECK(province.call("HEAD", "/plain").status == 200);
  const auto commit = province.post("/plain/_ensure_full_commit", "");
  CHECK(commit.status == 201);
  CHECK(commit.json()["instance_start_time"] == info["instance_start_time"]);
}

TEST_CASE("only the administrator makes and removes databases and only under good names") {
  ServedProvince province;
  CHECK(province.call("PUT", "/surveys").status == 201);
  CHECK(province.call("PUT", "/surveys").status == 412);
  CHECK(province.call("PUT", "/surveys").json()["error"] == "file_exists");
  for (const std::string name : {"Upper", "1st", "_own", "api", "ui", "metrics", "office-c", "with%20space"}) {
    INFO(name);
    CHECK(province.call("PUT", "/" + name).json()["error"] == "illegal_database_name");
  }
  CHECK(province.call("PUT", "/other", "", "a").status == 403);
  CHECK(province.call("DELETE", "/surveys", "", "a").status == 403);
  CHECK(province.call("DELETE", "/surveys").status == 200);
  CHECK(province.call("DELETE", "/surveys").status == 404);
  CHECK(province.audited == std::vector<std::string>{"database_created admin", "database_removed admin"});
}

TEST_CASE("names with slashes are reached percent-encoded") {
  ServedProvince province;
  CHECK(province.call("PUT", "/a%2Fb").status == 201);
  CHECK(province.get("/a%2Fb").json()["db_name"] == "a/b");
}

TEST_CASE("JSON without its content type is 415") {
  ServedProvince province;
  const http::Headers form{{"Content-Type", "application/x-www-form-urlencoded"}};
  for (const std::string path : {"_bulk_docs", "_bulk_get", "_revs_diff", "_find"}) {
    CHECK(province.call("POST", "/plain/" + path, "{}", "admin", form).json()["error"] == "bad_content_type");
  }
}

TEST_CASE("the limit of revisions is told and never lowered") {
  ServedProvince province;
  CHECK(province.get("/plain/_revs_limit").body == "1000\n");
  CHECK(province.put("/plain/_revs_limit", "20").status == 400);
  CHECK(province.put("/plain/_revs_limit", "1000").status == 200);
  CHECK(province.get("/plain/_revs_limit").body == "1000\n");
}

TEST_CASE("security objects are kept and given back") {
  ServedProvince province;
  CHECK(province.get("/plain/_security").json()["members"]["names"].empty());
  CHECK(province.put("/plain/_security", R"({"members":{"names":["x"]}})").status == 200);
  CHECK(province.get("/plain/_security").json()["members"]["names"][0] == "x");
  CHECK(province.put("/office-a/_security", "{}", "a").status == 403);
}

TEST_CASE("a screen of a known origin may ask and others get no permission") {
  ServedProvince province;
  const auto known = province.call("OPTIONS", "/plain", "", "", {{"Origin", "https://screen.example"}});
  CHECK(known.status == 204);
  CHECK(known.header("Access-Control-Allow-Origin") == "https://screen.example");
  const auto foreign = province.call("GET", "/plain", "", "admin", {{"Origin", "https://evil.example"}});
  CHECK(foreign.header("Access-Control-Allow-Origin").empty());
  // What attachments are fetched and edited with.
  for (const char* name : {"range", "if-match", "if-none-match", "if-range", "last-event-id"}) {
    CHECK(known.header("Access-Control-Allow-Headers").find(name) != std::string::npos);
  }
  const auto read = province.call("GET", "/plain", "", "admin", {{"Origin", "https://screen.example"}});
  for (const char* name : {"etag", "content-range", "accept-ranges", "retry-after"}) {
    CHECK(read.header("Access-Control-Expose-Headers").find(name) != std::string::npos);
  }
}

// --- scope

TEST_CASE("F36: office A cannot read or write or list or measure office B and sees the same bytes as for nothing") {
  ServedProvince province;
  const auto nothing = province.get("/office-nowhere", "a");
  CHECK(nothing.status == 403);
  for (const auto& [method, path] :
       std::vector<std::pair<std::string, std::string>>{{"GET", ""},
                                                        {"HEAD", ""},
                                                        {"GET", "/_all_docs"},
                                                        {"GET", "/_changes"},
                                                        {"GET", "/x"},
                                                        {"GET", "/_local/x"},
                                                        {"PUT", "/x"},
                                                        {"PUT", "/_local/x"},
                                                        {"DELETE", "/x"},
                                                        {"POST", "/_bulk_docs"},
                                                        {"POST", "/_bulk_get"},
                                                        {"POST", "/_revs_diff"},
                                                        {"POST", "/_find"},
                                                        {"GET", "/_security"},
                                                        {"POST", "/_ensure_full_commit"}}) {
    for (const std::string name : {"/office-b", "/office-nowhere", "/plain", "/nowhere"}) {
      INFO(method << " " << name << path);
      const auto answer = province.call(method, name + path, method == "GET" ? "" : "{}", "a");
      CHECK(answer.status == 403);
      if (method != "HEAD") CHECK(answer.body == nothing.body);
      CHECK(answer.header("Tram-Seqs") == nothing.header("Tram-Seqs"));
    }
  }
  CHECK(province.get("/_all_dbs", "a").json() == json::Value({"office-a", "reference"}));
  CHECK(province.get("/_all_dbs").json().size() == 4);
  CHECK(province.call("PUT", "/office-nowhere", "", "a").body == province.call("PUT", "/plain", "", "a").body);
  const auto infos = province.post("/_dbs_info", R"({"keys":["office-a","office-b","nowhere"]})", "a").json();
  CHECK(infos[0]["info"]["db_name"] == "office-a");
  CHECK(infos[1] == json::Value({{"key", "office-b"}, {"error", "not_found"}}));
  CHECK(infos[2] == json::Value({{"key", "nowhere"}, {"error", "not_found"}}));
  CHECK(province.get("/office-a/_changes?feed=longpoll&wake=office-b:0", "a").status == 403);
}

TEST_CASE("an office reads the reference data and writing there is refused row by row") {
  ServedProvince province;
  CHECK(province.push("reference", test::document("form:bm02", "1")).body == "[]\n");
  CHECK(province.get("/reference/form:bm02", "a").status == 200);
  const auto refused = province.push("reference", test::document("form:bm02", "21"), "a");
  CHECK(refused.status == 201);
  CHECK(refused.json()[0]["error"] == "forbidden");
  CHECK(refused.json()[0]["code"] == "scope");
  CHECK(province.put("/reference/x", "{}", "a").status == 403);
  CHECK(province.call("DELETE", "/reference/form:bm02", "", "a").status == 403);
}

TEST_CASE("two readers of one database keep checkpoints of the same name apart") {
  ServedProvince province;
  CHECK(province.put("/reference/_local/cp", R"({"n":1})", "a").status == 201);
  CHECK(province.get("/reference/_local/cp", "b").status == 404);
  CHECK(province.put("/reference/_local/cp", R"({"n":2})", "b").status == 201);
  CHECK(province.get("/reference/_local/cp", "a").json()["n"] == 1);
  CHECK(province.put("/reference/_local/big", "{\"x\":\"" + std::string(70'000, 'x') + "\"}", "a").status == 413);
  for (int i = 0; i < 199; ++i) province.put("/reference/_local/" + std::to_string(i), "{}", "a");
  CHECK(province.put("/reference/_local/one-more", "{}", "a").status == 403);
  CHECK(province.put("/reference/_local/cp", R"({"n":3})", "a").status == 201);
}

TEST_CASE("an office is told where both its databases stand and by which rules it is judged") {
  ServedProvince province;
  province.push("office-a", test::document("x", "1"), "a");
  const auto answer = province.get("/reference", "a");
  CHECK(answer.header("Tram-Seqs") == "office-a=" + province.update_seq("office-a") + ", reference=0");
  CHECK(answer.header("Tram-Rules").size() == 8);
  CHECK(province.get("/plain").header("Tram-Seqs") == "plain=0");
}

}  // namespace
}  // namespace tram
