// Corrections, and what came back after a restore.
#include "server/api_answers.h"
#include "server/reviews.h"
#include "server/unconfirmed.h"

namespace tram::api {

Result<json::Value> corrected(const ApiCall& call) {
  ASSIGN_OR_RETURN(const json::Value body, call.body());
  const auto text = [&](const char* name) { return json::string_at(body, name).value_or(""); };
  Correction correction;
  correction.path = text("field");
  if (const auto value = body.find("value"); value != body.end()) correction.value = *value;
  correction.of = text("of");
  correction.reason = text("reason");
  correction.by = call.by(body);
  return write_correction(call.province, call.path["slug"], call.path["id"], std::move(correction));
}

Result<json::Value> recovery(const ApiCall& call) {
  ASSIGN_OR_RETURN(json::Value waiting, list_unconfirmed(call.province));
  return json::Value{{"open", call.province.rules_state().recovery()}, {"unconfirmed", std::move(waiting)}};
}

Result<json::Value> recovery_set(const ApiCall& call) {
  ASSIGN_OR_RETURN(const json::Value body, call.body());
  const auto open = json::boolean_at(body, "open");
  if (!open) return error(ErrorCode::bad_request, "open is true or false");
  RETURN_IF_ERROR(call.province.rules_state().set_recovery(*open));
  return recovery(call);
}

Result<json::Value> confirmed(const ApiCall& call) {
  ASSIGN_OR_RETURN(const json::Value body, call.body());
  return confirm_restored(call.province, call.path["slug"], call.path["id"], call.by(body));
}

}  // namespace tram::api
