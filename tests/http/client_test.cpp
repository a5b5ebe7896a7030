// The real client against peers and lines that misbehave.
#include <future>

#include "http/gzip.h"
#include "tests/http/fixture.h"
#include "tests/support/catch.h"

namespace tram::http {
namespace {

ErrorCode code_when_answered(std::string bytes) {
  RawServer peer(always_answers(std::move(bytes)));
  const auto response = client_of(peer.url())->send({});
  return response.ok() ? ErrorCode::internal : response.error().code;
}

std::string with_length(std::string_view body, std::string_view more = {}) {
  return "HTTP/1.1 200 OK\r\n" + std::string(more) + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}

std::string chunked(std::string_view body) {
  return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n" + std::string(body.substr(0, 5)) + "\r\n" +
         (body.size() > 5 ? "5\r\n" + std::string(body.substr(5, 5)) + "\r\n" : "") + "0\r\n\r\n";
}

}  // namespace

TEST_CASE("F19: an answer cut at any byte is offline and never a shorter answer") {
  const std::string answer = GENERATE(with_length("{\"pending\":0}"), chunked("0123456789"));
  std::atomic<std::size_t> cut_at{0};
  RawServer peer([&](RawSocket& socket) {
    socket.receive_until("\r\n\r\n");
    socket.send(std::string_view(answer).substr(0, cut_at));
  });
  const auto client = client_of(peer.url());
  for (std::size_t i = 0; i < answer.size(); ++i) {
    CAPTURE(i);
    cut_at = i;
    const auto response = client->send({});
    if (response.ok()) {  // after the last chunk only the very last line feed may be missing
      CHECK(i + 1 == answer.size());
      CHECK(response->body == "0123456789");
      continue;
    }
    CHECK(response.error().code == ErrorCode::offline);
    CHECK(response.error().retryable());
  }
  cut_at = answer.size();
  const auto whole = client->send({});
  REQUIRE(whole.ok());
  CHECK(whole->body.size() >= 10);
}

TEST_CASE("F19: gzip that is cut or damaged inside a whole answer is offline") {
  const std::string packed = gzip(std::string(3000, 'r') + "end");
  const std::string damaged = packed.substr(0, 12) + "????" + packed.substr(16);
  CHECK(code_when_answered(with_length(packed.substr(0, packed.size() - 4), "Content-Encoding: gzip\r\n")) ==
        ErrorCode::offline);
  CHECK(code_when_answered(with_length(damaged, "Content-Encoding: gzip\r\n")) == ErrorCode::offline);
  CHECK(code_when_answered(with_length("x", "Content-Encoding: br\r\n")) == ErrorCode::offline);

  RawServer peer(always_answers(with_length(packed, "Content-Encoding: gzip\r\n")));
  const auto whole = client_of(peer.url())->send({});
  REQUIRE(whole.ok());
  CHECK(whole->body.size() == 3003);
  CHECK_FALSE(whole->headers.has("Content-Encoding"));
}

TEST_CASE("an answer that is not HTTP is offline") {
  CHECK(code_when_answered("<html>sign in</html>\r\n\r\n") == ErrorCode::offline);
  CHECK(code_when_answered("") == ErrorCode::offline);
}

TEST_CASE("F40: a gzip bomb from a peer stops at the limit") {
  RawServer peer(always_answers(with_length(gzip(std::string(50 << 20, '0')), "Content-Encoding: gzip\r\n")));
  CallOptions options;
  options.body_max = 1 << 20;
  const auto response = client_of(peer.url())->send({}, options);
  REQUIRE_FALSE(response.ok());
  CHECK(response.error().code == ErrorCode::too_large);
}

TEST_CASE("every byte that is sent is counted once, and a field without a value that we would add is left out") {
  std::string seen;
  RawServer peer([&](RawSocket& socket) {
    seen = socket.receive_until("the end");
    socket.send(with_length("ok"));
  });
  const auto client = client_of(peer.url());
  Request request;
  request.method = "POST";
  request.headers.set("Accept", "");
  request.body = "a small body up to the end";
  REQUIRE(client->send(request).ok());
  CHECK(client->traffic().bytes_sent == seen.size());
  CHECK(seen.find("Accept:") == std::string::npos);
  CHECK(seen.find("Accept-Encoding: zstd,gzip\r\n") != std::string::npos);
}

TEST_CASE("F26: no listener and no such name are offline") {
  std::string dead;
  {
    dead = RawServer([](RawSocket&) {}).url();
  }
  CHECK(client_of(dead)->send({}).error().code == ErrorCode::offline);
  CHECK(client_of("http://office.invalid")->send({}).error().code == ErrorCode::offline);
  CHECK(make_curl_client({"gopher://x"}).error().code == ErrorCode::bad_request);
}

TEST_CASE("F26: a peer that says nothing is given up after the time allowed") {
  std::promise<void> tested;
  RawServer peer([&, until = tested.get_future().share()](RawSocket& socket) {
    socket.receive_until("\r\n\r\n");
    socket.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n1");
    until.wait();
  });
  const auto client = client_of(peer.url());
  CallOptions options;
  if (GENERATE(true, false)) {
    options.timeout_ms = 50;
  } else {
    options.silence_max_ms = 50;
  }
  const auto response = client->send({}, options);
  CHECK(response.error().code == ErrorCode::offline);
  tested.set_value();
}

TEST_CASE("connections are kept and used again") {
  const auto server = serve([](const Request&) { return text_response(200, "ok"); });
  const auto client = client_of(*server);
  for (int i = 0; i < 20; ++i) REQUIRE(client->send({}).ok());
  const Traffic traffic = client->traffic();
  CHECK(traffic.connections == 1);
  CHECK(traffic.requests == 20);
  CHECK(traffic.bytes_sent > 20 * 50);
  CHECK(traffic.bytes_received > 20 * 100);
}

TEST_CASE("a kept connection that the peer closed meanwhile is no failure") {
  const auto first = serve([](const Request&) { return text_response(200, "ok"); });
  const std::uint16_t port = first->port();
  const auto client = client_of(*first);
  REQUIRE(client->send({}).ok());
  first->stop();
  ServerOptions options;
  options.port = port;
  const auto second = serve([](const Request&) { return text_response(200, "again"); }, options);
  const auto response = client->send({"POST", "/", {}, "body"});
  REQUIRE(response.ok());
  CHECK(response->body == "again");
}

TEST_CASE("another thread wakes a client that waits, and stops one that sends") {
  const auto server = serve([](const Request&) {
    return Response::when({60'000, {}}, [] { return text_response(200, "late"); });
  });
  const auto client = client_of(*server);
  const auto feed = client->start({"GET", "/feed"});
  std::thread other([&] {
    eventually([&] { return server->stats().waiting == 1; });
    client->wakeup();
  });
  CHECK(client->wait(-1));
  CHECK_FALSE(feed->done());
  other.join();

  std::stop_source stop;
  std::thread third([&] {
    eventually([&] { return server->stats().waiting == 2; });
    stop.request_stop();
  });
  CallOptions options;
  options.stop = stop.get_token();
  CHECK(client->send({}, options).error().code == ErrorCode::cancelled);
  third.join();
}

TEST_CASE("a call that is given up closes its connection and the next call is not disturbed") {
  const auto server = serve([](const Request& request) {
    if (request.path() == "/now") return text_response(200, "ok");
    return Response::when({60'000, {}}, [] { return text_response(200, "late"); });
  });
  const auto client = client_of(*server);
  auto feed = client->start({"GET", "/feed"});
  REQUIRE(eventually([&] {
    client->wait(0);
    return server->stats().waiting == 1;
  }));
  feed.reset();
  CHECK(client->send({"GET", "/now"})->body == "ok");
  CHECK(eventually([&] { return server->stats().waiting == 0; }));
}

TEST_CASE("fifty megabytes stream through in flat memory, in both directions of the line") {
  const auto server = serve([](const Request&) {
    Response response = text_response(200, "", "application/octet-stream");
    response.stream = [left = 50 << 10]() mutable -> Result<Chunk> {
      return left-- > 0 ? Chunk::data(std::string(1 << 10, 'x')) : Chunk::end();
    };
    return response;
  });
  const auto client = client_of(*server);
  std::size_t seen = 0, most = 0;
  const std::size_t before = memory_now();
  CallOptions options;
  options.on_body = [&](std::string_view part) -> Status {
    seen += part.size();
    if (seen % 16 == 0) most = std::max(most, memory_now());
    return {};
  };
  REQUIRE(client->send({}, options).ok());
  CHECK(seen == 50U << 20);
  CHECK(most < before + (8U << 20));
}

TEST_CASE("whoever reads rests, and so does whoever sends; then it goes on where it was") {
  constexpr std::size_t kWhole = 100 << 20;
  std::atomic<std::size_t> made{0};
  const auto server = serve([&](const Request& request) {
    if (request.path() == "/now") return text_response(200, "ok");
    Response response = text_response(200, "", "application/octet-stream");
    response.stream = [&made]() -> Result<Chunk> {
      if (made == kWhole) return Chunk::end();
      made += 1 << 20;
      return Chunk::data(std::string(1 << 20, 'x'));
    };
    return response;
  });
  const auto client = client_of(*server);
  std::size_t seen = 0, enough = 1 << 20;
  const auto is_full = [&] { return seen >= enough; };
  CallOptions options;
  options.on_body = [&](std::string_view part) -> Status {
    seen += part.size();
    return {};
  };
  options.is_full = is_full;
  const auto feed = client->start({}, options);
  client->read_on(*feed, is_full);
  CHECK_FALSE(feed->done());
  CHECK(seen < enough + (64 << 10));
  CHECK(client->send({"GET", "/now"})->body == "ok");  // others go on meanwhile
  std::size_t before = 0;
  CHECK(eventually([&, calm = 0]() mutable {
    calm = made == before ? calm + 1 : 0;
    before = made;
    return calm == 20;
  }));
  CHECK(made < kWhole / 2);
  while (!feed->done()) {
    enough = seen + (10 << 20);
    client->read_on(*feed, is_full);
    CHECK(seen < enough + (64 << 10));
  }
  CHECK(feed->take().ok());
  CHECK(seen == kWhole);

  made = 0;
  enough = seen + (1 << 20);
  int told = 0;
  options.on_body = [&](std::string_view part) -> Status {
    if (enough == kWhole * 3) return ++told == 1 ? error(ErrorCode::disk_full, "no space") : Status();
    seen += part.size();
    return {};
  };
  const auto again = client->start({}, options);
  client->read_on(*again, is_full);
  CHECK_FALSE(again->done());
  enough = kWhole * 3;
  client->read_on(*again, is_full);
  REQUIRE(again->done());
  const auto failed = again->take();
  REQUIRE_FALSE(failed.ok());
  CHECK(failed.error().code == ErrorCode::disk_full);
  CHECK(told == 1);
}

}  // namespace tram::http
