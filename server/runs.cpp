#include "server/runs.h"

#include <algorithm>

#include "core/base/digest.h"
#include "core/base/log.h"
#include "core/reports/report.h"
#include "core/reports/submission.h"
#include "install_paths.h"
#include "server/overtaken.h"
#include "server/reviews.h"

namespace tram {
namespace {

json::Value input_record(const Contribution& input) {
  json::Value record = {{"office", input.office},
                        {"unit", {{"code", input.unit_code}, {"name_vi", input.unit_name}, {"order", input.order}}},
                        {"period", input.period.id},
                        {"submission", input.source}};
  if (!input.corrections.empty()) record["corrections"] = json::parse(input.corrections).value_or(json::Value());
  return record;
}

json::Value part_record(const RunPart& part) {
  json::Value inputs = json::Value::array(), carried = json::Value::array(), conflicts = json::Value::array();
  for (const Contribution& input : part.inputs) inputs.push_back(input_record(input));
  for (const Contribution& input : part.carried) carried.push_back(input_record(input));
  for (const json::Value& conflict : part.conflicts) conflicts.push_back(conflict);
  return {{"period", part.period.id},    {"start", part.window.start.text()}, {"end", part.window.end.text()},
          {"expected", part.expected},   {"missing", part.missing},           {"conflicts", std::move(conflicts)},
          {"inputs", std::move(inputs)}, {"carried", std::move(carried)}};
}

std::string text_in(const json::Value& object, const char* name) { return json::string_at(object, name).value_or(""); }

Result<json::Value> kept_document(Store& store, const std::string& id) {
  std::optional<Document> held;
  RETURN_IF_ERROR(store.read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(held, snapshot.winner(id));
    return {};
  }));
  if (!held) return error(ErrorCode::not_found, "there is no " + id);
  return json::parse_object(held->body);
}

// The form as it was, under the digest of its content: officers may publish another under the same version.
Result<json::Value> form_body(Province& province, const Form& form) {
  return kept_document(province.reference_store(), form.id());
}

// ---- repeating -------------------------------------------------------------------------------------------------------

class Repeating {
 public:
  Repeating(Province& province, const Form& form) : province_(province), form_(form) {}

  Result<RunPart> part(const json::Value& record) {
    RunPart made;
    ASSIGN_OR_RETURN(made.period, parse_period(text_in(record, "period")));
    const auto start = parse_date(text_in(record, "start")), end = parse_date(text_in(record, "end"));
    if (!start || !end) return error(ErrorCode::corrupt, "a kept run has no days");
    made.window = {*start, *end};
    made.expected = record.value("expected", std::vector<std::string>{});
    for (const json::Value& conflict : record.at("conflicts")) made.conflicts.push_back(conflict);
    RETURN_IF_ERROR(take(record.at("inputs"), made.period.id, made.window, made.inputs));
    RETURN_IF_ERROR(take(record.at("carried"), made.period.id, made.window, made.carried));
    return made;
  }

 private:
  Status take(const json::Value& records, const std::string& period, const Window& window,
              std::vector<Contribution>& inputs) {
    for (const json::Value& record : records) {
      ConsolidationInput input;
      input.office = text_in(record, "office");
      const json::Value& unit = record.at("unit");
      input.unit_code = text_in(unit, "code");
      input.unit_name = text_in(unit, "name_vi");
      input.order = static_cast<int>(json::integer_at(unit, "order").value_or(0));
      ASSIGN_OR_RETURN(input.period, parse_period(text_in(record, "period")));
      input.source = text_in(record, "submission");
      if (record.contains("corrections")) input.corrections = record.at("corrections");
      ASSIGN_OR_RETURN(const auto database, province_.databases().open(office_database(input.office)));
      ASSIGN_OR_RETURN(input.body, kept_document(*database->store, input.source));
      const bool earlier = input.period.id != period;
      inputs.push_back(
          contribute(form_, input, earlier ? window_of(input.period, form_.cutoff).value_or(window) : window));
    }
    return {};
  }

  Province& province_;
  const Form& form_;
};

