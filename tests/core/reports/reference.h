// tests/core/reports/reference.h: the shipped reference data, read once, and small helpers around it.
#pragma once

#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>

#include "core/base/random.h"
#include "core/reports/form.h"
#include "core/reports/report.h"
#include "core/reports/unit.h"
#include "core/reports/validate.h"
#include "tests/support/catch.h"

namespace tram::reference {

inline std::string text(const std::string& name) {
  std::ifstream file(std::string(TRAM_SOURCE_DIR) + "/reference/" + name);
  REQUIRE(file.good());
  return {std::istreambuf_iterator<char>(file), {}};
}

inline json::Value data(const std::string& name) {
  auto parsed = json::parse(text(name));
  REQUIRE(parsed);
  return *std::move(parsed);
}

inline const Form& form(const std::string& code) {
  static std::map<std::string, Form> loaded;
  const auto found = loaded.find(code);
  if (found != loaded.end()) return found->second;
  auto form = load_form(data("forms/" + code + ".json"));
  if (!form) FAIL(form.error().message);
  return loaded.emplace(code, *std::move(form)).first->second;
}

inline const UnitTree& units() {
  static const UnitTree tree = [] {
    UnitTree made;
    REQUIRE(made.add_csv(text("units.csv")));
    REQUIRE(made.add_csv(text("units_communes_pre2025.csv")));
    return made;
  }();
  return tree;
}

// Counts up, so that ids in tests are known.
class Counting final : public Random {
 public:
  void fill(std::span<std::uint8_t> bytes) override {
    for (auto& byte : bytes) byte = next_++;
  }

 private:
  std::uint8_t next_ = 1;
};

inline Period period(const std::string& id) {
  auto parsed = parse_period(id);
  REQUIRE(parsed);
  return *parsed;
}

inline json::Value report(const std::string& form_code, const std::string& period_id,
                          const std::string& office = "vn-04-049") {
  const auto code = unit_of_slug(office).value_or("");
  const Unit* unit = units().find(code, "2024-06-14");
  auto body =
      new_report(form(form_code), period(period_id), office, unit == nullptr ? json::Value(nullptr) : unit->stamp());
  REQUIRE(body);
  return *std::move(body);
}

inline void set(json::Value& body, const std::string& field, const std::string& text) {
  const Status status = set_value(body, form(body.at("form").get<std::string>()), field, text);
  if (!status) FAIL(status.error().message);
}

inline std::string add(json::Value& body, const std::string& section, Random& random,
                       const std::map<std::string, std::string>& fields) {
  const Form& of = form(body.at("form").get<std::string>());
  const auto row = add_row(body, of, section, random);
  REQUIRE(row);
  for (const auto& [field, value] : fields) {
    const Status status = set_row_value(body, of, section, *row, field, value);
    if (!status) FAIL(status.error().message);
  }
  return *row;
}

// Every figure of the form that an office must answer, answered with 0.
inline void answer_all(json::Value& body) {
  for (const FormSection& section : form(body.at("form").get<std::string>()).sections) {
    if (section.rows) continue;
    for (const FormField& field : section.fields) {
      const bool number = field.schema->type() == ValueType::integer;
      if (field.required == Required::submit && number && !body["values"].contains(field.id)) set(body, field.id, "0");
    }
  }
}

inline Window window(const std::string& form_code, const std::string& period_id) {
  return *window_of(period(period_id), form(form_code).cutoff);
}

inline ValidationContext context(const json::Value& body, const std::string& today = "2024-06-17") {
  ValidationContext made;
  made.around.period = period(body.at("period").get<std::string>());
  made.around.window = window(body.at("form").get<std::string>(), made.around.period.id);
  made.around.today = today;
  made.units = &units();
  return made;
}

}  // namespace tram::reference
