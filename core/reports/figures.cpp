#include "core/reports/figures.h"

#include "core/base/text.h"

namespace tram {
namespace {

Scalar period_value(const Period& period, const Window& window, std::string_view name) {
  if (name == "start") return window.start.text();
  if (name == "end") return window.end.text();
  if (name == "year") return Decimal::of(period.year);
  if (name == "kind") return std::string(name_of(period.kind));
  return {};
}

Result<Scalar> value_in(const json::Value& object, const std::string& name) {
  const auto found = object.find(name);
  return found == object.end() ? Result<Scalar>(Scalar{}) : scalar_from_json(*found);
}

std::optional<RowList> rows_in(const json::Value& rows, const std::string& section) {
  const auto found = rows.find(section);
  if (found == rows.end() || !found->is_object()) return std::nullopt;
  RowList list;
  for (const auto& row : *found) {  // members are in byte order of their ids
    if (row.is_object()) list.push_back(&row);
  }
  return list;
}

json::Value calculate_into(const Expression& expression, const FormField& field, const Scope& scope, std::string path,
                           Figures& figures) {
  auto result = calculate(expression, field, scope);
  if (result) return *std::move(result);
  figures.failures.push_back({std::move(path), result.error().message});
  return nullptr;
}

void complete_rows(const FormSection& section, const Surroundings& around, bool by_province, Figures& figures) {
  const auto rows = figures.rows.find(section.id);
  if (rows == figures.rows.end() || !rows->is_object()) return;
  const ReportScope report(figures, around);
  for (auto& [id, row] : rows->items()) {
    if (!row.is_object()) continue;
    for (const std::size_t i : section.computing_order) {
      const FormField& field = section.fields[i];
      row.erase(field.id);
      if (field.needs_province && !by_province) continue;
      const json::Value value = calculate_into(*field.computed, field, RowScope(row, report),
                                               section.id + "/" + id + "/" + field.id, figures);
      if (!value.is_null()) row[field.id] = value;
    }
  }
}

void complete_values(const Form& form, const Surroundings& around, bool by_province, Figures& figures) {
  for (const auto& [s, f] : form.computing_order) {
    const FormField& field = form.sections[s].fields[f];
    const Expression& expression = field.computed ? *field.computed : *field.computed_if_listed;
    if (field.computed) figures.values.erase(field.id);
    if (field.needs_province && !by_province) continue;
    const json::Value value = calculate_into(expression, field, ReportScope(figures, around), field.id, figures);
    if (value.is_null()) continue;
    figures.values[field.id] = value;
    (field.computed ? figures.computed : figures.listed)[field.id] = value;
  }
}

json::Value object_or_empty(const json::Value& body, std::string_view name) {
  const auto* found = json::object_at(body, name);
  return found == nullptr ? json::Value::object() : *found;
}

}  // namespace

Result<json::Value> calculate(const Expression& expression, const FormField& field, const Scope& scope) {
  ASSIGN_OR_RETURN(Scalar result, expression.evaluate(scope));
  const bool whole = field.schema && field.schema->type() == ValueType::integer;
  if (auto* number = std::get_if<Decimal>(&result); number != nullptr && (field.decimals || whole)) {
    *number = number->rounded(field.decimals.value_or(0));
  }
  return scalar_to_json(result);
}

Figures complete(const Form& form, const json::Value& body, const Period& period, const Window& window,
                 bool by_province) {
  Figures figures;
  figures.values = object_or_empty(body, "values");
  figures.rows = object_or_empty(body, "rows");
  Surroundings around;
  around.period = period;
  around.window = window;
  for (const FormSection& section : form.sections) {
    if (section.rows) complete_rows(section, around, by_province, figures);
  }
  complete_values(form, around, by_province, figures);
  return figures;
}

Result<Scalar> ReportScope::value(const NamePath& path) const {
  if (path.size() == 1) {
    if (path[0] != "today") return value_in(figures_.values, path[0]);
    return around_.today.empty() ? Scalar{} : Scalar{around_.today};
  }
  if (path.size() != 2) return Scalar{};
  if (path[0] == "period") return period_value(around_.period, around_.window, path[1]);
  if (path[0] == "given") return value_in(around_.given, path[1]);
  if (path[0] == "prev") return around_.previous == nullptr ? Scalar{} : value_in(around_.previous->values, path[1]);
  const auto other = around_.others.find(path[0]);
  if (other == around_.others.end() || other->second == nullptr) return Scalar{};
  return value_in(other->second->values, path[1]);
}

std::optional<RowList> ReportScope::rows(const NamePath& section) const {
  if (section.size() == 1) return rows_in(figures_.rows, section[0]);
  if (section.size() != 2) return std::nullopt;
  const auto other = around_.others.find(section[0]);
  if (other == around_.others.end() || other->second == nullptr) return std::nullopt;
  return rows_in(other->second->rows, section[1]);
}

Result<Scalar> RowScope::value(const NamePath& path) const {
  if (path.size() != 1 || path[0] == "today") return report_.value(path);
  return value_in(row_, path[0]);
}

std::optional<std::string> row_key(const FormSection& section, const json::Value& row) {
  for (std::size_t i = 0; i < section.row_key.size(); ++i) {
    const auto& names = section.row_key[i];
    if (names.empty()) return std::nullopt;
    std::string key = std::to_string(i);
    bool full = true;
    for (const std::string& name : names) {
      const auto found = row.find(name);
      const bool empty = found == row.end() || found->is_null() ||
                         (found->is_string() && found->get_ref<const std::string&>().empty());
      if (empty) {
        full = false;
        break;
      }
      key += '\x1f' + (found->is_string() ? fold(found->get_ref<const std::string&>()) : json::print(*found));
    }
    if (full) return key;
  }
  return std::nullopt;
}

}  // namespace tram
