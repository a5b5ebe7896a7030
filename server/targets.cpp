#include "server/targets.h"

#include <algorithm>
#include <set>
#include <sstream>

#include "core/reports/consolidate_print.h"
#include "core/reports/target.h"
#include "server/target_years.h"

namespace tram {
namespace {

// What a formula is evaluated on: each form's consolidated report.
struct Reports {
  std::map<std::string, Figures, std::less<>> by_form;

  Result<Scalar> value_of(const Expression& formula, const Period& period) const {
    Surroundings around;
    around.period = period;
    for (const auto& [code, figures] : by_form) around.others[code] = &figures;
    const Figures nothing;
    return formula.evaluate(ReportScope(nothing, around));
  }
};

class Evaluating {
 public:
  Evaluating(Province& province, std::shared_ptr<const ReferenceData> reference, bool official)
      : province_(province), reference_(std::move(reference)), years_(province, official) {}

  Result<json::Value> evaluate(const json::Value& body) {
    ASSIGN_OR_RETURN(const Target target, load_target(body));
    codes_.clear();
    for (const NameUse& use : target.formula->names()) {
      if (reference_->knows_form(use.path.front())) codes_.insert(use.path.front());
    }
    json::Value out = head(target);
    out["figures"] = json::Value::array();
    if (target.each_unit) {
      RETURN_IF_ERROR(by_unit(target, out));
    } else if (target.evaluate == Evaluate::stage) {
      RETURN_IF_ERROR(of_stage(target, out));
    } else {
      RETURN_IF_ERROR(by_year(target, out));
    }
    RETURN_IF_ERROR(add_figures(target, out));
    return out;
  }

 private:
  static json::Value head(const Target& target) {
    const auto bound = [](const std::optional<Decimal>& value) { return value ? value->to_json() : json::Value(); };
    static constexpr std::array kEvaluate = {"stage", "each_year", "last_year"};
    return {{"id", target.id},
            {"label_vi", target.label_vi},
            {"label_en", target.label_en},
            {"unit", target.unit},
            {"note", target.note},
            {"comparator", name_of(target.comparator)},
            {"low", bound(target.low)},
            {"high", bound(target.high)},
            {"period", target.period.id},
            {"evaluate", kEvaluate[static_cast<std::size_t>(target.evaluate)]},
            {"for_each", target.each_unit ? "unit" : "province"},
            {"formula", target.formula->text()},
            {"value", nullptr},
            {"years", json::Value::array()},
            {"units", nullptr},
            {"reason_vi", nullptr},
            {"reason_en", nullptr}};
  }

  static void set_status(json::Value& out, Reached status) {
    out["status"] = name_of(status);
    out["status_vi"] = label_vi(status);
  }
  static void set_reason(json::Value& out, std::string vi, std::string en) {
    out["reason_vi"] = std::move(vi);
    out["reason_en"] = std::move(en);
  }

  bool has_ended(const Period& period) const {
    const Window days = window_of(period, Cutoff::calendar).value_or(Window{});
    return days.end.text() < vietnam_text(province_.clock().wall_ms()).substr(0, 10);
  }

  static Figures figures_of(const Form& form, const json::Value& body, const TargetYear& year) {
    Figures figures;
    figures.values = body.at("values");
    figures.rows = body.at("rows");
    for (const FormSection& section : form.sections) {
      if (!section.asked_of_province || section.rows) continue;
      for (const FormField& field : section.fields) {
        const auto found = year.department.values.find(field.id);
        if (found != year.department.values.end()) figures.values[field.id] = *found;
      }
    }
    return figures;
  }

  Result<Reports> reports_of(const Period& period) {
    Reports reports;
    for (const std::string& code : codes_) {
      ASSIGN_OR_RETURN(const TargetYear* of_year, years_.year(code, period));
      const Form* form = reference_->form_for(code, period.id);
      const json::Value nothing = {{"values", json::Value::object()}, {"rows", json::Value::object()}};
      reports.by_form[code] = figures_of(*form, of_year->province ? of_year->province->body() : nothing, *of_year);
    }
    return reports;
  }

