// Text, numbers, money, days and old encodings as offices write them: every case of dirty_text.json, value by value.
#include <algorithm>
#include <fstream>
#include <iterator>

#include "core/base/legacy_text.h"
#include "core/base/text.h"
#include "core/base/vietnamese.h"
#include "core/reports/typed.h"
#include "tests/support/catch.h"

using namespace tram;

namespace {

json::Value cases() {
  std::ifstream file(std::string(TRAM_SOURCE_DIR) + "/tests/core/reports/dirty_text.json");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto all = json::parse_object(text);
  REQUIRE(all);
  return (*all)["cases"];
}

// {"value"} or {"error"}, with what else was said about it.
template <typename T, typename Show>
json::Value outcome(const Result<T>& result, const Show& show) {
  if (!result) return {{"error", std::string(result.error().what_name())}};
  return show(*result);
}

json::Value of_number(const Result<TypedNumber>& number) {
  return outcome(number, [](const TypedNumber& read) {
    return json::Value{{"expect", read.value}, {"approx", read.approx}};
  });
}

json::Value of_text(const std::string& input) {
  return outcome(clean(input, Lines::one), [](const CleanText& read) {
    json::Value out = {{"expect", read.text}};
    if (read.eth_repaired) out["notice"] = "eth_repaired";
    return out;
  });
}

json::Value of_day(const std::string& input, const std::string& system) {
  const Serials serials = system == "excel1900"   ? Serials::excel1900
                          : system == "excel1904" ? Serials::excel1904
                                                  : Serials::none;
  return outcome(read_day(input, serials), [](const std::string& day) { return json::Value{{"expect", day}}; });
}

json::Value of_order(const json::Value& input) {
  std::vector<std::string> words = input.get<std::vector<std::string>>();
  std::sort(words.begin(), words.end(),
            [](const std::string& a, const std::string& b) { return sort_key(a) < sort_key(b); });
  return {{"expect", words}};
}

json::Value read_as_typed(const json::Value& given) {
  const std::string kind = given["kind"].get<std::string>();
  if (kind == "collate") return of_order(given["input"]);
  const std::string input = given["input"].get<std::string>();
  const NumberStyle style = given.value("locale", "vi") == "en" ? NumberStyle::en : NumberStyle::vi;
  if (kind == "text") return of_text(input);
  if (kind == "fold") return {{"expect", fold(input)}};
  if (kind == "number") return of_number(read_number(input, style));
  if (kind == "money") return of_number(read_money(input, style));
  if (kind == "date") return of_day(input, given.value("system", ""));
  const LegacyEncoding encoding = recognise(input);
  return {{"expect", convert(input, encoding)}, {"encoding", std::string(name_of(encoding))}};
}

}  // namespace

TEST_CASE("each dirty text that offices send is read as written down or refused by name") {
  const json::Value all = cases();
  REQUIRE(all.size() >= 64);
  for (const json::Value& given : all) {
    INFO(given["id"].get<std::string>() << " " << json::print(given["input"]));
    const json::Value read = read_as_typed(given);
    INFO(json::print(read));
    for (const char* member : {"error", "notice", "encoding"}) {
      CHECK(read.value(member, "") == given.value(member, ""));
    }
    if (!given.contains("expect")) continue;
    REQUIRE(read.contains("expect"));
    const json::Value& expected = given["expect"];
    if (expected.is_string() && json::is_number(read["expect"])) {
      CHECK(json::print(read["expect"]) == expected.get<std::string>());
    } else {
      CHECK(read["expect"] == expected);
    }
    CHECK(read.value("approx", false) == given.value("approx", false));
  }
}

TEST_CASE("an English page reads numbers the other way round and asks back what a Vietnamese one would take") {
  CHECK(read_number("1,234,567.8", NumberStyle::en)->value == json::number_value("1234567.8"));
  CHECK(read_number("1.5", NumberStyle::en)->value == json::number_value("1.5"));
  CHECK(read_number("9.829", NumberStyle::en).error().name == "ambiguous_number");
  CHECK(read_number("1,5", NumberStyle::en).error().name == "ambiguous_number");
}

