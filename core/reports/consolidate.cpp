#include "core/reports/consolidate.h"

#include <algorithm>
#include <set>

#include "core/reports/consolidate_parts.h"

namespace tram {
namespace {

bool comes_before(const Contribution& a, const Contribution& b, Axis axis) {
  if (axis == Axis::time && a.period.id != b.period.id) return earlier(a.period, b.period);
  return std::tie(a.order, a.unit_code, a.office, a.source) < std::tie(b.order, b.unit_code, b.office, b.source);
}

const ContributedValue* value_at(const Contribution& input, std::uint32_t field) {
  for (const ContributedValue& value : input.values) {
    if (value.field == field) return &value;
  }
  return nullptr;
}

json::Value plus(const json::Value& a, const Decimal& b, bool& overflow) {
  const auto x = Decimal::from_json(a);
  if (!x) return b.to_json();
  const auto sum = Decimal::add(*x, b);
  overflow = overflow || !sum;
  return sum ? sum->to_json() : json::Value(nullptr);
}

class Consolidator {
 public:
  Consolidator(const Form& form, const std::vector<Contribution>& inputs, Consolidation& result)
      : form_(form), inputs_(inputs), result_(result), axis_(result.request.axis) {
    around_.period = result.request.period;
    around_.window = result.request.window;
    for (const FormSection& section : form.sections) {
      first_.push_back(given_.size());
      given_.resize(given_.size() + section.fields.size());
    }
    for (const Contribution& input : inputs) take(input);
  }

  void run() {
    for (std::uint32_t s = 0; s < form_.sections.size(); ++s) {
      const FormSection& section = form_.sections[s];
      if (section.asked_of_province || !section.rows) continue;
      if ((axis_ == Axis::units ? section.across_units : section.across_time) == Combine::none) continue;
      unite_rows(section, s, static_cast<std::uint32_t>(first_[s]), inputs_, axis_, result_);
      take_rows(section);
    }
    for (std::size_t s = 0; s < form_.sections.size(); ++s) {
      const FormSection& section = form_.sections[s];
      if (section.asked_of_province || section.rows) continue;
      for (std::size_t f = 0; f < section.fields.size(); ++f) {
        const FormField& field = section.fields[f];
        if (field.writer == Writer::province || field.needs_province || rule_of(field, axis_) == Combine::none)
          continue;
        put(field, first_[s] + f);
      }
    }
    for (const auto& [s, f] : form_.computing_order) {
      const FormField& field = form_.sections[s].fields[f];
      const auto found = result_.values.find(field.id);
      if (found == result_.values.end() || rule_of(field, axis_) != Combine::recompute) continue;
      recompute(field, given_[first_[s] + f], found->second);
    }
  }

