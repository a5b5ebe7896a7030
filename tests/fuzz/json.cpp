// Any text is read, skipped and walked alike; what is taken is printed so that it reads the same, and only one way.
#include "core/base/json.h"

#include "tests/fuzz/fuzz.h"

namespace tram::fuzzing {
namespace {

void walk(json::Reader& reader, int depth) {
  switch (reader.peek()) {
    case json::Kind::object:
      if (reader.enter_object()) {
        while (reader.next_member()) depth % 2 == 0 ? walk(reader, depth + 1) : static_cast<void>(reader.skip());
      }
      return;
    case json::Kind::array:
      if (reader.enter_array()) {
        while (reader.next_element()) walk(reader, depth + 1);
      }
      return;
    case json::Kind::string: reader.string(); return;
    case json::Kind::number:
      if (const auto text = reader.number(); reader.ok()) json::canonical_number(text);
      return;
    default: reader.skip();
  }
}

// What the cursor finds wrong does not depend on how it is walked.
bool walks(std::string_view text) {
  json::Reader reader(text);
  walk(reader, 0);
  return reader.finish().ok();
}
bool skips(std::string_view text) {
  json::Reader reader(text);
  reader.skip();
  return reader.finish().ok();
}

}  // namespace

void fuzz(std::string_view input) {
  const auto value = json::parse(input);
  CHECK(value.ok() == walks(input));
  CHECK(value.ok() == skips(input));
  if (!value) return;
  const std::string printed = json::print(*value);
  const json::Value again = must(json::parse(printed));
  CHECK(again == *value);
  CHECK(json::print(again) == printed);
}

}  // namespace tram::fuzzing
