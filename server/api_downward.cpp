// What goes down to the offices, and what they recommend.
#include "server/api_answers.h"
#include "server/downward.h"
#include "server/reference_listing.h"

namespace tram::api {

Result<json::Value> forms(const ApiCall& call) { return list_forms(call.province); }

Result<json::Value> reference(const ApiCall& call) { return list_reference(call.province, call.parameter("kind")); }

Result<json::Value> reference_one(const ApiCall& call) { return reference_document(call.province, call.path["id"]); }

Result<json::Value> published(const ApiCall& call) {
  ASSIGN_OR_RETURN(json::Value body, call.body());
  return publish(call.province, std::move(body), call.caller.name);
}

Result<json::Value> readers(const ApiCall& call) { return readings(call.province, call.path["id"]); }

Result<json::Value> recommendations(const ApiCall& call) {
  return list_recommendations(call.province, call.parameter("office"));
}

Result<json::Value> answered(const ApiCall& call) {
  ASSIGN_OR_RETURN(const json::Value body, call.body());
  return answer_recommendation(call.province, call.path["slug"], call.path["id"], body, call.by(body));
}

}  // namespace tram::api