  // The years that have something, as one; of one office, or of the province.
  Result<Reports> reports_of_stage(const Target& target, const std::string& office) {
    Reports reports;
    for (const std::string& code : codes_) {
      const Form* form = reference_->newest_form(code);
      std::vector<Contribution> inputs;
      for (const Period& period : target.years()) {
        ASSIGN_OR_RETURN(const TargetYear* of_year, years_.year(code, period));
        if (office.empty() && of_year->province) {
          ConsolidationInput input;
          input.period = period;
          input.body = of_year->province->body();
          inputs.push_back(contribute(*form, input, reference_->window(*form, period).value_or(Window{})));
        } else if (const auto found = of_year->offices.find(office); found != of_year->offices.end()) {
          inputs.push_back(found->second);
        }
      }
      if (inputs.empty()) continue;
      ConsolidationRequest asked;
      asked.period = target.period;
      asked.window = window_of(target.period, form->cutoff).value_or(Window{});
      asked.axis = Axis::time;
      const json::Value body = consolidate(*form, std::move(inputs), std::move(asked)).body();
      reports.by_form[code] = figures_of(*form, body, TargetYear{});
    }
    return reports;
  }

  Status of_stage(const Target& target, json::Value& out) {
    ASSIGN_OR_RETURN(const Reports reports, reports_of_stage(target, ""));
    const auto value = reports.value_of(*target.formula, target.period);
    if (!value) {
      set_status(out, Reached::not_enough_data);
      set_reason(out, "Không tính được: " + value.error().message, "Could not be computed: " + value.error().message);
      return {};
    }
    out["value"] = rounded(*value);
    set_status(out, reached(target, *value, has_ended(target.period)));
    if (is_null(*value)) explain_missing(target, reports, out);
    return {};
  }

  // Which of the figures it is made of nobody has given.
  void explain_missing(const Target& target, const Reports& reports, json::Value& out) {
    std::string vi, en;
    for (const NameUse& use : target.formula->names()) {
      if (use.aggregate || use.path.size() != 2) continue;
      const auto found = reports.by_form.find(use.path[0]);
      const bool given = found != reports.by_form.end() && found->second.values.contains(use.path[1]) &&
                         !found->second.values[use.path[1]].is_null();
      if (given) continue;
      const Form* form = reference_->newest_form(use.path[0]);
      const FormField* field = form == nullptr ? nullptr : form->field(use.path[1]);
      const std::string end = " (" + use.path[0] + ")";
      vi += (vi.empty() ? "" : "; ") + (field == nullptr ? use.path[1] : field->label_vi) + end;
      en += (en.empty() ? "" : "; ") + (field == nullptr ? use.path[1] : field->label_en) + end;
    }
    if (vi.empty())
      set_reason(out, "Mẫu số bằng 0.", "The divisor is 0.");
    else
      set_reason(out, "Chưa có số liệu: " + vi + ".", "No figure yet: " + en + ".");
  }

  Status by_year(const Target& target, json::Value& out) {
    std::vector<Reached> all;
    std::vector<Period> years = target.years();
    if (target.evaluate == Evaluate::last_year) years.erase(years.begin(), std::prev(years.end()));
    std::string missing, failed;
    for (const Period& period : years) {
      ASSIGN_OR_RETURN(const Reports reports, reports_of(period));
      const auto value = reports.value_of(*target.formula, period);
      const Scalar shown = value ? *value : Scalar{};
      const bool ended = has_ended(period);
      Reached status = reached(target, shown, ended);
      // A year that is still to come cannot lack anything.
      if (status == Reached::not_enough_data && !ended) status = Reached::on_the_way;
      if (status == Reached::not_enough_data) missing += (missing.empty() ? "" : ", ") + period.id;
      if (status == Reached::not_met) failed += (failed.empty() ? "" : ", ") + period.id;
      all.push_back(status);
      out["years"].push_back({{"period", period.id}, {"value", rounded(shown)}, {"status", name_of(status)}});
      out["value"] = rounded(shown);
    }
    set_status(out, reached_in_all(all));
    if (!failed.empty())
      set_reason(out, "Không đạt năm " + failed + ".", "Not met in " + failed + ".");
    else if (!missing.empty())
      set_reason(out, "Chưa có số liệu năm " + missing + ".", "No figure for " + missing + ".");
    return {};
  }

