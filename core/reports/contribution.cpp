#include "core/reports/contribution.h"

#include <set>

#include "core/reports/figures.h"

namespace tram {
namespace {

json::Value& object_at(json::Value& parent, const std::string& name) {
  json::Value& found = parent[name];
  if (!found.is_object()) found = json::Value::object();
  return found;
}

void correct(json::Value& body, const json::Value& corrections) {
  for (const auto& [path, correction] : corrections.items()) {
    if (!correction.is_object() || !correction.contains("value")) continue;
    const auto parts = FieldPath::parse(path);
    if (!parts) continue;
    json::Value* target = &body["values"];
    if (!parts->section.empty()) {
      json::Value& rows = object_at(body["rows"], std::string(parts->section));
      target = &object_at(rows, std::string(parts->row));
    }
    (*target)[std::string(parts->field)] = correction["value"];
  }
}

class Contributing {
 public:
  Contributing(const Form& form, const ConsolidationInput& input, const Window& window) : form_(form), input_(input) {
    json::Value body = json::Value::object();
    for (const char* part : {"values", "rows", "remarks", "added"}) {
      const auto* found = json::object_at(input.body, part);
      body[part] = found == nullptr ? json::Value::object() : *found;
    }
    if (input.corrections.is_object()) correct(body, input.corrections);
    figures_ = complete(form, body, input.period, window);
    added_ = std::move(body["added"]);
    for (const auto& [path, remark] : body["remarks"].items()) {
      if (!json::boolean_at(remark, "approx").value_or(false)) continue;
      const auto first = path.find('/'), last = path.rfind('/');
      approx_.insert(first == std::string::npos ? path : path.substr(0, first) + path.substr(last));
    }
  }

  Contribution run() {
    Contribution made;
    made.office = input_.office;
    made.unit_code = input_.unit_code;
    made.unit_name = input_.unit_name;
    made.order = input_.order;
    made.period = input_.period;
    made.source = input_.source;
    made.form_version = static_cast<int>(json::integer_at(input_.body, "form_version").value_or(form_.version));
    if (input_.corrections.is_object() && !input_.corrections.empty())
      made.corrections = json::print(input_.corrections);
    std::uint32_t place = 0;
    for (std::uint32_t s = 0; s < form_.sections.size(); ++s) {
      const FormSection& section = form_.sections[s];
      if (!section.asked_of_province) {
        if (section.rows)
          add_rows(section, s, place, made);
        else
          add_values(section, place, made);
      }
      place += static_cast<std::uint32_t>(section.fields.size());
    }
    return made;
  }

 private:
  void add_values(const FormSection& section, std::uint32_t place, Contribution& made) {
    for (const FormField& field : section.fields) {
      const auto found = figures_.values.find(field.id);
      if (found != figures_.values.end() && !found->is_null() && field.writer != Writer::province &&
          !field.needs_province) {
        made.values.push_back(value_of(field, place, *found));
      }
      ++place;
    }
  }

  ContributedValue value_of(const FormField& field, std::uint32_t place, const json::Value& value) {
    ContributedValue one;
    one.field = place;
    one.value = datum_from_json(value);
    one.approx = approx_.contains(field.id);
    one.corrected = input_.corrections.is_object() && input_.corrections.contains(field.id);
    one.listed = figures_.listed.contains(field.id);
    const auto added = one.listed ? added_.find(field.id) : added_.end();
    auto* counted = std::get_if<Decimal>(&one.value);
    if (added == added_.end() || counted == nullptr) return one;
    const auto typed = Decimal::from_json(*added);
    const auto both = typed ? Decimal::add(*counted, *typed) : std::nullopt;
    if (!both) return one;
    one.typed = true;
    one.added = *typed;
    one.value = *both;
    return one;
  }

  void add_rows(const FormSection& section, std::uint32_t s, std::uint32_t place, Contribution& made) {
    const json::Value* rows = json::object_at(figures_.rows, section.id);
    if (rows == nullptr) return;
    ContributedSection united;
    united.section = s;
    for (std::uint32_t f = 0; f < section.fields.size(); ++f) {
      if (approx_.contains(section.id + "/" + section.fields[f].id)) united.approx.push_back(place + f);
    }
    for (const auto& [id, row] : rows->items()) {
      if (!row.is_object()) continue;
      ContributedRow one{id, row_key(section, row).value_or(""), {}};
      for (std::uint32_t f = 0; f < section.fields.size(); ++f) {
        const FormField& field = section.fields[f];
        const auto found = row.find(field.id);
        if (found == row.end() || found->is_null() || field.computed || field.writer == Writer::province) continue;
        one.fields.emplace_back(place + f, datum_from_json(*found));
      }
      united.rows.push_back(std::move(one));
    }
    made.sections.push_back(std::move(united));
  }

  const Form& form_;
  const ConsolidationInput& input_;
  Figures figures_;
  json::Value added_;
  std::set<std::string, std::less<>> approx_;  // report fields, and "section/field" of rows
};

}  // namespace

Datum datum_from_json(const json::Value& value) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_string()) return value.get_ref<const std::string&>();
  if (auto number = Decimal::from_json(value)) return *number;
  return value;
}

json::Value datum_to_json(const Datum& datum) {
  if (const auto* number = std::get_if<Decimal>(&datum)) return number->to_json();
  if (const auto* yes = std::get_if<bool>(&datum)) return *yes;
  if (const auto* text = std::get_if<std::string>(&datum)) return *text;
  return std::get<json::Value>(datum);
}

Contribution contribute(const Form& form, const ConsolidationInput& input, const Window& window) {
  return Contributing(form, input, window).run();
}

}  // namespace tram
