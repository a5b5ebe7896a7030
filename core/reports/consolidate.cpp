#include "core/reports/consolidate.h"

#include <algorithm>

#include "core/reports/consolidate_parts.h"

namespace tram {
namespace {

std::optional<Decimal> number_of(const json::Value& value) {
  const auto number = Decimal::from_json(value);
  return number ? std::optional(*number) : std::nullopt;
}

json::Value plus(const json::Value& a, const json::Value& b) {
  const auto x = number_of(a), y = number_of(b);
  if (!x || !y) return x ? a : b;
  const auto sum = Decimal::add(*x, *y);
  return sum ? sum->to_json() : json::Value(nullptr);
}

json::Value& object_at(json::Value& parent, const std::string& name) {
  json::Value& found = parent[name];
  if (!found.is_object()) found = json::Value::object();
  return found;
}

void correct(json::Value& body, const json::Value& corrections) {
  for (const auto& [path, correction] : corrections.items()) {
    if (!correction.is_object() || !correction.contains("value")) continue;
    const auto first = path.find('/'), second = path.find('/', first + 1);
    json::Value* target = &body["values"];
    if (first != std::string::npos) {
      if (second == std::string::npos) continue;
      json::Value& rows = object_at(body["rows"], path.substr(0, first));
      target = &object_at(rows, path.substr(first + 1, second - first - 1));
    }
    (*target)[first == std::string::npos ? path : path.substr(second + 1)] = correction["value"];
  }
}

ReadyInput make_ready(const Form& form, const ConsolidationInput& input, const ConsolidationRequest& request) {
  ReadyInput ready;
  ready.input = &input;
  json::Value body = json::Value::object();
  for (const char* part : {"values", "rows", "remarks", "added"}) {
    const auto* found = json::object_at(input.body, part);
    body[part] = found == nullptr ? json::Value::object() : *found;
  }
  if (input.corrections.is_object()) correct(body, input.corrections);
  const bool same_days = request.axis == Axis::units || input.period.id == request.period.id;
  const Window window = same_days ? request.window : window_of(input.period, form.cutoff).value_or(request.window);
  ready.figures = complete(form, body, same_days ? request.period : input.period, window);
  ready.added = body["added"];
  for (const auto& [field, value] : ready.added.items()) {
    if (ready.figures.listed.contains(field)) ready.figures.values[field] = plus(ready.figures.values[field], value);
  }
  for (const auto& [path, remark] : body["remarks"].items()) {
    if (!json::boolean_at(remark, "approx").value_or(false)) continue;
    const auto first = path.find('/'), last = path.rfind('/');
    ready.approx.insert(first == std::string::npos ? path : path.substr(0, first) + path.substr(last));
  }
  return ready;
}

bool comes_before(const ConsolidationInput& a, const ConsolidationInput& b, Axis axis) {
  if (axis == Axis::time && a.period.id != b.period.id) return earlier(a.period, b.period);
  return std::tie(a.order, a.unit_code, a.office, a.source) < std::tie(b.order, b.unit_code, b.office, b.source);
}

class Consolidator {
 public:
  Consolidator(const Form& form, const std::vector<ReadyInput>& inputs, Consolidation& result)
      : form_(form), inputs_(inputs), result_(result), axis_(result.request.axis) {
    around_.period = result.request.period;
    around_.window = result.request.window;
    for (const ReadyInput& input : inputs) approx_.insert(input.approx.begin(), input.approx.end());
  }

  void run() {
    for (const FormSection& section : form_.sections) {
      if (section.asked_of_province || !section.rows) continue;
      if ((axis_ == Axis::units ? section.across_units : section.across_time) == Combine::none) continue;
      unite_rows(section, inputs_, axis_, result_);
      take_rows(section);
    }
    for (const FormSection& section : form_.sections) {
      if (section.asked_of_province || section.rows) continue;
      for (const FormField& field : section.fields) {
        if (field.writer != Writer::province && !field.needs_province && rule_of(field, axis_) != Combine::none)
          put(field);
      }
    }
    for (const auto& [s, f] : form_.computing_order) {
      const FormField& field = form_.sections[s].fields[f];
      const auto found = result_.values.find(field.id);
      if (found != result_.values.end() && rule_of(field, axis_) == Combine::recompute) recompute(field, found->second);
    }
  }

 private:
  // Rows as a report has them, with their computed fields.
  void take_rows(const FormSection& section) {
    const auto united = result_.rows.find(section.id);
    if (united == result_.rows.end()) return;
    json::Value& rows = figures_.rows[section.id] = json::Value::object();
    const ReportScope report(figures_, around_);
    for (UnitedRow& row : united->second) {
      for (const std::size_t i : section.computing_order) {
        const FormField& field = section.fields[i];
        const auto value = calculate(*field.computed, field, RowScope(row.fields, report));
        if (!field.needs_province && value && !value->is_null()) row.fields[field.id] = *value;
      }
      rows[row.id] = row.fields;
    }
  }

  std::vector<Given> given_for(const FormField& field) const {
    std::vector<Given> given;
    for (const ReadyInput& input : inputs_) {
      const auto found = input.figures.values.find(field.id);
      if (found != input.figures.values.end() && !found->is_null()) given.push_back({&input, *found});
    }
    return given;
  }

