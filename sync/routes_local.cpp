// _local documents: where replicators keep their checkpoints. The last writer wins.
#include <algorithm>

#include "core/base/json.h"
#include "sync/service.h"

namespace tram {
namespace {

constexpr std::uint64_t kLocalsListedMax = 1000;

Result<DocumentText> read(std::string_view body) {
  json::Reader reader(body);
  auto text = read_document_text(reader);
  RETURN_IF_ERROR(reader.finish());
  if (text) RETURN_IF_ERROR(check_no_attachments(*text));
  return text;
}

http::Response written(int status, const std::string& id, std::string_view rev) {
  std::string out = "{\"ok\":true,\"id\":";
  json::print_string(out, id);
  out += ",\"rev\":\"";
  out += rev;
  return http::json_response(status, out + "\"}\n");
}

}  // namespace

Result<http::Response> get_local(const Call& call, const std::string& id) {
  std::optional<LocalDocument> found;
  RETURN_IF_ERROR(call.database->store->read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(found, snapshot.local(local_key(call.principal, call.access, id)));
    return {};
  }));
  if (!found) return http::error_response(404, "not_found", "missing");
  std::string out = "{\"_id\":";
  json::print_string(out, id);
  out += ",\"_rev\":\"" + found->rev + '"';
  const std::string_view members = std::string_view(found->body).substr(1);
  if (members.find_first_not_of(" \t\r\n") != members.rfind('}')) out += ',';
  out += members;
  return http::json_response(200, out + "\n");
}

Result<http::Response> put_local(const Service& service, const Call& call, const std::string& id) {
  if (auto refused = refuse_other_than_json(call.request)) return *std::move(refused);
  RETURN_IF_ERROR(check_id(id));
  auto text = read(call.request.body);
  // Without its _id the text does not show that _rev and _revisions are those of a _local document.
  const auto brace = call.request.body.find('{');
  if (!text && text.error().name == "bad_revision" && brace != std::string::npos) {
    std::string named = "\"_id\":";
    json::print_string(named, id);
    text = read(std::string(call.request.body).insert(brace + 1, named + ","));
  }
  RETURN_IF_ERROR(text);
  const std::string key = local_key(call.principal, call.access, id);
  RETURN_IF_ERROR(check_local(service, call, key, text->body.size()));
  if (!text->rev && call.query.has("rev")) {
    const std::string_view given = *call.query.get("rev");
    text->rev = RevisionId{0, std::string(given.substr(std::min(given.find('-') + 1, given.size())))};
  }
  std::string rev;
  RETURN_IF_ERROR(call.database->store->write([&](Transaction& transaction) -> Status {
    ASSIGN_OR_RETURN(const RevisionId made, write_local(transaction, key, *text));
    rev = made.text();
    return {};
  }));
  return written(201, id, rev);
}

Result<RevisionId> write_local(Transaction& transaction, std::string_view key, const DocumentText& text) {
  if (text.deleted) {
    RETURN_IF_ERROR(transaction.delete_local(key));
    return RevisionId{0, "0"};
  }
  ASSIGN_OR_RETURN(const std::string rev, transaction.put_local(key, text.body, text.rev ? text.rev->text() : ""));
  return RevisionId{0, rev.substr(2)};
}

Result<http::Response> delete_local(const Call& call, const std::string& id) {
  bool removed = false;
  RETURN_IF_ERROR(call.database->store->write([&](Transaction& transaction) -> Status {
    ASSIGN_OR_RETURN(removed, transaction.delete_local(local_key(call.principal, call.access, id)));
    return {};
  }));
  if (!removed) return http::error_response(404, "not_found", "missing");
  return written(200, id, "0-0");
}

std::string local_key(const Principal& principal, Access access, std::string_view id) {
  if (access == Access::write) return std::string(id);
  return std::string(kLocalPrefix) + "@" + principal.name + "/" + std::string(id.substr(kLocalPrefix.size()));
}

Status check_local(const Service& service, const Call& call, std::string_view key, std::size_t bytes) {
  const bool may_write = call.access == Access::write;
  if (bytes > (may_write ? kDocumentBytesMax : service.options().local_bytes_max)) {
    return error(ErrorCode::too_large, "The document is too large for a _local one.", "document_too_large");
  }
  if (may_write) return {};
  const std::size_t most = service.options().locals_max;
  bool is_room = true;
  RETURN_IF_ERROR(call.database->store->read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const auto known, snapshot.local(key));
    if (known) return {};
    ASSIGN_OR_RETURN(const auto all, snapshot.locals(local_key(call.principal, call.access, kLocalPrefix), most));
    is_room = all.size() < most;
    return {};
  }));
  if (is_room) return {};
  return error(ErrorCode::forbidden,
               "This credential keeps at most " + std::to_string(most) + " _local documents here.", "forbidden");
}

namespace {

// All of them, by their ids; a credential that may only read has none that are its own to list.
Result<http::Response> list_locals(const Call& call) {
  ASSIGN_OR_RETURN(const auto limit, call.query.number("limit"));
  const std::uint64_t most = std::min(limit.value_or(kLocalsListedMax), kLocalsListedMax);
  std::string out = "{\"total_rows\":null,\"offset\":null,\"rows\":[\n";
  RETURN_IF_ERROR(call.database->store->read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const auto found, snapshot.locals(kLocalPrefix, most));
    for (std::size_t i = 0; i < found.size(); ++i) {
      out += i > 0 ? ",\n{\"id\":" : "{\"id\":";
      json::print_string(out, found[i].first);
      out += ",\"key\":";
      json::print_string(out, found[i].first);
      out += ",\"value\":{\"rev\":\"" + found[i].second.rev + "\"}}";
    }
    return {};
  }));
  return http::json_response(200, out + "\n]}\n");
}

}  // namespace

void add_local_routes(http::Router& router, Service& service) {
  const auto id = [](const Call& call) { return std::string(kLocalPrefix) + call.path["name"]; };
  constexpr std::string_view kPath = "/{db}/_local/{name...}";
  router.add("GET", "/{db}/_local_docs", service.in_database(Access::write, list_locals));
  router.add("GET", kPath,
             service.in_database(Access::read, [id](const Call& call) { return get_local(call, id(call)); }));
  router.add("PUT", kPath, service.in_database(Access::read, [&service, id](const Call& call) {
    return put_local(service, call, id(call));
  }));
  router.add("DELETE", kPath,
             service.in_database(Access::read, [id](const Call& call) { return delete_local(call, id(call)); }));
}

}  // namespace tram
