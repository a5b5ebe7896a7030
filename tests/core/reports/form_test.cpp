#include "tests/core/reports/reference.h"

using namespace tram;

namespace {

FormsByCode all_forms() {
  FormsByCode forms;
  for (int i = 1; i <= 12; ++i) {
    const std::string code = (i < 10 ? "bm0" : "bm") + std::to_string(i);
    forms[code] = &reference::form(code);
  }
  return forms;
}

// A form with one count and one list, changed by the caller before loading.
Result<Form> load_changed(const std::function<void(json::Value&)>& change) {
  auto form = *json::parse(R"({"code":"bx","version":1,"cutoff":"ND09","frequencies":["quarterly"],"sections":[
    {"id":"figures","kind":"fields","fields":[
      {"id":"a","kind":"count","schema":{"type":"integer"},"writer":"office"},
      {"id":"b","kind":"count","schema":{"type":"integer"},"writer":"office"}]},
    {"id":"list","kind":"rows","row_key":[["x"]],"fields":[
      {"id":"x","kind":"text","schema":{"type":"string"},"writer":"office"}]}],
    "rules":[{"id":"bx-01","scope":"report","assert":"a <= b","level":"error","message_vi":"","message_en":""}]})");
  change(form);
  return load_form(form);
}

std::string refusal(const std::function<void(json::Value&)>& change) {
  const auto form = load_changed(change);
  return form ? "" : form.error().message;
}

}  // namespace

TEST_CASE("all twelve forms load and know each other") {
  std::size_t fields = 0, rules = 0;
  for (const auto& [code, form] : all_forms()) {
    CHECK(form->code == code);
    CHECK(form->id() == "form:" + code + ":1");
    for (const auto& section : form->sections) fields += section.fields.size();
    rules += form->rules.size();
    const Status known = check_other_forms(*form, all_forms());
    CHECK((known ? "" : known.error().message) == "");
  }
  CHECK(fields == 232);
  CHECK(rules == 52);
}

TEST_CASE("every target's formula parses and names fields that exist") {
  const json::Value targets = reference::data("targets.json");
  CHECK(targets["targets"].size() == 18);
  for (const auto& target : targets["targets"]) {
    const auto formula = Expression::parse(target["formula"].get<std::string>());
    REQUIRE(formula);
    const Status known = check_formula(*formula, all_forms());
    CHECK((known ? "" : known.error().message) == "");
  }
}

TEST_CASE("a formula that names what no form has is found") {
  CHECK_FALSE(check_formula(*Expression::parse("bm02.no_such_count"), all_forms()));
  CHECK_FALSE(check_formula(*Expression::parse("bm99.x"), all_forms()));
  CHECK_FALSE(check_formula(*Expression::parse("count(bm02.tasks where no_such = 1)"), all_forms()));
  CHECK(check_formula(*Expression::parse("count(bm02.tasks where status = 'nghiem_thu')"), all_forms()));
}

TEST_CASE("a form is refused as a whole with the place where it is wrong") {
  CHECK(refusal([](json::Value&) {}) == "");
  CHECK(refusal([](json::Value& f) {
          f["rules"][0]["assert"] = "a <=";
        }).starts_with("bx rule bx-01: assert: position 5"));
  CHECK(refusal([](json::Value& f) { f["rules"][0]["assert"] = "a <= c"; }) ==
        "bx rule bx-01: 'a <= c' names 'c', which is not known here");
  CHECK(refusal([](json::Value& f) { f["rules"][0]["scope"] = "nowhere"; }) == "bx-01: unknown scope nowhere");
  CHECK(refusal([](json::Value& f) { f["sections"][0]["fields"][0]["schema"]["multipleOf"] = 2; }) ==
        "bx: figures/a: schema keyword 'multipleOf' is unknown or malformed");
  CHECK(refusal([](json::Value& f) {
          f["sections"][1]["row_key"] = json::Value::array({json::Value::array({"y"})});
        }) == "bx list: row_key names 'y'");
  CHECK(refusal([](json::Value& f) { f["sections"][0]["fields"][1]["id"] = "a"; }).find("twice") != std::string::npos);
  CHECK(refusal([](json::Value& f) { f["version"] = 0; }) != "");
  CHECK(refusal([](json::Value& f) { f["sections"][0]["fields"][0]["across_units"] = "recompute"; }) != "");
}

TEST_CASE("computed fields that run in a circle are refused") {
  const auto with = [](const char* a, const char* b) {
    return refusal([&](json::Value& f) {
      f["sections"][0]["fields"][0]["computed"] = a;
      f["sections"][0]["fields"][1]["computed"] = b;
    });
  };
  CHECK(with("b + 1", "a + 1") == "bx: computed fields run in a circle");
  CHECK(with("a", "1") == "bx: computed fields run in a circle");
  CHECK(with("b + 1", "count(list)") == "");
  CHECK(with("b + 1", "prev.b").find("not known here") != std::string::npos);
  CHECK(with("b + 1", "today").find("not known here") != std::string::npos);
}

TEST_CASE("a computed field that reads the province's part is marked") {
  CHECK(reference::form("bm03").field("proposals_selected_count")->needs_province);
  CHECK_FALSE(reference::form("bm03").field("proposals_count")->needs_province);
  CHECK_FALSE(reference::form("bm12").field("petitions_pending_count")->needs_province);
  CHECK(reference::form("bm01").field("prov_tfp_contribution_pct")->writer == Writer::province);
}

TEST_CASE("a field is found by its path") {
  const Form& form = reference::form("bm02");
  CHECK(form.field_at("models_count") != nullptr);
  REQUIRE(form.field_at("tasks/0001-5f0c9a21/status") != nullptr);
  CHECK(form.field_at("tasks/0001-5f0c9a21/status")->choice_label_vi("nghiem_thu") == "Đã nghiệm thu");
  CHECK(form.field_at("tasks/0001-5f0c9a21") == nullptr);
  CHECK(form.field_at("status") == nullptr);
}
