// A request's bytes give the same request, or the same refusal, in whatever pieces they come; addresses and queries are
// written so that they read the same.
#include "http/request_reader.h"

#include <algorithm>

#include "http/date.h"
#include "tests/fuzz/fuzz.h"

namespace tram::fuzzing {
namespace {

std::string read(std::string_view bytes, std::size_t piece) {
  http::ServerOptions options;
  options.header_max = 4096;
  options.target_max = 1024;
  options.body_max = 1 << 20;
  http::BodyBudget budget;
  budget.size_max = 2 << 20;
  http::RequestReader reader(options, budget);
  std::string buffer;
  auto state = http::RequestReader::State::head;
  while (state != http::RequestReader::State::done && state != http::RequestReader::State::failed) {
    if (bytes.empty()) return "cut";
    buffer.append(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    state = reader.read(buffer);
  }
  if (state == http::RequestReader::State::failed) return "failed " + std::to_string(reader.failure().status);
  const http::Request& request = reader.incoming().request;
  std::string seen = request.method + " " + request.target + "\n";
  for (const auto& field : request.headers) {
    CHECK(field.value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
    seen += field.name + ": " + field.value + "\n";
  }
  return seen + "\n" + request.body;
}

void check_address(std::string_view text) {
  CHECK(must(http::percent_decode(http::percent_encode(text))) == text);
  const auto query = http::parse_query(text);
  if (query.ok()) CHECK(must(http::parse_query(http::build_query(*query))) == *query);
  const auto url = http::parse_url(text);
  if (url.ok()) {
    const auto again = must(http::parse_url(url->text()));
    CHECK(again.text() == url->text() && again.host == url->host && again.port == url->port);
  }
  http::Request request;
  request.target = std::string(text);
  static_cast<void>(request.segments());
  request.headers.set("Cookie", text);
  request.cookie("a");
  const auto date = http::parse_http_date(text);
  if (date) CHECK(http::parse_http_date(http::http_date(*date)) == date);  // its day of the week may be wrong
}

}  // namespace

void fuzz(std::string_view input) {
  check_address(cut(input, "\n", 2)[0]);
  const std::string whole = read(input, input.size() + 1);
  CHECK(read(input, 1) == whole);
  CHECK(read(input, 13) == whole);
}

}  // namespace tram::fuzzing
