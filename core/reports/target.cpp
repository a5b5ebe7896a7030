#include "core/reports/target.h"

#include <algorithm>
#include <array>

namespace tram {
namespace {

constexpr std::array<std::pair<Comparator, std::string_view>, 6> kComparators = {{{Comparator::at_least, ">="},
                                                                                  {Comparator::more, ">"},
                                                                                  {Comparator::at_most, "<="},
                                                                                  {Comparator::less, "<"},
                                                                                  {Comparator::equal, "="},
                                                                                  {Comparator::between, "between"}}};

Error bad_target(const std::string& id, const std::string& what) {
  return error(ErrorCode::bad_request, "target " + id + ": " + what);
}

Result<std::optional<Decimal>> bound_at(const json::Value& body, const char* name) {
  const auto found = body.find(name);
  if (found == body.end() || found->is_null()) return std::optional<Decimal>{};
  ASSIGN_OR_RETURN(const Decimal bound, Decimal::from_json(*found));
  return std::optional(bound);
}

bool is_within(const Target& target, const Decimal& value) {
  switch (target.comparator) {
    case Comparator::at_least: return value >= *target.low;
    case Comparator::more: return value > *target.low;
    case Comparator::at_most: return value <= *target.low;
    case Comparator::less: return value < *target.low;
    case Comparator::equal: return value == *target.low;
    case Comparator::between: return value >= *target.low && value <= *target.high;
  }
  return false;
}

}  // namespace

std::vector<Period> Target::years() const { return parts_of(period, PeriodKind::yearly); }

Result<Target> load_target(const json::Value& body) {
  const auto text = [&](const char* name) { return json::string_at(body, name).value_or(""); };
  Target target;
  target.id = text("id");
  target.label_vi = text("label_vi");
  target.label_en = text("label_en");
  target.unit = text("unit");
  target.note = text("note");
  auto formula = Expression::parse(text("formula"));
  if (!formula) return formula.error().within("target " + target.id + " formula");
  target.formula = *std::move(formula);
  const auto* comparator = std::find_if(kComparators.begin(), kComparators.end(),
                                        [&](const auto& known) { return known.second == text("comparator"); });
  if (comparator == kComparators.end())
    return bad_target(target.id, "comparator '" + text("comparator") + "' is not known");
  target.comparator = comparator->first;
  ASSIGN_OR_RETURN(target.low, bound_at(body, "low"));
  ASSIGN_OR_RETURN(target.high, bound_at(body, "high"));
  const bool pair = target.comparator == Comparator::between;
  if (!target.low || (pair && (!target.high || *target.high < *target.low)))
    return bad_target(target.id, pair ? "between needs low and high" : "low is missing");
  auto period = parse_period(text("period"));
  if (!period) return period.error().within("target " + target.id);
  target.period = *std::move(period);
  const std::string evaluate = text("evaluate"), each = text("for_each");
  if (evaluate != "stage" && evaluate != "each_year" && evaluate != "last_year")
    return bad_target(target.id, "evaluate '" + evaluate + "' is not known");
  target.evaluate = evaluate == "stage"       ? Evaluate::stage
                    : evaluate == "each_year" ? Evaluate::each_year
                                              : Evaluate::last_year;
  if (target.evaluate != Evaluate::stage && target.years().empty())
    return bad_target(target.id, "its period " + target.period.id + " has no years");
  if (each != "province" && each != "unit") return bad_target(target.id, "for_each '" + each + "' is not known");
  target.each_unit = each == "unit";
  target.minimum_pct = static_cast<int>(json::integer_at(body, "minimum_pct").value_or(100));
  return target;
}

Reached reached(const Target& target, const Scalar& value, bool ended) {
  const auto* number = std::get_if<Decimal>(&value);
  if (number == nullptr) return Reached::not_enough_data;
  if (is_within(target, *number)) return Reached::met;
  if (target.comparator == Comparator::between && *number > *target.high) return Reached::exceeded;
  return ended ? Reached::not_met : Reached::on_the_way;
}

Reached reached_in_all(const std::vector<Reached>& years) {
  const auto has = [&](Reached wanted) { return std::find(years.begin(), years.end(), wanted) != years.end(); };
  if (years.empty()) return Reached::not_enough_data;
  for (const Reached worst : {Reached::not_met, Reached::not_enough_data, Reached::on_the_way, Reached::exceeded}) {
    if (has(worst)) return worst;
  }
  return Reached::met;
}

std::string_view name_of(Reached reached) {
  switch (reached) {
    case Reached::met: return "met";
    case Reached::exceeded: return "exceeded";
    case Reached::not_met: return "not_met";
    case Reached::on_the_way: return "on_the_way";
    case Reached::not_enough_data: return "not_enough_data";
  }
  return "";
}

std::string_view label_vi(Reached reached) {
  switch (reached) {
    case Reached::met: return "đạt";
    case Reached::exceeded: return "vượt";
    case Reached::not_met: return "chưa đạt";
    case Reached::on_the_way: return "đang thực hiện";
    case Reached::not_enough_data: return "không đủ dữ liệu";
  }
  return "";
}

std::string_view name_of(Comparator comparator) {
  for (const auto& [known, name] : kComparators) {
    if (known == comparator) return name;
  }
  return "";
}

}  // namespace tram
