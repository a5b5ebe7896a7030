#include "tests/sim/reports.h"

#include "core/reports/report.h"
#include "core/reports/submission.h"
#include "storage/data_folder.h"

namespace tram::sim {
namespace {

const Form& form_of(const std::string& code) {
  static std::map<std::string, Form> forms;
  auto found = forms.find(code);
  if (found == forms.end()) {
    auto form = load_form(form_body(code));
    CHECK(form.ok());
    found = forms.emplace(code, *std::move(form)).first;
  }
  return found->second;
}

}  // namespace

json::Value form_body(const std::string& code) {
  static const json::Value form = [] {
    const auto text = read_file(TRAM_SOURCE_FOLDER "/reference/forms/bm09.json");
    CHECK(text.ok());
    const auto body = json::parse_object(*text);
    CHECK(body.ok());
    return *body;
  }();
  json::Value body = form;
  body["type"] = "form";
  body["code"] = code;
  return body;
}

json::Value report_body(const std::string& form, const std::string& period, const std::string& office,
                        std::int64_t value) {
  const auto parsed = parse_period(period);
  CHECK(parsed.ok());
  auto body = new_report(form_of(form), *parsed, office, nullptr);
  CHECK(body.ok());
  (*body)["values"] = {{"rad_facilities_count", value}, {"rad_licensed_count", 0},      {"rad_xray_count", 0},
                       {"rad_sources_count", 0},        {"rad_staff_trained_count", 0}, {"rad_inspections_count", 0},
                       {"rad_incidents_count", 0}};
  return *std::move(body);
}

Status submit_into(json::Value& report, Transaction& transaction) {
  const std::string code = json::string_at(report, "form").value_or("");
  ASSIGN_OR_RETURN(const Period period, parse_period(json::string_at(report, "period").value_or("")));
  const Form& form = form_of(code);
  ASSIGN_OR_RETURN(const Window window, window_of(period, form.cutoff));
  const Submission submission = make_submission(form, report, period, window);
  mark_submitted(report, submission, "clerk", "2024-06-17T09:12:00+07:00");
  ASSIGN_OR_RETURN(const auto known, transaction.find(submission.id));
  if (known && !known->tree.deleted()) return {};
  return transaction.save(submission.id, {}, false, json::print(submission.body)).ok()
             ? Status()
             : Status(error(ErrorCode::storage_error, "submission not saved"));
}

}  // namespace tram::sim