 private:
  void take(const Contribution& input) {
    for (const ContributedValue& value : input.values) {
      if (value.field >= given_.size()) continue;
      given_[value.field].push_back({&input, &value.value, &value, false});
      if (value.approx) approx_.insert(value.field);
    }
    for (const ContributedSection& section : input.sections)
      approx_.insert(section.approx.begin(), section.approx.end());
  }

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
        if (!value) note_failure(section.id + "/" + row.id + "/" + field.id, value.error());
        if (!field.needs_province && value && !value->is_null()) row.fields[field.id] = *value;
      }
      rows[row.id] = row.fields;
    }
  }

  // A stock that an office did not give now is the one it gave last.
  void carry(const FormField& field, std::vector<Given>& given, std::uint32_t place) {
    if (axis_ != Axis::units || field.across_units != Combine::sum || field.across_time != Combine::latest) return;
    std::set<std::string_view> have;
    for (const Given& one : given) have.insert(one.from->office);
    for (const Contribution& earlier : result_.request.carried) {
      const ContributedValue* value = value_at(earlier, place);
      if (value == nullptr || !have.insert(earlier.office).second) continue;
      given.push_back({&earlier, &value->value, value, true});
    }
    std::stable_sort(given.begin(), given.end(),
                     [&](const Given& a, const Given& b) { return comes_before(*a.from, *b.from, axis_); });
  }

  void put(const FormField& field, std::size_t place) {
    std::vector<Given> given = given_[place];
    if (!result_.request.carried.empty()) carry(field, given, static_cast<std::uint32_t>(place));
    Figure figure;
    figure.n_expected = std::max(result_.request.n_expected, inputs_.size());
    figure.inputs.reserve(given.size());
    for (const Given& one : given) figure.inputs.push_back(shown(one));
    figure.n_carried = static_cast<std::size_t>(
        std::count_if(given.begin(), given.end(), [](const Given& one) { return one.carried; }));
    figure.n_reported = given.size() - figure.n_carried;
    const Combine rule = rule_of(field, axis_);
    bool overflow = false;
    if (rule == Combine::collate) {
      figure.value = collate(given);
    } else if (rule != Combine::recompute) {
      figure.value = combine(rule, given, overflow);
      if (rule == Combine::latest && !given.empty()) figure.from = given.back().from->period.id;
    }
    if (overflow) result_.warnings.push_back(overflow_warning(field.id));
    for (const Given& one : given) {
      const bool counts = rule != Combine::latest || &one == &given.back();
      figure.approx = figure.approx || (counts && one.whole->approx);
    }
    figures_.values[field.id] = figure.value;
    result_.values[field.id] = std::move(figure);
  }

  json::Value collate(const std::vector<Given>& given) const {
    std::string text;
    for (const Given& one : given) {
      const auto* said = std::get_if<std::string>(one.value);
      if (said == nullptr || said->empty()) continue;
      const Contribution& input = *one.from;
      const std::string name = axis_ == Axis::time       ? label_vi(input.period)
                               : input.unit_name.empty() ? input.office
                                                         : input.unit_name;
      text += (text.empty() ? "**" : " **") + name + ".** " + *said;
    }
    return text.empty() ? json::Value(nullptr) : json::Value(text);
  }

  // Calculated again on what was united; figures typed without a list are added to what was counted.
  void recompute(const FormField& field, const std::vector<Given>& given, Figure& figure) {
    const Expression& expression = field.computed ? *field.computed : *field.computed_if_listed;
    const auto value = calculate(expression, field, ReportScope(figures_, around_));
    if (!value) note_failure(field.id, value.error());
    figure.value = value ? *value : json::Value(nullptr);
    figure.approx = reads_approx(expression);
    if (!field.computed) add_typed(field, given, figure);
    if (figure.approx) approx_names_.insert(field.id);
    figures_.values[field.id] = figure.value;
  }

  void add_typed(const FormField& field, const std::vector<Given>& given, Figure& figure) {
    bool overflow = false;
    for (const Given& one : given) {
      const ContributedValue& value = *one.whole;
      figure.n_listed += value.listed ? 1 : 0;
      if (value.listed && !value.typed) continue;
      const auto* number = std::get_if<Decimal>(&value.value);
      if (number == nullptr) continue;
      ++figure.n_typed;
      figure.added = plus(figure.added, value.listed ? value.added : *number, overflow);
      figure.approx = figure.approx || value.approx;
    }
    if (const auto added = Decimal::from_json(figure.added)) figure.value = plus(figure.value, *added, overflow);
    if (overflow) result_.warnings.push_back(overflow_warning(field.id));
  }

  bool is_approx(const FormSection& section, const std::string& field) const {
    const auto s = static_cast<std::size_t>(&section - form_.sections.data());
    for (std::size_t f = 0; f < section.fields.size(); ++f) {
      if (section.fields[f].id == field) return approx_.contains(static_cast<std::uint32_t>(first_[s] + f));
    }
    return false;
  }

  bool reads_approx(const Expression& expression) const {
    for (const NameUse& use : expression.names()) {
      const bool of_rows = use.aggregate || !use.within.empty();
      const std::string& name = use.aggregate ? use.field : use.path[0];
      const FormSection* section = use.aggregate         ? form_.rows_section(use.path[0])
                                   : !use.within.empty() ? form_.rows_section(use.within[0])
                                                         : form_.section_of(name);
      if (section != nullptr && is_approx(*section, name)) return true;
      if (!of_rows && approx_names_.contains(name)) return true;
    }
    return false;
  }

  void note_failure(const std::string& field, const Error& failed) {
    result_.warnings.push_back(warning("not_computed", field, "Không tính được: " + failed.message,
                                       "Could not be computed: " + failed.message));
  }

  const Form& form_;
  const std::vector<Contribution>& inputs_;
  Consolidation& result_;
  Axis axis_;
  Surroundings around_;
  Figures figures_;                                  // the result so far, as a report
  std::vector<std::size_t> first_;                   // of each section: the place of its first field
  std::vector<std::vector<Given>> given_;            // by place, in order of the inputs
  std::set<std::uint32_t> approx_;                   // places
  std::set<std::string, std::less<>> approx_names_;  // what was recomputed from them
};

}  // namespace

