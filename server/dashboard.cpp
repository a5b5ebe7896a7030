#include "server/dashboard.h"

#include <algorithm>
#include <map>

#include "core/reports/report.h"
#include "server/completeness.h"
#include "server/figure_tables.h"
#include "server/instant.h"
#include "server/review_queue.h"

namespace tram {
namespace {

constexpr std::int64_t kSilentDayMs = 86'400'000;

// The newest first.
Result<std::vector<std::pair<Period, std::size_t>>> known_periods(
    Province& province, const std::vector<FigureTables::Standing>& standings) {
  ASSIGN_OR_RETURN(const auto reference, province.reference().get());
  std::map<std::string, std::size_t> reports;
  for (const auto& standing : standings) ++reports[standing.period];
  for (const auto& [id, campaign] : reference->campaigns) reports.try_emplace(campaign.period, 0);
  std::vector<std::pair<Period, std::size_t>> known;
  for (const auto& [id, n] : reports) {
    if (auto period = parse_period(id)) known.emplace_back(std::move(*period), n);
  }
  std::sort(known.begin(), known.end(), [](const auto& a, const auto& b) { return earlier(b.first, a.first); });
  return known;
}

json::Value line_about(const FigureTables::Standing& standing, const std::map<std::string, std::string>& names) {
  return {{"office", standing.office},
          {"name", names.at(standing.office)},
          {"id", report_id(standing.form, standing.period)},
          {"form", standing.form},
          {"period", standing.period}};
}

// What arrived today, what is in conflict, what must be sent again, how much waits.
void add_standings(const std::vector<FigureTables::Standing>& standings, const std::string& today,
                   const std::map<std::string, std::string>& names, json::Value& out) {
  json::Value arrived = json::Value::array();
  for (const char* list : {"conflicts", "send_again"}) out[list] = json::Value::array();
  std::size_t waiting = 0;
  for (const auto& standing : standings) {
    if (!names.contains(standing.office)) continue;
    const ReportStatus& status = standing.status;
    if (status.in_conflict) out["conflicts"].push_back(line_about(standing, names));
    if (status.send_again) out["send_again"].push_back(line_about(standing, names));
    waiting += waits_for(status) == "review" ? 1 : 0;
    const auto at = parse_instant(status.last_arrival);
    if (!at || vietnam_day(*at) != today) continue;
    json::Value line = line_about(standing, names);
    line["at"] = status.last_arrival;
    arrived.push_back(std::move(line));
  }
  std::sort(arrived.begin(), arrived.end(), [](const json::Value& a, const json::Value& b) {
    return a.at("at").get<std::string>() > b.at("at").get<std::string>();
  });
  out["arrived"] = std::move(arrived);
  out["waiting"] = waiting;
}

void add_contacts(Province& province, std::int64_t now, std::int64_t silent_days, json::Value& out) {
  json::Value silent = json::Value::array(), refusals = json::Value::array();
  for (const Office& office : province.registry().offices()) {
    const Contact contact = province.registry().contact(office.slug);
    const auto at = parse_instant(contact.at);
    const std::int64_t days = at ? (now - *at) / kSilentDayMs : 0;
    if (!at || days >= silent_days) {
      silent.push_back({{"office", office.slug},
                        {"name", office.name},
                        {"last_contact", at ? json::Value(contact.at) : json::Value()},
                        {"days", at ? json::Value(days) : json::Value()}});
    }
    if (contact.refused > 0) {
      refusals.push_back({{"office", office.slug},
                          {"name", office.name},
                          {"refused", contact.refused},
                          {"id", contact.last_id},
                          {"code", contact.last_code}});
    }
  }
  out["silent"] = std::move(silent);
  out["refusals"] = std::move(refusals);
}

Result<json::Value> trend_of(Province& province, const std::vector<std::pair<Period, std::size_t>>& known,
                             const Period& shown) {
  std::vector<const Period*> chosen;
  for (const auto& [period, reports] : known) {
    const bool fits = period.kind == shown.kind && period.scenario == shown.scenario && !earlier(shown, period);
    if (fits && chosen.size() < kTrendPeriods) chosen.push_back(&period);
  }
  std::reverse(chosen.begin(), chosen.end());
  json::Value trend = json::Value::array();
  for (const Period* period : chosen) {
    ASSIGN_OR_RETURN(const json::Value matrix, completeness(province, period->id, ""));
    json::Value line = {{"period", period->id}};
    for (const char* name : {"expected", "submitted", "on_time", "approved"}) {
      std::int64_t sum = 0;
      for (const json::Value& form : matrix.at("forms")) sum += json::integer_at(form, name).value_or(0);
      line[name] = sum;
    }
    trend.push_back(std::move(line));
  }
  return trend;
}

}  // namespace

Result<json::Value> list_periods(Province& province) {
  ASSIGN_OR_RETURN(const auto standings, province.figures().standings());
  ASSIGN_OR_RETURN(const auto known, known_periods(province, standings));
  json::Value list = json::Value::array();
  for (const auto& [period, reports] : known) {
    list.push_back(
        {{"period", period.id}, {"label_vi", label_vi(period)}, {"label_en", label_en(period)}, {"reports", reports}});
  }
  return list;
}

Result<json::Value> dashboard(Province& province, const std::string& period, std::int64_t silent_days) {
  ASSIGN_OR_RETURN(const auto standings, province.figures().standings());
  ASSIGN_OR_RETURN(const auto known, known_periods(province, standings));
  const std::int64_t now = province.clock().wall_ms();
  std::map<std::string, std::string> names;
  for (const Office& office : province.registry().offices()) names[office.slug] = office.name;
  json::Value out = {{"province", province.name()}, {"at", utc_text(now)},        {"today", vietnam_day(now)},
                     {"offices", names.size()},     {"silent_days", silent_days}, {"trend", json::Value::array()}};
  add_standings(standings, vietnam_day(now), names, out);
  add_contacts(province, now, silent_days, out);
  if (period.empty() && known.empty()) return out;
  Period shown;
  if (period.empty()) {
    shown = known.front().first;
  } else {
    ASSIGN_OR_RETURN(shown, parse_period(period));
  }
  ASSIGN_OR_RETURN(out["trend"], trend_of(province, known, shown));
  return out;
}

}  // namespace tram
