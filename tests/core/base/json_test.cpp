#include "core/base/json.h"

#include <rapidcheck.h>

#include "tests/support/catch.h"

namespace tram::json {
namespace {

bool refused(const std::string& text) {
  const auto value = parse(text);
  return !value.ok() && value.error().code == ErrorCode::bad_request;
}

}  // namespace

TEST_CASE("canonical JSON has no white space and sorts members by their bytes") {
  CHECK(print(*parse(" { \"b\" : [ 1 , true , null ] , \"a\" : \"x\" , \"B\" : { } } ")) ==
        R"({"B":{},"a":"x","b":[1,true,null]})");
  CHECK(print(*parse(R"({"đ":1,"z":2})")) == R"({"z":2,"đ":1})");
  CHECK(print(*parse(R"("\u0001\n\/\u0111\ud83d\ude00")")) == "\"\\u0001\\n/đ😀\"");
}

TEST_CASE("what two readers could understand differently is refused") {
  CHECK(refused(R"({"a":1,"a":2})"));
  CHECK(refused(R"({"a":1,"\u0061":2})"));
  CHECK(refused(R"({"x":{"a":1,"b":{},"a":2}})"));
  CHECK(refused("[1,]"));
  CHECK(refused("{\"a\":1,}"));
  CHECK(refused("[1] 2"));
  CHECK(refused("\xEF\xBB\xBF{}"));
  CHECK(refused("01"));
  CHECK(refused("1."));
  CHECK(refused("+1"));
  CHECK(refused("NaN"));
  CHECK(refused("'a'"));
  CHECK(refused("{a:1}"));
  CHECK(refused(""));
  CHECK(refused("\"\t\""));
  CHECK(refused(std::string("\"a\0b\"", 5)));
}

TEST_CASE("a name that stands twice is found among many members too") {
  std::string text = "{";
  for (int i = 0; i < 1000; ++i) text += "\"field" + std::to_string(i) + "\":1,";
  CHECK_FALSE(refused(text + "\"other\":1}"));
  CHECK(refused(text + "\"field500\":1}"));
}

TEST_CASE("broken text is refused: bad UTF-8, lone surrogates, unknown escapes") {
  for (const char* const bytes :
       {"\xC0\xAF", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\x80", "\xE1\xBB", "\xF0\x8F\x80\x80"}) {
    CHECK(refused("\"" + std::string(bytes) + "\""));
  }
  CHECK(refused(R"("\ud800")"));
  CHECK(refused(R"("\udc00")"));
  CHECK(refused(R"("\ud800\u0041")"));
  CHECK(refused(R"("\u12g4")"));
  CHECK(refused(R"("\x")"));
  CHECK(refused("\"abc"));
}

TEST_CASE("nesting beyond the limit is refused at once") {
  CHECK(parse(std::string(64, '[') + std::string(64, ']')).ok());
  CHECK(refused(std::string(65, '[') + std::string(65, ']')));
  CHECK(refused(std::string(10'000, '[')));
}

TEST_CASE("an exponent out of all proportion is refused instead of being rounded") {
  CHECK(refused("1e9999999"));
  CHECK(parse("1e400").ok());
}

TEST_CASE("a reader cuts slices out of the text without printing them again") {
  const std::string text = R"({"docs":[{"_id":"a", "n": 1.0 },{}],"new_edits":false})";
  Reader reader(text);
  std::vector<std::string> slices;
  std::optional<bool> new_edits;
  REQUIRE(reader.enter_object());
  while (const auto name = reader.next_member()) {
    if (*name == "docs") {
      REQUIRE(reader.enter_array());
      while (reader.next_element()) slices.emplace_back(reader.skip());
    } else {
      new_edits = reader.boolean();
    }
  }
  REQUIRE(reader.finish().ok());
  CHECK(slices == std::vector<std::string>{R"({"_id":"a", "n": 1.0 })", "{}"});
  CHECK(new_edits == false);
}

TEST_CASE("A name that stands twice is told of behind its quote, however it is written") {
  for (const std::string text : {R"({"name":1,"name":2,"and":"something long behind it"})", R"({"name":1,"name":2})",
                                 R"({"name":1,"name" :2,"and":"something long behind it"})",
                                 R"({"name":1,"\u006eame":2,"and":"something long behind it"})"}) {
    Reader reader(text);
    reader.skip();
    const std::string byte = text.find('\\') == std::string::npos ? "byte 16" : "byte 21";
    CHECK(reader.error().message.find(byte + ": a member name stands twice") != std::string::npos);
  }
}

TEST_CASE("plain and other bytes may stand in any order") {
  for (std::size_t at = 0; at < 40; ++at) {
    for (const std::string other : {"đ", "\\n", "\\\"", "\\u0111", "€", "😀", "ắắắ"}) {
      std::string text = "\"" + std::string(40, 'x') + "\"";
      text.insert(1 + at, other);
      CHECK(parse(text).ok());
    }
    for (const std::string bad : {"\x01", "\x1f", "\xc3", "\xff", "\xed\xa0\x80", "\\q"}) {
      std::string text = "\"" + std::string(40, 'x') + "\"";
      text.insert(1 + at, bad);
      CHECK_FALSE(parse(text).ok());
    }
  }
}

TEST_CASE("an error says what and at which byte") {
  const auto value = parse(R"({"a":tru})");
  REQUIRE_FALSE(value.ok());
  CHECK(value.error().message == "invalid JSON at byte 5: this is no value");
}

TEST_CASE("printing and parsing again gives the same value whatever it is") {
  CHECK(rc::check("round trip", [] {
    Value value = Value::object();
    const auto names = *rc::gen::container<std::vector<std::string>>(rc::gen::string<std::string>());
    for (const std::string& name : names) {
      std::string clean;
      for (const char c : name) clean += static_cast<char>(c & 0x7f);
      value[clean] = Value::array({clean, static_cast<std::int64_t>(name.size()), nullptr});
    }
    const std::string text = print(value);
    const auto again = parse(text);
    RC_ASSERT(again.ok());
    RC_ASSERT(*again == value);
    RC_ASSERT(print(*again) == text);
  }));
}

TEST_CASE("random bytes never do more than being refused") {
  CHECK(rc::check("robust", [](const std::string& bytes) {
    const auto value = parse(bytes);
    if (value.ok()) RC_ASSERT(parse(print(*value)).ok());
  }));
}

}  // namespace tram::json
