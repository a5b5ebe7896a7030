// A request is the same in whatever pieces it comes.
#include "http/request_reader.h"

#include <algorithm>

#include "tests/support/catch.h"

using namespace tram::http;

namespace {

std::string read_in_pieces(std::string_view bytes, std::size_t piece) {
  ServerOptions options;
  BodyBudget budget;
  budget.size_max = 1 << 20;
  RequestReader reader(options, budget);
  std::string buffer;
  while (!bytes.empty()) {
    buffer.append(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    const auto state = reader.read(buffer);
    if (state == RequestReader::State::failed) return "failed";
    if (state == RequestReader::State::done) return reader.incoming().request.body;
  }
  return "half";
}

}  // namespace

TEST_CASE("stray line breaks before a request are passed over in whatever pieces they come") {
  const std::string request = "\r\n\r\nPOST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab";
  for (std::size_t piece = 1; piece <= request.size(); ++piece) CHECK(read_in_pieces(request, piece) == "ab");
  CHECK(read_in_pieces("\r" + request, 1) == "failed");
}

TEST_CASE("F48: a body in chunks is the same, or refused, in whatever pieces it comes") {
  const std::string head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::pair<std::string, std::string> bodies[] = {{"0\r\n\r\n", ""},
                                                        {"0\r\nA: b\r\n\r\n", ""},
                                                        {"000;x=y\r\n\r\n", ""},
                                                        {"3\r\nabc\r\n0\r\n\r\n", "abc"},
                                                        {"0\r\n\r", "half"},
                                                        {"0\r\n\rx", "half"},
                                                        {"0 \r\n\r\n", "failed"},
                                                        {"0\r\n\n\r\n\r\n", "failed"},
                                                        {"0\r\n\rx\r\n\r\n", "failed"}};
  for (const auto& [body, wanted] : bodies) {
    for (std::size_t piece = 1; piece <= head.size() + body.size(); ++piece) {
      CAPTURE(body, piece);
      CHECK(read_in_pieces(head + body, piece) == wanted);
    }
  }
}
