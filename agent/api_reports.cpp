// What people do with reports.
#include "agent/api_parts.h"
#include "agent/attachments.h"
#include "agent/conflicts.h"
#include "agent/drafts.h"
#include "agent/report_files.h"

namespace tram::agent {
namespace {

using http::Response;

Response rev_answer(const Result<RevisionId>& rev) {
  return rev ? answer(json::Value{{"rev", rev->text()}}) : failed_call(rev.error());
}

Response begin_report(const Call& call) {
  const auto body = call.body();
  if (!body) return failed_call(body.error());
  const auto id = start_report(call.office, json::string_at(*body, "form").value_or(""),
                               json::string_at(*body, "period").value_or(""), call.author);
  return id ? answer(json::Value{{"id", *id}}) : failed_call(id.error());
}

Result<Draft> draft_in(const Call& call) {
  ASSIGN_OR_RETURN(const json::Value body, call.body());
  Draft draft;
  if (const json::Value* edits = json::array_at(body, "edits")) draft.edits = *edits;
  if (json::string_at(body, "style") == "en") draft.style = NumberStyle::en;
  return draft;
}

Response keep(const Call& call) {
  const auto draft = draft_in(call);
  return draft ? answer(keep_draft(call.office, call.id(), *draft, call.author)) : failed_call(draft.error());
}
Response judge_only(const Call& call) {
  const auto draft = draft_in(call);
  return draft ? answer(judge_draft(call.office, call.id(), *draft)) : failed_call(draft.error());
}
Response save(const Call& call) {
  const auto draft = draft_in(call);
  return draft ? answer(save_draft(call.office, call.id(), *draft, call.author)) : failed_call(draft.error());
}

Response submit_now(const Call& call) {
  const auto done = submit_report(call.office, call.id(), call.author);
  if (!done) return failed_call(done.error());
  return answer(json::Value{{"submission", done->id},
                            {"digest", done->digest},
                            {"rev", done->rev},
                            {"period_closed", done->closed},
                            {"awaiting_leader", done->awaiting_leader}});
}

Response resolve_now(const Call& call) {
  const auto body = call.body();
  if (!body) return failed_call(body.error());
  Choice choice;
  choice.keep = json::string_at(*body, "keep");
  if (const json::Value* set = json::object_at(*body, "set")) {
    for (const auto& [path, text] : set->items()) {
      if (!text.is_string()) return api_error(400, "bad_request", "set holds texts, as programs write values");
      choice.set.emplace_back(path, text.get<std::string>());
    }
  }
  return rev_answer(resolve_conflict(call.office, call.id(), choice, call.author));
}

Response attach_now(const Call& call) {
  return rev_answer(attach_bytes(call.office, call.id(), call.request, call.path["name"], call.author));
}
Response detach_now(const Call& call) {
  return rev_answer(detach_file(call.office, call.id(), call.path["name"], call.author));
}

Response import_file(const Call& call) {
  const auto yes = [&](const char* name) { return call.parameter(name) == "true"; };
  const ImportRequest wish{call.parameter("id"), yes("dry_run"), yes("convert"), yes("merge")};
  const auto result = import_report(call.office, call.request.body, wish, call.author);
  if (!result) return failed_call(result.error());
  return answer(result->to_json());
}

constexpr Route kReportRoutes[] = {
    {"POST", "/api/v1/reports", begin_report},
    {"DELETE", "/api/v1/reports/{id}",
     [](const Call& call) { return answer(delete_report(call.office, call.id(), call.author)); }},
    {"PUT", "/api/v1/reports/{id}/draft", keep},
    {"POST", "/api/v1/reports/{id}/judge", judge_only},
    {"POST", "/api/v1/reports/{id}/save", save},
    {"POST", "/api/v1/reports/{id}/submit", submit_now},
    {"POST", "/api/v1/reports/{id}/confirm",
     [](const Call& call) { return answer(confirm_report(call.office, call.id(), call.author)); }},
    {"POST", "/api/v1/reports/{id}/accept",
     [](const Call& call) { return rev_answer(accept_proposed(call.office, call.id(), call.author)); }},
    {"POST", "/api/v1/reports/{id}/withdraw",
     [](const Call& call) { return answer(withdraw_report(call.office, call.id(), call.author)); }},
    {"PUT", "/api/v1/reports/{id}/attachments/{name}", attach_now},
    {"DELETE", "/api/v1/reports/{id}/attachments/{name}", detach_now},
    {"POST", "/api/v1/conflicts/{id}", resolve_now},
    {"POST", "/api/v1/imports", import_file},
};

}  // namespace

std::span<const Route> report_routes() { return kReportRoutes; }

}  // namespace tram::agent