  Status by_unit(const Target& target, json::Value& out) {
    std::set<std::string> slugs;
    for (const std::string& code : codes_) {
      for (const Period& period : target.years()) {
        ASSIGN_OR_RETURN(const TargetYear* of_year, years_.year(code, period));
        for (const std::string& slug : of_year->expected) {
          const auto office = province_.registry().office(slug);
          if (office && !province_.facts_of(*office).department) slugs.insert(slug);
        }
      }
    }
    json::Value list = json::Value::array();
    std::size_t with_data = 0, held = 0;
    for (const std::string& slug : slugs) {
      ASSIGN_OR_RETURN(const Reports reports, reports_of_stage(target, slug));
      const auto value = reports.value_of(*target.formula, target.period);
      const Scalar shown = value ? *value : Scalar{};
      const Reached status = reached(target, shown, true);
      const bool holds = status == Reached::met || status == Reached::exceeded;
      with_data += is_null(shown) ? 0 : 1;
      held += holds ? 1 : 0;
      const auto office = province_.registry().office(slug);
      list.push_back({{"office", slug},
                      {"name", office ? office->name : slug},
                      {"value", rounded(shown)},
                      {"holds", is_null(shown) ? json::Value() : json::Value(holds)}});
    }
    const bool failing = held < with_data;
    const bool enough = with_data * 100 >= slugs.size() * static_cast<std::size_t>(target.minimum_pct);
    const bool ended = has_ended(target.period);
    const Reached status = slugs.empty() || with_data == 0 ? Reached::not_enough_data
                           : failing                       ? (ended ? Reached::not_met : Reached::on_the_way)
                           : !enough                       ? Reached::not_enough_data
                                                           : Reached::met;
    const auto share = slugs.empty() ? std::nullopt
                                     : Decimal::divide(Decimal::of(static_cast<std::int64_t>(held * 100)),
                                                       Decimal::of(static_cast<std::int64_t>(slugs.size())));
    out["units"] = {{"expected", slugs.size()},
                    {"with_data", with_data},
                    {"reached", held},
                    {"share_pct", share ? share->rounded(2).to_json() : json::Value()},
                    {"list", std::move(list)}};
    out["value"] = out["units"]["share_pct"];
    set_status(out, status);
    const std::string of = std::to_string(held) + "/" + std::to_string(slugs.size());
    const std::string data = std::to_string(with_data) + "/" + std::to_string(slugs.size());
    if (status != Reached::met)
      set_reason(out, of + " đơn vị đạt, " + data + " đơn vị có số liệu.",
                 of + " units reach it, " + data + " have a figure.");
    return {};
  }

  // Every figure that the target rests on, year by year, with its coverage.
  Status add_figures(const Target& target, json::Value& out) {
    std::set<std::pair<std::string, std::string>> named;
    for (const NameUse& use : target.formula->names()) {
      if (use.path.size() == 2 && codes_.contains(use.path[0])) named.emplace(use.path[0], use.path[1]);
    }
    for (const auto& [code, field] : named) {
      json::Value periods = json::Value::array();
      for (const Period& period : target.years()) {
        ASSIGN_OR_RETURN(const TargetYear* of_year, years_.year(code, period));
        json::Value line = {
            {"period", period.id}, {"value", nullptr}, {"n_reported", 0}, {"n_expected", of_year->expected.size()}};
        if (const auto own = of_year->department.values.find(field); own != of_year->department.values.end())
          line["value"] = *own;
        if (of_year->province) {
          const auto found = of_year->province->values.find(field);
          if (found != of_year->province->values.end()) {
            line["value"] = found->second.value;
            line["n_reported"] = found->second.n_reported;
            line["n_expected"] = found->second.n_expected;
          }
        }
        periods.push_back(std::move(line));
      }
      out["figures"].push_back({{"form", code}, {"field", field}, {"periods", std::move(periods)}});
    }
    return {};
  }

  static json::Value rounded(const Scalar& value) {
    const auto* number = std::get_if<Decimal>(&value);
    return number == nullptr ? scalar_to_json(value) : number->rounded(2).to_json();
  }

  Province& province_;
  const std::shared_ptr<const ReferenceData> reference_;
  std::set<std::string> codes_;  // forms that the formula names
  TargetYears years_;
};

}  // namespace

Result<json::Value> evaluate_targets(Province& province, bool official) {
  ASSIGN_OR_RETURN(const auto reference, province.reference().get());
  Evaluating evaluating(province, reference, official);
  json::Value results = json::Value::array();
  for (const json::Value& body : reference->targets) {
    ASSIGN_OR_RETURN(json::Value one, evaluating.evaluate(body));
    results.push_back(std::move(one));
  }
  return results;
}

std::string targets_text(const json::Value& results) {
  std::ostringstream out;
  const auto text = [](const json::Value& object, const char* name) {
    return json::string_at(object, name).value_or("");
  };
  for (const json::Value& one : results) {
    const json::Value& value = one.at("value");
    const auto number = json::number_text(value);
    out << text(one, "id") << "  " << text(one, "label_vi") << ": " << (number ? number_vi(*number) : "chưa có") << " "
        << text(one, "unit") << "  [" << text(one, "comparator") << " " << json::print(one.at("low"));
    if (!one.at("high").is_null()) out << "–" << json::print(one.at("high"));
    out << "]  " << text(one, "status_vi") << " (" << text(one, "status") << ")";
    if (!one.at("reason_vi").is_null()) out << "  " << text(one, "reason_vi");
    out << "\n";
  }
  return out.str();
}

}  // namespace tram
