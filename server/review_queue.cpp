#include "server/review_queue.h"

#include <algorithm>
#include <tuple>

#include "core/reports/report.h"
#include "core/reports/state.h"
#include "core/reports/submission.h"
#include "core/reports/validate.h"
#include "server/figure_tables.h"
#include "server/filled_rows.h"

namespace tram {
namespace {

Result<std::optional<json::Value>> body_of(Snapshot& snapshot, const std::string& id) {
  ASSIGN_OR_RETURN(const auto document, snapshot.winner(id));
  if (!document) return std::optional<json::Value>();
  ASSIGN_OR_RETURN(json::Value body, json::parse_object(document->body));
  return std::optional(std::move(body));
}

json::Value or_null(const std::optional<json::Value>& value) { return value ? *value : json::Value(); }

const Form* form_written_with(const ReferenceData& reference, const json::Value& report) {
  const auto version = json::integer_at(report, "form_version").value_or(0);
  return version < 1 || version > INT32_MAX
             ? nullptr
             : reference.form(json::string_at(report, "form").value_or(""), static_cast<int>(version));
}

// One report of an office, gathered from one snapshot.
class Beside {
 public:
  Beside(Snapshot& snapshot, const ReferenceData& reference, const Office& office)
      : snapshot_(snapshot), reference_(reference), office_(office) {}

  Status read(const std::string& id, const std::string& today, json::Value& out) {
    const auto key = parse_report_id(id);
    ASSIGN_OR_RETURN(const auto document, snapshot_.winner(id));
    if (!key || !document) return error(ErrorCode::not_found, "office " + office_.slug + " has no report " + id);
    ASSIGN_OR_RETURN(const json::Value report, json::parse_object(document->body));
    const Form* form = form_written_with(reference_, report);
    if (form == nullptr) return error(ErrorCode::not_found, "the province has no form of this report");
    ASSIGN_OR_RETURN(const Period period, parse_period(key->period));
    const StateOf state = state_of(*form, report, two_steps());
    out = {{"office", office_.slug},
           {"name", office_.name},
           {"id", id},
           {"rev", document->rev.text()},
           {"form", form->code},
           {"form_version", form->version},
           {"period", period.id},
           {"state", std::string(name_of(state.state))},
           {"changed_since", state.changed_since},
           {"withdrawal_asked", state.withdrawal_asked},
           {"report", report}};
    RETURN_IF_ERROR(read_standing(*form, period, out));
    RETURN_IF_ERROR(read_submissions(*form, period, report, out));
    RETURN_IF_ERROR(read_previous(*form, period, out));
    return read_findings(*form, period, today, report, out);
  }

 private:
  bool two_steps() const { return reference_.two_steps.contains(office_.slug); }

  Status read_standing(const Form& form, const Period& period, json::Value& out) {
    ASSIGN_OR_RETURN(const OfficeParts parts, parts_of_office(snapshot_, reference_, form, office_, period));
    out["in_conflict"] = parts.conflict.has_value();
    out["conflict"] = or_null(parts.conflict);
    out["send_again"] = parts.status && parts.status->send_again;
    return {};
  }

  Status read_submissions(const Form& form, const Period& period, const json::Value& report, json::Value& out) {
    const json::Value* named = json::object_at(report, "submission");
    const std::string digest = named == nullptr ? "" : json::string_at(*named, "digest").value_or("");
    const std::string prefix = submission_id(form.code, period.id, "");
    json::Value versions = json::Value::array();
    out["submission"] = out["arrival"] = nullptr;
    ASSIGN_OR_RETURN(const auto records, snapshot_.with_prefix(prefix, SIZE_MAX));
    for (const Record& record : records) {
      ASSIGN_OR_RETURN(const auto frozen, body_of(snapshot_, record.id));
      if (!frozen) continue;
      const std::string own = record.id.substr(prefix.size());
      ASSIGN_OR_RETURN(const auto arrival, body_of(snapshot_, arrival_id(form.code, period.id, own)));
      const auto at = arrival ? json::string_at(*arrival, "at") : std::nullopt;
      versions.push_back({{"n", json::integer_at(*frozen, "n").value_or(1)},
                          {"digest", own},
                          {"arrived_at", at ? json::Value(*at) : json::Value()}});
      if (own != digest) continue;
      out["submission"] = *frozen;
      out["arrival"] = or_null(arrival);
    }
    std::stable_sort(versions.begin(), versions.end(),
                     [](const json::Value& a, const json::Value& b) { return a.at("n") < b.at("n"); });
    out["versions"] = std::move(versions);
    return {};
  }

