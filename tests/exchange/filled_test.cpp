// Filled templates on their way back into a report.
#include "exchange/filled.h"

#include <algorithm>

#include "core/reports/state.h"
#include "exchange/csv.h"
#include "exchange/publication.h"
#include "exchange/workbook.h"
#include "tests/core/reports/reference.h"
#include "tests/support/check.h"

using namespace tram;
using tram::test::must;

namespace {

const Form& bm02() { return reference::form("bm02"); }

json::Value report() {
  json::Value body = reference::report("bm02", "2024Q2");
  reference::set(body, "tasks_applied_count", "12");
  reference::set(body, "tasks_state_completed_count", "28");
  reference::set(body, "models_count", "null");
  must(set_remark(body, bm02(), "models_count", "Chờ phòng Nông nghiệp\nvà phòng Kinh tế"));
  must(set_remark(body, bm02(), "tasks_applied_count", "", true));
  return body;
}

// With a list, from which figures are counted.
json::Value report_with_tasks() {
  json::Value body = report();
  reference::Counting random;
  reference::add(
      body, "tasks", random,
      {{"task_code", "0012"}, {"task_title", "=Trồng dâu"}, {"task_level", "tinh"}, {"start_date", "2024-01-05"}});
  reference::add(body, "tasks", random, {{"task_code", "0013"}, {"task_title", "Nuôi tằm"}});
  return body;
}

Publication published(const json::Value& body) {
  const Window window = reference::window("bm02", "2024Q2");
  const Period period = reference::period("2024Q2");
  return publish_report(bm02(), body, complete(bm02(), body, period, window), period, window, "1-abc", "nháp");
}

ImportPlan plan(const std::string& file, const json::Value& base, const json::Value& current, bool convert = false) {
  reference::Counting random;
  ImportOptions options;
  options.convert = convert;
  options.shown = complete(bm02(), base, reference::period("2024Q2"), reference::window("bm02", "2024Q2")).values;
  return plan_import(bm02(), base, current, must(read_filled(bm02(), file)), options, random);
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

// A small sheet as somebody makes it without the template.
std::string own_sheet(const std::vector<std::pair<SheetCell, SheetCell>>& lines, const std::string& name = "Số liệu") {
  Sheet sheet;
  sheet.name = name;
  sheet.rows = {{SheetCell::words("Chỉ tiêu"), SheetCell::words("Giá trị")}};
  for (const auto& [label, value] : lines) sheet.rows.push_back({label, value});
  return must(write_workbook({sheet}, "x", "2024-06-14"));
}
SheetCell label_of(const std::string& field) { return SheetCell::words(bm02().field(field)->label_vi); }

}  // namespace

TEST_CASE("a template that nobody touched changes nothing") {
  const json::Value body = report_with_tasks();
  const Publication out = published(body);
  for (const std::string& file : {must(publication_xlsx(out)), publication_csv(out, ','), publication_csv(out, ';')}) {
    const ImportPlan read = plan(file, body, body);
    INFO(json::print(read.to_json()));
    CHECK(read.changes.empty());
    CHECK(read.problems.empty());
    CHECK(read.legacy.empty());
    CHECK(read.body == body);
  }
  CHECK(must(read_marks(must(publication_xlsx(out)))).at("base") == "1-abc");
  CHECK(must(read_marks(publication_csv(out, ';'))).at("form") == "bm02");
}

TEST_CASE("figures typed into a CSV go to their fields as people write them") {
  const json::Value body = report();
  std::string file = publication_csv(published(body), ';');
  file = replaced(file, ";12;", ";1.200;");
  file = replaced(file, ";28;", ";;");
  file = replaced(file, ";null;", ";khoảng 5;");
  const ImportPlan read = plan(file, body, body);
  INFO(json::print(read.to_json()));
  CHECK(read.problems.empty());
  CHECK(read.body["values"]["tasks_applied_count"] == 1200);
  CHECK_FALSE(read.body["values"].contains("tasks_state_completed_count"));
  CHECK(read.body["values"]["models_count"] == 5);
  CHECK(read.body["remarks"]["models_count"]["approx"] == true);
  CHECK(read.changes.size() == 4);
  CHECK(read.changes[0].place.starts_with("line "));
}

TEST_CASE("a sheet without the template's ids is read by its labels") {
  const json::Value body = report();
  const std::string file = own_sheet({{label_of("models_count"), {CellKind::number, "7"}},
                                      {label_of("tasks_base_count"), SheetCell::words("không phát sinh")},
                                      {SheetCell::words("Chỉ tiêu khác"), {CellKind::number, "9"}}});
  const ImportPlan read = plan(file, body, body);
  CHECK(read.problems.empty());
  CHECK(read.changes.size() == 2);
  CHECK(read.body["values"]["models_count"] == 7);
  CHECK(read.body["values"]["tasks_base_count"] == 0);
}

TEST_CASE("what cannot be read is listed with its cell and nothing of it is taken over") {
  const json::Value body = report();
  const std::string file = own_sheet({{label_of("models_count"), SheetCell::words("1.5")},
                                      {label_of("tasks_base_count"), SheetCell::words("trên 5")},
                                      {label_of("tasks_applied_count"), {CellKind::number, "2.5"}}});
  const ImportPlan read = plan(file, body, body);
  REQUIRE(read.problems.size() == 3);
  CHECK(read.problems[0].place == "Số liệu!B2");
  CHECK(read.problems[0].code == "ambiguous_number");
  CHECK(read.problems[1].code == "comparison_not_a_value");
  CHECK(read.problems[2].place == "Số liệu!B4");
  CHECK_FALSE(read.problems[2].message_vi.empty());
  CHECK(read.body == body);
}

TEST_CASE("text of old fonts is shown as it would become and converted only when asked") {
  const json::Value body = report_with_tasks();
  std::string file = publication_csv(published(body), ',');
  file = replaced(file, "Nuôi tằm", "s\u00eb khoa h\u00e4c v\u00b5 c\u00abng ngh\u00d6");
  const ImportPlan shown = plan(file, body, body);
  REQUIRE(shown.legacy.size() == 1);
  CHECK(shown.legacy[0].encoding == "tcvn3");
  CHECK(shown.legacy[0].after == "sở khoa học và công nghệ");
  REQUIRE(shown.problems.size() == 1);
  CHECK(shown.problems[0].code == "legacy_text");
  const ImportPlan converted = plan(file, body, body, true);
  CHECK(converted.problems.empty());
  REQUIRE(converted.changes.size() == 1);
  CHECK(converted.changes[0].after == "sở khoa học và công nghệ");
}

TEST_CASE("rows of a list are changed and added and deleted by its sheet") {
  const json::Value body = report_with_tasks();
  json::Value other = body;
  json::Value& rows = other["rows"]["tasks"];
  const std::string first = rows.begin().key(), second = std::next(rows.begin()).key();
  rows[first]["task_title"] = "Trồng dâu mới";
  rows.erase(second);
  rows["+1"] = {{"task_code", "0099"}, {"task_level", "co_so"}};
  const ImportPlan read = plan(must(publication_xlsx(published(other))), body, body);
  INFO(json::print(read.to_json()));
  CHECK(read.problems.empty());
  const json::Value& tasks = read.body["rows"]["tasks"];
  CHECK(tasks.size() == 2);
  CHECK(tasks[first]["task_title"] == "Trồng dâu mới");
  CHECK(tasks[first]["start_date"] == "2024-01-05");
  CHECK_FALSE(tasks.contains(second));
  const auto added =
      std::find_if(tasks.begin(), tasks.end(), [](const auto& row) { return row["task_code"] == "0099"; });
  REQUIRE(added != tasks.end());
  CHECK((*added)["task_level"] == "co_so");
  CHECK(added.key().starts_with("0003-"));
}

TEST_CASE("a list may be said to be empty") {
  json::Value body = reference::report("bm02", "2024Q2");
  json::Value none = body;
  none["rows"]["tasks"] = json::Value::object();
  CHECK(plan(must(publication_xlsx(published(none))), body, body).body["rows"]["tasks"] == json::Value::object());
  CHECK_FALSE(plan(must(publication_xlsx(published(body))), body, body).body["rows"].contains("tasks"));
  CHECK(plan(must(publication_xlsx(published(none))), none, none).changes.empty());
}

TEST_CASE("what others changed meanwhile stays and what both changed is asked about") {
  const json::Value base = report();
  json::Value current = base;
  reference::set(current, "models_count", "9");
  reference::set(current, "tasks_new_count", "1");
  std::string file = publication_csv(published(base), ';');
  const ImportPlan apart = plan(replaced(file, ";12;", ";13;"), base, current);
  CHECK(apart.problems.empty());
  CHECK(apart.body["values"]["tasks_applied_count"] == 13);
  CHECK(apart.body["values"]["models_count"] == 9);
  const ImportPlan both = plan(replaced(file, ";null;", ";4;"), base, current);
  REQUIRE(both.problems.size() == 1);
  CHECK(both.problems[0].code == "both_changed");
  CHECK(both.problems[0].path == "models_count");
}

TEST_CASE("a file that has nothing to do with the form is refused") {
  CHECK(read_filled(bm02(), "tên;tuổi\nLan;30\n").error().name == "wrong_file");
  CHECK(read_filled(bm02(), "Chỉ tiêu;Giá trị\nkhác;30\n").error().name == "wrong_file");
  CHECK(read_filled(bm02(), must(publication_xlsx(published(report())))));
  Publication other = published(report());
  other.form = &reference::form("bm05");
  CHECK(read_filled(bm02(), "").error().name == "wrong_file");
}
