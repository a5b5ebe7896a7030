#include "agent/drafts.h"

#include <algorithm>

#include "agent/context.h"
#include "agent/edits.h"
#include "core/reports/figures.h"

namespace tram::agent {
namespace {

std::string local_id(std::string_view id) { return "_local/draft:" + std::string(id); }

Status store_local_draft(Transaction& transaction, std::string_view id, const Draft& draft, const json::Value& edit) {
  if (draft.edits.empty()) {
    const auto gone = transaction.delete_local(local_id(id));
    return gone ? Status() : Status(gone.error());
  }
  const json::Value body = {{"edits", draft.edits},
                            {"style", draft.style == NumberStyle::vi ? "vi" : "en"},
                            {"by", edit.value("by", "")},
                            {"at", edit.value("at", "")}};
  const auto stored = transaction.put_local(local_id(id), json::print(body));
  return stored ? Status() : Status(stored.error());
}

json::Value problems_json(const std::vector<EditProblem>& problems) {
  json::Value list = json::Value::array();
  for (const EditProblem& problem : problems) list.push_back(problem.to_json());
  return list;
}

// What typed texts were read as.
json::Value read_values(const json::Value& body, const json::Value& edits) {
  json::Value read = json::Value::object();
  for (const json::Value& edit : edits) {
    const std::string path = json::string_at(edit, "path").value_or("");
    if (!edit.contains("text")) continue;
    const auto slash = std::count(path.begin(), path.end(), '/');
    const json::Value::json_pointer pointer((slash == 0 ? "/values/" : "/rows/") + path);
    read[path] = body.contains(pointer) ? json::Value{{"value", body.at(pointer)}} : json::Value::object();
  }
  return read;
}

// Only the computed fields of rows: the rest the page knows.
json::Value computed_rows(const Form& form, const Figures& figures) {
  json::Value computed = json::Value::object();
  for (const FormSection& section : form.sections) {
    if (section.computing_order.empty() || !figures.rows.contains(section.id)) continue;
    for (const auto& [row_id, row] : figures.rows[section.id].items()) {
      for (const std::size_t i : section.computing_order) {
        const std::string& name = section.fields[i].id;
        if (row.contains(name)) computed[section.id][row_id][name] = row[name];
      }
    }
  }
  return computed;
}

Result<json::Value> judge(Office& office, const Form& form, json::Value body, const json::Value& edits,
                          NumberStyle style) {
  const auto problems = apply_edits(body, form, edits, style, office.random());
  Context context;
  RETURN_IF_ERROR(fill_context(office, form, body, context));
  const Surroundings& around = context.validation.around;
  json::Value answer = {{"problems", problems_json(problems)}, {"read", read_values(body, edits)}};
  RETURN_IF_ERROR(fill_rows(office, form, around.window, body));
  const Figures figures = complete(form, body, around.period, around.window);
  answer["values"] = figures.values;
  answer["computed"] = computed_rows(form, figures);
  answer["listed"] = json::Value::array();
  for (const auto& [name, value] : figures.listed.items()) answer["listed"].push_back(name);
  answer["findings"] = json::Value::array();
  for (const Finding& finding : validate(form, body, context.validation))
    answer["findings"].push_back(finding.to_json());
  return answer;
}

Status check_edits(const Draft& draft) {
  const bool fine = draft.edits.is_array() && std::all_of(draft.edits.begin(), draft.edits.end(),
                                                          [](const json::Value& edit) { return edit.is_object(); });
  return fine ? Status() : Status(error(ErrorCode::bad_request, "edits is a list of objects"));
}

}  // namespace

Result<json::Value> read_draft(Office& office, std::string_view id) {
  json::Value draft = nullptr;
  RETURN_IF_ERROR(office.own().read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const auto local, snapshot.local(local_id(id)));
    if (!local) return {};
    ASSIGN_OR_RETURN(draft, json::parse_object(local->body));
    return {};
  }));
  return draft;
}

Result<json::Value> judge_draft(Office& office, std::string_view id, const Draft& draft) {
  RETURN_IF_ERROR(check_edits(draft));
  ASSIGN_OR_RETURN(const Report report, read_report(office, id));
  if (!report.form) return error(ErrorCode::not_found, "this version of the form has not come yet");
  return judge(office, *report.form, report.body, draft.edits, draft.style);
}

Result<json::Value> keep_draft(Office& office, std::string_view id, const Draft& draft, const Author& author) {
  RETURN_IF_ERROR(check_edits(draft));
  ASSIGN_OR_RETURN(const json::Value edit, edit_stamp(office, author));
  RETURN_IF_ERROR(office.own().write([&](Transaction& transaction) -> Status {
    ASSIGN_OR_RETURN(const Report report, load_report(office, transaction, id));
    RETURN_IF_ERROR(may_edit(report.state));
    return store_local_draft(transaction, id, draft, edit);
  }));
  return judge_draft(office, id, draft);
}

Result<json::Value> save_draft(Office& office, std::string_view id, const Draft& draft, const Author& author) {
  RETURN_IF_ERROR(check_edits(draft));
  ASSIGN_OR_RETURN(const json::Value edit, edit_stamp(office, author));
  json::Value answer = {{"rev", nullptr}, {"problems", json::Value::array()}, {"left", json::Value::array()}};
  bool changed = false;
  const auto apply = [&](Report& report, Transaction& transaction) -> Status {
    RETURN_IF_ERROR(may_edit(report.state));
    json::Value body = report.body;
    const auto problems = apply_edits(body, *report.form, draft.edits, draft.style, office.random());
    Draft left{json::Value::array(), draft.style};
    for (const EditProblem& problem : problems) left.edits.push_back(draft.edits[problem.at]);
    changed = body != report.body;
    report.body = std::move(body);
    answer["problems"] = problems_json(problems);
    answer["left"] = left.edits;
    RETURN_IF_ERROR(store_local_draft(transaction, id, left, edit));
    // A revision that changes nothing helps nobody; the draft alone is brought up to date.
    return changed ? Status() : Status(error(ErrorCode::cancelled, "nothing to save"));
  };
  const auto saved = rewrite_report(office, id, author, apply);
  if (saved) {
    answer["rev"] = saved->text();
    return answer;
  }
  if (changed || saved.error().code != ErrorCode::cancelled) return saved.error();
  const Draft left{answer["left"], draft.style};
  RETURN_IF_ERROR(
      office.own().write([&](Transaction& transaction) { return store_local_draft(transaction, id, left, edit); }));
  return answer;
}

}  // namespace tram::agent