Result<std::string> repeated(Province& province, const json::Value& run) {
  ASSIGN_OR_RETURN(const json::Value body, kept_document(province.store(), text_in(run, "form_kept")));
  ASSIGN_OR_RETURN(const Form form, load_form(body));
  const json::Value& kept = run.at("result");
  ASSIGN_OR_RETURN(const Period period, parse_period(text_in(kept, "period")));
  Repeating repeating(province, form);
  std::vector<RunPart> parts;
  for (const json::Value& record : run.at("parts")) {
    ASSIGN_OR_RETURN(RunPart part, repeating.part(record));
    parts.push_back(std::move(part));
  }
  const auto start = parse_date(text_in(run, "start")), end = parse_date(text_in(run, "end"));
  if (!start || !end) return error(ErrorCode::corrupt, "a kept run has no days");
  Run again;
  again.result = compute_run(form, period, {*start, *end}, true, parts);
  for (const json::Value& warning : run.at("warnings")) again.result.warnings.push_back(warning);
  again.expected = run.value("expected", std::vector<std::string>{});
  again.missing = run.value("missing", std::vector<std::string>{});
  return json::print(again.to_json(true));
}

Result<json::Value> summary(Province& province, const ReferenceData& reference, const std::string& id,
                            const json::Value& run) {
  std::size_t inputs = 0;
  for (const json::Value& part : run.at("parts")) inputs += part.at("inputs").size();
  json::Value out = {{"id", id},
                     {"form", run.at("result").at("form")},
                     {"period", run.at("result").at("period")},
                     {"scenario", run.at("result").at("scenario")},
                     {"form_version", run.at("form_version")},
                     {"at", text_in(run, "at")},
                     {"by", text_in(run, "by")},
                     {"program", text_in(run, "program")},
                     {"result_sha256", text_in(run, "result_sha256")},
                     {"n_inputs", inputs}};
  for (const char* name : {"as_of", "reason"}) {
    if (run.contains(name)) out[name] = run.at(name);
  }
  ASSIGN_OR_RETURN(out["stale"], overtaken_by(province, reference, run));
  return out;
}

bool is_whole(const json::Value& run) {
  return run.contains("parts") && run.contains("result") && run.contains("form_kept") && run.contains("form_version");
}

Status check_minimum(const Run& run, const RunRequest& request, const std::string& why) {
  const Campaign* campaign = run.reference->campaign(request.form, request.period.id);
  if (campaign == nullptr || !campaign->minimum_pct || !why.empty() || run.expected.empty()) return {};
  const std::size_t given = run.expected.size() - run.missing.size();
  if (given * 100 >= static_cast<std::size_t>(*campaign->minimum_pct) * run.expected.size()) return {};
  Error below = error(ErrorCode::bad_request,
                      "only " + std::to_string(given) + " of " + std::to_string(run.expected.size()) +
                          " offices are in it, less than the campaign's " + std::to_string(*campaign->minimum_pct) +
                          "%; give a reason",
                      "below_minimum");
  below.message_vi = "Mới có " + std::to_string(given) + "/" + std::to_string(run.expected.size()) +
                     " đơn vị, dưới mức tối thiểu " + std::to_string(*campaign->minimum_pct) + "%; cần ghi lý do.";
  return below;
}

// An official run has used them: from here on a report changes only after the province's leader has reopened it. One that
// cannot be locked now (it waits for a person, or was reopened since) stays as it is; the run holds its own inputs.
void lock_inputs(Province& province, const Run& run, const std::string& by) {
  for (const RunPart& part : run.parts) {
    for (const Contribution& input : part.inputs) {
      const auto key = parse_submission_id(input.source);
      if (!key) continue;
      Review review;
      review.verdict = "locked";
      review.of = key->digest;
      review.by = by;
      const auto locked = write_review(province, input.office, report_id(key->form, key->period), std::move(review));
      if (!locked && locked.error().what_name() != "state")
        log::warning("not_locked", {{"office", input.office}, {"reason", locked.error().message}});
    }
  }
}

}  // namespace

