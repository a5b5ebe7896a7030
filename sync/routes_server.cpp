// Routes of the server itself: who it is, who asks, which databases there are.
#include <algorithm>
#include <array>

#include "core/base/json.h"
#include "sync/service.h"
#include "sync/wire.h"

namespace tram {
namespace {

constexpr std::uint64_t kUuidsMax = 1000;
constexpr std::size_t kInfosMax = 100;

http::Response welcome(const std::string& uuid) {
  return http::json_response(200, R"({"couchdb":"Welcome","version":"3.3.3","uuid":")" + uuid +
                                      R"(","features":[],"vendor":{"name":"tram"},"tram":{"protocol":1}})"
                                      "\n");
}

http::Response up(const ReplicationOptions& options) {
  const std::string health = options.health ? options.health() : "ok";
  return http::json_response(health == "ok" ? 200 : 503, R"({"status":")" + health + "\"}\n");
}

std::string user_context(const Principal* principal) {
  std::string out = R"({"ok":true,"userCtx":{"name":)";
  if (principal == nullptr) {
    out += R"(null,"roles":[])";
  } else {
    json::print_string(out, principal->name);
    out += R"(,"roles":)" + json::print(principal->roles);
  }
  return out + R"(},"info":{"authentication_handlers":["cookie","default"]}})"
               "\n";
}

http::Response session(const ReplicationOptions& options, const http::Request& request) {
  const bool is_anonymous = !request.headers.has("Authorization") && !request.cookie("AuthSession");
  if (is_anonymous) return http::json_response(200, user_context(nullptr));
  const auto principal = options.authenticate(request);
  return principal ? http::json_response(200, user_context(&*principal)) : protocol_error(principal.error());
}

http::Response hook(const std::function<http::Response(const http::Request&)>& to, const http::Request& request) {
  return to ? to(request) : http::error_response(404, "not_found", "This server has no sign-in by cookie.");
}

Result<http::Response> all_databases(const Service& service, const Query& query, const Principal& principal) {
  ASSIGN_OR_RETURN(std::vector<std::string> names, service.options().databases->list());
  ASSIGN_OR_RETURN(auto limit, query.number("limit"));
  ASSIGN_OR_RETURN(auto skip, query.number("skip"));
  ASSIGN_OR_RETURN(const auto start, query.string(query.has("startkey") ? "startkey" : "start_key"));
  ASSIGN_OR_RETURN(const auto end, query.string(query.has("endkey") ? "endkey" : "end_key"));
  const bool descending = query.flag("descending");
  if (descending) std::reverse(names.begin(), names.end());
  json::Value out = json::Value::array();
  for (const std::string& name : names) {
    if (access_of(principal, name) == Access::none) continue;
    if (start && (descending ? name > *start : name < *start)) continue;
    if (end && (descending ? name < *end : name > *end)) continue;
    if (skip && *skip > 0) {
      --*skip;
      continue;
    }
    if (limit && out.size() >= *limit) break;
    out.push_back(name);
  }
  return http::json_response(200, json::print(out) + "\n");
}

Result<http::Response> infos(const Service& service, const http::Request& request, const Principal& principal) {
  if (auto refused = refuse_other_than_json(request)) return *std::move(refused);
  ASSIGN_OR_RETURN(const json::Value body, json::parse_object(request.body));
  const json::Value* keys = json::array_at(body, "keys");
  if (keys == nullptr) return error(ErrorCode::bad_request, "The request has no keys.");
  if (keys->size() > kInfosMax) return error(ErrorCode::bad_request, "At most 100 keys.");
  std::string out = "[";
  for (const json::Value& key : *keys) {
    if (!key.is_string()) return error(ErrorCode::bad_request, "A key is the name of a database.");
    const auto& name = key.get_ref<const std::string&>();
    out += out.size() > 1 ? ",{\"key\":" : "{\"key\":";
    json::print_string(out, name);
    const auto database = access_of(principal, name) == Access::none
                              ? Result<std::shared_ptr<Database>>(error(ErrorCode::not_found, ""))
                              : service.options().databases->open(name);
    if (database) {
      ASSIGN_OR_RETURN(const std::string info, database_info(**database));
      out += ",\"info\":" + info + "}";
    } else {
      out += R"(,"error":"not_found"})";
    }
  }
  return http::json_response(200, out + "]\n");
}

Result<http::Response> uuids(const Service& service, const Query& query) {
  ASSIGN_OR_RETURN(const auto asked, query.number("count"));
  const std::uint64_t count = asked.value_or(1);
  if (count > kUuidsMax) return error(ErrorCode::bad_request, "count is at most 1000.");
  std::string out = "{\"uuids\":[";
  for (std::uint64_t i = 0; i < count; ++i) {
    out += (i > 0 ? ",\"" : "\"") + service.options().random->hex(16) + "\"";
  }
  http::Response response = http::json_response(200, out + "]}\n");
  response.headers.set("Cache-Control", "no-cache, must-revalidate");
  return response;
}

}  // namespace

void add_server_routes(http::Router& router, Service& service) {
  const auto& options = service.options();
  router.add("GET", "/", [&](const auto&, const auto&) { return welcome(options.uuid); });
  router.add("GET", "/_up", [&](const auto&, const auto&) { return up(options); });
  router.add("GET", "/_session", [&](const auto& request, const auto&) { return session(options, request); });
  router.add("POST", "/_session", [&](const auto& request, const auto&) { return hook(options.sign_in, request); });
  router.add("DELETE", "/_session", [&](const auto& request, const auto&) {
    return options.sign_out ? options.sign_out(request) : http::json_response(200, "{\"ok\":true}\n");
  });
  router.add("GET", "/_all_dbs", service.for_known([&](const auto&, const Query& query, const Principal& principal) {
    return all_databases(service, query, principal);
  }));
  router.add("POST", "/_dbs_info", service.for_known([&](const auto& request, const Query&, const Principal& who) {
    return infos(service, request, who);
  }));
  router.add("GET", "/_uuids", service.for_known([&](const auto&, const Query& query, const Principal&) {
    return uuids(service, query);
  }));
  router.add("GET", "/_active_tasks", service.for_known([](const auto&, const Query&, const Principal&) {
    return Result<http::Response>(http::json_response(200, "[]\n"));
  }));
  for (const std::string_view path :
       {"/_replicate", "/_scheduler/{rest...}", "/_node/{rest...}", "/_utils/{rest...}"}) {
    for (const std::string_view method : {"GET", "POST", "PUT", "DELETE"}) {
      router.add(method, path, service.for_known([](const auto& request, const Query&, const Principal&) {
        return Result<http::Response>(not_served("This server has no " + std::string(request.path()) + "."));
      }));
    }
  }
}

}  // namespace tram
