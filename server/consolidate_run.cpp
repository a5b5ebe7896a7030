#include "server/consolidate_run.h"

#include <algorithm>
#include <array>

#include "server/figure_tables.h"
#include "server/instant.h"

namespace tram {
namespace {

constexpr std::array kShorter = {PeriodKind::yearly, PeriodKind::sixmonthly, PeriodKind::quarterly,
                                 PeriodKind::monthly};

// Collects what the offices gave: from the tables, or, as of a moment in the past, from the documents themselves.
class Collecting {
 public:
  Collecting(Province& province, const ReferenceData& reference, const Form& form, const RunRequest& request)
      : province_(province),
        reference_(reference),
        form_(form),
        request_(request),
        offices_(province.registry().offices()) {}

  Result<RunPart> part(const Period& period) const {
    RunPart made;
    made.period = period;
    ASSIGN_OR_RETURN(made.window, reference_.window(form_, period));
    ASSIGN_OR_RETURN(auto rows, rows_of(period, made.window));
    const Campaign* campaign = reference_.campaign(form_.code, period.id);
    for (const Office& office : offices_) {
      if (campaign != nullptr && !campaign->expects(office.slug)) continue;
      const auto found = rows.find(office.slug);
      auto* row = found == rows.end() ? nullptr : &found->second;
      if (row != nullptr && row->conflict) made.conflicts.push_back(std::move(*row->conflict));
      auto* input = row == nullptr ? nullptr : request_.official ? &row->official : &row->preview;
      const bool given = input != nullptr && input->has_value();
      const bool exempt = campaign != nullptr && campaign->exemption(office.slug) != nullptr;
      if (!given && (exempt || owes_nothing(reference_, office, made.window))) continue;
      made.expected.push_back(office.slug);
      if (given)
        made.inputs.push_back(std::move(**input));
      else
        made.missing.push_back(office.slug);
    }
    return made;
  }

  // Stocks of the year before, newest first.
  Result<std::vector<Contribution>> carried(Period period) const {
    std::vector<Contribution> earlier;
    const int first = period.year * 12 + period.first_month() - 12;
    while (auto before = previous_period(period)) {
      period = *std::move(before);
      if (period.year * 12 + period.first_month() < first) break;
      ASSIGN_OR_RETURN(RunPart part, this->part(period));
      std::move(part.inputs.begin(), part.inputs.end(), std::back_inserter(earlier));
    }
    return earlier;
  }

  // The shorter periods of one kind; empty unless every one of them has an input.
  Result<std::vector<RunPart>> shorter(const Period& period) const {
    for (const PeriodKind kind : kShorter) {
      if (kind == period.kind || !form_.allows(kind)) continue;
      std::vector<RunPart> parts;
      const std::vector<Period> periods = parts_of(period, kind);
      for (const Period& one : periods) {
        ASSIGN_OR_RETURN(RunPart part, this->part(one));
        if (part.inputs.empty()) break;
        parts.push_back(std::move(part));
      }
      if (!periods.empty() && parts.size() == periods.size()) return parts;
    }
    return std::vector<RunPart>{};
  }

 private:
  using Rows = std::map<std::string, FigureTables::Row>;

  Result<Rows> rows_of(const Period& period, const Window& window) const {
    Rows rows;
    std::optional<std::vector<FigureTables::Row>> kept;
    if (!request_.as_of_ms) {
      const auto wanted = request_.official ? FigureTables::Wanted::official : FigureTables::Wanted::preview;
      ASSIGN_OR_RETURN(kept, province_.figures().rows(reference_, form_, period, wanted));
    }
    if (kept) {
      for (FigureTables::Row& row : *kept) {
        const std::string slug = row.office;
        rows.emplace(slug, std::move(row));
      }
      return rows;
    }
    for (const Office& office : offices_) {
      ASSIGN_OR_RETURN(const auto database, province_.databases().open(office_database(office.slug)));
      OfficeParts parts;
      RETURN_IF_ERROR(database->store->read([&](Snapshot& snapshot) -> Status {
        ASSIGN_OR_RETURN(parts, parts_of_office(snapshot, reference_, form_, office, period, request_.as_of_ms));
        return {};
      }));
      rows[office.slug] = {office.slug, ready(parts.preview, office, window), ready(parts.official, office, window),
                           std::move(parts.conflict)};
    }
    return rows;
  }

