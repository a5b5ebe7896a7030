#include "server/target_years.h"

#include "core/reports/report.h"

namespace tram {

Result<const TargetYear*> TargetYears::year(const std::string& code, const Period& period) {
  const auto known = years_.find({code, period.id});
  if (known != years_.end()) return &known->second;
  TargetYear made;
  made.period = period;
  RunRequest request;
  request.form = code;
  request.period = period;
  request.official = official_;
  ASSIGN_OR_RETURN(Run run, run_consolidation(province_, request));
  made.expected = run.expected;
  for (const RunPart& part : run.parts) {
    if (part.period.id != period.id) continue;
    for (const Contribution& input : part.inputs) made.offices.emplace(input.office, input);
  }
  if (run.parts.size() > 1) RETURN_IF_ERROR(add_derived(*run.form, run, made));
  if (!run.result.sources.empty()) made.province = std::move(run.result);
  RETURN_IF_ERROR(add_department(*run.form, run.window, made));
  return &years_.emplace(std::pair{code, period.id}, std::move(made)).first->second;
}

// Each office's year out of its shorter periods.
Status TargetYears::add_derived(const Form& form, const Run& run, TargetYear& made) {
  std::map<std::string, std::vector<Contribution>> by_office;
  for (const RunPart& part : run.parts) {
    for (const Contribution& input : part.inputs) by_office[input.office].push_back(input);
  }
  for (auto& [office, inputs] : by_office) {
    ConsolidationRequest asked;
    asked.period = run.period;
    asked.window = run.window;
    asked.axis = Axis::time;
    asked.n_expected = run.parts.size();
    const Consolidation done = consolidate(form, std::move(inputs), std::move(asked));
    ConsolidationInput input;
    input.office = office;
    input.period = run.period;
    input.body = done.body();
    made.offices.emplace(office, contribute(form, input, run.window));
  }
  return {};
}

Status TargetYears::add_department(const Form& form, const Window& window, TargetYear& made) {
  for (const Office& office : province_.registry().offices()) {
    if (!province_.facts_of(office).department) continue;
    ASSIGN_OR_RETURN(const auto database, province_.databases().open(office_database(office.slug)));
    std::optional<Document> report;
    RETURN_IF_ERROR(database->store->read([&](Snapshot& snapshot) -> Status {
      ASSIGN_OR_RETURN(report, snapshot.winner(report_id(form.code, made.period.id)));
      return {};
    }));
    if (!report) continue;
    ASSIGN_OR_RETURN(const json::Value body, json::parse_object(report->body));
    made.department = complete(form, body, made.period, window, true);
  }
  return {};
}

}  // namespace tram
