#include "agent/revisions.h"

namespace tram::agent {

Result<json::Value> read_revision(Office& office, std::string_view id, std::string_view rev) {
  ASSIGN_OR_RETURN(const RevisionId wanted, RevisionId::parse(rev));
  json::Value value;
  RETURN_IF_ERROR(office.own().read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const auto record, snapshot.find(id));
    if (!record || record->tree.find(wanted) == Node::kNone) {
      return error(ErrorCode::not_found, std::string(id) + " has no revision " + std::string(rev));
    }
    ASSIGN_OR_RETURN(const auto body, snapshot.body(*record, wanted));
    if (!body) return error(ErrorCode::not_found, "the content of this revision is no longer kept", "not_kept");
    ASSIGN_OR_RETURN(value, json::parse_object(body->text));
    value["_id"] = id;
    value["_rev"] = rev;
    return {};
  }));
  return value;
}

}  // namespace tram::agent
