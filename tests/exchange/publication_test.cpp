// Reports and consolidations as they leave the program.
#include "exchange/publication.h"

#include <regex>

#include "core/reports/state.h"
#include "exchange/csv.h"
#include "exchange/workbook.h"
#include "tests/core/reports/reference.h"
#include "tests/support/check.h"

using namespace tram;
using tram::test::must;

namespace {

json::Value quang_hoa() {
  json::Value body = reference::report("bm02", "2024Q2");
  reference::set(body, "tasks_applied_count", "12");
  reference::set(body, "tasks_state_completed_count", "28");
  reference::set(body, "models_count", "null");
  must(set_remark(body, reference::form("bm02"), "models_count", "Chưa có số liệu, chờ phòng <Nông nghiệp>"));
  must(set_remark(body, reference::form("bm02"), "tasks_applied_count", "", true));
  return body;
}

json::Value quang_hoa_with_task() {
  json::Value body = quang_hoa();
  reference::Counting random;
  reference::add(body, "tasks", random,
                 {{"task_code", "=CB-01"}, {"task_title", "Trồng dâu \"mới\""}, {"task_level", "tinh"}});
  return body;
}

Publication publication_of(const json::Value& body, const std::string& code, const std::string& period_id) {
  const Form& form = reference::form(code);
  const Window window = reference::window(code, period_id);
  return publish_report(form, body, complete(form, body, reference::period(period_id), window),
                        reference::period(period_id), window, "1-abc", "nháp");
}

Consolidation consolidated(std::vector<json::Value> bodies, const std::string& code, const std::string& period_id) {
  std::vector<ConsolidationInput> inputs;
  for (const json::Value& body : bodies) {
    ConsolidationInput input;
    input.office = "vn-04-04" + std::to_string(9 - inputs.size());
    input.unit_code = input.office.substr(6);
    input.unit_name = "Huyện " + input.unit_code;
    input.order = static_cast<int>(inputs.size());
    input.period = reference::period(period_id);
    input.source = "submission:" + input.office;
    input.body = body;
    inputs.push_back(std::move(input));
  }
  ConsolidationRequest request;
  request.period = reference::period(period_id);
  request.window = reference::window(code, period_id);
  request.n_expected = 3;
  return consolidate(reference::form(code), std::move(inputs), std::move(request));
}

const ConsolidatedNames kNames = {"Cao Bằng", "04", {{"vn-04-049", "Huyện Quảng Hòa"}}, {"vn-04-042"}};

// The structure that DHIS2 publishes, as a JSON Schema; enough of the language to check by it.
void check_by_schema(const json::Value& schema, const json::Value& value, const std::string& path) {
  INFO(path);
  const std::string type = schema["type"].get<std::string>();
  if (type == "string") {
    REQUIRE(value.is_string());
    if (schema.contains("pattern")) {
      CHECK(std::regex_match(value.get<std::string>(), std::regex(schema["pattern"].get<std::string>())));
    }
    return;
  }
  if (type == "boolean") {
    CHECK(value.is_boolean());
    return;
  }
  if (type == "array") {
    REQUIRE(value.is_array());
    CHECK(value.size() >= schema.value("minItems", 0U));
    for (const json::Value& item : value) check_by_schema(schema["items"], item, path + "[]");
    return;
  }
  REQUIRE(value.is_object());
  for (const json::Value& name : schema["required"]) CHECK(value.contains(name.get<std::string>()));
  for (const auto& [name, member] : value.items()) {
    INFO(name);
    REQUIRE(schema["properties"].contains(name));
    check_by_schema(schema["properties"][name], member, path + "/" + name);
  }
}

void check_data_value_set(const std::string& text) {
  std::ifstream file(std::string(TRAM_SOURCE_DIR) + "/tests/exchange/dhis2_data_value_set.schema.json");
  const std::string schema{std::istreambuf_iterator<char>(file), {}};
  check_by_schema(must(json::parse_object(schema)), must(json::parse_object(text)), "");
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST_CASE("a list wider than the paper is printed in parts that each name their rows") {
  json::Value body = quang_hoa();
  reference::Counting random;
  reference::add(body, "tasks", random, {{"task_code", "CB-049-2024-07"}, {"assets_text", "Quy trình nhân giống"}});
  const std::string page = publication_html(publication_of(body, "bm02", "2024Q2"));
  CHECK(has(page, "Phần 1/5"));
  CHECK(has(page, "Phần 5/5"));
  std::size_t named = 0;
  for (auto at = page.find("CB-049-2024-07"); at != std::string::npos; at = page.find("CB-049-2024-07", at + 1))
    ++named;
  CHECK(named == 5);
  for (const FormField& field : reference::form("bm02").rows_section("tasks")->fields)
    CHECK(has(page, std::regex_replace(field.label_vi, std::regex("&"), "&amp;")));
  CHECK(has(page, "Quy trình nhân giống"));
}

}  // namespace

TEST_CASE("a report as CSV keeps empty and null and zero apart and its formulas harmless") {
  const std::string text = publication_csv(publication_of(quang_hoa(), "bm02", "2024Q2"));
  CHECK(
      text.starts_with("\xEF\xBB\xBF"
                       "field,label_vi,value,"));
  CHECK(has(text, "\r\ntasks_applied_count,"));
  const CsvTable table = must(read_csv(text));
  std::map<std::string, std::vector<std::string>> lines;
  for (const CsvLine& line : table.lines) lines[line.cells[0]] = line.cells;
  CHECK(lines["tasks_applied_count"][2] == "12");
  CHECK(lines["tasks_applied_count"][6] == "true");
  CHECK(lines["tasks_applied_pct"][2] == "42.86");
  CHECK(lines["models_count"][2] == "null");
  CHECK(lines["tasks_base_count"][2] == "");
  CHECK(lines["base"][2] == "1-abc");
  CHECK(has(publication_csv(publication_of(quang_hoa(), "bm02", "2024Q2"), ';'), ";\"42,86\";%;"));
  CHECK(has(publication_csv(publication_of(quang_hoa_with_task(), "bm02", "2024Q2")), ",'=CB-01,"));
}

TEST_CASE("a consolidation as CSV is read back equal to what was computed") {
  const Consolidation result = consolidated({quang_hoa_with_task(), quang_hoa()}, "bm02", "2024Q2");
  const std::string text = publication_csv(publish_consolidation(reference::form("bm02"), result, kNames));
  const CsvTable table = must(read_csv(text));
  std::size_t figures = 0, cells = 0;
  for (const CsvLine& line : table.lines) {
    INFO(line.cells[0]);
    if (!line.cells[7].empty()) {
      cells += line.cells[7] == "tasks" ? 1 : 0;
      continue;
    }
    const auto figure = result.values.find(line.cells[0]);
    if (figure == result.values.end()) continue;
    ++figures;
    const json::Value& value = figure->second.value;
    CHECK(line.cells[2] == (value.is_null() ? "" : value.is_string() ? value.get<std::string>() : json::print(value)));
    CHECK(line.cells[4] == std::to_string(figure->second.n_reported));
    CHECK(line.cells[5] == "3");
  }
  CHECK(figures == result.values.size());
  CHECK(cells == 3);
}

TEST_CASE("a consolidated workbook shows figures and lists and where every one of them comes from") {
  const Consolidation result = consolidated({quang_hoa(), quang_hoa()}, "bm02", "2024Q2");
  const Publication out = publish_consolidation(reference::form("bm02"), result, kNames);
  const Workbook book = must(read_workbook(must(publication_xlsx(out))));
  CHECK(book.sheets.front().name == "Tổng hợp");
  const ReadSheet* sources = book.sheet("Nguồn số liệu");
  REQUIRE(sources != nullptr);
  CHECK(sources->at(1, 0)->text == "Huyện Quảng Hòa");
  CHECK(sources->at(1, 2)->text == "submission:vn-04-049");
  CHECK(sources->at(3, 2)->text == "chưa có báo cáo");
  REQUIRE(book.sheet("Chi tiết nguồn") != nullptr);
  std::map<std::string, const ReadCell*> values;
  for (int row = 0; row < book.sheets[0].rows; ++row) {
    const ReadCell* id = book.sheets[0].at(row, 0);
    if (id != nullptr) values[id->text] = book.sheets[0].at(row, 3);
  }
  REQUIRE(values["tasks_applied_count"] != nullptr);
  CHECK(values["tasks_applied_count"]->text == "24");
  CHECK(values["tasks_applied_count"]->kind == ReadCell::Kind::number);
  CHECK(values["tasks_base_count"] == nullptr);
}

TEST_CASE("a report goes to DHIS2 as the data value set that DHIS2 publishes") {
  json::Value body = reference::report("bm05", "2024S1", "vn-04-049");
  reference::set(body, "tm_filed_count", "0");
  reference::set(body, "tm_granted_count", "12");
  must(set_remark(body, reference::form("bm05"), "tm_granted_count", "Đã đối chiếu"));
  body["submission"] = {{"digest", "9c41"}, {"at", "2024-06-17T09:12:00+07:00"}};
  const Publication out = publication_of(body, "bm05", "2024S1");
  const std::string text = must(publication_dhis2(out));
  check_data_value_set(text);
  const json::Value set = must(json::parse_object(text));
  CHECK(set["dataSet"] == "BM05");
  CHECK(set["orgUnit"] == "VN-04-049");
  CHECK(set["completeDate"] == "2024-06-17");
  const json::Value granted = {{"dataElement", "BM05_TM_GRANTED_COUNT"}, {"value", "12"}, {"comment", "Đã đối chiếu"}};
  CHECK(std::find(set["dataValues"].begin(), set["dataValues"].end(), granted) != set["dataValues"].end());
  CHECK(has(text, R"({"dataElement":"BM05_TM_FILED_COUNT","value":"0"})"));
  CHECK_FALSE(has(text, "DESIGN"));
  CHECK(has(dhis2_note(out), "2023-12-15 – 2024-06-14"));
  CHECK(must(publication_dhis2_csv(out))
            .starts_with(
                "dataelement,period,orgunit,catoptcombo,attroptcombo,value,storedby,lastupdated,comment,followup\r\n"));
}

TEST_CASE("a consolidation goes to DHIS2 under the code of the province") {
  const Consolidation result = consolidated({quang_hoa()}, "bm02", "2024Q2");
  const std::string text = must(publication_dhis2(publish_consolidation(reference::form("bm02"), result, kNames)));
  check_data_value_set(text);
  CHECK(has(text, R"("orgUnit":"VN-04")"));
}

TEST_CASE("a period that DHIS2 does not have is refused") {
  for (const char* id : {"2024C9", "2021_2025", "2024~plan"}) {
    Publication out;
    out.form = &reference::form("bm05");
    out.period = reference::period(id);
    CHECK(publication_dhis2(out).error().code == ErrorCode::unsupported);
  }
}

TEST_CASE("the print view has the national heading and room for number and date and signature") {
  const std::string page = publication_html(publication_of(quang_hoa(), "bm02", "2024Q2"));
  for (const char* part : {"Cộng hòa xã hội chủ nghĩa Việt Nam", "Độc lập - Tự do - Hạnh phúc", "/BC-UBND",
                           "Times New Roman", "Nơi nhận:", "Ủy ban nhân dân Huyện Quảng Hòa", "Quý II năm 2024",
                           "khoảng 12", "42,86", "15/03/2024", "chưa có số liệu", "chờ phòng &lt;Nông nghiệp&gt;"}) {
    INFO(part);
    CHECK(has(page, part));
  }
  CHECK(has(publication_html(publication_of(quang_hoa_with_task(), "bm02", "2024Q2")), "Trồng dâu &quot;mới&quot;"));
  CHECK_FALSE(has(page, "<Nông"));
  CHECK_FALSE(has(page, "http"));
}
