#include "server/completeness.h"

#include <algorithm>
#include <sstream>

#include "core/reports/state.h"
#include "server/consolidate_run.h"
#include "server/figure_tables.h"
#include "server/instant.h"
#include "server/office_order.h"

namespace tram {
namespace {

constexpr std::int64_t kDay = 86'400'000;

struct Deadline {
  std::string text;  // "2024-06-17T17:00:00+07:00"
  std::int64_t ms = 0;
};

std::optional<Deadline> deadline_at(const std::string& day, const std::string& time) {
  Deadline deadline;
  deadline.text = time.empty() ? day + "T23:59:59+07:00" : day + "T" + time + ":00+07:00";
  const auto ms = parse_instant(deadline.text);
  if (!ms) return std::nullopt;
  deadline.ms = *ms;
  return deadline;
}

// Units by the tree valid then; the forms of one period may differ by some days in their windows.
std::string calendar_end(const Period& period) {
  const auto window = window_of(period, Cutoff::calendar);
  return window ? window->end.text() : "";
}

class Matrix {
 public:
  Matrix(Province& province, const ReferenceData& reference, const Period& period)
      : province_(province), reference_(reference), period_(period), now_(province.clock().wall_ms()) {
    offices_ = in_official_order(province.registry().offices(), reference, calendar_end(period));
    cells_.resize(offices_.size(), json::Value::object());
  }

  Status add(const Form& form) {
    ASSIGN_OR_RETURN(window_, reference_.window(form, period_));
    ASSIGN_OR_RETURN(const auto statuses, province_.figures().statuses(form.code, period_.id));
    const Campaign* campaign = reference_.campaign(form.code, period_.id);
    const auto due = due_of(campaign, reference_.due, reference_.calendar, period_, window_);
    const auto deadline = due ? deadline_at(due->day.text(), due->time) : std::nullopt;
    Totals totals;
    for (std::size_t i = 0; i < offices_.size(); ++i) {
      const auto found = statuses.find(offices_[i].slug);
      const ReportStatus* status = found == statuses.end() ? nullptr : &found->second;
      if (auto cell = cell_of(offices_[i], campaign, deadline, status, totals)) cells_[i][form.code] = *std::move(cell);
    }
    json::Value line = {{"form", form.code},           {"label_vi", form.label_vi},     {"due", nullptr},
                        {"expected", totals.expected}, {"submitted", totals.submitted}, {"on_time", totals.on_time},
                        {"approved", totals.approved}};
    if (deadline) line["due"] = deadline->text;
    line["completeness_pct"] = share(totals.submitted, totals.expected);
    line["timeliness_pct"] = deadline ? share(totals.on_time, totals.expected) : json::Value();
    forms_.push_back(std::move(line));
    return {};
  }

  json::Value result() {
    json::Value offices = json::Value::array();
    for (std::size_t i = 0; i < offices_.size(); ++i) {
      offices.push_back({{"office", offices_[i].slug},
                         {"name", offices_[i].name},
                         {"unit", offices_[i].unit},
                         {"cells", std::move(cells_[i])}});
    }
    return {{"period", period_.id}, {"at", utc_text(now_)}, {"forms", forms_}, {"offices", std::move(offices)}};
  }

 private:
  struct Totals {
    std::size_t expected = 0, submitted = 0, on_time = 0, approved = 0;
  };

