// review, correct, recovery, confirm
#include "core/reports/report.h"
#include "server/commands.h"
#include "server/reviews.h"
#include "server/unconfirmed.h"

namespace tram {
namespace {

Result<json::Value> review_one(const ServerLine& line, Province& province, const std::string& by) {
  Review review;
  review.verdict = line.verdict;
  review.of = line.of;
  review.by = by;
  review.last_day = line.last_day;
  if (!line.reason.empty()) review.reasons.push_back({"", line.reason});
  return write_review(province, line.slug, line.id, std::move(review));
}

// FIELD=VALUE; nothing behind "=" takes the correction back, null says that there is no figure.
Result<json::Value> correct_one(const ServerLine& line, Province& province, const std::string& by) {
  const std::string& typed = line.fields.front();
  const auto at = typed.find('=');
  if (at == std::string::npos) return error(ErrorCode::usage, "'" + typed + "' is not FIELD=VALUE");
  Correction correction;
  correction.path = typed.substr(0, at);
  const std::string value = typed.substr(at + 1);
  if (!value.empty()) correction.value = value == "null" ? json::Value(nullptr) : json::Value(value);
  correction.of = line.of;
  correction.reason = line.reason;
  correction.by = by;
  return write_correction(province, line.slug, line.id, std::move(correction));
}

Result<json::Value> recovery(const ServerLine& line, Province& province) {
  if (!line.name.empty()) RETURN_IF_ERROR(province.rules_state().set_recovery(line.name == "open"));
  ASSIGN_OR_RETURN(json::Value waiting, list_unconfirmed(province));
  return json::Value{{"open", province.rules_state().recovery()}, {"unconfirmed", std::move(waiting)}};
}

}  // namespace

http::Outcome review_command(const Typed& typed, Province& province) {
  const ServerLine& line = typed.line;
  const std::string by = line.by.empty() ? "admin" : line.by;
  const auto done = line.verb == "review"    ? review_one(line, province, by)
                    : line.verb == "correct" ? correct_one(line, province, by)
                    : line.verb == "confirm" ? confirm_restored(province, line.slug, line.id, by)
                                             : recovery(line, province);
  return done ? say_json(*done) : failed(done.error());
}

}  // namespace tram
