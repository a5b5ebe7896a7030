#include "server/unconfirmed.h"

#include "core/base/log.h"
#include "core/reports/report.h"
#include "server/instant.h"
#include "server/province.h"

namespace tram {
namespace {

constexpr std::string_view kUnconfirmed = "_local/unconfirmed/";

Result<std::set<std::string>> paths_in(std::string_view text) {
  ASSIGN_OR_RETURN(const json::Value body, json::parse_object(text));
  std::set<std::string> paths;
  if (const json::Value* list = json::array_at(body, "paths")) {
    for (const json::Value& path : *list) {
      if (path.is_string()) paths.insert(path.get<std::string>());
    }
  }
  return paths;
}

Result<Document> one_version(Snapshot& snapshot, const std::string& id) {
  ASSIGN_OR_RETURN(const auto record, snapshot.find(id));
  if (!record || record->tree.deleted()) return error(ErrorCode::not_found, "the office has no " + id);
  if (record->tree.live_leaves() > 1)
    return error(ErrorCode::conflict, "two versions of it are in conflict; the office decides first", "in_conflict");
  ASSIGN_OR_RETURN(auto document, snapshot.document(*record, record->tree.winner()));
  if (!document) return error(ErrorCode::corrupt, "the body of " + id + " is gone");
  return *std::move(document);
}

}  // namespace

Status mark_unconfirmed(Transaction& transaction, const std::string& id, const std::vector<std::string>& paths) {
  ASSIGN_OR_RETURN(std::set<std::string> all, unconfirmed_paths(transaction, id));
  all.insert(paths.begin(), paths.end());
  ASSIGN_OR_RETURN(const std::string rev,
                   transaction.put_local(std::string(kUnconfirmed) + id, json::print(json::Value{{"paths", all}})));
  CHECK(!rev.empty());
  return {};
}

Result<std::set<std::string>> unconfirmed_paths(Snapshot& snapshot, std::string_view id) {
  ASSIGN_OR_RETURN(const auto held, snapshot.local(std::string(kUnconfirmed) + std::string(id)));
  return held ? paths_in(held->body) : std::set<std::string>{};
}

Result<json::Value> list_unconfirmed(Province& province) {
  json::Value list = json::Value::array();
  for (const Office& office : province.registry().offices()) {
    ASSIGN_OR_RETURN(const auto database, province.databases().open(office_database(office.slug)));
    RETURN_IF_ERROR(database->store->read([&](Snapshot& snapshot) -> Status {
      ASSIGN_OR_RETURN(const auto held, snapshot.locals(kUnconfirmed, SIZE_MAX));
      for (const auto& [name, document] : held) {
        ASSIGN_OR_RETURN(const auto paths, paths_in(document.body));
        list.push_back({{"office", office.slug}, {"id", name.substr(kUnconfirmed.size())}, {"paths", paths}});
      }
      return {};
    }));
  }
  return list;
}

Result<json::Value> confirm_restored(Province& province, const std::string& slug, const std::string& id,
                                     const std::string& by) {
  if (!province.registry().office(slug)) return error(ErrorCode::not_found, "there is no office " + slug);
  ASSIGN_OR_RETURN(const auto database, province.databases().open(office_database(slug)));
  std::set<std::string> paths;
  Document held;
  RETURN_IF_ERROR(database->store->read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(paths, unconfirmed_paths(snapshot, id));
    if (paths.empty()) return error(ErrorCode::not_found, "nothing of " + id + " waits for confirmation");
    ASSIGN_OR_RETURN(held, one_version(snapshot, id));
    return {};
  }));
  ASSIGN_OR_RETURN(json::Value body, json::parse_object(held.body));
  stamp_edit(body, by, "tram-server", vietnam_text(province.clock().wall_ms()), "trusted");
  // The mark goes first: what then changes makes the figures look again.
  RETURN_IF_ERROR(database->store->write([&](Transaction& transaction) -> Status {
    ASSIGN_OR_RETURN(const bool gone, transaction.delete_local(std::string(kUnconfirmed) + id));
    CHECK(gone);
    return {};
  }));
  const Edit edit{id, held.rev, false, json::print(body)};
  ASSIGN_OR_RETURN(auto written, database->peer.edit({&edit, 1}, false));
  ASSIGN_OR_RETURN(const RevisionId rev, std::move(written.front()));
  log::info("confirmed_after_restore", {{"office", slug}, {"id", id}, {"by", by}});
  return json::Value{{"id", id}, {"rev", rev.text()}, {"paths", paths}};
}

}  // namespace tram
