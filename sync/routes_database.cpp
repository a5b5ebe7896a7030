// Routes of one database as a whole.
#include <algorithm>
#include <charconv>
#include <filesystem>

#include "core/base/json.h"
#include "sync/service.h"
#include "sync/wire.h"

namespace tram {
namespace {

constexpr std::size_t kCompactSlice = 500;
constexpr std::string_view kSecurity = "security";
constexpr std::string_view kOpenSecurity = R"({"admins":{"names":[],"roles":[]},"members":{"names":[],"roles":[]}})";

http::Response ok(int status) { return http::json_response(status, "{\"ok\":true}\n"); }

Result<http::Response> info(const Call& call) {
  ASSIGN_OR_RETURN(const std::string text, database_info(*call.database));
  return http::json_response(200, text + "\n");
}

// For making and removing databases, which need not exist for it.
Result<Principal> administrator(const Service& service, const http::Request& request) {
  ASSIGN_OR_RETURN(Principal principal, service.options().authenticate(request));
  if (!principal.admin) return error(ErrorCode::forbidden, "You may not use this database.", "forbidden");
  if (!service.options().may_create) return error(ErrorCode::forbidden, "Databases are not made here.", "forbidden");
  return principal;
}

Result<http::Response> create(const Service& service, const http::Request& request, const std::string& name) {
  ASSIGN_OR_RETURN(const Principal principal, administrator(service, request));
  if (!is_database_name(name) || kind_of(name) == DatabaseKind::office) {
    return http::error_response(400, "illegal_database_name",
                                "The name of a database begins with a-z, goes on with a-z, 0-9, _$()+/- and is not one "
                                "that this server uses itself.");
  }
  const auto created = service.options().databases->create(name);
  if (!created && created.error().code == ErrorCode::conflict) {
    return http::error_response(412, "file_exists", "The database could not be created, the file already exists.");
  }
  RETURN_IF_ERROR(created);
  service.audit("database_created", principal, name);
  http::Response response = ok(201);
  response.headers.set("Location", "/" + http::percent_encode(name));
  return response;
}

Result<http::Response> remove(const Service& service, const http::Request& request, const std::string& name) {
  ASSIGN_OR_RETURN(const Principal principal, administrator(service, request));
  const Status removed = service.options().databases->remove(name);
  if (!removed && removed.error().code == ErrorCode::not_found) {
    return http::error_response(404, "not_found", "Database does not exist.");
  }
  RETURN_IF_ERROR(removed);
  service.audit("database_removed", principal, name);
  return ok(200);
}

Result<http::Response> security(const Call& call) {
  std::string text(kOpenSecurity);
  RETURN_IF_ERROR(call.database->store->read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const auto kept, snapshot.meta(kSecurity));
    if (kept) text = *kept;
    return {};
  }));
  return http::json_response(200, text + "\n");
}

Result<http::Response> put_security(const Service& service, const Call& call) {
  if (!call.principal.admin) return error(ErrorCode::forbidden, "Only the administrator does this.");
  if (auto refused = refuse_other_than_json(call.request)) return *std::move(refused);
  ASSIGN_OR_RETURN(const json::Value value, json::parse_object(call.request.body));
  RETURN_IF_ERROR(call.database->store->write(
      [&](Transaction& transaction) { return transaction.set_meta(kSecurity, json::print(value)); }));
  service.audit("security_changed", call.principal, call.database->name);
  return ok(200);
}

// Lowering the limit makes false conflicts that stay; raising it is not needed.
Result<http::Response> put_revs_limit(const Call& call) {
  if (!call.principal.admin) return error(ErrorCode::forbidden, "Only the administrator does this.");
  json::Reader reader(call.request.body);
  const auto limit = reader.integer();
  RETURN_IF_ERROR(reader.finish());
  if (!limit || *limit < static_cast<std::int64_t>(kRevsLimit)) {
    return error(ErrorCode::bad_request, "The limit is " + std::to_string(kRevsLimit) + " and is never lowered.");
  }
  return ok(200);
}

Result<http::Response> full_commit(const Call& call) {
  std::string out = "{\"ok\":true,\"instance_start_time\":";
  json::print_string(out, call.database->store->instance_start_time());
  return http::json_response(201, out + "}\n");
}

// The sequence up to which documents were looked at; equal to `after` at the end.
Result<std::uint64_t> compact_some(Store& store, std::uint64_t after, std::uint64_t until) {
  std::vector<std::string> ids;
  RETURN_IF_ERROR(store.read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const std::vector<Record> records, snapshot.changes(after, until, kCompactSlice));
    for (const Record& record : records) {
      const auto& nodes = record.tree.nodes();
      const auto bodies = std::count_if(nodes.begin(), nodes.end(), [](const Node& node) { return node.has_body; });
      if (static_cast<std::size_t>(bodies) > record.tree.leaves().size()) ids.push_back(record.id);
      after = record.seq;
    }
    return {};
  }));
  if (ids.empty()) return after;
  RETURN_IF_ERROR(store.write([&](Transaction& transaction) -> Status {
    for (const std::string& id : ids) RETURN_IF_ERROR(transaction.compact(id));
    return {};
  }));
  return after;
}

