#include "server/comparison.h"

#include "core/reports/decimal.h"
#include "server/runs.h"

namespace tram {
namespace {

json::Value side_of(const json::Value& result, const std::string& field) {
  const json::Value* values = json::object_at(result, "values");
  const json::Value* figure = values == nullptr ? nullptr : json::object_at(*values, field);
  if (figure == nullptr) return nullptr;
  json::Value side = json::Value::object();
  for (const char* name : {"value", "n_reported", "n_expected", "approx"}) {
    const auto found = figure->find(name);
    side[name] = found == figure->end() ? json::Value(nullptr) : *found;
  }
  return side;
}

std::optional<Decimal> number_in(const json::Value& side) {
  if (!side.is_object()) return std::nullopt;
  const auto number = Decimal::from_json(side.at("value"));
  return number ? std::optional(*number) : std::nullopt;
}

json::Value line_of(const FormField& field, json::Value before, json::Value after) {
  json::Value line = {{"field", field.id},
                      {"label_vi", field.label_vi},
                      {"unit", field.unit},
                      {"difference", nullptr},
                      {"change_pct", nullptr}};
  const auto was = number_in(before), now = number_in(after);
  const auto difference = was && now ? Decimal::subtract(*now, *was) : std::nullopt;
  if (difference) line["difference"] = difference->to_json();
  const auto share = difference ? Decimal::divide(*difference, *was) : std::nullopt;
  const auto pct = share ? Decimal::multiply(*share, Decimal::of(100)) : std::nullopt;
  if (pct) line["change_pct"] = pct->rounded(2).to_json();
  line["before"] = std::move(before);
  line["after"] = std::move(after);
  return line;
}

std::string shown(const json::Value& value) {
  return value.is_null() ? "–" : value.is_string() ? value.get<std::string>() : json::print(value);
}

std::string shown_side(const json::Value& side) { return side.is_object() ? shown(side.at("value")) : "–"; }

}  // namespace

json::Value compare_figures(const Form& form, const json::Value& before, const json::Value& after) {
  json::Value lines = json::Value::array();
  for (const FormSection& section : form.sections) {
    if (section.rows) continue;
    for (const FormField& field : section.fields) {
      json::Value was = side_of(before, field.id), now = side_of(after, field.id);
      if (was.is_null() && now.is_null()) continue;
      lines.push_back(line_of(field, std::move(was), std::move(now)));
    }
  }
  return lines;
}

Result<json::Value> compare_periods(Province& province, const RunRequest& request, const std::string& with) {
  RunRequest other = request;
  if (with.empty()) {
    auto before = previous_period(request.period);
    if (!before) return error(ErrorCode::bad_request, "there is no period before " + request.period.id);
    other.period = *std::move(before);
  } else {
    ASSIGN_OR_RETURN(other.period, parse_period(with));
  }
  ASSIGN_OR_RETURN(const Run now, run_consolidation(province, request));
  ASSIGN_OR_RETURN(const Run was, run_consolidation(province, other));
  return json::Value{{"form", request.form},
                     {"period", request.period.id},
                     {"with", other.period.id},
                     {"figures", compare_figures(*now.form, was.to_json(), now.to_json())}};
}

Result<json::Value> compare_runs(Province& province, const std::string& id, const std::string& with) {
  ASSIGN_OR_RETURN(const json::Value now, show_run(province, id));
  ASSIGN_OR_RETURN(const json::Value was, show_run(province, with));
  if (now.at("form") != was.at("form")) return error(ErrorCode::bad_request, "the two runs are of two forms");
  ASSIGN_OR_RETURN(const auto reference, province.reference().get());
  const Form* form =
      reference->form_for(json::string_at(now, "form").value_or(""), json::string_at(now, "period").value_or(""));
  if (form == nullptr) return error(ErrorCode::not_found, "the province has no form of this run any more");
  return json::Value{
      {"run", id}, {"with", with}, {"figures", compare_figures(*form, was.at("result"), now.at("result"))}};
}

std::string comparison_text(const json::Value& comparison) {
  std::string text;
  for (const json::Value& line : comparison.at("figures")) {
    text += line.at("label_vi").get<std::string>() + " (" + line.at("field").get<std::string>() +
            "): " + shown_side(line.at("before")) + " → " + shown_side(line.at("after"));
    if (!line.at("difference").is_null()) text += "  " + shown(line.at("difference"));
    if (!line.at("change_pct").is_null()) text += "  " + shown(line.at("change_pct")) + "%";
    text += "\n";
  }
  return text;
}

}  // namespace tram
