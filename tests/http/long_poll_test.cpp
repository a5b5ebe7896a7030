// Held requests at the real server.
#include "tests/http/fixture.h"
#include "tests/support/catch.h"

namespace tram::http {
namespace {

constexpr std::string_view kFeed = "GET /feed HTTP/1.1\r\nHost: x\r\n\r\n";

// A province with one worker whose /feed waits for news.
struct Province {
  std::shared_ptr<Signal> news = Signal::make();
  std::shared_ptr<int> held = std::make_shared<int>(0);  // lives in every held function
  std::unique_ptr<Server> server;

  explicit Province(std::int64_t wait_ms = 60'000, ServerOptions options = {}) {
    options.workers = 1;
    server = serve(
        [this, wait_ms](const Request& request) {
          if (request.path() != "/feed") return text_response(200, "now");
          const Watch watch = news->watch();
          return Response::when({wait_ms, {watch}}, [watch, token = held] {
            return text_response(200, watch.fired() ? "news" : "nothing");
          });
        },
        options);
  }
  bool holds(std::size_t count) const {
    return eventually([&] { return server->stats().waiting == count; });
  }
};

}  // namespace

TEST_CASE("held long polls occupy no worker") {
  Province province;
  std::vector<RawSocket> offices;
  for (int i = 0; i < 10; ++i) {
    offices.push_back(connect_to(*province.server));
    offices.back().send(kFeed);
  }
  REQUIRE(province.holds(10));
  CHECK(client_of(*province.server)->send({})->body == "now");
  CHECK(province.server->stats().waiting == 10);

  province.news->raise();
  for (RawSocket& office : offices) CHECK(office.receive_until("news").ends_with("news"));
  CHECK(province.server->stats().waiting == 0);
}

TEST_CASE("a long poll may wait again and again before it answers") {
  const auto news = Signal::make();
  int waits = 0;
  std::function<Response()> again = [&]() -> Response {
    if (++waits == 5) return text_response(200, "at last");
    return Response::when({1, {}}, again);
  };
  const auto server = serve([&](const Request&) { return again(); });
  CHECK(client_of(*server)->send({})->body == "at last");
}

TEST_CASE("an office that goes away is forgotten at once, with all that was held for it") {
  Province province;
  auto office = std::make_unique<RawSocket>(connect_to(*province.server));
  office->send(kFeed);
  REQUIRE(province.holds(1));
  REQUIRE(province.held.use_count() > 1);
  office.reset();
  CHECK(province.holds(0));
  CHECK(eventually([&] { return province.held.use_count() == 1; }));
  CHECK(province.news->subscribers() == 0);
  CHECK(eventually([&] { return province.server->stats().connections == 0; }));
}

TEST_CASE("a request sent behind a long poll is answered after it") {
  Province province;
  RawSocket office = connect_to(*province.server);
  office.send(std::string(kFeed) + "GET /now HTTP/1.1\r\nHost: x\r\n\r\n");
  REQUIRE(province.holds(1));
  office.send("GET /now HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  province.news->raise();
  const std::string all = office.receive_all();
  CHECK(all.find("news") < all.find("now"));
  CHECK(all.ends_with("now"));
}

TEST_CASE("heartbeats arrive while nothing happens, also when the answer is compressed") {
  const auto news = Signal::make();
  const auto server = serve([&](const Request&) {
    Response response = json_response(200, "");
    response.stream = [watch = news->watch(), step = 0]() mutable -> Result<Chunk> {
      switch (step++) {
        case 0: return Chunk::data(std::string(2000, ' ') + "{\"results\":[\n");
        case 1: return Chunk::wait({1, {}});
        case 2: return Chunk::data("\n");
        case 3: return Chunk::wait({60'000, {watch}});
        case 4: return Chunk::data("]}");
        default: return Chunk::end();
      }
    };
    return response;
  });
  const auto client = client_of(*server);
  std::string seen;
  CallOptions options;
  options.on_body = [&](std::string_view part) -> Status {
    seen += part;
    return {};
  };
  const auto feed = client->start({}, options);
  REQUIRE(eventually([&] {
    client->wait(1);
    return seen.ends_with("[\n\n");
  }));
  CHECK_FALSE(feed->done());
  news->raise();
  while (!feed->done()) client->wait(-1);
  REQUIRE(feed->take().ok());
  CHECK(seen.ends_with("[\n\n]}"));
}

TEST_CASE("a reader that stops reading holds no worker") {
  ServerOptions options;
  options.workers = 1;
  std::atomic<int> blocks{0};
  const auto server = serve(
      [&](const Request& request) {
        Response response = text_response(200, "now", "application/octet-stream");
        if (request.path() != "/large") return response;
        response.stream = [&]() -> Result<Chunk> {
          ++blocks;
          return Chunk::data(std::string(64 << 10, 'x'));
        };
        return response;
      },
      options);
  RawSocket slow = connect_to(*server);
  slow.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
  REQUIRE(eventually([&] { return blocks > 4; }));
  const auto client = client_of(*server);
  int before = -1;
  CHECK(eventually([&] {  // the stream comes to rest, though it has no end
    const int now = blocks;
    return client->send({})->body == "now" && std::exchange(before, now) == now;
  }));
}

TEST_CASE("F28: stopping drops held requests and idle connections, and lets running ones end") {
  Province province;
  RawSocket idle = connect_to(*province.server);
  RawSocket held = connect_to(*province.server);
  held.send(kFeed);
  REQUIRE(province.holds(1));
  province.server->stop();
  CHECK(idle.receive_all().empty());
  CHECK(held.receive_all().empty());
  CHECK(province.held.use_count() == 1);

  std::atomic<bool> inside{false}, go_on{false};
  auto server = serve([&](const Request&) {
    inside = true;
    eventually([&] { return go_on.load(); });
    return text_response(200, "done");
  });
  RawSocket running = connect_to(*server);
  running.send(kFeed);
  REQUIRE(eventually([&] { return inside.load(); }));
  std::thread stopper([&] { server->stop(); });
  RawSocket late = connect_to(*server);
  go_on = true;
  CHECK(running.receive_all().ends_with("done"));
  stopper.join();
}

TEST_CASE("a signal raised after the server is gone is harmless") {
  Province province;
  RawSocket office = connect_to(*province.server);
  office.send(kFeed);
  REQUIRE(province.holds(1));
  province.server.reset();
  province.news->raise();
  CHECK(province.news->subscribers() == 0);
}

TEST_CASE("held long polls cost little memory") {
  Province province;
  std::vector<RawSocket> offices;
  const auto hold = [&](std::size_t count) {
    while (offices.size() < count) {
      offices.push_back(connect_to(*province.server));
      offices.back().send(kFeed);
      // More at once than the queue takes would be asked to come again.
      if (offices.size() % 50 == 0) REQUIRE(province.holds(offices.size()));
    }
  };
  hold(50);  // what is needed once
  const std::size_t before = memory_now();
  hold(450);
  CHECK((memory_now() - std::min(memory_now(), before)) / 400 < 24'000);
}

}  // namespace tram::http
