// What the real server refuses, and how.
#include <sys/resource.h>

#include "http/coding.h"
#include "tests/http/fixture.h"
#include "tests/support/catch.h"

namespace tram::http {
namespace {

std::unique_ptr<Server> small_server(ServerOptions options = {}) {
  return serve([](const Request& request) { return text_response(200, std::to_string(request.body.size())); }, options);
}

int status_of_raw(const Server& server, std::string_view request) {
  RawSocket socket = connect_to(server);
  socket.send(request);
  const std::string answer = socket.receive_all();
  return answer.starts_with("HTTP/1.1 ") ? std::stoi(answer.substr(9, 3)) : 0;
}

std::string post(std::string_view headers, std::string_view body = {}) {
  return "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + std::string(headers) + "\r\n" + std::string(body);
}

std::string length(std::size_t size) { return "Content-Length: " + std::to_string(size) + "\r\n"; }

}  // namespace

TEST_CASE("F48: requests that two servers could read differently are refused") {
  const auto server = small_server();
  CHECK(status_of_raw(*server, post(length(3) + "Transfer-Encoding: chunked\r\n", "0\r\n\r\n")) == 400);
  CHECK(status_of_raw(*server, post("Transfer-Encoding: chunked\r\n" + length(3), "0\r\n\r\n")) == 400);
  CHECK(status_of_raw(*server, post(length(3) + length(3), "abc")) == 400);
  CHECK(status_of_raw(*server, post(length(3) + length(4), "abc")) == 400);
  CHECK(status_of_raw(*server, post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n")) == 400);
  CHECK(status_of_raw(*server, post("Content-Length: -1\r\n")) == 400);
  CHECK(status_of_raw(*server, post("Content-Length: 99999999999999999999\r\n")) == 400);
  CHECK(status_of_raw(*server, post("X-Folded: a\r\n b\r\n" + length(0))) == 400);
  CHECK(status_of_raw(*server, "GET / HTTP/1.1\r\nHost: x\r\nA: b\nC: d\r\n\r\n") == 400);
  CHECK(status_of_raw(*server, post("A : b\r\n")) == 400);
  CHECK(status_of_raw(*server, post("Transfer-Encoding: chunked\r\n", "zz\r\nabc\r\n")) == 400);
  CHECK(status_of_raw(*server, post("Transfer-Encoding: chunked\r\n", "ffffffffffffffffff\r\nabc\r\n")) == 400);
  CHECK(status_of_raw(*server, post("Transfer-Encoding: chunked\r\n", "1;" + std::string(40'000, 'x'))) == 400);
  CHECK(status_of_raw(*server, "GET / HTTP/1.1\r\n\r\n") == 400);  // no Host
  CHECK(status_of_raw(*server, "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n") == 400);
  CHECK(status_of_raw(*server, "GET index.html HTTP/1.1\r\nHost: x\r\n\r\n") == 400);
  CHECK(status_of_raw(*server, "\x16\x03\x01\x02 TLS\r\n\r\n") == 400);
  CHECK(status_of_raw(*server, "TRACE / HTTP/1.1\r\nHost: x\r\n\r\n") == 405);
  CHECK(status_of_raw(*server, "CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n") == 405);
  CHECK(status_of_raw(*server, post("Expect: miracles\r\n")) == 417);
  CHECK(status_of_raw(*server, post("Content-Encoding: br\r\n" + length(1), "x")) == 415);
  CHECK(status_of_raw(*server, post(length(3), "abc")) == 200);
}

TEST_CASE("F42: a line break in what a header is made of begins no line of its own") {
  const auto server = serve([](const Request&) {
    return Response{200, {{"Content-Type", "text/plain\r\nSet-Cookie: a=b\r\n\r\n<script>"}}, "scan"};
  });
  RawSocket socket = connect_to(*server);
  socket.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string answer = socket.receive_all();
  CHECK(answer.find("\r\nSet-Cookie") == std::string::npos);
  CHECK(answer.substr(answer.find("\r\n\r\n")) == "\r\n\r\nscan");
}

TEST_CASE("F48: long addresses and large headers are refused with their own status") {
  const auto server = small_server();
  const auto get = [](std::size_t target, std::size_t header) {
    return "GET /" + std::string(target, 'a') +
           " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nA: " + std::string(header, 'b') + "\r\n\r\n";
  };
  CHECK(status_of_raw(*server, get(16'000, 40'000)) == 200);
  CHECK(status_of_raw(*server, get(17'000, 1)) == 414);
  CHECK(status_of_raw(*server, get(100'000, 1)) == 414);
  CHECK(status_of_raw(*server, get(1, 70'000)) == 431);
  CHECK(status_of_raw(*server, get(1, 1'000'000)) == 431);
}

TEST_CASE("a body above its limit is refused before it is sent, and while it comes") {
  ServerOptions options;
  options.body_max = 100'000;
  options.body_max_for = [](const Request& head) { return head.path() == "/blob" ? 300'000U : 100'000U; };
  const auto server = small_server(options);
  CHECK(status_of_raw(*server, post(length(100'001))) == 413);
  CHECK(status_of_raw(*server, post(length(100'000), std::string(100'000, 'x'))) == 200);
  CHECK(status_of_raw(*server, post("Transfer-Encoding: chunked\r\n", "30000\r\n" + std::string(0x30000, 'x'))) == 413);
  CHECK(status_of_raw(*server, post(length(100'001) + "Expect: 100-continue\r\n")) == 413);

  const auto client = client_of(*server);
  const auto large = client->send({"POST", "/", {}, std::string(5 << 20, 'x')});
  REQUIRE(large.ok());  // the answer is read although the body was not
  CHECK(large->status == 413);
  CHECK(client->send({"POST", "/blob", {}, std::string(300'000, 'x')})->body == "300000");
}

TEST_CASE("F40: compressed bodies are limited after decompression") {
  ServerOptions options;
  options.body_max = 8 << 20;
  const auto server = small_server(options);
  const Coding coding = GENERATE(Coding::gzip, Coding::zstd);
  const auto send = [&](const std::string& packed) {
    const std::string field = "Content-Encoding: " + std::string(name_of(coding)) + "\r\n";
    return status_of_raw(*server, post(field + length(packed.size()), packed));
  };
  CHECK(send(encode(coding, std::string(1 << 20, 'x'))) == 200);
  CHECK(send(encode(coding, std::string(7 << 20, 'x'))) == 413);  // below the size, beyond 100:1
  CHECK(send(encode(coding, std::string(100 << 20, 'x'))) == 413);
  CHECK(send("this is not coded at all") == 400);
  const std::string packed = encode(coding, "report");
  CHECK(send(packed.substr(0, packed.size() - 1)) == 400);
  // A zstd head that says it holds 2^60 bytes.
  CHECK(send(std::string("\x28\xb5\x2f\xfd\xe0\0\0\0\0\0\0\0\x10\x01\0\0", 16)) == 400);
}

TEST_CASE("all bodies together are limited") {
  ServerOptions options;
  options.bodies_max = 100'000;
  const auto server = small_server(options);
  RawSocket first = connect_to(*server);
  first.send(post(length(80'001), std::string(80'000, 'x')));
  REQUIRE(eventually([&] { return status_of_raw(*server, post(length(50'000), std::string(50'000, 'x'))) == 503; }));
  first.send("x");
  CHECK(first.receive_all().ends_with("80001"));
  CHECK(status_of_raw(*server, post(length(90'000), std::string(90'000, 'x'))) == 200);  // given back
}

TEST_CASE("a damaged body is refused as damaged, whatever it says it holds") {
  ServerOptions options;
  options.bodies_max = 100'000;
  const auto server = small_server(options);
  std::string text;
  for (int i = 0; text.size() < 60'000; ++i) text += std::to_string(i * 7919) + ",";
  std::string packed = encode(Coding::zstd, text);
  REQUIRE(packed.size() < 30'000);
  const auto send = [&] {
    return status_of_raw(*server, post("Content-Encoding: zstd\r\n" + length(packed.size()), packed));
  };
  CHECK(send() == 200);
  packed.back() = static_cast<char>(packed.back() ^ 1);  // of the checksum: found out when all is decoded
  CHECK(send() == 400);
}

TEST_CASE("F24: requests that come too slowly are ended with 408") {
  ServerOptions options;
  options.header_timeout_ms = 50;
  options.body_window_ms = 50;
  const auto server = small_server(options);
  CHECK(status_of_raw(*server, "GET / HT") == 408);
  CHECK(status_of_raw(*server, post(length(1000), "x")) == 408);
  CHECK(status_of_raw(*server, "") == 0);  // nothing asked, nothing said
  CHECK(eventually([&] { return server->stats().connections == 0; }));
}

TEST_CASE("F24: five thousand slow sockets are ended with 408, and who asks properly meanwhile is answered") {
  rlimit limit{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
  limit.rlim_cur = limit.rlim_max;
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &limit) == 0);
  // Each costs two descriptors here, and the machine may allow fewer.
  const std::size_t count = std::min<std::size_t>(5000, (limit.rlim_cur - 200) / 2);
  ServerOptions options;
  options.header_timeout_ms = 3000;
  const auto server = small_server(options);
  std::vector<RawSocket> slow;
  for (std::size_t i = 0; i < count; ++i) {
    slow.push_back(connect_to(*server));
    REQUIRE(slow.back().send(i % 2 == 0 ? "GET / HTTP/1.1\r\nHost: x\r\n" : "P"));
    if (i % 500 == 0) CHECK(status_of_raw(*server, post(length(3), "abc")) == 200);
  }
  CHECK(status_of_raw(*server, post(length(3), "abc")) == 200);
  std::size_t ended = 0;
  for (RawSocket& socket : slow) ended += socket.receive_all().starts_with("HTTP/1.1 408 ") ? 1 : 0;
  CHECK(ended == count);
  CHECK(status_of_raw(*server, post(length(3), "abc")) == 200);
  CHECK(eventually([&] { return server->stats().connections == 0; }));
}

TEST_CASE("an idle connection is closed in the end") {
  ServerOptions options;
  options.idle_timeout_ms = 30;
  const auto server = small_server(options);
  RawSocket socket = connect_to(*server);
  socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(socket.receive_all().ends_with("\r\n\r\n0"));
}

TEST_CASE("more work than the workers can queue is answered with 503 and a pause") {
  std::atomic<bool> go_on{false};
  std::atomic<int> inside{0};
  ServerOptions options;
  options.workers = 1;
  options.queue_max = 1;
  const auto server = serve(
      [&](const Request&) {
        ++inside;
        eventually([&] { return go_on.load(); });
        return text_response(200, "done");
      },
      options);
  const std::string request = post(length(0));
  RawSocket running = connect_to(*server);
  running.send(request);
  REQUIRE(eventually([&] { return inside == 1; }));
  RawSocket queued = connect_to(*server);
  queued.send(request);
  REQUIRE(eventually([&] { return server->stats().running == 2; }));
  RawSocket refused = connect_to(*server);
  refused.send(request);
  const std::string answer = refused.receive_all();
  CHECK(answer.starts_with("HTTP/1.1 503 "));
  CHECK(answer.find("\r\nRetry-After: ") != std::string::npos);
  go_on = true;
  CHECK(running.receive_all().ends_with("done"));
  CHECK(queued.receive_all().ends_with("done"));
}

TEST_CASE("a client that vanishes at any point does no harm") {
  const auto server = small_server();
  const std::string request = post(length(10), "0123456789");
  for (std::size_t i = 0; i <= request.size(); ++i) {
    RawSocket socket = connect_to(*server);
    socket.send(std::string_view(request).substr(0, i));
  }
  CHECK(status_of_raw(*server, request) == 200);
  CHECK(eventually([&] { return server->stats().connections == 0; }));
}

}  // namespace tram::http
