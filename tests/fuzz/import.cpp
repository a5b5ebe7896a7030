#include "tests/fuzz/import.h"

#include <fstream>
#include <iterator>

#include "core/reports/figures.h"
#include "core/reports/report.h"
#include "exchange/filled.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/fakes.h"

namespace tram::fuzzing {

const Form& form() {
  static const Form loaded = [] {
    std::ifstream file(TRAM_SOURCE_FOLDER "/reference/forms/bm02.json");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    return must(load_form(must(json::parse(text))));
  }();
  return loaded;
}

const json::Value& report() {
  static const json::Value body = [] {
    json::Value made = must(new_report(form(), must(parse_period("2024Q2")), "vn-04-049", json::Value(nullptr)));
    must(set_value(made, form(), "tasks_applied_count", "12"));
    test::SeededRandom random(1);
    const std::string row = must(add_row(made, form(), "tasks", random));
    must(set_row_value(made, form(), "tasks", row, "task_code", "0012"));
    return made;
  }();
  return body;
}

void import_into_report(std::string_view file) {
  static_cast<void>(read_marks(file));
  const auto filled = read_filled(form(), file);
  if (!filled) return;
  test::SeededRandom random(1), same(1);
  const ImportPlan plan = plan_import(form(), report(), report(), *filled, {.convert = true}, random);
  for (const ImportProblem& problem : plan.problems) CHECK(!problem.code.empty() && !problem.message.empty());
  const std::string shown = json::print(plan.to_json());
  CHECK(must(json::parse(shown)) == plan.to_json());
  CHECK(json::print(plan_import(form(), report(), report(), *filled, {.convert = true}, same).to_json()) == shown);
  CHECK(json::parse(json::print(plan.body)).ok());
}

}  // namespace tram::fuzzing