Result<std::string> keep_run(Province& province, const Run& run, const RunRequest& request, const std::string& by,
                             const std::string& why) {
  RETURN_IF_ERROR(check_minimum(run, request, why));
  const std::string id = "run:" + request.form + ":" + request.period.id + ":" + province.random().hex(16);
  ASSIGN_OR_RETURN(const json::Value form, form_body(province, *run.form));
  const std::string form_text = json::print(form);
  const std::string form_kept = "run_form:" + sha256_hex(form_text);
  json::Value parts = json::Value::array(), warnings = json::Value::array(), targets = json::Value::array();
  for (const RunPart& part : run.parts) parts.push_back(part_record(part));
  for (const json::Value& one : run.warnings) warnings.push_back(one);
  for (const json::Value& target : run.reference->targets) targets.push_back(target);
  json::Value result = run.to_json(true);
  const std::string digest = sha256_hex(json::print(result));
  json::Value body = {{"type", "run"},
                      {"form_version", run.form->version},
                      {"form_kept", form_kept},
                      {"form_revision", revision_of(*run.reference, *run.form)},
                      {"program", std::string(kVersion)},
                      {"at", utc_text(province.clock().wall_ms())},
                      {"by", by},
                      {"tree_date", run.window.end.text()},
                      {"targets", sha256_hex(json::print(targets))},
                      {"reference", run.reference->digest},
                      {"start", run.window.start.text()},
                      {"end", run.window.end.text()},
                      {"parts", std::move(parts)},
                      {"warnings", std::move(warnings)},
                      {"expected", run.expected},
                      {"missing", run.missing},
                      {"result", std::move(result)},
                      {"result_sha256", digest}};
  if (request.as_of_ms) body["as_of"] = utc_text(*request.as_of_ms);
  if (!why.empty()) body["reason"] = why;
  RETURN_IF_ERROR(province.store().write([&](Transaction& transaction) -> Status {
    ASSIGN_OR_RETURN(const auto held, transaction.winner(form_kept));
    if (!held) RETURN_IF_ERROR(transaction.save(form_kept, {}, false, form_text));
    RETURN_IF_ERROR(transaction.save(id, {}, false, json::print(body)));
    return {};
  }));
  log::info("official_run", {{"id", id}, {"by", by}});
  lock_inputs(province, run, by);
  return id;
}

Result<json::Value> list_runs(Province& province, const std::string& form, const std::string& period) {
  ASSIGN_OR_RETURN(const auto reference, province.reference().get());
  std::vector<std::pair<std::string, json::Value>> runs;
  RETURN_IF_ERROR(province.store().read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const auto records, snapshot.with_prefix(form.empty() ? "run:" : "run:" + form + ":", SIZE_MAX));
    for (const Record& record : records) {
      if (record.tree.deleted()) continue;
      ASSIGN_OR_RETURN(const auto document, snapshot.document(record, record.tree.winner()));
      if (!document) continue;
      ASSIGN_OR_RETURN(json::Value run, json::parse_object(document->body));
      if (is_whole(run) && (period.empty() || text_in(run.at("result"), "period") == period))
        runs.emplace_back(record.id, std::move(run));
    }
    return {};
  }));
  std::stable_sort(runs.begin(), runs.end(),
                   [](const auto& a, const auto& b) { return text_in(a.second, "at") > text_in(b.second, "at"); });
  json::Value list = json::Value::array();
  for (const auto& [id, run] : runs) {
    ASSIGN_OR_RETURN(json::Value one, summary(province, *reference, id, run));
    list.push_back(std::move(one));
  }
  return list;
}

Result<json::Value> show_run(Province& province, const std::string& id) {
  if (!id.starts_with("run:")) return error(ErrorCode::not_found, "there is no run " + id);
  ASSIGN_OR_RETURN(const json::Value run, kept_document(province.store(), id));
  if (!is_whole(run)) return error(ErrorCode::unsupported, id + " was kept by an older program, without its inputs");
  ASSIGN_OR_RETURN(const auto reference, province.reference().get());
  ASSIGN_OR_RETURN(json::Value out, summary(province, *reference, id, run));
  out["result"] = run.at("result");
  out["parts"] = run.at("parts");
  return out;
}

Result<std::string> repeat_run(Province& province, const std::string& id) {
  if (!id.starts_with("run:")) return error(ErrorCode::not_found, "there is no run " + id);
  ASSIGN_OR_RETURN(const json::Value run, kept_document(province.store(), id));
  if (!is_whole(run)) return error(ErrorCode::unsupported, id + " was kept by an older program, without its inputs");
  ASSIGN_OR_RETURN(std::string text, repeated(province, run));
  if (sha256_hex(text) == text_in(run, "result_sha256")) return text;
  return error(ErrorCode::corrupt, id + " does not come out as it was kept");
}

}  // namespace tram
