// receipt, notice, recommendation
#include <map>

#include "agent/commands.h"
#include "agent/notices.h"
#include "agent/receipts.h"

namespace tram::agent {
namespace {

Result<Outcome> receipts(Office& office, const CommandLine& line, const Author&) {
  ASSIGN_OR_RETURN(const json::Value list, verify_receipts(office, line.id));
  Outcome outcome = line.json ? say_json(list) : say(receipts_text(list));
  for (const json::Value& one : list) {
    if (one["valid"] == false) outcome.exit = 1;
  }
  if (outcome.exit != 0)
    outcome.err = "tram-agent: có giấy báo nhận không hợp lệ / a receipt does not hold, see the list\n";
  return outcome;
}

Result<Outcome> notices(Office& office, const CommandLine& line, const Author&) {
  ASSIGN_OR_RETURN(const json::Value list, list_notices(office));
  return line.json ? say_json(list) : say(notices_text(list));
}

Result<Outcome> notice(Office& office, const CommandLine& line, const Author&) {
  ASSIGN_OR_RETURN(const json::Value body, show_notice(office, line.id));
  return say_json(body);
}

Result<Outcome> read_one(Office& office, const CommandLine& line, const Author& author) {
  RETURN_IF_ERROR(read_notice(office, line.id, author, line.forwarded));
  return say("");
}

Result<Fields> fields_of(const CommandLine& line) {
  Fields fields;
  for (const std::string& typed : line.fields) {
    ASSIGN_OR_RETURN(auto field, split_field(typed));
    fields.push_back(std::move(field));
  }
  return fields;
}

Result<Outcome> recommend(Office& office, const CommandLine& line, const Author& author) {
  ASSIGN_OR_RETURN(const Fields fields, fields_of(line));
  ASSIGN_OR_RETURN(const std::string id, new_recommendation(office, fields, author));
  return say(id + "\n");
}

Result<Outcome> change_recommendation(Office& office, const CommandLine& line, const Author& author) {
  ASSIGN_OR_RETURN(const Fields fields, fields_of(line));
  RETURN_IF_ERROR(set_recommendation(office, line.id, fields, author));
  return say("");
}

Result<Outcome> recommendations(Office& office, const CommandLine& line, const Author&) {
  ASSIGN_OR_RETURN(const json::Value list, list_recommendations(office));
  return line.json ? say_json(list) : say(recommendations_text(list));
}

using Downward = Result<Outcome> (*)(Office&, const CommandLine&, const Author&);
const std::map<std::string, Downward, std::less<>> kDownwardActs = {{"receipt verify", receipts},
                                                                    {"notice list", notices},
                                                                    {"notice show", notice},
                                                                    {"notice read", read_one},
                                                                    {"recommendation new", recommend},
                                                                    {"recommendation set", change_recommendation},
                                                                    {"recommendation list", recommendations}};

}  // namespace

MaybeOutcome execute_downward(Office& office, const CommandLine& line, const Caller& caller) {
  const auto act = kDownwardActs.find(line.verb);
  if (act == kDownwardActs.end()) return std::nullopt;
  return act->second(office, line, author_of(line, caller));
}

}  // namespace tram::agent