  std::optional<Contribution> ready(std::optional<ConsolidationInput>& input, const Office& office,
                                    const Window& window) const {
    if (!input) return std::nullopt;
    const PlaceOfUnit place = place_of(reference_, window, office, input->unit_code);
    input->order = place.order;
    if (input->unit_name.empty()) input->unit_name = place.name;
    return contribute(form_, *input, window);
  }

  Province& province_;
  const ReferenceData& reference_;
  const Form& form_;
  const RunRequest& request_;
  const std::vector<Office> offices_;
};

Consolidation across_units(const Form& form, bool official, const RunPart& part) {
  ConsolidationRequest asked;
  asked.period = part.period;
  asked.window = part.window;
  asked.kind = official ? "official" : "preview";
  asked.n_expected = part.expected.size();
  asked.conflicts = part.conflicts;
  asked.carried = part.carried;
  return consolidate(form, part.inputs, std::move(asked));
}

Consolidation across_time(const Form& form, const Period& period, const Window& window, bool official,
                          const std::vector<RunPart>& parts) {
  std::vector<ConsolidationInput> inputs;
  ConsolidationRequest asked;
  std::vector<std::pair<std::string, std::string>> sources;
  std::vector<json::Value> warnings;
  for (const RunPart& part : parts) {
    const Consolidation done = across_units(form, official, part);
    asked.conflicts.insert(asked.conflicts.end(), done.request.conflicts.begin(), done.request.conflicts.end());
    sources.insert(sources.end(), done.sources.begin(), done.sources.end());
    warnings.insert(warnings.end(), done.warnings.begin(), done.warnings.end());
    ConsolidationInput input;
    input.period = part.period;
    input.source = part.period.id;
    input.body = done.body();
    inputs.push_back(std::move(input));
  }
  asked.period = period;
  asked.window = window;
  asked.axis = Axis::time;
  asked.kind = official ? "official" : "preview";
  asked.n_expected = parts.size();
  Consolidation result = consolidate(form, std::move(inputs), std::move(asked));
  result.sources = std::move(sources);
  result.warnings.insert(result.warnings.begin(), warnings.begin(), warnings.end());
  return result;
}

const Datum* given_in(const Contribution& input, std::uint32_t place) {
  for (const ContributedValue& value : input.values) {
    if (value.field == place) return &value.value;
  }
  return nullptr;
}

// A flow that an office typed for the longer period, and the sum of what it typed for every shorter one.
class Comparing {
 public:
  Comparing(const Form& form, const std::vector<RunPart>& shorter) : form_(form), shorter_(shorter) {}

  void run(const Contribution& typed, std::vector<json::Value>& warnings) const {
    std::uint32_t place = 0;
    for (const FormSection& section : form_.sections) {
      for (const FormField& field : section.fields) {
        const std::uint32_t here = place++;
        if (section.rows || field.across_time != Combine::sum) continue;
        const Datum* value = given_in(typed, here);
        const auto* number = value == nullptr ? nullptr : std::get_if<Decimal>(value);
        const auto sum = number == nullptr ? std::nullopt : sum_of(typed.office, here);
        if (!sum || *sum == *number) continue;
        warnings.push_back(
            {{"code", "differs_from_shorter"},
             {"office", typed.office},
             {"field", field.id},
             {"value", number->to_json()},
             {"derived", sum->to_json()},
             {"from", shorter_.front().period.id + "-" + shorter_.back().period.id},
             {"message_vi", "Số của kỳ dài khác tổng các kỳ ngắn: " + number->text() + " và " + sum->text()},
             {"message_en", "The longer period differs from the sum of the shorter ones: " + number->text() + " and " +
                                sum->text()}});
      }
    }
  }

