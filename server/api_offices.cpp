// Offices and what they sent.
#include "server/api_answers.h"
#include "server/attached_files.h"
#include "server/drilldown.h"
#include "server/new_office.h"
#include "server/office_order.h"
#include "server/review_queue.h"
#include "server/reviews.h"
#include "server/search.h"
#include "server/status_report.h"
#include "server/unit_history.h"

namespace tram::api {

Result<json::Value> status(const ApiCall& call) { return status_report(call.province, true); }

Result<json::Value> offices(const ApiCall& call) {
  json::Value list = json::Value::array();
  for (const Office& office : by_name(call.province.registry().offices())) {
    ASSIGN_OR_RETURN(json::Value status, office_status(call.province, office));
    list.push_back(std::move(status));
  }
  return list;
}

Result<json::Value> office_added(const ApiCall& call) {
  ASSIGN_OR_RETURN(const json::Value body, call.body());
  const auto text = [&](const char* name) { return json::string_at(body, name).value_or(""); };
  ASSIGN_OR_RETURN(const NewOffice office, complete_office(call.province, {text("slug"), text("name"), text("unit")}));
  ASSIGN_OR_RETURN(const std::string token, call.province.add_office(office.slug, office.name, office.unit));
  return json::Value{{"slug", office.slug}, {"name", office.name}, {"unit", office.unit}, {"token", token}};
}

Result<json::Value> token_renewed(const ApiCall& call) {
  ASSIGN_OR_RETURN(const std::string token, call.province.renew_token(call.path["slug"]));
  return json::Value{{"slug", call.path["slug"]}, {"token", token}};
}

Result<json::Value> reports(const ApiCall& call) { return list_reports(call.province, call.path["slug"]); }

Result<json::Value> report(const ApiCall& call) {
  return report_beside_last(call.province, call.path["slug"], call.path["id"]);
}

Result<json::Value> attachments(const ApiCall& call) {
  return attached_files(call.province, call.path["slug"], call.path["id"]);
}

Result<http::Response> attachment(const ApiCall& call) {
  return attached_file(call.province, call.path["slug"], call.path["id"], call.path["name"]);
}

Result<json::Value> reviewed(const ApiCall& call) {
  ASSIGN_OR_RETURN(const json::Value body, call.body());
  ASSIGN_OR_RETURN(Review review, read_review(body));
  if (review.verdict == "reopened" && call.caller.role < Role::leader) {
    Error refusal = error(ErrorCode::forbidden, "the province's leader reopens a report", "role");
    refusal.message_vi = "Chỉ lãnh đạo Sở mở khóa báo cáo.";
    return refusal;
  }
  review.by = call.by(body);
  return write_review(call.province, call.path["slug"], call.path["id"], std::move(review));
}

Result<json::Value> review_queue(const ApiCall& call) {
  return tram::review_queue(call.province, call.parameter("form"), call.parameter("period"), call.flag("all"));
}

Result<json::Value> document(const ApiCall& call) {
  return office_document(call.province, call.path["slug"], call.path["id"]);
}

Result<json::Value> history(const ApiCall& call) {
  return office_history(call.province, call.path["slug"], call.path["id"]);
}

Result<json::Value> search(const ApiCall& call) { return search_documents(call.province, call.parameter("q")); }

Result<json::Value> unit(const ApiCall& call) { return unit_history(call.province, call.path["code"]); }

}  // namespace tram::api
