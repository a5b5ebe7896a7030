// COPY of a document: what it holds, under another id.
#include <algorithm>
#include <optional>

#include "http/url.h"
#include "sync/service.h"

namespace tram {
namespace {

struct Destination {
  std::string id;
  RevisionId parent;  // empty: new there
};

// "id", "id?rev=…"; relative to the database.
Result<Destination> read_destination(std::string_view header) {
  if (header.empty()) return error(ErrorCode::bad_request, "Destination header is mandatory for COPY.");
  if (header.find("://") != std::string_view::npos) {
    return error(ErrorCode::bad_request, "Destination URL must be relative.");
  }
  const auto question = std::min(header.find('?'), header.size());
  Destination destination;
  ASSIGN_OR_RETURN(destination.id, http::percent_decode(header.substr(0, question)));
  RETURN_IF_ERROR(check_id(destination.id));
  if (question == header.size()) return destination;
  ASSIGN_OR_RETURN(const http::Parameters parameters, http::parse_query(header.substr(question + 1)));
  for (const auto& [name, value] : parameters) {
    if (name != "rev") continue;
    ASSIGN_OR_RETURN(destination.parent, RevisionId::parse(value));
  }
  return destination;
}

Result<std::optional<Document>> source_of(const Call& call, const std::string& id) {
  std::optional<RevisionId> rev;
  if (const auto text = call.query.get("rev")) {
    ASSIGN_OR_RETURN(rev, RevisionId::parse(*text));
  }
  std::optional<Document> document;
  RETURN_IF_ERROR(call.database->store->read([&](Snapshot& snapshot) -> Status {
    if (!rev) {
      ASSIGN_OR_RETURN(document, snapshot.winner(id));
      return {};
    }
    ASSIGN_OR_RETURN(const auto record, snapshot.find(id));
    const std::int32_t node = record ? record->tree.find(*rev) : Node::kNone;
    if (node == Node::kNone) return {};
    ASSIGN_OR_RETURN(document, snapshot.document(*record, node));
    return {};
  }));
  return document;
}

Result<http::Response> copy_document(const Call& call, const std::string& id) {
  ASSIGN_OR_RETURN(Destination destination, read_destination(call.request.headers.get("Destination")));
  if (id.starts_with(kLocalPrefix) || destination.id.starts_with(kLocalPrefix)) {
    return error(ErrorCode::bad_request, "_local documents are not copied.");
  }
  ASSIGN_OR_RETURN(auto source, source_of(call, id));
  if (!source) return http::error_response(404, "not_found", "missing");
  return edit_document(call,
                       {std::move(destination.id), std::move(destination.parent), source->deleted,
                        std::move(source->body), std::move(source->attachments)},
                       201);
}

}  // namespace

void add_copy_routes(http::Router& router, Service& service) {
  router.add("COPY", "/{db}/{id}",
             service.in_database(Access::write, [](const Call& call) { return copy_document(call, call.path["id"]); }));
  router.add("COPY", "/{db}/_design/{name}", service.in_database(Access::write, [](const Call& call) {
    return copy_document(call, "_design/" + call.path["name"]);
  }));
}

}  // namespace tram
