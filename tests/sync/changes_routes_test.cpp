
#include "sync/changes_feed.h"
#include "tests/sync/served_province.h"

namespace tram {
namespace {

using test::document;
using test::must;
using test::ServedProvince;
using test::sig;

// A long poll under way, with time that passes only when nothing else can happen.
struct Poll {
  Poll(ServedProvince& province, const std::string& target, std::string_view who = "a")
      : client(province.handler, options_for(province)),
        pending(client.start(ServedProvince::request("GET", target, "", who))) {}
  static http::LoopbackOptions options_for(ServedProvince& province) {
    http::LoopbackOptions options;
    options.on_wait = [&province](std::int64_t ms) { province.clock.advance(ms); };
    return options;
  }
  bool answered_within(std::int64_t ms) {
    for (std::int64_t left = ms; !pending->done() && left > 0; left -= 100) client.wait(100);
    return pending->done();
  }
  json::Value json() { return must(json::parse(must(pending->take()).body)); }

  http::LoopbackClient client;
  std::unique_ptr<http::Pending> pending;
};

std::string after(ServedProvince& province, const std::string& name) { return "since=" + province.update_seq(name); }

TEST_CASE("a normal feed has one row a line with each document at its latest sequence") {
  ServedProvince province;
  province.push("plain", document("x", "1") + "," + document("y", "1"));
  province.push("plain",
                document("x", "21") + "," + document("x", "31") + "," + document("z", "1", "\"_deleted\":true"));
  const std::string epoch = province.update_seq("plain").substr(1);
  const auto answer = province.get("/plain/_changes?style=all_docs");
  CHECK(answer.body ==
        "{\"results\":[\n"
        "{\"seq\":\"2" +
            epoch + "\",\"id\":\"y\",\"changes\":[{\"rev\":\"1-" + sig('1') +
            "\"}]},\n"
            "{\"seq\":\"3" +
            epoch + "\",\"id\":\"x\",\"changes\":[{\"rev\":\"2-" + sig('3') + "\"},{\"rev\":\"2-" + sig('2') +
            "\"}]},\n"
            "{\"seq\":\"4" +
            epoch + "\",\"id\":\"z\",\"changes\":[{\"rev\":\"1-" + sig('1') +
            "\"}],\"deleted\":true}\n"
            "],\n\"last_seq\":\"4" +
            epoch + "\",\"pending\":0}\n");
  CHECK(province.get("/plain/_changes").json()["results"][1]["changes"].size() == 1);
}

TEST_CASE("a row is a line also where the document came on several") {
  ServedProvince province;
  province.push("plain",
                "{\"_id\":\"x\",\"_rev\":\"1-" + sig('1') + "\",\n \"list\": [\r\n{\"a\": \"\\n\"},\n{\"b\":2}]\n}");
  const std::string how = GENERATE("", "&leaves=new&revs=true");
  const auto answer = province.get("/plain/_changes?include_docs=true" + how);
  CHECK(std::count(answer.body.begin(), answer.body.end(), '\n') == 4);
  CHECK(answer.body.find('\r') == std::string::npos);
  const json::Value row = answer.json()["results"][0];
  CHECK((how.empty() ? row["doc"] : row["docs"][0])["list"] == json::Value{{{"a", "\n"}}, {{"b", 2}}});
}

TEST_CASE("since may be quoted and unknown epochs and bare numbers start from the beginning") {
  ServedProvince province;
  province.push("plain", document("x", "1") + "," + document("y", "1"));
  const auto rows = [&](const std::string& since) {
    return province.get("/plain/_changes?since=" + since).json()["results"].size();
  };
  const std::string epoch = province.update_seq("plain").substr(2);
  CHECK(rows("1-" + epoch) == 1);
  CHECK(rows("%221-" + epoch + "%22") == 1);
  CHECK(rows("now") == 0);
  CHECK(rows("0") == 2);
  CHECK(rows("1-00000000") == 2);
  CHECK(rows("1") == 2);
  CHECK(rows("99-" + epoch) == 2);
}

TEST_CASE("limit 0 has no rows and the right pending") {
  ServedProvince province;
  province.push("plain", document("x", "1") + "," + document("y", "1"));
  const auto none = province.get("/plain/_changes?limit=0").json();
  CHECK(none["results"].empty());
  CHECK(none["pending"] == 2);
  CHECK(none["last_seq"] == "0");
  const auto one = province.get("/plain/_changes?limit=1").json();
  CHECK(one["results"].size() == 1);
  CHECK(one["pending"] == 1);
  CHECK(one["last_seq"] == one["results"][0]["seq"]);
}

TEST_CASE("a page ends near the bytes asked for with at least a row") {
  ServedProvince province;
  province.push("plain", document("x", "1") + "," + document("y", "1") + "," + document("z", "1"));
  const auto page = province.get("/plain/_changes?bytes=1&include_docs=true").json();
  CHECK(page["results"].size() == 1);
  CHECK(page["pending"] == 2);
  CHECK(province.get("/plain/_changes?bytes=100000").json()["results"].size() == 3);
}

TEST_CASE("an empty filtered page moves last_seq and never past an unsent row") {
  ServedProvince province;
  province.push("plain", document("x", "1", "\"n\":1") + "," + document("y", "1", "\"n\":2") + "," +
                             document("z", "1", "\"n\":1"));
  const std::string filter = "/plain/_changes?filter=_selector";
  const auto nothing = province.post(filter, R"({"selector":{"n":9}})").json();
  CHECK(nothing["results"].empty());
  CHECK(nothing["last_seq"] == province.update_seq("plain"));
  const auto one = province.post(filter + "&limit=1", R"({"selector":{"n":1}})").json();
  CHECK(one["results"][0]["id"] == "x");
  CHECK(one["last_seq"] == one["results"][0]["seq"]);
  const auto ids = province.post("/plain/_changes?filter=_doc_ids", R"({"doc_ids":["y","absent"]})").json();
  REQUIRE(ids["results"].size() == 1);
  CHECK(ids["results"][0]["id"] == "y");
  province.put("/plain/_design/d", "{}");
  CHECK(province.get("/plain/_changes?filter=_design").json()["results"].size() == 1);
}

TEST_CASE("a JavaScript filter is 400 and so are bad numbers and feeds") {
  ServedProvince province;
  CHECK(province.get("/plain/_changes?filter=app/mine").json()["error"] == "filter_not_supported");
  CHECK(province.get("/plain/_changes?filter=_view&view=a/b").status == 400);
  CHECK(province.get("/plain/_changes?limit=many").json()["error"] == "query_parse_error");
  CHECK(province.get("/plain/_changes?feed=carrier-pigeon").status == 400);
  CHECK(province.get("/plain/_changes?nonsense=1").status == 200);
}

TEST_CASE("descending goes from the newest down") {
  ServedProvince province;
  std::string documents;
  for (int i = 0; i < 700; ++i) documents += (i > 0 ? "," : "") + document("d" + std::to_string(i), "1");
  province.push("plain", documents);
  const auto one = province.get("/plain/_changes?descending=true&limit=1").json();
  CHECK(one["results"][0]["id"] == "d699");
  CHECK(one["last_seq"] == province.update_seq("plain"));
  const auto all = province.get("/plain/_changes?descending=true").json()["results"];
  CHECK(all.size() == 700);
  CHECK(all[699]["id"] == "d0");
}

TEST_CASE("documents come along with a row when asked") {
  ServedProvince province;
  province.push("plain", document("x", "21") + "," + document("x", "31"));
  const auto row = province.get("/plain/_changes?include_docs=true&conflicts=true").json()["results"][0];
  CHECK(row["doc"]["_id"] == "x");
  CHECK(row["doc"]["n"] == 1);
  CHECK(row["doc"]["_conflicts"] == json::Value({"2-" + sig('2')}));
}

TEST_CASE("our own clients get the leaves that arrived since with their whole paths") {
  ServedProvince province;
  province.push("plain", document("x", "21"));
  const std::string since = after(province, "plain");
  province.push("plain", document("x", "31", "\"_deleted\":true"));
  const auto row = province.get("/plain/_changes?include_docs=true&revs=true&leaves=new&" + since).json()["results"][0];
  CHECK(row["changes"].size() == 2);
  REQUIRE(row["docs"].size() == 1);
  CHECK(row["docs"][0]["_rev"] == "2-" + sig('3'));
  CHECK(row["docs"][0]["_deleted"] == true);
  CHECK(row["docs"][0]["_revisions"]["ids"].size() == 2);
}

TEST_CASE("seq_interval leaves sequences out between") {
  ServedProvince province;
  province.push("plain", document("x", "1") + "," + document("y", "1") + "," + document("z", "1"));
  const auto rows = province.get("/plain/_changes?seq_interval=2").json()["results"];
  CHECK(rows[0]["seq"].is_null());
  CHECK(rows[1]["seq"].is_string());
  CHECK(rows[2]["seq"].is_null());
}

TEST_CASE("a long poll answers at once when there is something and otherwise waits for a write") {
  ServedProvince province;
  province.push("office-a", document("x", "1"));
  CHECK(province.get("/office-a/_changes?feed=longpoll", "a").json()["results"].size() == 1);
  Poll poll(province, "/office-a/_changes?feed=longpoll&" + after(province, "office-a"));
  CHECK_FALSE(poll.answered_within(30'000));
  province.push("office-a", document("y", "1"));
  REQUIRE(poll.answered_within(1000));
  CHECK(poll.json()["results"][0]["id"] == "y");
}

TEST_CASE("a long poll without news ends at its timeout with an empty page") {
  ServedProvince province;
  province.push("office-a", document("x", "1"));
  Poll poll(province, "/office-a/_changes?feed=longpoll&timeout=5000&" + after(province, "office-a"));
  CHECK_FALSE(poll.answered_within(4900));
  REQUIRE(poll.answered_within(1000));
  CHECK(poll.json()["last_seq"] == province.update_seq("office-a"));
}

TEST_CASE("a long poll with heartbeats sends empty lines and outlives any timeout") {
  ServedProvince province;
  Poll poll(province, "/office-a/_changes?feed=longpoll&heartbeat=30000&timeout=1000");
  CHECK_FALSE(poll.answered_within(200'000));
  CHECK(poll.client.traffic().bytes_received > 13 + 5);
  province.push("office-a", document("x", "1"));
  REQUIRE(poll.answered_within(1000));
  CHECK(poll.json()["results"][0]["id"] == "x");
}

TEST_CASE("an event source tells each row as an event and goes on from the last one that the browser saw") {
  ServedProvince province;
  province.push("plain", document("x", "1") + "," + document("y", "1"));
  const std::string epoch = province.update_seq("plain").substr(1);
  const std::string target = "/plain/_changes?feed=eventsource&timeout=500&since=0";
  const auto all = province.get(target);
  CHECK(all.header("Content-Type") == "text/event-stream");
  const auto event = [&](const std::string& n, const std::string& id) {
    return "data: {\"seq\":\"" + n + epoch + "\",\"id\":\"" + id + "\",\"changes\":[{\"rev\":\"1-" + sig('1') +
           "\"}]}\nid: \"" + n + epoch + "\"\n\n";
  };
  CHECK(all.body == event("1", "x") + event("2", "y"));
  const auto rest = province.call("GET", target, "", "admin", {{"Last-Event-ID", "\"1" + epoch + "\""}});
  CHECK(rest.body == event("2", "y"));
  CHECK(province.get("/plain/_changes?feed=eventsource&limit=1").body == event("1", "x"));
  Poll beats(province, "/plain/_changes?feed=eventsource&heartbeat=1000&limit=3", "admin");
  CHECK_FALSE(beats.answered_within(3'500));
  province.push("plain", document("z", "1"));
  REQUIRE(beats.answered_within(1000));
  const std::string heard = must(beats.pending->take()).body;
  CHECK(heard.find("event: heartbeat\ndata: \n\n") != std::string::npos);
  CHECK(heard.ends_with(event("3", "z")));
}

TEST_CASE("a filter that finds nothing keeps a long poll waiting") {
  ServedProvince province;
  Poll poll(province, "/office-a/_changes?feed=longpoll&filter=_doc_ids&doc_ids=%5B%22wanted%22%5D");
  province.push("office-a", document("other", "1"));
  CHECK_FALSE(poll.answered_within(1000));
  province.push("office-a", document("wanted", "1"));
  REQUIRE(poll.answered_within(1000));
  CHECK(poll.json()["results"].size() == 1);
}

TEST_CASE("a long poll wakes without rows when the other database moves on") {
  ServedProvince province;
  Poll poll(province, "/office-a/_changes?feed=longpoll&wake=reference:0");
  CHECK_FALSE(poll.answered_within(1000));
  province.push("reference", document("form:bm02", "1"));
  REQUIRE(poll.answered_within(1000));
  CHECK(poll.json()["results"].empty());
  CHECK(province.get("/office-a/_changes?feed=longpoll&wake=reference:0", "a").json()["results"].empty());
}

TEST_CASE("an office is not woken by what it pushed itself but by what comes behind it") {
  ServedProvince province;
  province.push("office-a", document("x", "1"), "a");
  Poll poll(province, "/office-a/_changes?feed=longpoll&instance=pc1&" + after(province, "office-a"));
  const auto push_as = [&](const std::string& instance, const std::string& body) {
    return province.call("POST", "/office-a/_bulk_docs?instance=" + instance,
                         "{\"new_edits\":false,\"docs\":[" + body + "]}", "a");
  };
  push_as("pc1", document("y", "1"));
  push_as("pc1", document("y", "21"));
  CHECK_FALSE(poll.answered_within(1000));
  push_as("pc2", document("z", "1"));
  REQUIRE(poll.answered_within(1000));
  const auto page = poll.json();
  REQUIRE(page["results"].size() == 1);
  CHECK(page["results"][0]["id"] == "z");
}

TEST_CASE("a merge that an office's own push caused does wake it") {
  ServedProvince province;
  province.push("office-a", document("x", "1", "\"a\":1,\"b\":1") + "," + document("x", "21", "\"a\":2,\"b\":1"), "a");
  Poll poll(province, "/office-a/_changes?feed=longpoll&instance=pc1&" + after(province, "office-a"));
  province.call("POST", "/office-a/_bulk_docs?instance=pc1",
                "{\"new_edits\":false,\"docs\":[" + document("x", "31", "\"a\":1,\"b\":2") + "]}", "a");
  REQUIRE(poll.answered_within(1000));
  CHECK(poll.json()["results"][0]["changes"][0]["rev"].get<std::string>().starts_with("3-"));
}

TEST_CASE("a continuous feed goes on line by line and ends at its timeout with last_seq") {
  ServedProvince province;
  province.push("plain", document("x", "1"));
  const auto answer = province.get("/plain/_changes?feed=continuous&timeout=1000");
  const auto end = answer.body.find('\n');
  CHECK(must(json::parse(answer.body.substr(0, end)))["id"] == "x");
  const auto last = must(json::parse(answer.body.substr(end + 1)));
  CHECK(last["last_seq"] == province.update_seq("plain"));
  CHECK(last["pending"] == 0);
}

TEST_CASE("a filter that finds nothing sends an empty line after ten seconds and gives way to others") {
  ServedProvince province;
  std::string documents;
  for (int i = 0; i < 400; ++i) documents += (i > 0 ? "," : "") + document("d" + std::to_string(i), "1");
  province.push("plain", documents);
  FeedOptions options;
  options.selector = must(Selector::parse(json::Value{{"absent", true}}));
  ChangesFeed feed(must(province.shelf.open("plain")), province.clock, std::move(options));
  CHECK(must(feed.next()).bytes == "{\"results\":[\n");
  CHECK(must(feed.next()).kind == http::Chunk::Kind::wait);
  province.clock.advance(10'000);
  CHECK(must(feed.next()).bytes == "\n");
  CHECK(must(feed.next()).kind == http::Chunk::Kind::wait);
}

TEST_CASE("long documents come a few at a time, from either end, and each once") {
  ServedProvince province;
  const std::string text(20'000, 't');
  for (int i = 0; i < 40; ++i) province.push("plain", document("d" + std::to_string(i), "1", "\"t\":\"" + text + "\""));
  for (const bool descending : {false, true}) {
    FeedOptions options;
    options.include_docs = true;
    options.descending = descending;
    ChangesFeed feed(must(province.shelf.open("plain")), province.clock, std::move(options));
    std::string all;
    int parts = 0;
    for (auto chunk = must(feed.next()); chunk.kind != http::Chunk::Kind::end; chunk = must(feed.next()), ++parts) {
      CHECK(chunk.bytes.size() < 160'000);
      all += chunk.bytes;
    }
    CHECK(parts > 5);
    const auto rows = must(json::parse(all))["results"];
    REQUIRE(rows.size() == 40);
    for (int i = 0; i < 40; ++i) CHECK(rows[i]["id"] == "d" + std::to_string(descending ? 39 - i : i));
  }
}

TEST_CASE("a selector looks at every document from the newest down, a few at a time") {
  ServedProvince province;
  std::string documents;
  for (int i = 0; i < 170; ++i) {
    documents += (i > 0 ? "," : "") + document("d" + std::to_string(i), "1", "\"odd\":" + std::to_string(i % 2));
  }
  province.push("plain", documents);
  const auto answer =
      province.post("/plain/_changes?filter=_selector&descending=true", R"({"selector":{"odd":1}})").json()["results"];
  REQUIRE(answer.size() == 85);
  for (int i = 0; i < 85; ++i) CHECK(answer[i]["id"] == "d" + std::to_string(169 - 2 * i));
}

TEST_CASE("rows written while a normal feed is streamed wait for the next one") {
  ServedProvince province;
  std::string documents;
  for (int i = 0; i < 1000; ++i) documents += (i > 0 ? "," : "") + document("d" + std::to_string(i), "1");
  province.push("plain", documents);
  ChangesFeed feed(must(province.shelf.open("plain")), province.clock, {});
  std::string text = must(feed.next()).bytes;
  text += must(feed.next()).bytes;
  province.push("plain", document("late", "1"));
  for (auto chunk = must(feed.next()); chunk.kind != http::Chunk::Kind::end; chunk = must(feed.next())) {
    CHECK(chunk.bytes.size() < 100'000);
    text += chunk.bytes;
  }
  const auto page = must(json::parse(text));
  CHECK(page["results"].size() == 1000);
  CHECK(page["pending"] == 1);
}

}  // namespace
}  // namespace tram