// Elsewhere than in plain databases earlier versions are the bases of merges.
Result<http::Response> compact(const Call& call) {
  if (auto refused = refuse_other_than_json(call.request)) return *std::move(refused);
  if (call.database->kind != DatabaseKind::plain) return ok(202);
  Store& store = *call.database->store;
  const std::uint64_t until = store.sequence();
  for (std::uint64_t at = 0, next = 0;; at = next) {
    ASSIGN_OR_RETURN(next, compact_some(store, at, until));
    if (next == at) return ok(202);
  }
}

Result<http::Response> revs_diff(const Call& call, bool with_ancestors) {
  if (auto refused = refuse_other_than_json(call.request)) return *std::move(refused);
  ASSIGN_OR_RETURN(const RevisionSet offered, wire::read_revisions(call.request.body));
  std::string out = with_ancestors ? "{" : "{\"missing_revs\":{";
  const std::size_t empty = out.size();
  RETURN_IF_ERROR(call.database->store->read([&](Snapshot& snapshot) -> Status {
    for (const auto& [id, revs] : offered) {
      ASSIGN_OR_RETURN(const auto record, snapshot.find(id));
      std::vector<RevisionId> missing, ancestors;
      std::uint64_t newest = 0;
      for (const RevisionId& rev : revs) {
        if (!record || record->tree.find(rev) == Node::kNone) missing.push_back(rev);
      }
      if (!missing.empty()) RETURN_IF_ERROR(drop_purged(*call.database->store, snapshot, id, missing));
      for (const RevisionId& rev : missing) newest = std::max(newest, rev.generation);
      if (missing.empty()) continue;
      if (out.size() > empty) out += ',';
      json::print_string(out, id);
      out += with_ancestors ? ":{\"missing\":" : ":";
      wire::write_revs_list(out, missing);
      if (!with_ancestors) continue;
      for (const std::int32_t leaf : record ? record->tree.leaves() : std::vector<std::int32_t>()) {
        if (record->tree.at(leaf).rev.generation < newest) ancestors.push_back(record->tree.at(leaf).rev);
      }
      if (!ancestors.empty()) {
        out += ",\"possible_ancestors\":";
        wire::write_revs_list(out, ancestors);
      }
      out += '}';
    }
    return {};
  }));
  return http::json_response(200, out + (with_ancestors ? "}\n" : "}}\n"));
}

}  // namespace

Result<std::string> database_info(Database& database) {
  Store& store = *database.store;
  Counts counts;
  RETURN_IF_ERROR(store.read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(counts, snapshot.counts());
    return {};
  }));
  std::error_code none;
  const auto file = std::filesystem::file_size(store.path(), none);
  const std::string size = std::to_string(none ? 0 : file);
  std::string out = "{\"db_name\":";
  json::print_string(out, database.name);
  out += ",\"update_seq\":";
  json::print_string(out, store.update_seq());
  out += ",\"instance_start_time\":";
  json::print_string(out, store.instance_start_time());
  out += R"(,"purge_seq":")" + std::to_string(store.purge_seq()) + R"(","doc_count":)" + std::to_string(counts.live) +
         ",\"doc_del_count\":" + std::to_string(counts.deleted) + ",\"sizes\":{\"active\":" + size +
         ",\"external\":" + size + ",\"file\":" + size +
         R"(},"compact_running":false,"props":{},"disk_format_version":8,)" +
         R"("cluster":{"q":1,"n":1,"w":1,"r":1},"tram":{"db_uuid":)";
  json::print_string(out, store.db_uuid());
  return out + "}}";
}

void add_database_routes(http::Router& router, Service& service) {
  const auto in = [&](std::string_view method, std::string_view path, Access needed, Service::DatabaseHandler handler) {
    router.add(method, path, service.in_database(needed, std::move(handler)));
  };
  const auto answer = [](Result<http::Response> response) {
    return response ? *std::move(response) : protocol_error(response.error());
  };
  in("GET", "/{db}", Access::read, info);
  router.add("PUT", "/{db}", [&service, answer](const auto& request, const auto& path) {
    return answer(create(service, request, path["db"]));
  });
  router.add("DELETE", "/{db}", [&service, answer](const auto& request, const auto& path) {
    return answer(remove(service, request, path["db"]));
  });
  in("POST", "/{db}/_revs_diff", Access::read, [](const Call& call) { return revs_diff(call, true); });
  in("POST", "/{db}/_missing_revs", Access::read, [](const Call& call) { return revs_diff(call, false); });
  in("POST", "/{db}/_ensure_full_commit", Access::read, full_commit);
  in("GET", "/{db}/_security", Access::read, security);
  in("PUT", "/{db}/_security", Access::write, [&service](const Call& call) { return put_security(service, call); });
  in("GET", "/{db}/_revs_limit", Access::read,
     [](const Call&) { return Result<http::Response>(http::json_response(200, std::to_string(kRevsLimit) + "\n")); });
  in("PUT", "/{db}/_revs_limit", Access::write, put_revs_limit);
  in("POST", "/{db}/_compact", Access::write, compact);
  for (const std::string_view path : {"/{db}/_view_cleanup", "/{db}/_partition/{rest...}", "/{db}/_shards"}) {
    for (const std::string_view method : {"GET", "POST"}) {
      in(method, path, Access::read, [](const Call&) {
        return Result<http::Response>(not_served("This server runs no JavaScript and has no shards; use _find."));
      });
    }
  }
}

}  // namespace tram