  // Nothing: neither expected nor sent.
  std::optional<json::Value> cell_of(const Office& office, const Campaign* campaign, std::optional<Deadline> deadline,
                                     const ReportStatus* status, Totals& totals) {
    const Campaign::Exception* exempt = campaign == nullptr ? nullptr : campaign->exemption(office.slug);
    const bool expected = (campaign == nullptr || campaign->expects(office.slug)) && exempt == nullptr &&
                          !owes_nothing(reference_, office, window_);
    if (!expected && exempt == nullptr && status == nullptr) return std::nullopt;
    json::Value cell = {{"expected", expected}, {"reason", nullptr}, {"late_days", 0}, {"due", nullptr}};
    const Campaign::Exception* longer = campaign == nullptr ? nullptr : campaign->extension(office.slug);
    if (longer != nullptr) {
      deadline = deadline_at(longer->last_day, "");
      cell["reason"] = longer->reason;
    }
    if (deadline) cell["due"] = deadline->text;
    const bool arrived = status != nullptr && !status->first_arrival.empty();
    const std::string state = status == nullptr ? "" : status->state;
    const bool sent = arrived && state != name_of(ReportState::draft) && state != name_of(ReportState::returned) &&
                      state != name_of(ReportState::reopened);
    const bool approved = state == name_of(ReportState::approved) || state == name_of(ReportState::locked);
    const bool is_due = deadline && now_ > deadline->ms;
    if (status != nullptr) {
      cell["cell"] = state;
      cell["first_arrival"] = status->first_arrival;
      cell["last_arrival"] = status->last_arrival;
      cell["sent_at"] = status->sent_at;
      cell["changed_since"] = status->changed_since;
      cell["in_conflict"] = status->in_conflict;
      cell["send_again"] = status->send_again;
    } else if (exempt != nullptr) {
      cell["cell"] = "exempt";
      cell["reason"] = exempt->reason;
    } else {
      cell["cell"] = is_due ? "missing" : "not_due";
    }
    const std::int64_t counted = arrived ? parse_instant(status->first_arrival).value_or(now_) : now_;
    const std::int64_t late = deadline && counted > deadline->ms ? (counted - deadline->ms + kDay - 1) / kDay : 0;
    if (arrived || (expected && status != nullptr)) cell["late_days"] = late;
    if (!arrived && cell["cell"] == "missing") cell["late_days"] = late;
    if (expected) {
      ++totals.expected;
      totals.submitted += sent ? 1 : 0;
      totals.on_time += arrived && late == 0 ? 1 : 0;
      totals.approved += approved ? 1 : 0;
    }
    return cell;
  }

  static json::Value share(std::size_t part, std::size_t whole) {
    if (whole == 0) return nullptr;
    const auto pct = Decimal::divide(Decimal::of(static_cast<std::int64_t>(part * 100)),
                                     Decimal::of(static_cast<std::int64_t>(whole)));
    return pct ? pct->rounded(2).to_json() : json::Value();
  }

  Province& province_;
  const ReferenceData& reference_;
  const Period& period_;
  const std::int64_t now_;
  Window window_;
  std::vector<Office> offices_;
  std::vector<json::Value> cells_;  // of each office: by form
  json::Value forms_ = json::Value::array();
};

std::string cell_text(const json::Value& cell) {
  static const std::map<std::string, const char*, std::less<>> kWords = {
      {"not_due", "chưa đến hạn"}, {"missing", "chưa nộp"}, {"exempt", "được miễn"}, {"draft", "nháp"},
      {"submitted", "đã gửi"},     {"received", "đã nhận"}, {"returned", "trả lại"}, {"reopened", "mở khóa"},
      {"approved", "đã duyệt"},    {"locked", "khóa"}};
  const auto found = kWords.find(json::string_at(cell, "cell").value_or(""));
  std::string text = found == kWords.end() ? "" : found->second;
  const auto late = json::integer_at(cell, "late_days").value_or(0);
  if (late > 0) text += " (muộn " + std::to_string(late) + " ngày)";
  return text;
}

}  // namespace

Result<json::Value> completeness(Province& province, const std::string& period, const std::string& code) {
  ASSIGN_OR_RETURN(const auto reference, province.reference().get());
  ASSIGN_OR_RETURN(const Period parsed, parse_period(period));
  if (!code.empty() && !reference->knows_form(code))
    return error(ErrorCode::not_found, "the province has no form " + code);
  Matrix matrix(province, *reference, parsed);
  for (const std::string& name : code.empty() ? reference->form_codes() : std::vector<std::string>{code}) {
    const Form* form = reference->form_for(name, parsed.id);
    if (form != nullptr && form->allows(parsed.kind)) RETURN_IF_ERROR(matrix.add(*form));
  }
  return matrix.result();
}

std::string completeness_text(const json::Value& matrix) {
  std::ostringstream out;
  for (const json::Value& form : matrix.at("forms")) {
    const auto number = [&](const char* name) { return json::integer_at(form, name).value_or(0); };
    out << form.at("form").get<std::string>() << "  đã nộp (submitted) " << number("submitted") << "/"
        << number("expected") << "  đúng hạn (on time) " << number("on_time") << "  hạn (due) "
        << json::string_at(form, "due").value_or("-") << "\n";
  }
  for (const json::Value& office : matrix.at("offices")) {
    out << office.at("office").get<std::string>() << "  " << office.at("name").get<std::string>();
    for (const auto& [form, cell] : office.at("cells").items()) out << "  " << form << ": " << cell_text(cell);
    out << "\n";
  }
  return out.str();
}

}  // namespace tram
