// What every Client promises, asked of both: over a socket, and by function call.
#include "tests/http/fixture.h"
#include "tests/support/catch.h"

namespace tram::http {
namespace {

Way each_way() { return GENERATE(Way::loopback, Way::network); }

Response echo(const Request& request) {
  std::string text = request.method + ' ' + request.target + ' ' + std::string(request.headers.get("X-Office"));
  return text_response(201, text + ' ' + request.body);
}

}  // namespace

TEST_CASE("a request arrives with its method, target, headers and body") {
  Line line(each_way(), echo);
  const auto response = line.client->send({"POST", "/office/_design%2Fx?since=5", {{"X-Office", "049"}}, "report"});
  REQUIRE(response.ok());
  CHECK(response->status == 201);
  CHECK(response->body == "POST /office/_design%2Fx?since=5 049 report");
  CHECK(response->content_type() == "text/plain");
  CHECK(line.client->traffic().requests == 1);
}

TEST_CASE("methods with and without bodies pass unchanged") {
  Line line(each_way(), echo);
  for (const std::string method : {"GET", "PUT", "DELETE", "OPTIONS", "COPY"}) {
    const auto response = line.client->send({method, "/x", {}, method == "PUT" ? "body" : ""});
    REQUIRE(response.ok());
    CHECK(response->body == method + " /x  " + (method == "PUT" ? "body" : ""));
  }
}

TEST_CASE("HEAD brings the headers and no body") {
  Line line(each_way(), [](const Request&) {
    Response response = text_response(200, "twelve bytes");
    response.headers.set("X-Rules", "1234");
    return response;
  });
  const auto response = line.client->send({"HEAD", "/"});
  REQUIRE(response.ok());
  CHECK(response->status == 200);
  CHECK(response->body.empty());
  CHECK(response->headers.get("x-rules") == "1234");
}

TEST_CASE("failures of the peer and redirects are answers and not errors") {
  Line line(each_way(), [](const Request& request) {
    if (request.path() == "/moved") return Response{302, {{"Location", "http://portal.example/"}}};
    return error_response(507, "insufficient_storage", "The disk is full");
  });
  const auto moved = line.client->send({"GET", "/moved"});
  REQUIRE(moved.ok());
  CHECK(moved->status == 302);
  CHECK(moved->headers.get("Location") == "http://portal.example/");
  const auto full = line.client->send({"GET", "/full"});
  REQUIRE(full.ok());
  CHECK(full->status == 507);
  CHECK(full->body == "{\"error\":\"insufficient_storage\",\"reason\":\"The disk is full\"}\n");
}

TEST_CASE("a stream arrives whole, in order") {
  Line line(each_way(), [](const Request&) {
    Response response = text_response(200, "");
    response.stream = [row = 0]() mutable -> Result<Chunk> {
      return ++row <= 20'000 ? Chunk::data("row " + std::to_string(row) + "\n") : Chunk::end();
    };
    return response;
  });
  const auto response = line.client->send({});
  REQUIRE(response.ok());
  CHECK(response->body.starts_with("row 1\nrow 2\n"));
  CHECK(response->body.ends_with("row 20000\n"));
  CHECK(std::count(response->body.begin(), response->body.end(), '\n') == 20'000);
}

TEST_CASE("a stream that fails in the middle is offline, never half an answer") {
  Line line(each_way(), [](const Request&) {
    Response response = text_response(200, "");
    response.stream = [blocks = 0]() mutable -> Result<Chunk> {
      if (++blocks > 4) return error(ErrorCode::storage_error, "the disk went away");
      return Chunk::data(std::string(kStreamBlock, 'x'));
    };
    return response;
  });
  const auto response = line.client->send({});
  REQUIRE_FALSE(response.ok());
  CHECK(response.error().code == ErrorCode::offline);
}

TEST_CASE("a stream that fails before anything was sent is an answer") {
  Line line(each_way(), [](const Request&) {
    Response response = text_response(200, "");
    response.stream = []() -> Result<Chunk> { return error(ErrorCode::not_found, "no such office"); };
    return response;
  });
  const auto response = line.client->send({});
  REQUIRE(response.ok());
  CHECK(response->status == 404);
}

TEST_CASE("an answer larger than the caller allows is too large") {
  Line line(each_way(), [](const Request&) { return text_response(200, std::string(100'000, 'x')); });
  CallOptions options;
  options.body_max = 50'000;
  const auto response = line.client->send({}, options);
  REQUIRE_FALSE(response.ok());
  CHECK(response.error().code == ErrorCode::too_large);
  options.body_max = 100'000;
  CHECK(line.client->send({}, options).ok());
}

TEST_CASE("a caller can take the body in parts and give up in the middle") {
  Line line(each_way(), [](const Request& request) {
    return text_response(request.path() == "/wrong" ? 404 : 200, std::string(200'000, 'x'));
  });
  std::size_t seen = 0;
  CallOptions options;
  options.on_body = [&](std::string_view part) -> Status {
    seen += part.size();
    return {};
  };
  const auto whole = line.client->send({}, options);
  REQUIRE(whole.ok());
  CHECK(whole->body.empty());
  CHECK(seen == 200'000);

  const auto wrong = line.client->send({"GET", "/wrong"}, options);
  REQUIRE(wrong.ok());
  CHECK(wrong->body.size() == 200'000);  // parts are for what was asked for; a failure comes whole
  CHECK(seen == 200'000);

  options.on_body = [](std::string_view) -> Status { return error(ErrorCode::disk_full, "no space"); };
  const auto full = line.client->send({}, options);
  REQUIRE_FALSE(full.ok());
  CHECK(full.error().code == ErrorCode::disk_full);
}

TEST_CASE("a caller sees who answers before it takes the body, and may refuse") {
  Line line(each_way(), [](const Request& request) {
    Response response = text_response(request.path() == "/wrong" ? 404 : 200, std::string(200'000, 'x'));
    response.headers.set("X-Server", "province");
    return response;
  });
  std::string told;
  CallOptions options;
  options.on_head = [&](const Response& head) -> Status {
    told += std::to_string(head.status) + " " + std::string(head.headers.get("X-Server")) + "; ";
    return {};
  };
  std::size_t seen = 0;
  options.on_body = [&](std::string_view part) -> Status {
    if (seen == 0) told += "body; ";
    seen += part.size();
    return {};
  };
  CHECK(line.client->send({}, options).ok());
  CHECK(told == "200 province; body; ");
  CHECK(line.client->send({"GET", "/wrong"}, options)->status == 404);
  CHECK(told == "200 province; body; ");

  options.on_head = [](const Response&) -> Status { return error(ErrorCode::wrong_peer, "somebody else"); };
  const auto refused = line.client->send({}, options);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == ErrorCode::wrong_peer);
  CHECK(seen == 200'000);
}

TEST_CASE("who says when he is full gets as much as comes, and of a failure no more than is allowed") {
  Line line(each_way(), [](const Request& request) {
    return text_response(request.path() == "/wrong" ? 503 : 200, std::string(200'000, 'x'));
  });
  std::size_t seen = 0;
  CallOptions options;
  options.body_max = 50'000;
  options.is_full = [] { return false; };
  options.on_body = [&](std::string_view part) -> Status {
    seen += part.size();
    return {};
  };
  CHECK(line.client->send({}, options).ok());
  CHECK(seen == 200'000);
  const auto wrong = line.client->send({"GET", "/wrong"}, options);
  REQUIRE_FALSE(wrong.ok());
  CHECK(wrong.error().code == ErrorCode::too_large);
}

TEST_CASE("a body sent compressed reaches the handler plain") {
  Line line(each_way(), [](const Request& request) {
    return text_response(200,
                         std::to_string(request.body.size()) + std::string(request.headers.get("Content-Encoding")));
  });
  CallOptions options;
  options.body_coding = GENERATE(Coding::gzip, Coding::zstd);
  const auto response = line.client->send({"POST", "/", {}, std::string(50'000, 'r')}, options);
  REQUIRE(response.ok());
  CHECK(response->body == "50000");
  if (line.server) CHECK(line.client->traffic().bytes_sent < 5'000);
}

TEST_CASE("a long poll without news answers at its deadline") {
  const auto news = Signal::make();
  Line line(each_way(), [&](const Request&) {
    const Watch watch = news->watch();
    return Response::when({20, {watch}}, [watch] { return text_response(200, watch.fired() ? "news" : "nothing"); });
  });
  const auto response = line.client->send({});
  REQUIRE(response.ok());
  CHECK(response->body == "nothing");
}

TEST_CASE("a long poll is woken by its signal while another request passes it") {
  const auto news = Signal::make();
  Line line(each_way(), [&](const Request& request) {
    if (request.path() == "/push") {
      news->raise();
      return text_response(201, "stored");
    }
    const Watch watch = news->watch();
    return Response::when({60'000, {watch}},
                          [watch] { return text_response(200, watch.fired() ? "news" : "nothing"); });
  });
  const auto feed = line.client->start({"GET", "/feed"});
  if (line.server)
    REQUIRE(eventually([&] {
      line.client->wait(0);
      return line.server->stats().waiting == 1;
    }));
  CHECK_FALSE(feed->done());
  const auto pushed = line.client->send({"POST", "/push"});
  REQUIRE(pushed.ok());
  CHECK(pushed->body == "stored");
  while (!feed->done()) line.client->wait(-1);
  const auto answer = feed->take();
  REQUIRE(answer.ok());
  CHECK(answer->body == "news");
}

TEST_CASE("a stream with heartbeats ends when its signal comes") {
  const auto news = Signal::make();
  int beats = 0;
  Line line(each_way(), [&](const Request&) {
    Response response = json_response(200, "");
    response.stream = [&, watch = news->watch(), said = 0, waited = false]() mutable -> Result<Chunk> {
      if (said == 0) return ++said, Chunk::data("{\"results\":[\n");
      if (said == 2) return Chunk::end();
      if (!std::exchange(waited, !waited)) return Chunk::wait({10, {watch}});
      if (watch.fired()) return ++said, Chunk::data("],\"pending\":0}\n");
      if (++beats == 3) news->raise();
      return Chunk::data("\n");
    };
    return response;
  });
  const auto response = line.client->send({});
  REQUIRE(response.ok());
  CHECK(response->body == "{\"results\":[\n\n\n\n],\"pending\":0}\n");
  CHECK(beats == 3);
}

TEST_CASE("a wakeup ends a wait, and one before the wait is not lost") {
  Line line(each_way(), [](const Request&) {
    return Response::when({60'000, {}}, [] { return text_response(200, "late"); });
  });
  const auto feed = line.client->start({});
  line.client->wakeup();
  CHECK(line.client->wait(60'000));
  CHECK_FALSE(feed->done());
}

TEST_CASE("a stop request ends a call that is under way") {
  Line line(each_way(), [](const Request&) {
    return Response::when({60'000, {}}, [] { return text_response(200, "late"); });
  });
  std::stop_source stop;
  CallOptions options;
  options.stop = stop.get_token();
  const auto feed = line.client->start({}, options);
  stop.request_stop();
  line.client->wait(-1);
  REQUIRE(feed->done());
  CHECK(feed->take().error().code == ErrorCode::cancelled);
}

}  // namespace tram::http