 private:
  std::optional<Decimal> sum_of(const std::string& office, std::uint32_t place) const {
    Decimal sum;
    for (const RunPart& part : shorter_) {
      const auto found = std::find_if(part.inputs.begin(), part.inputs.end(),
                                      [&](const Contribution& input) { return input.office == office; });
      const Datum* value = found == part.inputs.end() ? nullptr : given_in(*found, place);
      const auto* number = value == nullptr ? nullptr : std::get_if<Decimal>(value);
      const auto both = number == nullptr ? std::nullopt : Decimal::add(sum, *number);
      if (!both) return std::nullopt;
      sum = *both;
    }
    return sum;
  }

  const Form& form_;
  const std::vector<RunPart>& shorter_;
};

}  // namespace

bool owes_nothing(const ReferenceData& reference, const Office& office, const Window& window) {
  if (office.unit.empty()) return false;
  const Unit* newest = reference.units.newest(office.unit);
  if (newest == nullptr) return false;
  return newest->level <= 1 || reference.units.find(office.unit, window.end.text()) == nullptr;
}

Result<RunRequest> read_run_request(Province& province, const std::string& form, const std::string& period,
                                    const std::string& scenario, bool official, const std::string& as_of) {
  ASSIGN_OR_RETURN(const auto reference, province.reference().get());
  if (!reference->knows_form(form)) return error(ErrorCode::not_found, "the province has no form " + form);
  const auto named = scenario_named(scenario);
  if (!named) return error(ErrorCode::bad_request, "a scenario is ACTUAL, ESTIMATE or PLAN, not " + scenario);
  std::string id = period;
  if (id.find('~') == std::string::npos) id += suffix_of(*named);
  RunRequest request;
  request.form = form;
  request.official = official;
  ASSIGN_OR_RETURN(request.period, parse_period(id));
  if (as_of.empty()) return request;
  request.as_of_ms = parse_instant(as_of);
  if (!request.as_of_ms) {
    return error(ErrorCode::bad_request, as_of + " is no time; write 2024-06-17 or 2024-06-17T17:00:00+07:00");
  }
  return request;
}

Consolidation compute_run(const Form& form, const Period& period, const Window& window, bool official,
                          const std::vector<RunPart>& parts) {
  const bool own = parts.size() == 1 && parts.front().period.id == period.id;
  return own ? across_units(form, official, parts.front()) : across_time(form, period, window, official, parts);
}

Result<Run> run_consolidation(Province& province, const RunRequest& request) {
  Run run;
  ASSIGN_OR_RETURN(run.reference, province.reference().get());
  run.form = run.reference->form_for(request.form, request.period.id);
  if (run.form == nullptr) return error(ErrorCode::not_found, "the province has no form " + request.form);
  run.period = request.period;
  run.official = request.official;
  ASSIGN_OR_RETURN(run.window, run.reference->window(*run.form, request.period));
  const Collecting collecting(province, *run.reference, *run.form, request);
  ASSIGN_OR_RETURN(RunPart own, collecting.part(request.period));
  run.expected = own.expected;
  run.missing = own.missing;
  if (request.carry) {
    ASSIGN_OR_RETURN(own.carried, collecting.carried(request.period));
  }
  ASSIGN_OR_RETURN(std::vector<RunPart> shorter, collecting.shorter(request.period));
  if (own.inputs.empty() && !shorter.empty()) {
    run.parts = std::move(shorter);
    run.missing.clear();
  } else {
    if (!shorter.empty()) {
      for (const Contribution& input : own.inputs) Comparing(*run.form, shorter).run(input, run.warnings);
    }
    run.parts.push_back(std::move(own));
  }
  run.result = compute_run(*run.form, run.period, run.window, run.official, run.parts);
  run.result.warnings.insert(run.result.warnings.end(), run.warnings.begin(), run.warnings.end());
  return run;
}

json::Value Run::to_json(bool with_inputs) const {
  json::Value out = result.to_json(with_inputs);
  out["expected"] = expected;
  out["missing"] = missing;
  return out;
}

}  // namespace tram
