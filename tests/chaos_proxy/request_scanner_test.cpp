#include "tests/chaos_proxy/request_scanner.h"
#include "tests/support/catch.h"

using tram::RequestScanner;

namespace {

// Fed in pieces of n bytes: all request lines and all whole requests.
RequestScanner::Seen scan(std::string_view text, std::size_t n) {
  RequestScanner scanner;
  RequestScanner::Seen all;
  for (; !text.empty(); text.remove_prefix(std::min(n, text.size()))) {
    for (auto& line : scanner.feed(text.substr(0, n)).lines) all.lines.push_back(line);
  }
  return all;
}

constexpr std::string_view kThree =
    "GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
    "PUT /b HTTP/1.1\r\nContent-Length: 16\r\n\r\nGET /no HTTP/1.1"
    "POST /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nGET /\r\nb\r\nno HTTP/1.1\r\n0\r\n\r\n";

}  // namespace

TEST_CASE("requests are found whatever the pieces they come in") {
  const std::vector<std::string> expected = {"GET /a HTTP/1.1", "PUT /b HTTP/1.1", "POST /c HTTP/1.1"};
  for (std::size_t n = 1; n <= kThree.size(); ++n) {
    INFO("pieces of " << n);
    CHECK(scan(kThree, n).lines == expected);
  }
}

TEST_CASE("a whole request carries its header and its body") {
  RequestScanner scanner;
  const auto seen = scanner.feed(kThree);
  REQUIRE(seen.complete.size() == 3);
  CHECK(seen.complete[0] + seen.complete[1] + seen.complete[2] == kThree);
}

TEST_CASE("what is not HTTP is no request") {
  RequestScanner scanner;
  CHECK(scanner.feed("\x16\x03\x01 hello\nGET /a HTTP/1.1\r\n\r\n").lines.empty());
}
