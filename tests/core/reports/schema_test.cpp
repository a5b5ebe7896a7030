#include "core/reports/schema.h"
#include "tests/support/catch.h"

using namespace tram;

namespace {

std::string fault(const char* schema, const char* value) {
  const auto loaded = Schema::load(*json::parse(schema));
  REQUIRE(loaded);
  const auto found = loaded->check(*json::parse(value));
  return found ? found->keyword : "";
}

}  // namespace

TEST_CASE("numbers are held to type and range") {
  const char* count = R"({"type":"integer","minimum":0,"maximum":9007199254740991})";
  CHECK(fault(count, "12") == "");
  CHECK(fault(count, "12.0") == "");
  CHECK(fault(count, "1.5") == "type");
  CHECK(fault(count, "-1") == "minimum");
  CHECK(fault(count, "9007199254740992") == "range");
  CHECK(fault(count, "\"12\"") == "type");
  CHECK(fault(count, "true") == "type");
  CHECK(fault(R"({"type":"number","maximum":100})", "100.1") == "maximum");
}

TEST_CASE("texts are held to length in letters and to patterns") {
  CHECK(fault(R"({"type":"string","maxLength":3})", "\"Đăk\"") == "");
  CHECK(fault(R"({"type":"string","maxLength":3})", "\"Đăkx\"") == "maxLength");
  const char* number = R"({"type":"string","pattern":"^[0-9]{1,5}/BC-(?:[A-Z.&-]|Đ){2,20}$"})";
  CHECK(fault(number, "\"12/BC-UBND\"") == "");
  CHECK(fault(number, "\"12/BC-SLĐTBXH\"") == "");
  CHECK(fault(number, "\"12/bc-ubnd\"") == "pattern");
  CHECK(fault(R"({"type":"string","enum":["a","b"]})", "\"c\"") == "enum");
}

TEST_CASE("formats of our own") {
  CHECK(fault(R"({"type":"string","format":"date"})", "\"2024-02-29\"") == "");
  CHECK(fault(R"({"type":"string","format":"date"})", "\"2023-02-29\"") == "format");
  CHECK(fault(R"({"type":"string","format":"uuid"})", "\"0b7e6f3a-1111-4222-8333-444455556666\"") == "");
  CHECK(fault(R"({"type":"string","format":"uuid"})", "\"0b7e6f3a\"") == "format");
  CHECK(fault(R"({"type":"string","format":"gtin"})", "\"4006381333932\"") == "format");
  CHECK(is_gtin("4006381333931"));
  CHECK_FALSE(is_gtin("4006381333932"));
  CHECK(is_gtin("96385074"));
}

TEST_CASE("lists are held to their items") {
  const char* units =
      R"({"type":"array","items":{"type":"string","pattern":"^[0-9]{3}$"},"uniqueItems":true,"maxItems":2})";
  CHECK(fault(units, R"(["274","273"])") == "");
  CHECK(fault(units, R"(["274","274"])") == "uniqueItems");
  CHECK(fault(units, R"(["1"])") == "pattern");
  CHECK(fault(units, R"(["274","273","272"])") == "maxItems");
}

TEST_CASE("an unknown keyword is refused when the form loads") {
  CHECK_FALSE(Schema::load(*json::parse(R"({"type":"string","minLength":3})")));
  CHECK_FALSE(Schema::load(*json::parse(R"({"type":"text"})")));
  CHECK_FALSE(Schema::load(*json::parse(R"({"type":"string","pattern":"("})")));
  CHECK_FALSE(Schema::load(*json::parse(R"({"type":"string","format":"email"})")));
}