  Status read_previous(const Form& form, const Period& period, json::Value& out) {
    out["previous"] = nullptr;
    const auto before = previous_period(period);
    if (!before) return {};
    ASSIGN_OR_RETURN(const auto report, body_of(snapshot_, report_id(form.code, before->id)));
    if (!report) return {};
    const Form* own = form_written_with(reference_, *report);
    const StateOf state = own == nullptr ? StateOf{} : state_of(*own, *report, two_steps());
    out["previous"] = {{"period", before->id}, {"state", std::string(name_of(state.state))}, {"report", *report}};
    return {};
  }

  Status read_findings(const Form& form, const Period& period, const std::string& today, const json::Value& report,
                       json::Value& out) {
    ASSIGN_OR_RETURN(const Window window, reference_.window(form, period));
    ValidationContext context;
    context.around.period = period;
    context.around.window = window;
    context.around.today = today;
    context.units = &reference_.units;
    json::Value findings = json::Value::array();
    std::vector<Finding> found = validate(form, report, context);
    RETURN_IF_ERROR(check_filled_rows(snapshot_, form, report, found));
    for (const Finding& finding : found) findings.push_back(finding.to_json());
    out["findings"] = std::move(findings);
    return {};
  }

  Snapshot& snapshot_;
  const ReferenceData& reference_;
  const Office& office_;
};

}  // namespace

std::string waits_for(const ReportStatus& status) {
  if (status.in_conflict || status.send_again) return "office";
  const bool open = status.state == name_of(ReportState::submitted) || status.state == name_of(ReportState::received);
  return open || status.changed_since ? "review" : "";
}

Result<json::Value> review_queue(Province& province, const std::string& form, const std::string& period, bool all) {
  ASSIGN_OR_RETURN(const auto reference, province.reference().get());
  ASSIGN_OR_RETURN(auto standings, province.figures().standings());
  std::sort(standings.begin(), standings.end(), [](const auto& a, const auto& b) {
    return std::tie(a.status.last_arrival, a.office, a.form, a.period) <
           std::tie(b.status.last_arrival, b.office, b.form, b.period);
  });
  json::Value list = json::Value::array();
  for (const auto& [code, of_period, slug, status] : standings) {
    const std::string waits = waits_for(status);
    const bool asked_for = (form.empty() || form == code) && (period.empty() || period == of_period);
    const auto office = province.registry().office(slug);
    if (!asked_for || (!all && waits.empty()) || !office) continue;
    const Form* known = reference->form_for(code, of_period);
    list.push_back({{"office", slug},
                    {"name", office->name},
                    {"id", report_id(code, of_period)},
                    {"form", code},
                    {"form_vi", known == nullptr ? code : known->label_vi},
                    {"form_en", known == nullptr ? code : known->label_en},
                    {"period", of_period},
                    {"state", status.state},
                    {"changed_since", status.changed_since},
                    {"in_conflict", status.in_conflict},
                    {"send_again", status.send_again},
                    {"first_arrival", status.first_arrival},
                    {"last_arrival", status.last_arrival},
                    {"sent_at", status.sent_at},
                    {"n", status.n},
                    {"waits", waits}});
  }
  return list;
}

Result<json::Value> report_beside_last(Province& province, const std::string& slug, const std::string& id) {
  const auto office = province.registry().office(slug);
  if (!office) return error(ErrorCode::not_found, "there is no office " + slug);
  ASSIGN_OR_RETURN(const auto reference, province.reference().get());
  ASSIGN_OR_RETURN(const auto database, province.databases().open(office_database(slug)));
  json::Value out;
  RETURN_IF_ERROR(database->store->read([&](Snapshot& snapshot) -> Status {
    return Beside(snapshot, *reference, *office).read(id, vietnam_day(province.clock().wall_ms()), out);
  }));
  return out;
}

}  // namespace tram
