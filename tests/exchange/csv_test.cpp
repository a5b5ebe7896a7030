#include "exchange/csv.h"

#include "tests/support/catch.h"

using namespace tram;

namespace {

using Cells = std::vector<std::string>;

Cells second_line(const std::string& text) {
  const auto table = read_csv(text);
  REQUIRE(table);
  REQUIRE(table->lines.size() == 2);
  return table->lines[1].cells;
}

}  // namespace

TEST_CASE("a table written for a spreadsheet is read back equal whatever it is separated by") {
  const Cells cells = {"a",  "", "dòng một\ndòng hai", "nói \"có\"", "1,5; 2", "=1+1", "'=1+1", "-12.5", "+84 26",
                       "@x", "'"};
  for (const char separator : {',', ';', '\t'}) {
    const std::string text = csv_line(Cells(cells.size(), "cột"), separator) + csv_line(cells, separator);
    const auto table = read_csv(text);
    REQUIRE(table);
    CHECK(table->separator == separator);
    Cells read;
    for (const std::string& cell : table->lines.at(1).cells) read.emplace_back(without_guard(cell));
    CHECK(read == cells);
  }
}

TEST_CASE("what a spreadsheet would take for a formula is written as text") {
  CHECK(csv_line({"=HYPERLINK(\"http://x\")", "-1", "+84", "@a", "\tx"}, ';') ==
        "\"'=HYPERLINK(\"\"http://x\"\")\";-1;'+84;'@a;\"'\tx\"\r\n");
  CHECK(csv_line({"a|b", "c"}, '|') == "\"a|b\"|c\r\n");
}

TEST_CASE("files of old spreadsheets are read by their separator and their letters") {
  CHECK(second_line("\xEF\xBB\xBF"
                    "a;b\r\nHuyện;1,5\r\n") == Cells{"Huyện", "1,5"});
  CHECK(second_line("sep=|\na|b\n1|2\n\n") == Cells{"1", "2"});
  CHECK(second_line("sep=\n;1\n") == Cells{";1"});  // it says nothing
  CHECK(second_line(std::string("\xFF\xFE"
                                "a\0;\0b\0\n\0\x10\x01;\0"
                                "2\0",
                                16)) == Cells{"Đ", "2"});
  CHECK(second_line("a,b\nHuy\xEA\xF2n,2") == Cells{"Huyện", "2"});
}

TEST_CASE("a broken table is refused with its line") {
  const auto open = read_csv("a,b\n1,2\n3,\"vier\n5,6\n");
  REQUIRE_FALSE(open);
  CHECK(open.error().name == "not_csv");
  CHECK(open.error().message.starts_with("line 3:"));
  CHECK(read_csv(std::string(2000, ',')).error().name == "too_large");
  CHECK(read_csv(std::string(kSheetBytesMax + 1, 'x')).error().name == "too_large");
  CHECK(read_csv("")->lines.empty());
}
