#include "core/reports/submission.h"

#include "core/base/digest.h"
#include "core/reports/state.h"

namespace tram {
namespace {

json::Value member(const json::Value& body, std::string_view name) {
  const auto found = body.find(name);
  return found == body.end() ? json::Value(nullptr) : *found;
}

json::Value object_member(const json::Value& body, std::string_view name) {
  const auto* found = json::object_at(body, name);
  return found == nullptr ? json::Value::object() : *found;
}

// What of a row or of the values the office itself typed.
json::Value typed(const json::Value& object, const std::function<const FormField*(std::string_view)>& field_of) {
  if (!object.is_object()) return object;
  json::Value kept = json::Value::object();
  for (const auto& [name, value] : object.items()) {
    const FormField* field = field_of(name);
    if (field == nullptr || field->writer == Writer::office) kept[name] = value;
  }
  return kept;
}

struct OfficePart {
  json::Value values, rows;
};

OfficePart office_part(const Form& form, const json::Value& body, bool with_filled) {
  OfficePart part;
  part.values = typed(object_member(body, "values"), [&](std::string_view name) { return form.field(name); });
  part.rows = object_member(body, "rows");
  for (const FormSection& section : form.sections) {
    const auto rows = part.rows.find(section.id);
    if (!section.rows || rows == part.rows.end() || !rows->is_object()) continue;
    if (!section.filled_from.empty()) {
      if (!with_filled) part.rows.erase(rows);
      continue;
    }
    for (auto& row : *rows) row = typed(row, [&](std::string_view name) { return section.field(name); });
  }
  return part;
}

std::optional<ReportKey> parse_digest_id(std::string_view prefix, std::string_view id) {
  if (!id.starts_with(prefix)) return std::nullopt;
  id.remove_prefix(prefix.size());
  const auto last = id.rfind(':');
  if (last == std::string_view::npos) return std::nullopt;
  const std::string_view digest = id.substr(last + 1);
  auto key = parse_report_id("report:" + std::string(id.substr(0, last)));
  if (!key || digest.size() != 64 || digest.find_first_not_of("0123456789abcdef") != std::string_view::npos)
    return std::nullopt;
  key->digest = std::string(digest);
  return key;
}

Status not_so(std::string what) { return error(ErrorCode::bad_request, std::move(what), "submission_malformed"); }

}  // namespace

std::string content_digest(const Form& form, const json::Value& body, std::int64_t n) {
  OfficePart part = office_part(form, body, false);
  json::Value content = json::Value::object();
  for (const char* name : {"form", "form_version", "period", "office", "unit"}) content[name] = member(body, name);
  content["n"] = n;
  content["values"] = std::move(part.values);
  content["rows"] = std::move(part.rows);
  content["remarks"] = object_member(body, "remarks");
  return sha256_hex(json::print(content));
}

std::string submission_id(std::string_view form, std::string_view period, std::string_view digest) {
  return "submission:" + std::string(form) + ":" + std::string(period) + ":" + std::string(digest);
}

std::string arrival_id(std::string_view form, std::string_view period, std::string_view digest) {
  return "arrival:" + std::string(form) + ":" + std::string(period) + ":" + std::string(digest);
}

std::optional<ReportKey> parse_submission_id(std::string_view id) { return parse_digest_id("submission:", id); }
std::optional<ReportKey> parse_arrival_id(std::string_view id) { return parse_digest_id("arrival:", id); }

Submission make_submission(const Form& form, const json::Value& report, const Period& period, const Window& window) {
  Submission result;
  const auto* before = json::object_at(report, "submission");
  result.n = before == nullptr ? 1 : json::integer_at(*before, "n").value_or(0) + 1;
  result.digest = content_digest(form, report, result.n);
  result.id = submission_id(form.code, period.id, result.digest);

  OfficePart part = office_part(form, report, true);
  json::Value& body = result.body;
  body = json::Value::object();
  for (const char* name : {"form", "form_version", "period", "office", "unit"}) body[name] = member(report, name);
  body["type"] = "submission";
  body["n"] = result.n;
  body["values"] = std::move(part.values);
  body["rows"] = std::move(part.rows);
  body["remarks"] = object_member(report, "remarks");
  const Figures figures = complete(form, body, period, window);
  body["values"].update(figures.computed);
  body["rows"] = figures.rows;
  body["listed"] = figures.listed;
  return result;
}

void mark_submitted(json::Value& report, const Submission& submission, std::string_view by, std::string_view at) {
  report["submission"] = {
      {"digest", submission.digest}, {"n", submission.n}, {"by", std::string(by)}, {"at", std::string(at)}};
}

void confirm_submission(json::Value& report, std::string_view leader, std::string_view at) {
  if (json::object_at(report, "submission") == nullptr) return;
  report["submission"]["confirmed"] = {{"by", std::string(leader)}, {"at", std::string(at)}};
}

void withdraw_submission(json::Value& report, std::string_view by, std::string_view at) {
  if (json::object_at(report, "submission") == nullptr) return;
  report["submission"]["withdrawn"] = {{"by", std::string(by)}, {"at", std::string(at)}};
}

Status check_submission(const Form& form, std::string_view id, const json::Value& body, const Period& period,
                        const Window& window) {
  const auto key = parse_submission_id(id);
  if (!key) return not_so("the id is not that of a submission");
  if (json::string_at(body, "type") != "submission") return not_so("type is not submission");
  if (json::string_at(body, "form") != key->form || key->form != form.code)
    return not_so("the form is not that of the id");
  if (json::string_at(body, "period") != key->period || key->period != period.id)
    return not_so("the period is not that of the id");
  if (json::integer_at(body, "form_version") != form.version) return not_so("form_version is another one");
  const auto n = json::integer_at(body, "n");
  if (!n || *n < 1) return not_so("n is missing");
  for (const char* part : {"values", "rows", "remarks"}) {
    if (json::object_at(body, part) == nullptr) return not_so(std::string(part) + " is missing");
  }
  if (content_digest(form, body, *n) != key->digest) return not_so("the content has another digest than the id says");
  json::Value typed_only = body;
  OfficePart part = office_part(form, body, true);
  typed_only["values"] = std::move(part.values);
  typed_only["rows"] = std::move(part.rows);
  const Figures figures = complete(form, typed_only, period, window);
  json::Value values = typed_only["values"];
  values.update(figures.computed);
  const bool same = json::print(values) == json::print(body["values"]) &&
                    json::print(figures.rows) == json::print(body["rows"]) &&
                    json::print(figures.listed) == json::print(object_member(body, "listed"));
  return same ? Status{} : not_so("computed values are not what the form computes");
}

json::Value make_arrival(std::string_view office, const ReportKey& submission, std::string_view at,
                         std::string_view device) {
  json::Value body = {{"type", "arrival"},
                      {"form", submission.form},
                      {"period", submission.period},
                      {"digest", submission.digest},
                      {"submission", submission_id(submission.form, submission.period, submission.digest)},
                      {"office", std::string(office)},
                      {"at", std::string(at)}};
  if (!device.empty()) body["device"] = std::string(device);
  return body;
}

namespace {

Status check_move(const json::Value& report, const Form& form, const Review& review) {
  const auto* submission = json::object_at(report, "submission");
  const auto* before = json::object_at(report, "review");
  const StateOf now = state_of(form, report);
  const auto text = [](const json::Value* part, std::string_view name) {
    return part == nullptr ? std::string() : json::string_at(*part, name).value_or("");
  };
  std::string of = text(submission, "digest");
  const bool open = now.state == ReportState::submitted || now.state == ReportState::received;
  bool allowed = false;
  if (review.verdict == "received") allowed = now.state == ReportState::submitted;
  if (review.verdict == "returned" || review.verdict == "approved") allowed = open;
  if (review.verdict == "locked") allowed = now.state == ReportState::approved;
  if (review.verdict == "reopened") {
    const std::string verdict = text(before, "verdict");
    allowed = verdict == "approved" || verdict == "locked";
    of = text(before, "of");
  }
  const bool of_this = !of.empty() && review.of == of;
  if (of_this && allowed) return {};
  Error refused = error(ErrorCode::forbidden,
                        "a report that is " + std::string(name_of(now.state)) + " cannot become " + review.verdict +
                            (of_this ? "" : ": the review speaks of another submission"),
                        "state");
  refused.message_vi = "Không chuyển được trạng thái từ “" + std::string(label_vi(now.state)) + "”.";
  return refused;
}

Result<json::Value> value_for(const Form& form, const std::string& path, const json::Value& value) {
  const FormField* field = form.field_at(path);
  if (field == nullptr) return error(ErrorCode::bad_request, "the form has no field " + path);
  if (field->writer != Writer::office || field->computed)
    return error(ErrorCode::bad_request, path + " is not a field that the office types");
  if (value.is_null()) return value;
  if (value.is_string()) return parse_field(*field, value.get_ref<const std::string&>());
  if (const auto fault = field->schema->check(value))
    return error(ErrorCode::bad_request, path + ": " + fault->message_en);
  return value;
}

}  // namespace

namespace {

// The object that a path's field stands in: the values, or a row that is there.
json::Value* place_of(json::Value& report, const FieldPath& path) {
  if (path.section.empty()) return &report["values"];
  const auto rows = report["rows"].find(path.section);
  if (rows == report["rows"].end()) return nullptr;
  const auto row = rows->find(path.row);
  return row == rows->end() ? nullptr : &*row;
}

}  // namespace

Status apply_review(json::Value& report, const Form& form, const Review& review) {
  RETURN_IF_ERROR(check_move(report, form, review));
  const bool needs_reason = review.verdict == "returned" || review.verdict == "reopened";
  json::Value reasons = json::Value::array(), proposed = json::Value::object();
  for (const ReviewReason& reason : review.reasons) {
    if (!reason.text.empty()) reasons.push_back(json::Value{{"field", reason.field}, {"text", reason.text}});
  }
  if (needs_reason && reasons.empty()) return error(ErrorCode::bad_request, review.verdict + " needs a reason");
  if (review.verdict == "reopened" && !is_date(review.last_day))
    return error(ErrorCode::bad_request, "reopened needs its last day");
  if (!review.proposed.empty() && review.verdict != "returned")
    return error(ErrorCode::bad_request, "values are proposed with a return");
  for (const auto& [path, value] : review.proposed.items()) {
    ASSIGN_OR_RETURN(proposed[path], value_for(form, path, value));
  }
  json::Value written = {{"of", review.of}, {"verdict", review.verdict}, {"by", review.by}, {"at", review.at}};
  if (!reasons.empty()) written["reasons"] = std::move(reasons);
  if (!proposed.empty()) written["proposed"] = std::move(proposed);
  if (!review.last_day.empty()) written["last_day"] = review.last_day;
  report["review"] = std::move(written);
  return {};
}

Result<std::vector<std::string>> take_proposed(json::Value& report, const Form& form) {
  const json::Value review = object_member(report, "review"), proposed = object_member(review, "proposed");
  std::vector<std::string> taken;
  json::Value changed = report;
  if (json::string_at(review, "verdict") == "returned") {
    for (const auto& [path, value] : proposed.items()) {
      ASSIGN_OR_RETURN(json::Value wanted, value_for(form, path, value));
      const FieldPath parts = FieldPath::parse(path).value();  // value_for() found a field there
      json::Value* const place = place_of(changed, parts);
      if (place == nullptr) continue;
      const std::string field(parts.field);
      if (place->contains(field) && (*place)[field] == wanted) continue;
      (*place)[field] = std::move(wanted);
      taken.push_back(path);
    }
  }
  if (taken.empty()) {
    Error nothing =
        error(ErrorCode::bad_request, "the province proposes no values that are not there already", "nothing_proposed");
    nothing.message_vi = "Sở không đề nghị số liệu nào khác số liệu đang có";
    return nothing;
  }
  report = std::move(changed);
  return taken;
}

Status apply_correction(json::Value& report, const Form& form, const Correction& correction) {
  json::Value all = object_member(report, "corrections");
  if (!correction.value) {
    if (all.erase(correction.path) == 0) return error(ErrorCode::bad_request, correction.path + " was not corrected");
  } else {
    if (correction.reason.empty()) return error(ErrorCode::bad_request, "a correction needs a reason");
    json::Value written = {
        {"of", correction.of}, {"reason", correction.reason}, {"by", correction.by}, {"at", correction.at}};
    ASSIGN_OR_RETURN(written["value"], value_for(form, correction.path, *correction.value));
    all[correction.path] = std::move(written);
  }
  report["corrections"] = std::move(all);
  return {};
}

}  // namespace tram
