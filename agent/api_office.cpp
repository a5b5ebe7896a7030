// The line, what the province sends down, recommendations, and this PC's settings.
#include "agent/api_parts.h"
#include "agent/line.h"
#include "agent/notices.h"
#include "agent/setup.h"
#include "core/base/clock.h"
#include "storage/data_folder.h"

namespace tram::agent {
namespace {

using http::Response;

Response sync_now(const Call& call) {
  if (call.office.line() == nullptr) return api_error(503, "busy", "the line is not open yet; try again");
  const auto round = call.office.line()->round();
  if (!round) return failed_call(round.error());
  json::Value done = {{"sent", round->sent}, {"received", round->received}, {"error", nullptr}};
  if (round->error) {
    done["error"] = {{"code", round->error->what_name()},
                     {"message", round->error->message},
                     {"message_vi", round->error->message_vi}};
  }
  return answer(done);
}

Result<Fields> fields_in(const Call& call) {
  ASSIGN_OR_RETURN(const json::Value body, call.body());
  Fields fields;
  for (const auto& [name, value] : body.items()) {
    if (!value.is_string()) return error(ErrorCode::bad_request, name + " is to be a text");
    fields.emplace_back(name, value.get<std::string>());
  }
  return fields;
}

Response note_read(const Call& call) {
  const auto body = call.body();
  if (!body) return failed_call(body.error());
  return answer(read_notice(call.office, call.id(), call.author, json::integer_at(*body, "forwarded")));
}

Response send_recommendation(const Call& call) {
  const auto fields = fields_in(call);
  if (!fields) return failed_call(fields.error());
  const auto id = new_recommendation(call.office, *fields, call.author);
  return id ? answer(json::Value{{"id", *id}}) : failed_call(id.error());
}

Response edit_recommendation(const Call& call) {
  const auto fields = fields_in(call);
  if (!fields) return failed_call(fields.error());
  return answer(set_recommendation(call.office, call.id(), *fields, call.author));
}

// Never the token.
Response show_settings(const Call& call) {
  const Enrolment& enrolment = call.office.enrolment();
  const auto facts = call.office.reference().office(enrolment.office);
  const auto unit = call.office.unit_stamp(vietnam_day(call.office.clock().wall_ms()));
  return answer(json::Value{{"office", enrolment.office},
                            {"office_name", facts ? facts->name : ""},
                            {"two_steps", facts ? facts->two_steps : false},
                            {"unit", unit ? *unit : json::Value(nullptr)},
                            {"server", enrolment.server},
                            {"pc", call.author.pc},
                            {"device", enrolment.device_id},
                            {"instance", call.office.own().instance_uuid()},
                            {"pinned", !enrolment.pinned_keys.empty()},
                            {"proxy", enrolment.proxy},
                            {"folder", call.office.folder()},
                            {"free_bytes", free_bytes(call.office.folder())}});
}

// {"day_limit_bytes"}; answers as `budget` of the status does.
Response set_line(const Call& call) {
  if (call.office.line() == nullptr) return api_error(503, "busy", "the line is not open yet; try again");
  const auto body = call.body();
  if (!body) return failed_call(body.error());
  const auto limit = json::integer_at(*body, "day_limit_bytes");
  if (!limit || *limit < 0)
    return api_error(400, "bad_request", "day_limit_bytes is to be a number of bytes, 0 for none");
  const Status set = call.office.line()->set_day_limit(static_cast<std::uint64_t>(*limit));
  return set ? answer(Result<json::Value>(call.office.line()->budget())) : failed_call(set.error());
}

// One file a minute at most bears a name of its own; the folder is the data folder's own.
Response back_up_now(const Call& call) {
  std::string at = utc_text(call.office.clock().wall_ms()).substr(0, 16);
  for (char& c : at) {
    if (c == ':') c = '-';
  }
  const std::string file = call.office.folder() + "/backup-" + at + ".tram";
  if (const Status done = back_up(call.office, file); !done.ok()) return failed_call(done.error());
  return answer(json::Value{{"file", file}});
}

constexpr Route kOfficeRoutes[] = {
    {"POST", "/api/v1/sync", sync_now},
    {"POST", "/api/v1/notices/{id}/receipt", note_read},
    {"POST", "/api/v1/recommendations", send_recommendation},
    {"POST", "/api/v1/recommendations/{id}", edit_recommendation},
    {"GET", "/api/v1/settings", show_settings},
    {"PUT", "/api/v1/settings/line", set_line},
    {"POST", "/api/v1/backups", back_up_now},
};

}  // namespace

std::span<const Route> office_routes() { return kOfficeRoutes; }

}  // namespace tram::agent
