#include <sys/socket.h>

#include <algorithm>
#include <filesystem>

#include "http/gzip.h"
#include "tests/http/fixture.h"
#include "tests/support/catch.h"
#include "tests/support/check.h"
#include "tests/support/temp_folder.h"

namespace tram::http {
namespace {

using test::must;

std::string pattern(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 7 + i / 251);
  return bytes;
}

Request::Upload upload_of(const std::string& bytes) {
  return {bytes.size(), [&bytes](std::uint64_t offset, std::size_t size) -> Result<std::string> {
            return bytes.substr(static_cast<std::size_t>(offset), size);
          }};
}

Response echo_body(const Request& request) {
  std::string body;
  while (body.size() < request.body_size()) {
    const auto part = request.body_part(body.size(), 10'000);
    if (!part) return error_response(part.error());
    body += *part;
  }
  Response response = text_response(200, std::move(body), "application/octet-stream");
  response.headers.set("Spooled", request.spool ? "yes" : "no");
  return response;
}

ServerOptions spooling(const test::TempFolder& folder) {
  ServerOptions options;
  options.spool_folder = folder.path();
  options.spools = [](const Request& head) { return head.method == "PUT"; };
  options.body_max_for = [](const Request&) { return std::size_t{50} << 20; };
  return options;
}

TEST_CASE("a large body comes whole through a nameless file") {
  const test::TempFolder folder;
  const auto server = serve(echo_body, spooling(folder));
  const auto client = client_of("http://127.0.0.1:" + std::to_string(server->port()));
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{10}, kSpoolBlock, kSpoolBlock + 1, std::size_t{3'333'333}}) {
    const std::string bytes = pattern(size);
    Request request{"PUT", "/"};
    request.upload = std::make_shared<Request::Upload>(upload_of(bytes));
    const Response answer = must(client->send(request));
    CHECK(answer.status == 200);
    CHECK(answer.body == bytes);
    CHECK(must(client->send(Request{"PUT", "/", {}, bytes})).body == bytes);
    if (size > 2'000'000) CHECK(answer.headers.get("Spooled") == "yes");
  }
  CHECK(must(client->send(Request{"POST", "/", {}, pattern(500'000)})).headers.get("Spooled") == "no");
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("a large gzip body is unpacked into another nameless file and a bomb is refused") {
  const test::TempFolder folder;
  const auto server = serve(echo_body, spooling(folder));
  const auto client = client_of("http://127.0.0.1:" + std::to_string(server->port()));
  std::string bytes;
  for (std::uint64_t i = 0; bytes.size() < 3'000'000; ++i) bytes += std::to_string(i * 7919) + ",";
  CHECK(must(client->send(Request{"PUT", "/", {{"Content-Encoding", "gzip"}}, gzip(bytes)})).body == bytes);
  CHECK(must(client->send(Request{"PUT", "/", {{"Content-Encoding", "gzip"}}, gzip(std::string(45 << 20, 'x'))}))
            .status == 413);
}

TEST_CASE("whoever may not send a large body is told before it is read") {
  const test::TempFolder folder;
  ServerOptions options = spooling(folder);
  options.admit = [](const Request& head) -> std::optional<Response> {
    if (head.headers.has("Authorization")) return std::nullopt;
    return error_response(401, "unauthorized", "who are you?");
  };
  const auto server = serve(echo_body, std::move(options));
  RawSocket stranger = connect_to(*server);
  REQUIRE(stranger.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 40000000\r\nExpect: 100-continue\r\n\r\n"));
  CHECK(stranger.receive_until("\r\n").find("401") != std::string::npos);
  RawSocket clerk = connect_to(*server);
  REQUIRE(
      clerk.send("PUT / HTTP/1.1\r\nHost: x\r\nAuthorization: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"));
  CHECK(clerk.receive_until("\r\n\r\n").find("100 Continue") != std::string::npos);
  REQUIRE(clerk.send("hello"));
  CHECK(clerk.receive_until("hello").find("200 OK") != std::string::npos);
}

TEST_CASE("large bodies half sent take little memory and a bounded place on the disk") {
  const test::TempFolder folder;
  ServerOptions options = spooling(folder);
  options.spools_max = 20 << 20;
  const auto server = serve(echo_body, std::move(options));
  const std::size_t before = memory_now();
  std::vector<RawSocket> offices;
  const std::string block = pattern(1 << 20);
  bool refused = false;
  for (int i = 0; i < 8 && !refused; ++i) {
    offices.push_back(connect_to(*server));
    REQUIRE(offices.back().send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 40000000\r\n\r\n"));
    for (int part = 0; part < 4; ++part) refused = refused || !offices.back().send(block);
  }
  const auto was_answered = [](const RawSocket& office) {
    char byte = 0;
    return ::recv(office.handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 1;
  };
  CHECK((refused || eventually([&] { return std::any_of(offices.begin(), offices.end(), was_answered); })));
  CHECK(memory_now() < before + (16 << 20));
}

TEST_CASE("an upload whose file cannot be read fails with that error") {
  const auto server = serve(echo_body);
  const auto client = client_of("http://127.0.0.1:" + std::to_string(server->port()));
  Request request{"PUT", "/"};
  request.upload = std::make_shared<Request::Upload>(
      Request::Upload{100, [](std::uint64_t, std::size_t) -> Result<std::string> {
                        return error(ErrorCode::storage_error, "the stick was pulled out");
                      }});
  const auto failed = client->send(request);
  REQUIRE_FALSE(failed);
  CHECK(failed.error().message == "the stick was pulled out");
}

}  // namespace
}  // namespace tram::http
