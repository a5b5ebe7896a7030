// A multipart body gives the same parts, or the same error, in whatever pieces it comes. The first line is the
// Content-Type.
#include "http/multipart.h"

#include "http/gzip.h"
#include "tests/fuzz/fuzz.h"

namespace tram::fuzzing {
namespace {

std::string read(std::string_view boundary, std::string_view body, std::size_t piece) {
  http::MultipartReader reader(boundary, [&]() -> Result<std::string> {
    const std::string part(body.substr(0, piece));
    body.remove_prefix(part.size());
    return part;
  });
  std::string seen;
  while (true) {
    const auto part = reader.next();
    if (!part) return seen + "error";
    if (!*part) return seen + "end";
    for (const auto& field : **part) seen += field.name + ":" + field.value + "\n";
    seen += "\n";
    while (true) {
      const auto bytes = reader.read();
      if (!bytes) return seen + "error";
      if (bytes->empty()) break;
      seen += *bytes;
    }
    seen += "\n";
  }
}

}  // namespace

void fuzz(std::string_view input) {
  const auto parts = cut(input, "\n", 2);
  const auto boundary = http::boundary_of(parts[0]);
  if (boundary.ok() && parts.size() == 2) {
    const std::string whole = read(*boundary, parts[1], input.size());
    CHECK(read(*boundary, parts[1], 1) == whole);
    CHECK(read(*boundary, parts[1], 7) == whole);
  }
  const http::ExpansionLimits limits{.size_max = 1 << 20};
  const auto plain = http::gunzip(input, limits);
  if (plain.ok()) CHECK(must(http::gunzip(http::gzip(*plain), {})) == *plain);
}

}  // namespace tram::fuzzing
