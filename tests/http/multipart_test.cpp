#include "http/multipart.h"

#include "tests/support/catch.h"
#include "tests/support/check.h"

namespace tram::http {
namespace {

using test::must;

// The bytes in pieces of this size.
MultipartReader::Source in_pieces(std::string bytes, std::size_t size) {
  return [bytes = std::move(bytes), size, at = std::size_t{0}]() mutable -> Result<std::string> {
    std::string piece = at < bytes.size() ? bytes.substr(at, size) : "";
    at += piece.size();
    return piece;
  };
}

std::string rest_of(MultipartReader& reader) {
  std::string all;
  while (true) {
    const std::string bytes = must(reader.read());
    if (bytes.empty()) return all;
    all += bytes;
  }
}

std::string error_of(std::string bytes) {
  MultipartReader reader("B", in_pieces(std::move(bytes), 1000));
  while (true) {
    const auto part = reader.next();
    if (!part) return part.error().message;
    if (!*part) return "";
    while (true) {
      const auto read = reader.read();
      if (!read) return read.error().message;
      if (read->empty()) break;
    }
  }
}

TEST_CASE("parts come out as they went in whatever the pieces they arrive in") {
  const std::string almost = "\r\n--C and \r\n-- and \r\n";
  const std::string body = "--BB\r\nContent-Type: application/json\r\n\r\n{\"a\":1}\r\n--BB\r\nX: 1\r\n\r\n" + almost +
                           "\r\n--BB\r\n\r\n\r\n--BB--\r\nwhat follows is nobody's";
  for (std::size_t size = 1; size < 60; ++size) {
    MultipartReader reader("BB", in_pieces(body, size));
    auto part = must(reader.next());
    REQUIRE(part);
    CHECK(part->get("content-type") == "application/json");
    CHECK(rest_of(reader) == "{\"a\":1}");
    part = must(reader.next());
    REQUIRE(part);
    CHECK(rest_of(reader) == almost);
    part = must(reader.next());
    REQUIRE(part);
    CHECK(part->empty());
    CHECK(rest_of(reader).empty());
    CHECK_FALSE(must(reader.next()));
    CHECK_FALSE(must(reader.next()));
  }
}

TEST_CASE("a part that nobody read is passed over") {
  MultipartReader reader(
      "B",
      in_pieces("a preamble\r\n--B\r\n\r\n" + std::string(100'000, 'x') + "\r\n--B  \r\n\r\nsecond\r\n--B--", 777));
  REQUIRE(must(reader.next()));
  REQUIRE(must(reader.next()));
  CHECK(rest_of(reader) == "second");
  CHECK_FALSE(must(reader.next()));
}

TEST_CASE("multipart bodies that are none are refused in bounded memory") {
  CHECK(error_of("").find("too early") != std::string::npos);
  CHECK(error_of("--B\r\n\r\nno end").find("too early") != std::string::npos);
  CHECK(error_of("--B\r\nno end of the headers").find("too early") != std::string::npos);
  CHECK(error_of(std::string(1'000'000, '-')).find("boundary") != std::string::npos);
  CHECK(error_of("--B\r\nX: " + std::string(1'000'000, 'x')).find("too large") != std::string::npos);
  std::string many = "--B\r\n";
  for (int i = 0; i < 10'000; ++i) many += "X: y\r\n";
  CHECK(error_of(many).find("too large") != std::string::npos);
  CHECK(error_of("--B\r\nno colon\r\n\r\nx\r\n--B--").find("colon") != std::string::npos);
  CHECK(error_of("--Bother\r\n\r\nx\r\n--B--").find("follows the boundary") != std::string::npos);
}

TEST_CASE("the boundary is found in Content-Type or the body is refused") {
  CHECK(must(boundary_of("multipart/related; boundary=\"a b\"")) == "a b");
  CHECK(must(boundary_of("Multipart/Mixed; type=\"x\"; Boundary=abc; y=z")) == "abc");
  for (const char* type : {"application/json", "multipart/related", "multipart/related; boundary=",
                           "multipart/related; boundary=\"x", "multipart/related; other=1", ""}) {
    CHECK_FALSE(boundary_of(type));
  }
  CHECK_FALSE(boundary_of("multipart/related; boundary=" + std::string(300, 'x')));
}

}  // namespace
}  // namespace tram::http
