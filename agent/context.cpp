#include "agent/context.h"

#include "core/reports/filled.h"
#include "core/reports/report.h"

namespace tram::agent {
namespace {

constexpr std::size_t kFilledMax = 2000;

Result<std::optional<json::Value>> winner_body(Snapshot& snapshot, const std::string& id) {
  ASSIGN_OR_RETURN(const auto document, snapshot.winner(id));
  if (!document) return std::optional<json::Value>();
  ASSIGN_OR_RETURN(json::Value body, json::parse_object(document->body));
  return std::optional<json::Value>(std::move(body));
}

Result<std::optional<Figures>> figures_of(Office& office, Snapshot& snapshot, std::string_view code,
                                          const Period& period) {
  ASSIGN_OR_RETURN(const auto body, winner_body(snapshot, report_id(code, period.id)));
  if (!body) return std::optional<Figures>();
  auto form = office.reference().form(code, static_cast<int>(json::integer_at(*body, "form_version").value_or(0)));
  auto window = form ? window_of(period, (*form)->cutoff) : Result<Window>(form.error());
  // A report that cannot be read yet (its form has not come) is as if it were not there: its figures are null.
  if (!window) return std::optional<Figures>();
  return std::optional<Figures>(complete(**form, *body, period, *window));
}

std::string day_at(const json::Value& body, std::string_view name) { return json::string_at(body, name).value_or(""); }

// Sent by the end of the window, and in it still new, open, or answered.
bool belongs(const json::Value& body, const std::string& start, const std::string& end) {
  const std::string sent = day_at(body, "sent_date");
  if (sent > end) return false;
  const std::string state = day_at(body, "state");
  const bool open = state.empty() || state == "moi" || state == "da_tiep_nhan" || state == "dang_xu_ly";
  return open || sent >= start || day_at(body, "answered_date") >= start;
}

}  // namespace

Status fill_context(Office& office, const Form& form, const json::Value& report, Context& context) {
  const std::string period_id = json::string_at(report, "period").value_or("");
  Surroundings& around = context.validation.around;
  ASSIGN_OR_RETURN(around.period, parse_period(period_id));
  ASSIGN_OR_RETURN(context.campaign, office.reference().campaign(form.code, period_id));
  const auto given = context.campaign ? context.campaign->window : std::nullopt;
  ASSIGN_OR_RETURN(around.window, window_of(around.period, form.cutoff, given));
  ASSIGN_OR_RETURN(const std::string clock, office.clock_quality());
  if (clock != "wrong") around.today = vietnam_day(office.clock().wall_ms());
  ASSIGN_OR_RETURN(const auto codes, office.reference().form_codes());
  RETURN_IF_ERROR(office.own().read([&](Snapshot& snapshot) -> Status {
    if (const auto before = previous_period(around.period)) {
      ASSIGN_OR_RETURN(auto figures, figures_of(office, snapshot, form.code, *before));
      if (figures) {
        context.previous = std::move(*figures);
        around.previous = &context.previous;
      }
    }
    for (const std::string& code : codes) {
      if (code == form.code) continue;
      ASSIGN_OR_RETURN(auto figures, figures_of(office, snapshot, code, around.period));
      if (!figures) continue;
      const auto [at, added] = context.others.emplace(code, std::move(*figures));
      around.others[code] = &at->second;
    }
    return {};
  }));
  ASSIGN_OR_RETURN(context.units, office.reference().units());
  context.validation.units = context.units.get();
  const json::Value* stamp = json::object_at(report, "unit");
  const std::string code = stamp == nullptr ? "" : json::string_at(*stamp, "code").value_or("");
  if (!code.empty() && context.units->find(code, around.window.end.text()) == nullptr) {
    ASSIGN_OR_RETURN(context.links, office.reference().links(code));
    context.validation.links = &context.links;
  }
  return {};
}

Status fill_rows(Office& office, const Form& form, const Window& window, json::Value& report) {
  for (const FormSection& section : form.sections) {
    if (section.filled_from.empty()) continue;
    json::Value rows = json::Value::object();
    const std::string prefix = section.filled_from + ":";
    RETURN_IF_ERROR(office.own().read([&](Snapshot& snapshot) -> Status {
      ASSIGN_OR_RETURN(const auto records, snapshot.with_prefix(prefix, kFilledMax));
      for (const Record& record : records) {
        ASSIGN_OR_RETURN(const auto body, winner_body(snapshot, record.id));
        if (!body || !belongs(*body, window.start.text(), window.end.text())) continue;
        const std::string uuid = record.id.substr(prefix.size());
        rows[filled_row_id(uuid)] = filled_row(section, uuid, *body);
      }
      return {};
    }));
    report["rows"][section.id] = std::move(rows);
  }
  return {};
}

}  // namespace tram::agent
