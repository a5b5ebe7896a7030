#include "server/consolidate_run.h"

#include <algorithm>
#include <set>

#include "core/base/log.h"
#include "install_paths.h"
#include "server/instant.h"

namespace tram {
namespace {

struct Collected {
  std::vector<ConsolidationInput> inputs;
  std::vector<json::Value> conflicts;
  std::vector<std::string> expected, missing;
};

Result<Collected> collect(Province& province, const ReferenceData& reference, const Form& form, const Window& window,
                          const RunRequest& request) {
  Collected collected;
  const Campaign* campaign = reference.campaign(request.form, request.period.id);
  for (const Office& office : province.registry().offices()) {
    if (campaign != nullptr && !campaign->expects(office.slug)) continue;
    ASSIGN_OR_RETURN(OfficePartOfRun part, part_of_office(province, reference, form, office, request));
    if (part.conflict) collected.conflicts.push_back(std::move(*part.conflict));
    const bool has_ended = !office.unit.empty() && reference.units.knows(office.unit) &&
                           reference.units.find(office.unit, window.end.text()) == nullptr;
    // The Department's own office owes nothing, but what it sends (the province's TBT work, say) is part of the total.
    const bool owes_nothing = has_ended || province.facts_of(office).department;
    if (owes_nothing && !part.input) continue;
    collected.expected.push_back(office.slug);
    if (part.input)
      collected.inputs.push_back(std::move(*part.input));
    else
      collected.missing.push_back(office.slug);
  }
  return collected;
}

Consolidation across_units(const Form& form, const Window& window, const RunRequest& request, Collected collected) {
  ConsolidationRequest asked;
  asked.period = request.period;
  asked.window = window;
  asked.kind = request.official ? "official" : "preview";
  asked.n_expected = collected.expected.size();
  asked.conflicts = std::move(collected.conflicts);
  return consolidate(form, std::move(collected.inputs), std::move(asked));
}

// The shorter periods that make this one up, each consolidated; nothing unless every one of them has an input.
Result<std::optional<Consolidation>> from_shorter(Province& province, const ReferenceData& reference, const Form& form,
                                                  const Window& window, const RunRequest& request) {
  for (const PeriodKind kind :
       {PeriodKind::yearly, PeriodKind::sixmonthly, PeriodKind::quarterly, PeriodKind::monthly}) {
    const std::vector<Period> parts =
        kind != request.period.kind && form.allows(kind) ? parts_of(request.period, kind) : std::vector<Period>{};
    std::vector<ConsolidationInput> inputs;
    ConsolidationRequest asked;
    std::vector<std::pair<std::string, std::string>> sources;
    for (const Period& part : parts) {
      RunRequest of_part = request;
      of_part.period = part;
      ASSIGN_OR_RETURN(const Window days, reference.window(form, part));
      ASSIGN_OR_RETURN(Collected collected, collect(province, reference, form, days, of_part));
      if (collected.inputs.empty()) break;
      const Consolidation done = across_units(form, days, of_part, std::move(collected));
      asked.conflicts.insert(asked.conflicts.end(), done.request.conflicts.begin(), done.request.conflicts.end());
      sources.insert(sources.end(), done.sources.begin(), done.sources.end());
      ConsolidationInput input;
      input.period = part;
      input.source = part.id;
      input.body = done.body();
      inputs.push_back(std::move(input));
    }
    if (parts.empty() || inputs.size() != parts.size()) continue;
    asked.period = request.period;
    asked.window = window;
    asked.axis = Axis::time;
    asked.kind = request.official ? "official" : "preview";
    asked.n_expected = parts.size();
    Consolidation result = consolidate(form, std::move(inputs), std::move(asked));
    result.sources = std::move(sources);
    return {std::move(result)};
  }
  return std::optional<Consolidation>{};
}

}  // namespace

Result<RunRequest> read_run_request(Province& province, const std::string& form, const std::string& period,
                                    const std::string& scenario, bool official, const std::string& as_of) {
  ASSIGN_OR_RETURN(const auto reference, province.reference().get());
  if (!reference->knows_form(form)) return error(ErrorCode::not_found, "the province has no form " + form);
  const auto named = scenario_named(scenario);
  if (!named) return error(ErrorCode::bad_request, "a scenario is ACTUAL, ESTIMATE or PLAN, not " + scenario);
  std::string id = period;
  if (id.find('~') == std::string::npos) id += suffix_of(*named);
  RunRequest request{form, {}, official, {}};
  ASSIGN_OR_RETURN(request.period, parse_period(id));
  if (as_of.empty()) return request;
  request.as_of_ms = parse_instant(as_of);
  if (!request.as_of_ms) {
    return error(ErrorCode::bad_request, as_of + " is no time; write 2024-06-17 or 2024-06-17T17:00:00+07:00");
  }
  return request;
}

Result<Run> run_consolidation(Province& province, const RunRequest& request) {
  Run run;
  ASSIGN_OR_RETURN(run.reference, province.reference().get());
  const Campaign* campaign = run.reference->campaign(request.form, request.period.id);
  if (campaign != nullptr) run.form = run.reference->form(request.form, campaign->form_version);
  if (run.form == nullptr) run.form = run.reference->newest_form(request.form);
  if (run.form == nullptr) return error(ErrorCode::not_found, "the province has no form " + request.form);
  ASSIGN_OR_RETURN(const Window window, run.reference->window(*run.form, request.period));
  ASSIGN_OR_RETURN(Collected collected, collect(province, *run.reference, *run.form, window, request));
  run.expected = collected.expected;
  run.missing = collected.missing;
  if (collected.inputs.empty()) {
    ASSIGN_OR_RETURN(auto derived, from_shorter(province, *run.reference, *run.form, window, request));
    if (derived) {
      run.result = std::move(*derived);
      run.missing.clear();
      return run;
    }
  }
  run.result = across_units(*run.form, window, request, std::move(collected));
  return run;
}

json::Value Run::to_json() const {
  json::Value out = result.to_json();
  out["expected"] = expected;
  out["missing"] = missing;
  return out;
}

Result<std::string> keep_run(Province& province, const Run& run, const RunRequest& request) {
  const std::string id = "run:" + request.form + ":" + request.period.id + ":" + province.random().hex(16);
  json::Value body = {{"type", "run"},
                      {"form_version", run.form->version},
                      {"program", std::string(kVersion)},
                      {"at", utc_text(province.clock().wall_ms())},
                      {"reference", run.reference->digest},
                      {"result", run.result.to_json(true)},
                      {"expected", run.expected},
                      {"missing", run.missing}};
  if (request.as_of_ms) body["as_of"] = utc_text(*request.as_of_ms);
  RETURN_IF_ERROR(province.store().write([&](Transaction& transaction) -> Status {
    RETURN_IF_ERROR(transaction.save(id, {}, false, json::print(body)));
    return {};
  }));
  log::info("official_run", {{"id", id}});
  return id;
}

}  // namespace tram
