#include "core/reports/upgrade.h"

#include <algorithm>

#include "tests/core/reports/reference.h"

namespace tram {
namespace {

// Version 2 of bm02: one figure has another name, one another limit, one is computed, a list has a field more.
json::Value newer() {
  json::Value form = reference::data("forms/bm02.json");
  form["version"] = 2;
  for (json::Value& section : form["sections"]) {
    for (json::Value& field : section["fields"]) {
      if (field["id"] == "models_count") field["id"] = "models_total_count";
      if (field["id"] == "tasks_new_count") field["schema"]["maximum"] = 500;
      if (field["id"] == "unit_funded_tasks_count") {
        field = {{"id", "unit_funded_tasks_count"},
                 {"label_vi", "Nhiệm vụ"},
                 {"label_en", "Tasks"},
                 {"kind", "count"},
                 {"writer", "program"},
                 {"across_units", "recompute"},
                 {"across_time", "recompute"},
                 {"schema", {{"type", "integer"}}},
                 {"computed", "tasks_base_count"}};
      }
    }
    if (section["id"] == "tasks") {
      json::Value more = section["fields"][1];
      more["id"] = "summary_text";
      section["fields"].push_back(more);
    }
  }
  return form;
}

std::string listed(const std::vector<FieldDifference>& all, FieldDifference::What what) {
  std::string text;
  for (const FieldDifference& one : all) {
    if (one.what != what) continue;
    text += (text.empty() ? "" : " ") + one.path;
    for (const std::string& key : one.keys) text += ":" + key;
  }
  return text;
}

}  // namespace

TEST_CASE("two versions of a form are compared field by field") {
  const auto all = compare_forms(reference::data("forms/bm02.json"), newer());
  CHECK(listed(all, FieldDifference::What::added) == "models_total_count tasks/summary_text");
  CHECK(listed(all, FieldDifference::What::removed) == "models_count");
  const std::string changed = listed(all, FieldDifference::What::changed);
  CHECK(changed.starts_with("tasks_new_count:schema unit_funded_tasks_count:"));
  CHECK(changed.find(":computed") != std::string::npos);
  CHECK(compare_forms(newer(), newer()).empty());
}

TEST_CASE("a report moved to a newer form keeps what has a place there and tells what has none") {
  const auto form = load_form(newer());
  if (!form) FAIL(form.error().message);
  json::Value body = reference::report("bm02", "2024Q2");
  reference::Counting random;
  reference::set(body, "tasks_new_count", "700");
  reference::set(body, "models_count", "9");
  reference::set(body, "unit_funded_tasks_count", "2");
  const std::string row = reference::add(body, "tasks", random, {{"task_code", "CB-01"}});
  REQUIRE(set_remark(body, reference::form("bm02"), "models_count", "Đã đối chiếu"));
  REQUIRE(set_remark(body, reference::form("bm02"), "tasks/" + row + "/task_code", "Mã cũ"));

  const std::vector<LostValue> lost = move_to_form(body, *form);
  CHECK(body["form_version"] == 2);
  CHECK(body["values"] == json::Value{{"tasks_new_count", 700}});
  CHECK(body["rows"]["tasks"][row]["task_code"] == "CB-01");
  CHECK(body["remarks"].size() == 1);
  REQUIRE(lost.size() == 3);
  CHECK(lost[0].path == "models_count");
  CHECK(lost[0].value == 9);
  CHECK(lost[1].path == "unit_funded_tasks_count");
  CHECK(lost[2].path == "remarks/models_count");
  // What the newer version forbids stays as typed, and is found by its validation.
  ValidationContext around = reference::context(body);
  const auto findings = validate(*form, body, around);
  CHECK(std::any_of(findings.begin(), findings.end(),
                    [](const Finding& finding) { return finding.field == "tasks_new_count" && !finding.warning; }));
}

}  // namespace tram
