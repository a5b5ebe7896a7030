// The loop of the daemon over real sockets, and an office whose province is any CouchDB.
#include <thread>

#include "core/base/system.h"
#include "http/server.h"
#include "tests/support/office.h"
#include "tests/support/patience.h"

using namespace tram;
using namespace tram::test;

namespace {

// An office's daemon against a province on loopback.
struct Daemon {
  Province& province;
  TempFolder folder;
  SystemClock clock;
  SystemRandom random;
  std::unique_ptr<Store> own, reference;
  std::unique_ptr<http::Client> client;
  std::unique_ptr<Syncer> syncer;
  std::jthread thread;

  Daemon(Province& province_, std::uint16_t port) : province(province_) {
    StoreOptions options;
    options.clock = &clock;
    options.random = &random;
    options.record_writes = true;
    own = must(Store::open(folder.file("own.db"), options));
    reference = must(Store::open(folder.file("reference.db"), options));
    client = must(http::make_curl_client({.base_url = "http://127.0.0.1:" + std::to_string(port)}));
    SyncerOptions how;
    how.database = "office-a";
    how.credential.token = "a";
    how.pause_max_ms = 200;
    syncer = std::make_unique<Syncer>(*own, *reference, *client, clock, random, how);
    thread = std::jthread([this](const std::stop_token& stop) { syncer->run(stop); });
  }
  ~Daemon() {
    thread.request_stop();
    thread.join();
  }
  void saves(const std::string& id, const std::string& body) {
    must(own->write([&](Transaction& transaction) -> Status {
      const auto record = must(transaction.find(id));
      const RevisionId parent = record ? record->tree.at(record->tree.winner()).rev : RevisionId{};
      must(transaction.save(id, parent, false, body));
      return {};
    }));
  }
};

std::unique_ptr<http::Server> serve(Province& province, std::uint16_t port = 0) {
  http::ServerOptions options;
  options.port = port;
  options.workers = 3;
  return must(http::Server::start(std::move(options), province.handler));
}

}  // namespace

TEST_CASE("a daemon sends what is saved at once, hears of news at once, and stops when told") {
  Province province;
  const auto server = serve(province);
  Daemon daemon(province, server->port());
  REQUIRE(eventually([&] { return server->stats().waiting == 1; }));  // the long poll

  daemon.saves("report:bm02:2024Q2", R"({"values":{"a":1}})");
  REQUIRE(eventually([&] { return province.value("report:bm02:2024Q2", "a") == 1; }));
  REQUIRE(eventually([&] { return daemon.syncer->status().pending == 0; }));

  province.publishes("guidance:1", {{"title", "x"}});
  REQUIRE(eventually([&] { return daemon.reference->sequence() == 1; }));
  province.publishes("arrival:1", {{"x", 1}}, "office-a");
  REQUIRE(eventually([&] { return daemon.own->sequence() == 2; }));
  REQUIRE(eventually([&] { return daemon.syncer->status().state == SyncState::idle; }));
}

TEST_CASE("its own pushes do not wake a daemon's long poll") {
  Province province;
  const auto server = serve(province);
  Daemon daemon(province, server->port());
  REQUIRE(eventually([&] { return server->stats().waiting == 1; }));
  daemon.saves("report:bm02:2024Q2", R"({"values":{"a":0}})");
  REQUIRE(eventually([&] { return province.value("report:bm02:2024Q2", "a") == 0; }));
  REQUIRE(eventually([&] { return daemon.syncer->status().pending == 0; }));
  const auto before = daemon.syncer->status().link.requests;
  for (int i = 1; i <= 5; ++i) {
    daemon.saves("report:bm02:2024Q2", R"({"values":{"a":)" + std::to_string(i) + "}}");
    REQUIRE(eventually([&] { return province.value("report:bm02:2024Q2", "a") == i; }));
    REQUIRE(eventually([&] { return daemon.syncer->status().pending == 0; }));
  }
  CHECK(daemon.syncer->status().link.requests == before + 5);
}

TEST_CASE("a daemon that starts without a line goes on by itself when the line comes") {
  Province province;
  std::uint16_t port = 0;
  {
    const auto once = serve(province);
    port = once->port();
  }
  Daemon daemon(province, port);
  daemon.saves("report:bm02:2024Q2", R"({"values":{"a":1}})");
  REQUIRE(eventually([&] { return daemon.syncer->status().state == SyncState::offline; }));
  CHECK(daemon.syncer->status().pending == 1);
  const auto server = serve(province, port);
  REQUIRE(eventually([&] { return province.value("report:bm02:2024Q2", "a") == 1; }));
}

TEST_CASE("toward a server that knows none of our additions the office keeps in step all the same") {
  Province province;
  const http::Handler stock = [&](const http::Request& request) {
    for (const auto& field : request.headers) CHECK_FALSE(field.name.starts_with("Tram-"));
    http::Response response = province.handler(request);
    for (const char* name : {"Tram-Peer", "Tram-Seqs", "Tram-Rules", "Tram-Wrote"}) response.headers.remove(name);
    if (request.target == "/") response.body = R"({"couchdb":"Welcome","version":"3.3.3","uuid":"0123"})";
    return response;
  };
  const auto office_of = [&](TempFolder& folder, http::Client& client, Random& random) {
    struct Parts {
      std::unique_ptr<Store> own, reference;
      std::unique_ptr<Syncer> syncer;
    } parts;
    StoreOptions options;
    options.clock = &province.clock;
    options.random = &random;
    options.record_writes = true;
    parts.own = must(Store::open(folder.file("own.db"), options));
    parts.reference = must(Store::open(folder.file("reference.db"), options));
    SyncerOptions how;
    how.database = "plain";
    how.reference = "";
    how.credential.token = "admin";
    parts.syncer = std::make_unique<Syncer>(*parts.own, *parts.reference, client, province.clock, random, how);
    return parts;
  };
  TempFolder first_folder, second_folder;
  SeededRandom first_random(1), second_random(2);
  http::LoopbackClient first_client(stock), second_client(stock);
  auto first = office_of(first_folder, first_client, first_random);
  auto second = office_of(second_folder, second_client, second_random);
  const auto save = [](Store& store, const std::string& id, const std::string& body) {
    must(store.write([&](Transaction& transaction) -> Status {
      const auto record = must(transaction.find(id));
      const RevisionId parent = record ? record->tree.at(record->tree.winner()).rev : RevisionId{};
      must(transaction.save(id, parent, false, body));
      return {};
    }));
  };
  save(*first.own, "report:bm02:2024Q2", R"({"values":{"a":1,"b":1}})");
  for (Syncer* syncer : {first.syncer.get(), second.syncer.get()}) CHECK_FALSE(syncer->step().error);
  save(*first.own, "report:bm02:2024Q2", R"({"values":{"a":2,"b":1}})");
  save(*second.own, "report:bm02:2024Q2", R"({"values":{"a":1,"b":2}})");
  for (int i = 0; i < 2; ++i) {
    for (Syncer* syncer : {first.syncer.get(), second.syncer.get()}) CHECK_FALSE(syncer->step().error);
  }
  // The server merges nothing; the offices do, alike.
  CHECK(province.report("report:bm02:2024Q2", "plain")["values"] == json::Value({{"a", 2}, {"b", 2}}));
  CHECK(first.syncer->status().pending == 0);
  CHECK(first.own->sequence() > 0);
  CHECK(first.syncer->step().requests <= 2);
}
