#include "core/reports/decimal.h"
#include "tests/support/catch.h"

using tram::Decimal;

namespace {
Decimal d(const char* text) {
  const auto parsed = Decimal::parse(text);
  REQUIRE(parsed);
  return *parsed;
}
}  // namespace

TEST_CASE("a decimal keeps what JSON wrote") {
  for (const char* text : {"0", "-3", "41.86", "0.000001", "10000000000000", "9007199254740991", "-0.5"}) {
    CHECK(d(text).text() == text);
  }
  CHECK(d("1.50").text() == "1.5");
  CHECK(d("15e-1").text() == "1.5");
  CHECK(d("1.2e3").text() == "1200");
  CHECK(d("1e30").text() == "1e+30");
}

TEST_CASE("what a decimal cannot hold is refused and never rounded silently") {
  CHECK_FALSE(Decimal::parse("0.0000001"));
  CHECK_FALSE(Decimal::parse("1e33"));
  CHECK_FALSE(Decimal::parse("abc"));
  CHECK_FALSE(Decimal::parse("1,5"));
  CHECK_FALSE(Decimal::parse(""));
}

TEST_CASE("sums are exact") {
  Decimal sum;
  for (int i = 0; i < 10; ++i) sum = *Decimal::add(sum, d("0.1"));
  CHECK(sum == Decimal::of(1));
}

TEST_CASE("products and quotients round half away from zero to six digits") {
  CHECK(Decimal::divide(d("1"), d("3"))->text() == "0.333333");
  CHECK(Decimal::divide(d("2"), d("3"))->text() == "0.666667");
  CHECK(Decimal::divide(d("-2"), d("3"))->text() == "-0.666667");
  CHECK(Decimal::divide(d("2"), d("-3"))->text() == "-0.666667");
  CHECK(Decimal::multiply(d("0.000001"), d("0.5"))->text() == "0.000001");
  CHECK(Decimal::multiply(d("-0.000001"), d("0.5"))->text() == "-0.000001");
  CHECK(Decimal::multiply(d("0.000001"), d("0.4"))->text() == "0");
  CHECK(Decimal::multiply(d("9007199254740991"), d("1000000000"))->text() == "9.007199254740991e+24");
  CHECK(Decimal::multiply(d("1.5"), d("-2.5"))->text() == "-3.75");
}

TEST_CASE("overflow and division by zero give nothing") {
  CHECK_FALSE(Decimal::divide(d("1"), d("0")));
  CHECK_FALSE(Decimal::multiply(d("1e20"), d("1e20")));
  CHECK_FALSE(Decimal::add(d("1.7e32"), d("1.7e32")));
}

TEST_CASE("rounding to fewer places") {
  CHECK(d("42.857143").rounded(2).text() == "42.86");
  CHECK(d("2.5").rounded(0).text() == "3");
  CHECK(d("-2.5").rounded(0).text() == "-3");
  CHECK(d("2.345").decimals() == 3);
  CHECK(d("7").integer() == 7);
  CHECK_FALSE(d("7.5").integer());
}