json::Value combine(Combine rule, const std::vector<Given>& given, bool& overflow) {
  if (given.empty()) return nullptr;
  if (rule == Combine::latest) return datum_to_json(*given.back().value);
  if (rule != Combine::sum && rule != Combine::max && rule != Combine::min) return datum_to_json(*given.front().value);
  std::optional<Decimal> result;
  for (const Given& one : given) {
    const auto* number = std::get_if<Decimal>(one.value);
    if (number == nullptr) continue;
    if (!result) {
      result = *number;
    } else if (rule == Combine::max) {
      result = std::max(*result, *number);
    } else if (rule == Combine::min) {
      result = std::min(*result, *number);
    } else {
      result = Decimal::add(*result, *number);
      overflow = overflow || !result;
      if (!result) return nullptr;
    }
  }
  return result ? result->to_json() : json::Value(nullptr);
}

Figure::Input shown(const Given& given) {
  return {given.from->office, given.from->period.id, datum_to_json(*given.value),
          given.whole != nullptr && given.whole->corrected, given.carried};
}

json::Value warning(std::string_view code, std::string_view field, std::string vi, std::string en) {
  return {{"code", code}, {"field", field}, {"message_vi", std::move(vi)}, {"message_en", std::move(en)}};
}

json::Value overflow_warning(std::string_view field) {
  return warning("overflow", field, "Tổng vượt quá phạm vi số của chương trình.",
                 "The total is beyond the range of exact numbers.");
}

Consolidation consolidate(const Form& form, std::vector<Contribution> inputs, ConsolidationRequest request) {
  const auto in_order = [&](const Contribution& a, const Contribution& b) { return comes_before(a, b, request.axis); };
  std::sort(inputs.begin(), inputs.end(), in_order);
  Consolidation result;
  result.form = form.code;
  result.form_version = form.version;
  result.request = std::move(request);
  for (const Contribution& input : inputs) {
    result.sources.emplace_back(input.office, input.source);
    if (input.form_version == form.version) continue;
    json::Value other = warning("other_version", "", "Báo cáo dùng phiên bản khác của biểu mẫu.",
                                "The report was written with another version of the form.");
    other["office"] = input.office;
    other["form_version"] = input.form_version;
    result.warnings.push_back(std::move(other));
  }
  Consolidator(form, inputs, result).run();
  result.request.carried.clear();
  return result;
}

Consolidation consolidate(const Form& form, std::vector<ConsolidationInput> inputs, ConsolidationRequest request) {
  std::vector<Contribution> ready;
  for (const ConsolidationInput& input : inputs) {
    const bool same_days = request.axis == Axis::units || input.period.id == request.period.id;
    const Window window = same_days ? request.window : window_of(input.period, form.cutoff).value_or(request.window);
    ready.push_back(contribute(form, input, window));
  }
  return consolidate(form, std::move(ready), std::move(request));
}

}  // namespace tram
