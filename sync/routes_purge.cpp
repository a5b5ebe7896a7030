// _purge: the administrator takes revisions out for good.
#include "core/base/json.h"
#include "sync/service.h"
#include "sync/session_registry.h"
#include "sync/wire.h"

namespace tram {
namespace {

// Those of our own kind that may hold a copy of this database.
Result<std::vector<std::string>> holders(const Service& service, const Database& database) {
  std::vector<std::string> names;
  if (database.kind == DatabaseKind::office) names.push_back(database.name);
  if (database.kind == DatabaseKind::reference) {
    ASSIGN_OR_RETURN(names, service.options().databases->list());
    std::erase_if(names, [](const std::string& name) { return kind_of(name) != DatabaseKind::office; });
  }
  std::vector<std::string> instances;
  for (const std::string& name : names) {
    ASSIGN_OR_RETURN(const auto office, service.options().databases->open(name));
    RETURN_IF_ERROR(office->store->read([&](Snapshot& snapshot) -> Status {
      ASSIGN_OR_RETURN(const std::vector<std::string> some, replicas(snapshot));
      instances.insert(instances.end(), some.begin(), some.end());
      return {};
    }));
  }
  return instances;
}

// A copy that has not seen the newest version may hold something that grew from it, or bring it back unasked.
Status check_confirmed(Store& store, const std::vector<std::string>& instances, const Record& record) {
  std::string late;
  for (const std::string& instance : instances) {
    const auto confirmed = store.confirmed().find(instance);
    if (confirmed == store.confirmed().end() || confirmed->second < record.seq) late += " " + instance;
  }
  if (late.empty()) return {};
  return error(ErrorCode::forbidden,
               "Not every copy has confirmed the newest version of " + record.id + "; these have not:" + late +
                   ". Let them replicate, or replace the office's token when they are lost.",
               "not_acknowledged");
}

Status purge_all(Store& store, Transaction& transaction, const RevisionSet& asked,
                 const std::vector<std::string>& instances, RevisionSet& gone) {
  gone.clear();
  for (const auto& [id, revs] : asked) {
    ASSIGN_OR_RETURN(const auto record, transaction.find(id));
    if (record) RETURN_IF_ERROR(check_confirmed(store, instances, *record));
    ASSIGN_OR_RETURN(std::vector<RevisionId> purged, transaction.purge(id, revs));
    gone.emplace_back(id, std::move(purged));
  }
  return {};
}

Result<http::Response> purge(const Service& service, const Call& call) {
  if (!call.principal.admin) return error(ErrorCode::forbidden, "Only the administrator does this.");
  if (auto refused = refuse_other_than_json(call.request)) return *std::move(refused);
  ASSIGN_OR_RETURN(const RevisionSet asked, wire::read_revisions(call.request.body));
  ASSIGN_OR_RETURN(const auto instances, holders(service, *call.database));
  Store& store = *call.database->store;
  RevisionSet gone;
  RETURN_IF_ERROR(
      store.write([&](Transaction& transaction) { return purge_all(store, transaction, asked, instances, gone); }));
  std::string out = R"({"purge_seq":null,"purged":{)";
  for (std::size_t i = 0; i < gone.size(); ++i) {
    const auto& [id, revs] = gone[i];
    if (i > 0) out += ',';
    json::print_string(out, id);
    out += ':';
    wire::write_revs_list(out, revs);
    for (const RevisionId& rev : revs) {
      service.audit("purged", call.principal, call.database->name + " " + id + " " + rev.text());
    }
  }
  return http::json_response(201, out + "}}\n");
}

}  // namespace

void add_purge_routes(http::Router& router, Service& service) {
  router.add("POST", "/{db}/_purge",
             service.in_database(Access::write, [&service](const Call& call) { return purge(service, call); }));
}

}  // namespace tram