  void put(const FormField& field) {
    const auto given = given_for(field);
    Figure figure;
    figure.n_reported = given.size();
    figure.n_expected = std::max(result_.request.n_expected, inputs_.size());
    for (const Given& one : given) figure.inputs.push_back(shown(one));
    const Combine rule = rule_of(field, axis_);
    if (rule == Combine::collate) {
      figure.value = collate(given);
    } else if (rule != Combine::recompute) {
      figure.value = combine(rule, given);
      if (rule == Combine::latest && !given.empty()) figure.from = given.back().from->input->period.id;
    }
    for (const Given& one : given) {
      const bool counts = rule != Combine::latest || &one == &given.back();
      figure.approx = figure.approx || (counts && one.from->approx.contains(field.id));
    }
    figures_.values[field.id] = figure.value;
    result_.values[field.id] = std::move(figure);
  }

  json::Value collate(const std::vector<Given>& given) const {
    std::string text;
    for (const Given& one : given) {
      if (!one.value.is_string() || one.value.get_ref<const std::string&>().empty()) continue;
      const ConsolidationInput& input = *one.from->input;
      const std::string name = axis_ == Axis::time       ? label_vi(input.period)
                               : input.unit_name.empty() ? input.office
                                                         : input.unit_name;
      text += (text.empty() ? "**" : " **") + name + ".** " + one.value.get<std::string>();
    }
    return text.empty() ? json::Value(nullptr) : json::Value(text);
  }

  // Calculated again on what was united; figures typed without a list are added to what was counted.
  void recompute(const FormField& field, Figure& figure) {
    const Expression& expression = field.computed ? *field.computed : *field.computed_if_listed;
    const auto value = calculate(expression, field, ReportScope(figures_, around_));
    figure.value = value ? *value : json::Value(nullptr);
    figure.approx = reads_approx(expression);
    if (!field.computed) {
      for (const ReadyInput& input : inputs_) add_typed(field, input, figure);
      figure.value = plus(figure.value, figure.added);
    }
    if (figure.approx) approx_.insert(field.id);
    figures_.values[field.id] = figure.value;
  }

  static void add_typed(const FormField& field, const ReadyInput& input, Figure& figure) {
    const bool listed = input.figures.listed.contains(field.id);
    figure.n_listed += listed ? 1 : 0;
    const json::Value& from = listed ? input.added : input.figures.values;
    const auto typed = from.find(field.id);
    if (typed == from.end() || typed->is_null()) return;
    ++figure.n_typed;
    figure.added = plus(figure.added, *typed);
    figure.approx = figure.approx || input.approx.contains(field.id);
  }

  bool reads_approx(const Expression& expression) const {
    for (const NameUse& use : expression.names()) {
      const std::string name = use.aggregate        ? use.path[0] + "/" + use.field
                               : use.within.empty() ? use.path[0]
                                                    : use.within[0] + "/" + use.path[0];
      if (approx_.contains(name)) return true;
    }
    return false;
  }

  const Form& form_;
  const std::vector<ReadyInput>& inputs_;
  Consolidation& result_;
  Axis axis_;
  Surroundings around_;
  Figures figures_;  // the result so far, as a report
  std::set<std::string, std::less<>> approx_;
};

json::Value input_json(const Figure::Input& input) {
  json::Value value = {{"office", input.office}, {"period", input.period}, {"value", input.value}};
  if (input.corrected) value["corrected"] = true;
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
    from.push_back(json::Value{{"office", source.office}, {"period", source.period}, {"row", source.row}});
  }
  return value;
}

}  // namespace

json::Value combine(Combine rule, const std::vector<Given>& given) {
  if (given.empty()) return nullptr;
  if (rule == Combine::latest) return given.back().value;
  if (rule != Combine::sum && rule != Combine::max && rule != Combine::min) return given.front().value;
  std::optional<Decimal> result;
  for (const Given& one : given) {
    const auto number = number_of(one.value);
    if (!number) continue;
    if (!result)
      result = number;
    else if (rule == Combine::max)
      result = std::max(*result, *number);
    else if (rule == Combine::min)
      result = std::min(*result, *number);
    else if (const auto sum = Decimal::add(*result, *number))
      result = sum;
    else
      return nullptr;
  }
  return result ? result->to_json() : json::Value(nullptr);
}

Figure::Input shown(const Given& given) {
  return {given.from->input->office, given.from->input->period.id, given.value, false};
}

Consolidation consolidate(const Form& form, std::vector<ConsolidationInput> inputs, ConsolidationRequest request) {
  std::sort(inputs.begin(), inputs.end(),
            [&](const ConsolidationInput& a, const ConsolidationInput& b) { return comes_before(a, b, request.axis); });
  Consolidation result;
  result.form = form.code;
  result.form_version = form.version;
  result.request = std::move(request);
  std::vector<ReadyInput> ready;
  for (const ConsolidationInput& input : inputs) {
    ready.push_back(make_ready(form, input, result.request));
    result.sources.emplace_back(input.office, input.source);
  }
  Consolidator(form, ready, result).run();
  for (auto& [field, figure] : result.values) {
    for (std::size_t i = 0; i < figure.inputs.size(); ++i) {
      for (const ConsolidationInput& input : inputs) {
        const bool same = input.office == figure.inputs[i].office && input.period.id == figure.inputs[i].period;
        if (same && input.corrections.is_object() && input.corrections.contains(field))
          figure.inputs[i].corrected = true;
      }
    }
  }
  return result;
}

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
  for (const char* part : {"differences", "conflicts", "sources"}) out[part] = json::Value::array();
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
  for (const auto& conflict : request.conflicts) out["conflicts"].push_back(conflict);
  for (const auto& [office, submission] : sources)
    out["sources"].push_back(json::Value{{"office", office}, {"submission", submission}});
  return out;
}

}  // namespace tram
