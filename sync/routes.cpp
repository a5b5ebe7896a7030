#include "sync/routes.h"

#include <algorithm>

#include "core/base/digest.h"
#include "core/base/log.h"
#include "sync/service.h"

namespace tram {
namespace {

constexpr std::string_view kAllowedHeaders =
    "accept, authorization, content-type, if-match, if-none-match, if-range, last-event-id, origin, range, referer, "
    "x-csrf-token, tram-if-seen, tram-session";
constexpr std::string_view kExposedHeaders =
    "accept-ranges, content-disposition, content-length, content-range, content-type, etag, retry-after, tram-peer, "
    "tram-seqs, tram-wrote, tram-rules";

http::Response forbidden() { return http::error_response(403, "forbidden", "You may not use this database."); }

// Changes when what this credential may do changes.
std::string rules_digest(const Principal& principal, const Database& database) {
  std::string text = database.rules ? database.rules->digest() : std::string();
  text += principal.admin ? "\nadmin\n" : "\n" + principal.office + "\n";
  text += std::to_string(kDocumentBytesMax);
  return sha256_hex(text).substr(0, 8);
}

}  // namespace

http::Response protocol_error(const Error& error) {
  http::Response response = http::error_response(error);
  if (error.name == "missing_stub") return http::error_response(412, "missing_stub", error.message);
  if (error.name == "bad_revision") return http::error_response(400, "bad_request", error.message);
  if (error.code != ErrorCode::disk_full) return response;
  return http::error_response(507, "insufficient_storage", error.message);
}

http::Response not_served(std::string_view what) { return http::error_response(501, "not_implemented", what); }

std::optional<http::Response> refuse_other_than_json(const http::Request& request) {
  if (request.content_type() == "application/json") return std::nullopt;
  return http::error_response(415, "bad_content_type", "Content-Type must be application/json");
}

void when_known(http::Response& response, std::function<void(http::Response&)> change) {
  if (!response.later) return change(response);
  auto later = std::make_shared<http::Later>(std::move(*response.later));
  later->next = [next = std::move(later->next), change = std::move(change)] {
    http::Response known = next();
    when_known(known, change);
    return known;
  };
  response.later = std::move(later);
}

Service::Service(ReplicationOptions options) : options_(std::move(options)) {
  add_server_routes(router_, *this);
  add_database_routes(router_, *this);
  add_listing_routes(router_, *this);
  add_changes_routes(router_, *this);
  add_bulk_routes(router_, *this);
  add_document_routes(router_, *this);
  add_copy_routes(router_, *this);
  add_attachment_routes(router_, *this);
  add_local_routes(router_, *this);
  add_find_routes(router_, *this);
  add_index_routes(router_, *this);
  add_purge_routes(router_, *this);
}

namespace {

// Lines are paid for by the byte.
void leave_out_what_browsers_read(http::Response& response) {
  for (const char* name : {"Cache-Control", "X-Content-Type-Options"}) response.headers.set(name, "");
}

}  // namespace

http::Response Service::handle(const http::Request& request) {
  const std::string_view header = request.headers.get("Origin");
  const bool is_known = std::find(options_.origins.begin(), options_.origins.end(), header) != options_.origins.end();
  const std::string origin(is_known ? header : std::string_view());
  http::Response response;
  if (request.method == "OPTIONS" && !origin.empty()) {
    response = {204,
                {{"Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, DELETE"},
                 {"Access-Control-Allow-Headers", std::string(kAllowedHeaders)},
                 {"Access-Control-Max-Age", "600"}}};
  } else {
    response = router_.route(request);
    if (options_.renew) options_.renew(request, response);
  }
  const bool is_ours = request.headers.has("Tram-If-Seen") || request.headers.has("Tram-Session");
  when_known(response, [this, origin, is_ours](http::Response& known) {
    sign(known, origin);
    if (is_ours) leave_out_what_browsers_read(known);
  });
  return response;
}

void Service::sign(http::Response& response, const std::string& origin) const {
  response.headers.set("Tram-Peer", options_.uuid);
  if (origin.empty()) return;
  response.headers.set("Access-Control-Allow-Origin", origin);
  response.headers.set("Access-Control-Allow-Credentials", "true");
  response.headers.set("Access-Control-Expose-Headers", kExposedHeaders);
  response.headers.add("Vary", "Origin");
}

void Service::audit(std::string_view event, const Principal& principal, std::string_view detail) const {
  log::warning(event, {{"who", principal.name}, {"what", std::string(detail)}});
  if (options_.audit) options_.audit(event, principal, detail);
}

http::RouteHandler Service::for_known(ServerHandler handler) {
  return [this, handler = std::move(handler)](const http::Request& request, const http::PathValues&) {
    const auto principal = options_.authenticate(request);
    if (!principal) return protocol_error(principal.error());
    const auto query = Query::of(request);
    if (!query) return protocol_error(query.error());
    if (const Status session = begin_session(request, *principal, nullptr); !session) {
      return protocol_error(session.error());
    }
    auto response = handler(request, *query, *principal);
    if (!response) return protocol_error(response.error());
    tell_sequences(*response, *principal, nullptr);
    return *std::move(response);
  };
}

http::RouteHandler Service::in_database(Access needed, DatabaseHandler handler) {
  return [this, needed, handler = std::move(handler)](const http::Request& request, const http::PathValues& path) {
    auto response = answer_in_database(request, path, needed, handler);
    return response ? *std::move(response) : protocol_error(response.error());
  };
}

Result<http::Response> Service::answer_in_database(const http::Request& request, const http::PathValues& path,
                                                   Access needed, const DatabaseHandler& handler) {
  ASSIGN_OR_RETURN(const Principal principal, options_.authenticate(request));
  const std::string& name = path["db"];
  if (name.starts_with('_')) return not_served("This server has no " + name + ".");
  const Access access = access_of(principal, name);
  if (access == Access::none) return forbidden();
  if (access < needed) return http::error_response(403, "forbidden", "You may only read this database.");
  auto database = options_.databases->open(name);
  if (!database && database.error().code == ErrorCode::not_found) {
    return http::error_response(404, "not_found", "Database does not exist.");
  }
  RETURN_IF_ERROR(database);

  http::Response response;
  Status precondition = begin_session(request, principal, *database);
  if (const std::string_view seen = request.headers.get("Tram-If-Seen"); precondition && !seen.empty()) {
    bool in_history = false;
    precondition = (*database)->store->read([&](Snapshot& snapshot) -> Status {
      RETURN_IF_ERROR(snapshot.since(seen, &in_history));
      return {};
    });
    if (precondition && !in_history) {
      precondition = error(ErrorCode::history_changed, "The sequence is not in this database's history.");
    }
  }
  if (precondition) {
    ASSIGN_OR_RETURN(const Query query, Query::of(request));
    std::string instance = session_instance(request.headers.get("Tram-Session"));
    if (instance.empty()) instance = query.get("instance").value_or("");
    auto handled = handler(Call{request, path, query, principal, *database, access, std::move(instance)});
    response = handled ? *std::move(handled) : protocol_error(handled.error());
  } else {
    response = protocol_error(precondition.error());
  }
  tell_sequences(response, principal, *database);
  return response;
}

Status Service::begin_session(const http::Request& request, const Principal& principal,
                              const std::shared_ptr<Database>& database) {
  const std::string_view header = request.headers.get("Tram-Session");
  if (header.empty()) return {};
  std::shared_ptr<Database> own = database;
  if (!principal.office.empty()) {
    ASSIGN_OR_RETURN(own, options_.databases->open("office-" + principal.office));
  }
  if (own == nullptr) return {};
  ASSIGN_OR_RETURN(const SessionClaim claim, SessionClaim::parse(header));
  Status begun = tram::begin_session(*own->store, claim);
  if (!begun && (begun.error().code == ErrorCode::replica_fork || begun.error().code == ErrorCode::history_changed)) {
    audit(begun.error().what_name(), principal, claim.instance);
  }
  return begun;
}

// An administrator may see thousands of databases and is told of the one that he asked for.
void Service::tell_sequences(http::Response& response, const Principal& principal,
                             const std::shared_ptr<Database>& database) const {
  std::vector<std::shared_ptr<Database>> told;
  if (!principal.office.empty()) {
    for (const std::string& name : {"office-" + principal.office, std::string("reference")}) {
      if (auto open = options_.databases->open(name)) told.push_back(*std::move(open));
    }
  } else if (database != nullptr) {
    told.push_back(database);
  }
  std::string rules = database == nullptr ? "" : rules_digest(principal, *database);
  when_known(response, [told = std::move(told), rules = std::move(rules)](http::Response& known) {
    std::string seqs;
    for (const auto& one : told) seqs += (seqs.empty() ? "" : ", ") + one->name + "=" + one->store->update_seq();
    if (!seqs.empty()) known.headers.set("Tram-Seqs", seqs);
    if (!rules.empty()) known.headers.set("Tram-Rules", rules);
  });
}

http::Handler make_replication_handler(ReplicationOptions options) {
  return [service = std::make_shared<Service>(std::move(options))](const http::Request& request) {
    return service->handle(request);
  };
}

}  // namespace tram