TEST_CASE("a figure with a sign or leading zeros or many decimals is the number it says") {
  CHECK(read_number("-5")->value == -5);
  CHECK(read_number("0,125")->value == json::number_value("0.125"));
  CHECK(read_number("000")->value == 0);
  CHECK(read_number("khoảng 1.200")->value == 1200);
  CHECK(read_number("khoảng 1.200")->approx);
  CHECK(read_number("1,234,567").error().name == "ambiguous_number");
  CHECK(read_number("0.123").error().name == "ambiguous_number");
  CHECK(read_number("").error().name == "not_a_number");
  CHECK(read_number("99999999999999999999999999999999999999999").error().name == "not_a_number");
}

TEST_CASE("money in words adds up only downwards") {
  CHECK(read_money("1.000 tỷ")->value == 1'000'000'000'000);
  CHECK(read_money("2 tỷ 350 triệu 500 nghìn đồng")->value == 2'350'500'000);
  CHECK(read_money("350 triệu 2 tỷ").error().name == "not_a_number");
  CHECK(read_money("2 tỷ lẻ").error().name == "not_a_number");
  CHECK(read_money("từ 2 tỷ").error().name == "comparison_not_a_value");
}

TEST_CASE("a long remark keeps its lines while a one line field does not take them") {
  CHECK(clean("Dòng một\r\nDòng\u00a0hai", Lines::many)->text == "Dòng một\nDòng hai");
  CHECK(clean("Dòng một\nDòng hai", Lines::one).error().name == "control_character");
  CHECK(clean("\xff", Lines::one).error().name == "not_utf8");
}

TEST_CASE("Unicode text is never taken for an old encoding while old fonts name theirs") {
  for (const char* text : {"Cao Bằng", "Huyện Hà Quảng", "cá", "là và có", "", "Ha Quang", "àÀ"}) {
    INFO(text);
    CHECK(recognise(text) == LegacyEncoding::none);
  }
  CHECK(recognise("t\u00a8ng", ".VnTime") == LegacyEncoding::tcvn3);
  CHECK(recognise("S\u00d4\u00db", "VNI-Times") == LegacyEncoding::vni);
  CHECK(convert("S\u00d4\u00db \u00d1O", LegacyEncoding::vni) == "SỞ ĐO");
}

TEST_CASE("a file is read as UTF-8 or UTF-16 or the Windows code page of Vietnam") {
  CHECK(*decode_file("\xEF\xBB\xBFHuyện") == "Huyện");
  CHECK(*decode_file(std::string("\xFF\xFE\x10\x01\x6F\x00", 6)) == "Đo");
  CHECK(decode_file(std::string("\xFF\xFE\x10", 3)).error().name == "not_text");
  CHECK(*decode_file("Huy\xEA\xF2n Tr\xF9ng Kh\xE1nh") == "Huyện Trùng Khánh");
  CHECK(recognise(*decode_file("s\xEB khoa h\xE4"
                               "c")) == LegacyEncoding::tcvn3);
}

TEST_CASE("places are sorted by name without their type word and with đ behind d") {
  std::vector<std::string> names = {"Thành phố Đà Lạt", "Huyện Quảng Hòa", "Huyện Đan Phượng", "Quận Ba Đình",
                                    "Xã An Lạc",        "Huyện Dầu Tiếng", "Huyện Hạ Lang",    "Huyện Hà Quảng"};
  std::sort(names.begin(), names.end(), [](const std::string& a, const std::string& b) {
    return sort_key(without_type_word(a)) < sort_key(without_type_word(b));
  });
  CHECK(names == std::vector<std::string>{"Xã An Lạc", "Quận Ba Đình", "Huyện Dầu Tiếng", "Thành phố Đà Lạt",
                                          "Huyện Đan Phượng", "Huyện Hạ Lang", "Huyện Hà Quảng", "Huyện Quảng Hòa"});
}
