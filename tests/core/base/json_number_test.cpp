#include <rapidcheck.h>

#include "core/base/json.h"
#include "tests/support/catch.h"

namespace tram::json {

TEST_CASE("a number has one canonical spelling however it was typed") {
  const std::pair<const char*, const char*> cases[] = {{"1.0", "1"},
                                                       {"1e0", "1"},
                                                       {"10e-1", "1"},
                                                       {"-0", "0"},
                                                       {"-0.0e5", "0"},
                                                       {"1.50", "1.5"},
                                                       {"15e-1", "1.5"},
                                                       {"0.0000001", "0.0000001"},
                                                       {"1e-8", "1e-8"},
                                                       {"0.000000015", "1.5e-8"},
                                                       {"1e20", "100000000000000000000"},
                                                       {"1e21", "1e+21"},
                                                       {"123e19", "1.23e+21"},
                                                       {"9007199254740993", "9007199254740993"},
                                                       {"-12.340e2", "-1234"}};
  for (const auto& [typed, canonical] : cases) {
    INFO(typed);
    CHECK(canonical_number(typed) == canonical);
  }
}

TEST_CASE("no number changes its value on the way through a value") {
  for (const char* const text : {"18446744073709551616", "0.1", "1e400", "-1e-400", "3.141592653589793238462643383279",
                                 "9007199254740993", "-9223372036854775808", "1.7976931348623157e308"}) {
    INFO(text);
    CHECK(print(number_value(text)) == canonical_number(text));
  }
  CHECK(rc::check("any decimal survives", [] {
    const auto digits = *rc::gen::container<std::string>(*rc::gen::inRange(1, 40), rc::gen::inRange('0', '9'));
    const auto exponent = *rc::gen::inRange(-330, 330);
    const std::string text = (*rc::gen::arbitrary<bool>() ? "-1." : "1.") + digits + "e" + std::to_string(exponent);
    RC_ASSERT(print(number_value(text)) == canonical_number(text));
    RC_ASSERT(canonical_number(canonical_number(text)) == canonical_number(text));
  }));
}

TEST_CASE("an office may type what every program reads alike") {
  CHECK(is_portable_number("9007199254740991"));
  CHECK_FALSE(is_portable_number("9007199254740992"));
  CHECK(is_portable_number("0.123456789012345"));
  CHECK_FALSE(is_portable_number("0.1234567890123456"));
  CHECK(is_portable_number("1e+300"));
  CHECK_FALSE(is_portable_number("1e+301"));
}

}  // namespace tram::json
