#include "exchange/workbook.h"

#include "tests/support/catch.h"
#include "tests/support/check.h"
#include "tests/support/zip.h"

using namespace tram;
using tram::test::must;

namespace {

std::string small_workbook(const std::string& name = "Báo cáo") {
  Sheet sheet;
  sheet.name = name;
  sheet.rows = {
      {SheetCell::words("Chỉ tiêu", CellLook::header), SheetCell::words("=1+1"), {CellKind::number, "1234567.5"}},
      {{CellKind::day, "2024-07-17"}, {CellKind::day, "1900-01-31"}, {CellKind::number, "-3"}},
      {{CellKind::blank, "", CellLook::input}, SheetCell::words("00123"), SheetCell::words("dòng\nhai <&> Đ")}};
  sheet.widths = {10, 20, 30};
  sheet.frozen_rows = 1;
  return must(write_workbook({sheet, sheet}, "Thử", "2024-06-14"));
}

}  // namespace

TEST_CASE("a workbook is read back as it was written and codes keep their zeros") {
  const Workbook book = must(read_workbook(small_workbook()));
  REQUIRE(book.sheets.size() == 2);
  CHECK(book.sheets[1].name == "Báo cáo 2");
  const ReadSheet* sheet = book.sheet("Báo cáo");
  REQUIRE(sheet != nullptr);
  CHECK(sheet->at(0, 1)->text == "=1+1");
  CHECK(sheet->at(0, 1)->kind == ReadCell::Kind::text);
  CHECK(sheet->at(0, 1)->font == "Times New Roman");
  CHECK(sheet->at(0, 2)->text == "1234567.5");
  CHECK(sheet->at(0, 2)->kind == ReadCell::Kind::number);
  CHECK(sheet->at(1, 0)->text == "45490");
  CHECK(sheet->at(1, 1)->text == "31");
  CHECK(sheet->at(1, 2)->text == "-3");
  CHECK(sheet->at(2, 0) == nullptr);
  CHECK(sheet->at(2, 1)->text == "00123");
  CHECK(sheet->at(2, 2)->text == "dòng\nhai <&> Đ");
}

TEST_CASE("the same tables give the same workbook byte by byte") { CHECK(small_workbook() == small_workbook()); }

TEST_CASE("a sheet may have any name an office gives it") {
  const Workbook book = must(read_workbook(small_workbook("Danh mục [2024]: đề tài/dự án cấp tỉnh và cấp cơ sở")));
  CHECK(book.sheets[0].name == "Danh mục  2024   đề tài dự án c");
}

TEST_CASE("a damaged workbook is refused and never read in part") {
  const std::string whole = small_workbook();
  CHECK(read_workbook("").error().name == "not_xlsx");
  CHECK(read_workbook("PK\x03\x04 rubbish").error().name == "not_xlsx");
  int refused = 0;
  for (std::size_t size = 100; size < whole.size(); size += 500)
    refused += read_workbook(whole.substr(0, size)) ? 0 : 1;
  CHECK(refused > 0);
  // Any byte may be wrong: it is read or refused, and nothing else happens.
  for (std::size_t at = 0; at < whole.size(); at += 97) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
    const auto book = read_workbook(damaged);
    if (!book) CHECK_FALSE(book.error().message.empty());
  }
}

TEST_CASE("a workbook whose names or texts are not UTF-8 is refused") {
  const auto book = [](const std::string& name, const std::string& text, const std::string& font) {
    const std::string sheets =
        R"(<workbook xmlns:r="r"><sheets><sheet name=")" + name + R"(" r:id="a"/></sheets></workbook>)";
    const std::string sheet = R"(<worksheet><sheetData><row r="1"><c r="A1" t="str" s="0"><v>)" + text +
                              "</v></c></row></sheetData></worksheet>";
    const std::string styles = R"(<styleSheet><fonts><font><name val=")" + font +
                               R"("/></font></fonts><cellXfs><xf fontId="0"/></cellXfs></styleSheet>)";
    return read_workbook(tram::test::zip(
        {{"xl/workbook.xml", sheets},
         {"xl/_rels/workbook.xml.rels", R"(<Relationships><Relationship Id="a" Target="sheet.xml"/></Relationships>)"},
         {"xl/styles.xml", styles},
         {"xl/sheet.xml", sheet}}));
  };
  CHECK(must(book("Số liệu", "một", "Arial")).sheets[0].at(0, 0)->text == "một");
  CHECK(book("S\xE1(", "một", "Arial").error().name == "not_xlsx");
  CHECK(book("Số liệu", "m\xE1(", "Arial").error().name == "not_xlsx");
  CHECK(book("Số liệu", "một", "A\xFF").error().name == "not_xlsx");
}

TEST_CASE("cells are named as spreadsheets name them") {
  CHECK(cell_name(6, 3) == "D7");
  CHECK(cell_name(0, 25) == "Z1");
  CHECK(cell_name(0, 26) == "AA1");
  CHECK(cell_name(9, 701) == "ZZ10");
  CHECK(cell_name(0, 702) == "AAA1");
}
