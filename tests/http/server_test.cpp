// The real server toward proper clients.
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "http/coding.h"
#include "http/date.h"
#include "tests/http/fixture.h"
#include "tests/support/catch.h"

namespace tram::http {
namespace {

std::unique_ptr<Server> echo_server(ServerOptions options = {}) {
  return serve(
      [](const Request& request) {
        return text_response(200, request.method + ' ' + request.target + ' ' + request.body);
      },
      std::move(options));
}

// One raw exchange on a connection of its own.
std::string ask_raw(const Server& server, std::string_view request) {
  RawSocket socket = connect_to(server);
  socket.send(request);
  return socket.receive_all();
}

std::string header_of(const std::string& answer, const std::string& name) {
  const auto at = answer.find("\r\n" + name + ": ");
  if (at == std::string::npos) return {};
  const auto begin = at + name.size() + 4;
  return answer.substr(begin, answer.find("\r\n", begin) - begin);
}

std::string body_of(const std::string& answer) { return answer.substr(answer.find("\r\n\r\n") + 4); }

}  // namespace

TEST_CASE("every answer carries the common headers, errors too") {
  ServerOptions options;
  options.headers.set("Tram-Peer", "0123");
  const auto server = echo_server(options);
  for (const std::string request :
       {"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "TRACE / HTTP/1.1\r\n\r\n", "nonsense\r\n\r\n"}) {
    CAPTURE(request);
    const std::string answer = ask_raw(*server, request);
    CHECK(parse_http_date(header_of(answer, "Date")));
    CHECK(header_of(answer, "Cache-Control") == "must-revalidate");
    CHECK(header_of(answer, "X-Content-Type-Options") == "nosniff");
    CHECK(header_of(answer, "Tram-Peer") == "0123");
    CHECK(header_of(answer, "Connection") == "close");
  }
}

TEST_CASE("pipelined requests are answered in order") {
  const auto server = echo_server();
  std::string requests;
  for (int i = 0; i < 50; ++i) {
    requests += "POST /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na" +
                std::to_string(i % 10) + "c";
  }
  const std::string all = ask_raw(*server, requests + "GET /end HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  std::size_t at = 0;
  for (int i = 0; i < 50 && at != std::string::npos; ++i) {
    at = all.find("POST /" + std::to_string(i) + " a" + std::to_string(i % 10) + "c", at);
  }
  CHECK(at != std::string::npos);
  CHECK(all.find("GET /end") != std::string::npos);
}

TEST_CASE("a request that comes byte by byte is the same request") {
  const auto server = echo_server();
  const std::string request =
      "POST /a?b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: "
      "close\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
  RawSocket socket = connect_to(*server);
  for (const char c : request) REQUIRE(socket.send(std::string_view(&c, 1)));
  CHECK(body_of(socket.receive_all()) == "POST /a?b abcde");
}

TEST_CASE("a client that expects to be asked for its body is asked") {
  const auto server = echo_server();
  RawSocket socket = connect_to(*server);
  socket.send("PUT /x HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n");
  CHECK(socket.receive_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
  socket.send("body");
  CHECK(body_of(socket.receive_all()) == "PUT /x body");
}

TEST_CASE("answers are compressed when that is wanted and pays") {
  const auto server = serve([](const Request& request) {
    if (request.path() == "/small") return json_response(200, "{}");
    if (request.path() == "/image") return text_response(200, std::string(5000, 'x'), "image/png");
    Response response = json_response(200, std::string(5000, 'x'));
    if (request.path() == "/stream") {
      response.body.clear();
      response.stream = [n = 0]() mutable -> Result<Chunk> {
        return ++n <= 100 ? Chunk::data(std::string(1000, 'x')) : Chunk::end();
      };
    }
    return response;
  });
  const auto ask = [&](const std::string& path, const std::string& accepted) {
    return ask_raw(*server, "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAccept-Encoding: " +
                                accepted + "\r\n\r\n");
  };
  CHECK(*gunzip(body_of(ask("/", "br, gzip;q=0.5")), {}) == std::string(5000, 'x'));
  CHECK(header_of(ask("/", "gzip"), "Content-Encoding") == "gzip");
  CHECK(header_of(ask("/", "gzip"), "Vary") == "Accept-Encoding");
  CHECK(header_of(ask("/", "gzip;q=0"), "Content-Encoding").empty());
  CHECK(header_of(ask("/", "identity"), "Content-Encoding").empty());
  CHECK(header_of(ask("/small", "gzip"), "Content-Encoding").empty());
  CHECK(header_of(ask("/image", "gzip"), "Content-Encoding").empty());
  const std::string stream = ask("/stream", "gzip");
  CHECK(header_of(stream, "Transfer-Encoding") == "chunked");
  CHECK(*gunzip(unchunk(body_of(stream)), {}) == std::string(100'000, 'x'));
  const std::string zstd_stream = ask("/stream", "gzip, zstd");
  CHECK(header_of(zstd_stream, "Content-Encoding") == "zstd");
  CHECK(*decode(Coding::zstd, unchunk(body_of(zstd_stream)), {}) == std::string(100'000, 'x'));
}

TEST_CASE("rows that were said before a stream waits arrive before it goes on, however they are coded") {
  const std::string coding = GENERATE("zstd", "gzip", "identity");
  const auto news = Signal::make();
  const auto server = serve([&](const Request&) {
    Response response = json_response(200, "");
    response.stream = [watch = news->watch(), said = 0]() mutable -> Result<Chunk> {
      if (++said <= 3) return Chunk::data(std::string(kStreamBlock + 1, 'x'));
      return watch.fired() ? Chunk::end() : Chunk::wait({60'000, {watch}});
    };
    return response;
  });
  const auto client = client_of(*server);
  std::size_t arrived = 0;
  CallOptions options;
  options.on_body = [&](std::string_view part) -> Status {
    arrived += part.size();
    return {};
  };
  const auto feed = client->start({"GET", "/", {{"Accept-Encoding", coding}}, {}}, options);
  CHECK(eventually([&] {
    client->wait(20);
    return arrived == 3 * (kStreamBlock + 1);
  }));
  CHECK_FALSE(feed->done());
  news->raise();
  CHECK(client->finish(*feed).ok());
}

TEST_CASE("a stream of known length is sent as such, and cut when it falls short") {
  const auto server = serve([](const Request& request) {
    Response response = text_response(200, "", "application/octet-stream");
    response.headers.set("Content-Length", "100000");
    response.stream = [n = request.path() == "/short" ? 50 : 0]() mutable -> Result<Chunk> {
      return ++n <= 100 ? Chunk::data(std::string(1000, 'x')) : Chunk::end();
    };
    return response;
  });
  const auto client = client_of(*server);
  const auto whole = client->send({});
  REQUIRE(whole.ok());
  CHECK(whole->body.size() == 100'000);
  CHECK_FALSE(whole->headers.has("Transfer-Encoding"));
  CHECK(client->send({"HEAD", "/"})->headers.get("Content-Length") == "100000");
  CHECK(client->send({"GET", "/short"}).error().code == ErrorCode::offline);
}

TEST_CASE("old clients get streams without chunks, ended by the connection") {
  const auto server = serve([](const Request&) {
    Response response = text_response(200, "");
    response.stream = [n = 0]() mutable -> Result<Chunk> {
      return ++n <= 100 ? Chunk::data(std::string(1000, 'x')) : Chunk::end();
    };
    return response;
  });
  const std::string answer = ask_raw(*server, "GET / HTTP/1.0\r\n\r\n");
  CHECK(body_of(answer) == std::string(100'000, 'x'));
  CHECK(header_of(answer, "Transfer-Encoding").empty());
}

TEST_CASE("the absolute form of an address is the same address") {
  const auto server = echo_server();
  CHECK(body_of(ask_raw(*server, "GET http://x/a?b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")) == "GET /a?b ");
}

TEST_CASE("a port that is taken is named in the error") {
  const auto first = echo_server();
  ServerOptions options;
  options.port = first->port();
  const auto second = Server::start(options, [](const Request&) { return Response{}; });
  REQUIRE_FALSE(second.ok());
  CHECK(second.error().code == ErrorCode::in_use);
  CHECK(second.error().message ==
        "port " + std::to_string(first->port()) + " is in use by another program; choose another with --listen");
  options.host = "192.0.2.1";
  CHECK(Server::start(options, [](const Request&) { return Response{}; }).error().code == ErrorCode::bad_request);
  options.host = "not-an-address";
  CHECK(Server::start(options, [](const Request&) { return Response{}; }).error().code == ErrorCode::bad_request);
}

TEST_CASE("a Unix socket serves its owner only, and a dead one is replaced") {
  const auto folder = std::filesystem::temp_directory_path() / ("http_test." + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  ServerOptions options;
  options.host = "";
  options.unix_socket = (folder / "control").string();
  const auto handler = [](const Request& request) {
    return text_response(200, request.is_unix_socket ? "local" : "remote");
  };
  {
    const auto server = serve(handler, options);
    CHECK(server->port() == 0);
    struct stat info {};
    REQUIRE(::lstat(options.unix_socket.c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0600);
    auto client = make_curl_client({"http://localhost", options.unix_socket});
    REQUIRE(client.ok());
    CHECK((*client)->send({})->body == "local");
    CHECK(Server::start(options, handler).error().code == ErrorCode::in_use);
    std::filesystem::rename(options.unix_socket, folder / "dead");  // survives the end of its server
  }
  std::filesystem::rename(folder / "dead", options.unix_socket);
  { const auto again = serve(handler, options); }
  CHECK_FALSE(std::filesystem::exists(options.unix_socket));
  std::filesystem::remove_all(folder);
}

TEST_CASE("a handler that throws is a 500 and the server lives on") {
  const auto server = serve([](const Request& request) -> Response {
    if (request.path() == "/throw") throw std::length_error("library");
    return text_response(200, "fine");
  });
  const auto client = client_of(*server);
  CHECK(client->send({"GET", "/throw"})->status == 500);
  CHECK(client->send({})->body == "fine");
}

TEST_CASE("many clients at once all get their own answers") {
  ServerOptions options;
  options.workers = 4;
  const auto server = echo_server(options);
  std::atomic<int> right{0};
  std::vector<std::thread> offices;
  for (int office = 0; office < 8; ++office) {
    offices.emplace_back([&, office] {
      const auto client = make_curl_client({"http://127.0.0.1:" + std::to_string(server->port())});
      for (int i = 0; i < 100; ++i) {
        const std::string body = std::to_string(office) + '.' + std::to_string(i);
        const auto response = (*client)->send({"POST", "/r", {}, body});
        if (response.ok() && response->body == "POST /r " + body) ++right;
      }
    });
  }
  for (std::thread& office : offices) office.join();
  CHECK(right == 800);
  CHECK(server->stats().requests == 800);
}

}  // namespace tram::http
