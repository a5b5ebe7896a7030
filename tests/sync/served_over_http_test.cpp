// The routes behind a real server: what only sockets, workers and gzip can show.
#include <atomic>
#include <thread>

#include "http/client.h"
#include "http/server.h"
#include "tests/sync/served_province.h"

namespace tram {
namespace {

using test::document;
using test::must;
using test::ServedProvince;

struct Served {
  explicit Served(ServedProvince& province) : server(must(http::Server::start({}, province.handler))) {
    http::ClientOptions options;
    options.base_url = "http://127.0.0.1:" + std::to_string(server->port());
    client = must(http::make_curl_client(std::move(options)));
  }
  http::Response send(std::string_view method, std::string target, std::string body = "",
                      http::CallOptions options = {}) {
    return must(
        client->send(ServedProvince::request(method, std::move(target), std::move(body), "admin"), std::move(options)));
  }
  std::unique_ptr<http::Server> server;
  std::unique_ptr<http::Client> client;
};

TEST_CASE("a thousand documents go over a socket and come back in one feed and one bulk_get") {
  ServedProvince province;
  Served line(province);
  std::string documents, wanted;
  for (int i = 0; i < 1000; ++i) {
    const std::string id = "d" + std::to_string(i);
    documents += (i > 0 ? "," : "") + document(id, "1", "\"text\":\"" + std::string(500, 'x') + "\"");
    wanted += (i > 0 ? ",{\"id\":\"" : "{\"id\":\"") + id + "\"}";
  }
  http::CallOptions packed;
  packed.body_coding = http::Coding::zstd;
  CHECK(line.send("POST", "/plain/_bulk_docs", "{\"new_edits\":false,\"docs\":[" + documents + "]}", packed).status ==
        201);
  const auto feed = must(json::parse(line.send("GET", "/plain/_changes?include_docs=true").body));
  CHECK(feed["results"].size() == 1000);
  CHECK(feed["pending"] == 0);
  const auto got =
      must(json::parse(line.send("POST", "/plain/_bulk_get?revs=true", "{\"docs\":[" + wanted + "]}").body));
  CHECK(got["results"][999]["docs"][0]["ok"]["_id"] == "d999");
}

TEST_CASE("two hundred offices wait at once for news and hold no worker") {
  ServedProvince province;
  Served line(province);
  std::vector<std::unique_ptr<http::Pending>> polls;
  for (int i = 0; i < 200; ++i) {
    const std::string heartbeat = i % 2 == 0 ? "&heartbeat=10000" : "";
    polls.push_back(
        line.client->start(ServedProvince::request("GET", "/plain/_changes?feed=longpoll" + heartbeat, "", "admin")));
  }
  for (int tries = 0; line.server->stats().waiting < 200 && tries < 1000; ++tries) line.client->wait(20);
  REQUIRE(line.server->stats().waiting == 200);
  CHECK(must(line.client->send(ServedProvince::request(
                 "POST", "/plain/_bulk_docs", "{\"new_edits\":false,\"docs\":[" + document("x", "1") + "]}", "admin")))
            .status == 201);
  for (auto& poll : polls) {
    for (int tries = 0; !poll->done() && tries < 1000; ++tries) line.client->wait(20);
    REQUIRE(poll->done());
    CHECK(must(json::parse(must(poll->take()).body))["results"].size() == 1);
  }
}

TEST_CASE("offices that push at the same time all get their documents stored") {
  ServedProvince province;
  const auto server = must(http::Server::start({}, province.handler));
  std::atomic<int> stored{0};
  std::vector<std::thread> offices;
  for (int office = 0; office < 4; ++office) {
    offices.emplace_back([&, office] {
      http::ClientOptions options;
      options.base_url = "http://127.0.0.1:" + std::to_string(server->port());
      auto client = http::make_curl_client(std::move(options));
      for (int i = 0; client && i < 20; ++i) {
        const std::string id = "d" + std::to_string(office) + "-" + std::to_string(i);
        const auto answer =
            (*client)->send(ServedProvince::request("POST", "/office-a/_bulk_docs?instance=pc" + std::to_string(office),
                                                    "{\"new_edits\":false,\"docs\":[" + document(id, "1") + "]}", "a"));
        if (answer && answer->status == 201 && answer->body == "[]\n") ++stored;
      }
    });
  }
  for (std::thread& office : offices) office.join();
  CHECK(stored == 80);
  CHECK(province.get("/office-a").json()["doc_count"] == 80);
}

// Enough documents for a turn of their own.
std::string large_batch(const std::string& prefix, std::string_view new_edits) {
  std::string documents;
  for (int i = 0; i < 300; ++i) {
    const std::string id = prefix + std::to_string(i);
    documents += (i > 0 ? "," : "") + document(id, "1", "\"text\":\"" + std::string(500, 'x') + "\"");
  }
  return "{\"new_edits\":" + std::string(new_edits) + ",\"docs\":[" + documents + "]}";
}

TEST_CASE("large batches that come at the same time are all stored, and one that is refused keeps no turn") {
  ServedProvince province;
  const auto server = must(http::Server::start({}, province.handler));
  const std::string url = "http://127.0.0.1:" + std::to_string(server->port());
  std::atomic<int> stored{0}, broken{0}, gone{0}, edited{0};
  std::vector<std::thread> offices;
  for (int office = 0; office < 4; ++office) {
    offices.emplace_back([&, office] {
      auto client = http::make_curl_client({.base_url = url});
      const auto status = [&](std::string body, http::Headers headers = {}) {
        const auto answer = (*client)->send(
            ServedProvince::request("POST", "/plain/_bulk_docs", std::move(body), "admin", std::move(headers)));
        return answer ? answer->status : 0;
      };
      for (int i = 0; client && i < 5; ++i) {
        const std::string prefix = "d" + std::to_string(office) + "-" + std::to_string(i) + "-";
        const std::string batch = large_batch(prefix, "false");
        broken += status(batch.substr(0, batch.size() - 2)) == 400 ? 1 : 0;
        gone += status(batch, {{"Tram-If-Seen", "1-00000000"}}) == 412 ? 1 : 0;
        stored += status(batch) == 201 ? 1 : 0;
        edited += status(large_batch("e" + prefix, "true")) == 201 ? 1 : 0;
      }
    });
  }
  for (std::thread& office : offices) office.join();
  CHECK(broken == 20);
  CHECK(gone == 20);
  CHECK(stored == 20);
  CHECK(edited == 20);
  CHECK(province.get("/plain").json()["doc_count"] == 20 * 300);  // what is edited names a revision that nobody has
  CHECK(province.database("plain").large_batches.take(0));
}

}  // namespace
}  // namespace tram
