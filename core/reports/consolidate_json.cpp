#include "core/reports/consolidate.h"

namespace tram {
namespace {

// Nested initializer lists would copy each value twice, and there are many of these.
json::Value object_of(std::initializer_list<std::pair<const char*, const std::string&>> members) {
  json::Value made = json::Value::object();
  for (const auto& [name, value] : members) made[name] = value;
  return made;
}

json::Value input_json(const Figure::Input& input) {
  json::Value value = object_of({{"office", input.office}, {"period", input.period}});
  value["value"] = input.value;
  if (input.corrected) value["corrected"] = true;
  if (input.carried) value["carried"] = true;
  return value;
}

json::Value figure_json(const Figure& figure, bool with_inputs) {
  json::Value value = {{"value", figure.value},
                       {"n_reported", figure.n_reported},
                       {"n_expected", figure.n_expected},
                       {"approx", figure.approx}};
  if (figure.n_listed > 0 && figure.n_typed > 0) {
    value["n_listed"] = figure.n_listed;
    value["n_typed"] = figure.n_typed;
  }
  if (figure.n_carried > 0) value["n_carried"] = figure.n_carried;
  if (!figure.from.empty()) value["from"] = figure.from;
  if (!with_inputs) return value;
  json::Value& inputs = value["inputs"] = json::Value::array();
  for (const auto& input : figure.inputs) inputs.push_back(input_json(input));
  return value;
}

json::Value row_json(const UnitedRow& row) {
  json::Value value = row.fields;
  value["_id"] = row.id;
  json::Value& from = value["_from"] = json::Value::array();
  for (const auto& source : row.sources) {
    from.push_back(object_of({{"office", source.office}, {"period", source.period}, {"row", source.row}}));
  }
  return value;
}

}  // namespace

json::Value Consolidation::body() const {
  json::Value body = {{"form", form}, {"form_version", form_version}, {"period", request.period.id}};
  for (const char* part : {"values", "rows", "remarks", "added"}) body[part] = json::Value::object();
  for (const auto& [field, figure] : values) {
    if (figure.value.is_null()) continue;
    body["values"][field] = figure.value;
    if (!figure.added.is_null() && figure.n_listed > 0) body["added"][field] = figure.added;
    if (figure.approx) body["remarks"][field] = {{"text", ""}, {"approx", true}};
  }
  for (const auto& [section, list] : rows) {
    json::Value& target = body["rows"][section] = json::Value::object();
    for (const UnitedRow& row : list) target[row.id] = row.fields;
  }
  return body;
}

json::Value Consolidation::to_json(bool with_inputs) const {
  json::Value out = {{"form", form},
                     {"form_version", form_version},
                     {"period", request.period.id},
                     {"scenario", std::string(name_of(request.period.scenario))},
                     {"kind", request.kind}};
  for (const char* part : {"values", "rows"}) out[part] = json::Value::object();
  for (const char* part : {"differences", "warnings", "conflicts", "sources"}) out[part] = json::Value::array();
  for (const auto& [field, figure] : values) out["values"][field] = figure_json(figure, with_inputs);
  for (const auto& [section, list] : rows) {
    json::Value& target = out["rows"][section] = json::Value::array();
    for (const UnitedRow& row : list) target.push_back(row_json(row));
  }
  for (const Difference& difference : differences) {
    json::Value given = json::Value::array();
    for (const auto& one : difference.values) given.push_back(input_json(one));
    out["differences"].push_back(json::Value{{"section", difference.section},
                                             {"row", difference.row},
                                             {"field", difference.field},
                                             {"values", std::move(given)}});
  }
  for (const auto& warning : warnings) out["warnings"].push_back(warning);
  for (const auto& conflict : request.conflicts) out["conflicts"].push_back(conflict);
  for (const auto& [office, submission] : sources)
    out["sources"].push_back(object_of({{"office", office}, {"submission", submission}}));
  return out;
}

}  // namespace tram
