#include "agent/agenda.h"

#include <algorithm>
#include <map>
#include <set>

#include "agent/report_view.h"
#include "core/base/clock.h"

namespace tram::agent {
namespace {

constexpr int kPastDays = 75, kAheadDays = 75;  // around today, for what was begun or is asked for by a campaign
constexpr int kOwedDays = 31;                   // for what nobody asked for by name

struct Ground {
  Date today;
  Calendar calendar;
  DueRules rules;
  std::map<std::string, json::Value, std::less<>> reports;  // rows by id
  std::shared_ptr<const UnitTree> units;
  std::string unit;  // of this office; empty: not known

  // A unit that is closed owes nothing for later periods.
  bool unit_stands(const std::string& day) const {
    return unit.empty() || units->newest(unit) == nullptr || units->find(unit, day) != nullptr;
  }
};

// Periods of a kind that touch the years around a day.
std::vector<std::string> periods_around(PeriodKind kind, int year) {
  std::vector<std::string> ids;
  for (int y = year - 1; y <= year + 1; ++y) {
    const std::string name = std::to_string(y);
    const auto each = [&](const char* letter, int count) {
      for (int i = 1; i <= count; ++i) ids.push_back(name + letter + std::to_string(i));
    };
    if (kind == PeriodKind::monthly) {
      for (int m = 1; m <= 12; ++m) ids.push_back(name + (m < 10 ? "0" : "") + std::to_string(m));
    } else if (kind == PeriodKind::quarterly) {
      each("Q", 4);
    } else if (kind == PeriodKind::sixmonthly) {
      each("S", 2);
    } else if (kind == PeriodKind::ninemonthly) {
      ids.push_back(name + "C9");
    } else if (kind == PeriodKind::yearly) {
      ids.push_back(name);
    }
  }
  return ids;
}

// Nothing: not worth showing now.
std::optional<json::Value> entry_of(const Ground& ground, const Form& form, const Period& period,
                                    const Campaign* campaign, const std::string& office) {
  const auto window = window_of(period, form.cutoff, campaign != nullptr ? campaign->window : std::nullopt);
  if (!window) return std::nullopt;
  const auto due = due_of(campaign, ground.rules, ground.calendar, period, *window);
  Date day = due ? due->day : window->end;
  if (campaign != nullptr && campaign->extension(office) != nullptr) {
    day = parse_date(campaign->extension(office)->last_day).value_or(day);
  }
  const int left = days_between(ground.today, day);
  const auto report = ground.reports.find("report:" + form.code + ":" + period.id);
  const bool begun = report != ground.reports.end();
  if (left < -kPastDays || left > kAheadDays) return std::nullopt;
  if (!begun && !ground.unit_stands(window->end.text())) return std::nullopt;
  const bool is_current = window->start <= ground.today;
  if (!begun && campaign == nullptr && (!is_current || left < -kOwedDays)) return std::nullopt;
  json::Value entry = {{"form", form.code},
                       {"label_vi", form.label_vi},
                       {"label_en", form.label_en},
                       {"period", period.id},
                       {"start", window->start.text()},
                       {"end", window->end.text()},
                       {"due", day.text()},
                       {"time", due ? due->time : ""},
                       {"days_left", left},
                       {"campaign", campaign != nullptr},
                       {"closed", campaign != nullptr && campaign->closed_for(office)}};
  const auto* exempt = campaign == nullptr ? nullptr : campaign->exemption(office);
  entry["exempt"] = exempt == nullptr ? json::Value(nullptr) : json::Value(exempt->reason);
  entry["report"] = begun ? report->second : json::Value(nullptr);
  return entry;
}

Result<Ground> ground_of(Office& office) {
  Ground ground;
  ground.today = parse_date(vietnam_day(office.clock().wall_ms())).value_or(Date{});
  ASSIGN_OR_RETURN(ground.calendar, office.reference().calendar());
  ASSIGN_OR_RETURN(ground.rules, office.reference().due_rules());
  ASSIGN_OR_RETURN(ground.units, office.reference().units());
  ASSIGN_OR_RETURN(const json::Value unit, office.unit_stamp(ground.today.text()));
  if (unit.is_object()) ground.unit = json::string_at(unit, "code").value_or("");
  ASSIGN_OR_RETURN(const json::Value reports, list_reports(office));
  for (const json::Value& row : reports) ground.reports[json::string_at(row, "id").value_or("")] = row;
  return ground;
}

}  // namespace

Result<json::Value> agenda(Office& office) {
  ASSIGN_OR_RETURN(const Ground ground, ground_of(office));
  ASSIGN_OR_RETURN(const auto campaigns, office.reference().campaigns());
  ASSIGN_OR_RETURN(const auto codes, office.reference().form_codes());
  const std::string& slug = office.enrolment().office;
  std::vector<json::Value> entries;
  std::set<std::string> asked;  // forms that a campaign speaks of
  for (const Campaign& campaign : campaigns) {
    const auto form = office.reference().form(campaign.form, campaign.form_version);
    const auto period = parse_period(campaign.period);
    if (!form || !period || !campaign.expects(slug)) continue;
    if (auto entry = entry_of(ground, **form, *period, &campaign, slug)) {
      asked.insert(campaign.form);
      entries.push_back(std::move(*entry));
    }
  }
  for (const std::string& code : codes) {
    const auto form = office.reference().form(code);
    if (!form || asked.contains(code)) continue;
    const auto& kinds = (*form)->frequencies;
    const auto regular = std::find_if(kinds.begin(), kinds.end(), [](PeriodKind k) { return k != PeriodKind::adhoc; });
    if (regular == kinds.end()) continue;
    for (const std::string& id : periods_around(*regular, ground.today.year)) {
      const auto period = parse_period(id);
      if (!period) continue;
      if (auto entry = entry_of(ground, **form, *period, nullptr, slug)) entries.push_back(std::move(*entry));
    }
  }
  std::stable_sort(entries.begin(), entries.end(), [](const json::Value& a, const json::Value& b) {
    return std::pair(a.value("due", ""), a.value("form", "")) < std::pair(b.value("due", ""), b.value("form", ""));
  });
  return json::Value(std::move(entries));
}

}  // namespace tram::agent
