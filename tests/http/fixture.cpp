#include "tests/http/fixture.h"

#include <unistd.h>

#include <charconv>
#include <fstream>

#include "tests/support/catch.h"

namespace tram::http {

std::unique_ptr<Server> serve(Handler handler, ServerOptions options) {
  auto server = Server::start(std::move(options), std::move(handler));
  REQUIRE(server.ok());
  return std::move(server).value();
}

std::unique_ptr<Client> client_of(const std::string& url) {
  auto client = make_curl_client({url});
  REQUIRE(client.ok());
  return std::move(client).value();
}

std::unique_ptr<Client> client_of(const Server& server) {
  return client_of("http://127.0.0.1:" + std::to_string(server.port()));
}

Line::Line(Way way, Handler handler) {
  if (way == Way::loopback) {
    client = std::make_unique<LoopbackClient>(std::move(handler));
  } else {
    server = serve(std::move(handler));
    client = client_of(*server);
  }
}

std::string unchunk(std::string_view framed) {
  std::string body;
  while (true) {
    std::size_t size = 0;
    const auto [end, code] = std::from_chars(framed.data(), framed.data() + framed.size(), size, 16);
    const auto digits = static_cast<std::size_t>(end - framed.data());
    if (code != std::errc{} || framed.size() < digits + 2 + size + 2) return {};
    body += framed.substr(digits + 2, size);
    framed.remove_prefix(digits + 2 + size + 2);
    if (size == 0) return framed.empty() ? body : std::string{};
  }
}

std::size_t memory_now() {
  if (test::kSanitized) return 0;
  std::size_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages >> pages;
  return pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace tram::http
