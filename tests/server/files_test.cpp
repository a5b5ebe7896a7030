// The province's figures as files, and finding what offices wrote.
#include "exchange/csv.h"
#include "exchange/workbook.h"
#include "server/commands.h"
#include "server/search.h"
#include "storage/data_folder.h"
#include "tests/server/test_province.h"

using namespace tram;
using namespace tram::test;

namespace {

http::Outcome prints(TestProvince& province, ServerLine line) {
  line.form = "bm09";
  line.period = "2024S1";
  return consolidate_command(Typed{line, province.folder()}, *province);
}

}  // namespace

TEST_CASE("a consolidation leaves as workbook and CSV and page and DHIS2 data") {
  TestProvince province;
  TestOffice a(province, "vn-04-049"), b(province, "vn-04-047");
  a.submits("2024S1", 3, 2);
  b.submits("2024S1", 10, 4);
  ServerLine line;
  line.format = "csv";
  line.separator = ";";
  const CsvTable table = must(read_csv(prints(province, line).out));
  const auto found = std::find_if(table.lines.begin(), table.lines.end(),
                                  [](const CsvLine& l) { return l.cells[0] == "rad_facilities_count"; });
  REQUIRE(found != table.lines.end());
  CHECK(found->cells[2] == "13");
  CHECK(found->cells[4] == "2");

  line.format = "dhis2";
  const http::Outcome dhis2 = prints(province, line);
  const json::Value set = must(json::parse_object(dhis2.out));
  CHECK(set["orgUnit"] == "VN-04");
  CHECK(set["dataSet"] == "BM09");
  CHECK(dhis2.err.find("in DHIS2") != std::string::npos);

  line.format = "html";
  const std::string page = prints(province, line).out;
  CHECK(page.find("Sở Khoa học và Công nghệ") != std::string::npos);
  CHECK(page.find("tỉnh Cao Bằng") != std::string::npos);

  line.format = "xlsx";
  CHECK(prints(province, line).exit == 2);
  line.out = "bang.xlsx";
  CHECK(prints(province, line).exit == 0);
  const Workbook book = must(read_workbook(must(read_file(province.folder() + "/bang.xlsx"))));
  CHECK(book.sheet("Nguồn số liệu") != nullptr);
}

TEST_CASE("an officer finds what offices wrote whether they are heard of for the first time or again") {
  TestProvince province;
  TestOffice a(province, "vn-04-049"), b(province, "vn-04-047");
  json::Value body = a.report("2024S1", 3, 2);
  body["remarks"]["rad_facilities_count"] = {{"text", "Phòng khám đa khoa mới mở"}};
  REQUIRE(a.send(revision("report:bm09:2024S1", body)) == "");
  json::Value hits = must(search_documents(*province, "phong kham da khoa"));
  REQUIRE(hits.size() == 1);
  CHECK(hits[0]["office"] == "vn-04-049");
  CHECK(hits[0]["id"] == "report:bm09:2024S1");
  CHECK(hits[0]["line"] == "Phòng khám đa khoa mới mở");
  CHECK(must(search_documents(*province, "khoáng sản")).empty());

  json::Value other = b.report("2024S1", 3, 2);
  other["remarks"]["rad_facilities_count"] = {{"text", "Mỏ khoáng sản"}};
  REQUIRE(b.send(revision("report:bm09:2024S1", other)) == "");
  hits = must(search_documents(*province, "khoáng sản"));
  REQUIRE(hits.size() == 1);
  CHECK(hits[0]["office"] == "vn-04-047");
  CHECK(hits[0]["exact"] == true);
  province.reopen();
  CHECK(must(search_documents(*province, "khoang san")).size() == 1);
}
