// One document: reading it in all its revisions, editing it.
#include <algorithm>
#include <array>

#include "core/base/json.h"
#include "core/base/log.h"
#include "sync/expand.h"
#include "sync/given.h"
#include "sync/open_revs.h"
#include "sync/render.h"
#include "sync/service.h"
#include "sync/wire.h"

namespace tram {
namespace {

constexpr std::string_view kDesign = "_design/";

http::Response absent(std::string_view reason) { return http::error_response(404, "not_found", reason); }

// A rule's refusal says forbidden, and beside it which rule.
http::Response refused(std::string_view code, std::string_view reason, std::string_view reason_vi) {
  std::string out = "{\"error\":\"forbidden\",\"code\":";
  json::print_string(out, code);
  out += ",\"reason\":";
  json::print_string(out, reason);
  if (!reason_vi.empty()) {
    out += ",\"reason_vi\":";
    json::print_string(out, reason_vi);
  }
  return http::json_response(403, out + "}\n");
}

http::Response written(int status, const std::string& id, const RevisionId& rev) {
  std::string out = "{\"ok\":true,\"id\":";
  json::print_string(out, id);
  out += ",\"rev\":";
  json::print_string(out, rev.text());
  http::Response response = http::json_response(status, out + "}\n");
  response.headers.set("ETag", '"' + rev.text() + '"');
  return response;
}

// ---- reading

std::int32_t asked_node(const RevisionTree& tree, const std::optional<RevisionId>& rev, bool latest) {
  if (!rev) return tree.winner();
  const std::int32_t node = tree.find(*rev);
  return latest && node != Node::kNone ? best_leaf_below(tree, node) : node;
}

Result<bool> get_related(const Service& service, Snapshot& snapshot, const Record& record, std::int32_t node,
                         const Shown& shown, http::Response& response) {
  const std::string boundary = service.options().random->hex(16);
  ASSIGN_OR_RETURN(auto related, render_related(snapshot, record, node, shown, boundary));
  if (!related) return false;
  response = http::json_response(200, std::move(related->text));
  if (related->parts) response.headers.set("Content-Type", "multipart/related; boundary=\"" + boundary + "\"");
  return true;
}

Result<http::Response> get(const Service& service, const Call& call, const std::string& id) {
  RETURN_IF_ERROR(check_id(id));
  if (call.query.has("open_revs")) return open_revs(service, call, id);
  std::optional<RevisionId> rev;
  if (const auto text = call.query.get("rev")) {
    ASSIGN_OR_RETURN(rev, RevisionId::parse(*text));
  }
  const bool meta = call.query.flag("meta");
  Shown shown{.revisions = call.query.flag("revs"),
              .revs_info = meta || call.query.flag("revs_info"),
              .conflicts = meta || call.query.flag("conflicts"),
              .deleted_conflicts = meta || call.query.flag("deleted_conflicts"),
              .local_seq = call.query.flag("local_seq")};
  RETURN_IF_ERROR(ask_for_attachments(call.query, shown));
  const bool with_bytes = shown.data.form != DocumentParts::Data::Form::none;
  const bool related =
      with_bytes && call.request.headers.get("Accept").find("multipart/related") != std::string_view::npos;
  http::Response response = absent("missing");
  RETURN_IF_ERROR(call.database->store->read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const auto record, snapshot.find(id));
    if (!record) return {};
    if (!rev && record->tree.deleted()) {
      response = absent("deleted");
      return {};
    }
    const std::int32_t node = asked_node(record->tree, rev, call.query.flag("latest"));
    std::string out;
    if (node == Node::kNone) return {};
    if (related) {
      ASSIGN_OR_RETURN(const bool found, get_related(service, snapshot, *record, node, shown, response));
      if (!found) return {};
    } else {
      ASSIGN_OR_RETURN(const bool found, render(out, snapshot, *record, node, shown));
      if (!found) return {};
      response = http::json_response(200, out + "\n");
    }
    response.headers.set("ETag", '"' + record->tree.at(node).rev.text() + '"');
    return {};
  }));
  const std::string_view known = call.request.headers.get("If-None-Match");
  if (response.status == 200 && !known.empty() && unquoted(known) == unquoted(response.headers.get("ETag"))) {
    return http::Response{304, {{"ETag", std::string(response.headers.get("ETag"))}}};
  }
  if (response.status == 200 && with_bytes) {
    auto text = std::make_shared<std::string>(std::exchange(response.body, {}));
    response.stream = expanded(
        [text]() -> Result<http::Chunk> {
          return text->empty() ? http::Chunk::end() : http::Chunk::data(std::exchange(*text, {}));
        },
        call.database->store);
  }
  return response;
}

// ---- writing

bool is_for_administrators(const Call& call, std::string_view id) {
  return id.starts_with(kDesign) && !call.principal.admin;
}

http::Response design_refused() {
  return refused("design_admin_only", "Only the administrator writes design documents.",
                 "Chỉ quản trị viên được ghi tài liệu thiết kế.");
}

}  // namespace

void settle(Database& database) {
  // What was written is durable; settling goes on with the next batch, or when idle.
  const Status settled = database.peer.settle();
  if (!settled) log::error("settle_failed", {{"database", database.name}, {"why", settled.error().message}});
}

Result<http::Response> edit_document(const Call& call, const Edit& edit, int status) {
  if (is_for_administrators(call, edit.id)) return design_refused();
  ASSIGN_OR_RETURN(const auto revs, call.database->peer.edit({&edit, 1}, !call.principal.admin));
  const Result<RevisionId>& rev = revs.front();
  if (!rev && rev.error().code == ErrorCode::forbidden) {
    return refused(rev.error().what_name(), rev.error().message, rev.error().message_vi);
  }
  if (!rev && rev.error().code == ErrorCode::conflict && rev.error().name != "missing_stub") {
    return http::error_response(409, "conflict", "Document update conflict.");
  }
  RETURN_IF_ERROR(rev);
  settle(*call.database);
  http::Response response = written(status, edit.id, *rev);
  if (status == 201) {
    std::string place = "/" + http::percent_encode(call.database->name) + "/" + http::percent_encode(edit.id);
    if (edit.only) place += "/" + http::percent_encode(*edit.only);
    response.headers.set("Location", place);
  }
  return response;
}

std::string unquoted(std::string_view tag) {
  if (tag.starts_with("W/")) tag.remove_prefix(2);
  if (tag.size() >= 2 && tag.starts_with('"') && tag.ends_with('"')) tag = tag.substr(1, tag.size() - 2);
  return std::string(tag);
}

Result<RevisionId> parent_of(const Call& call, const std::optional<RevisionId>& in_body) {
  std::optional<RevisionId> found = in_body;
  for (const std::string& text :
       {std::string(call.query.get("rev").value_or("")), unquoted(call.request.headers.get("If-Match"))}) {
    if (text.empty()) continue;
    ASSIGN_OR_RETURN(RevisionId rev, RevisionId::parse(text));
    if (found && *found != rev) return error(ErrorCode::bad_request, "Two different revisions are given.");
    found = std::move(rev);
  }
  return found.value_or(RevisionId{});
}

Result<Given> check_given(const Call& call, Given given) {
  if (!given.follows.empty() && given.blobs.size() < given.follows.size()) {
    return error(ErrorCode::bad_request, "Only a multipart/related document has attachments that follow.");
  }
  const bool of_office = call.database->kind == DatabaseKind::office;
  if (!of_office || given.attachments.size() <= kOfficeAttachmentsMax) return given;
  return error(ErrorCode::bad_request,
               "A document has at most " + std::to_string(kOfficeAttachmentsMax) + " attachments here.");
}

namespace {

Result<http::Response> replicated(const Call& call, DocumentText text, Given given) {
  ASSIGN_OR_RETURN(Document document, to_document(std::move(text), call.database->kind == DatabaseKind::plain));
  document.attachments = std::move(given.attachments);
  if (is_for_administrators(call, document.id)) return design_refused();
  Batch batch;
  batch.documents = {&document, 1};
  batch.blobs = std::move(given.blobs);
  batch.by_office = !call.principal.admin;
  batch.if_seen = call.request.headers.get("Tram-If-Seen");
  ASSIGN_OR_RETURN(const Written result, call.database->peer.take(batch));
  if (!result.refused.empty()) {
    const Refused& row = result.refused.front();
    return refused(row.code, row.reason, row.reason_vi);
  }
  settle(*call.database);
  return written(201, document.id, document.rev);
}

Result<DocumentText> read_body(const http::Request& request) {
  json::Reader reader(request.body);
  auto text = read_document_text(reader);
  RETURN_IF_ERROR(reader.finish());
  RETURN_IF_ERROR(text);
  return text;
}

// A document as JSON, or as the first part of a multipart body.
Result<GivenDocument> read_given_document(const Call& call) {
  GivenDocument document;
  if (call.request.content_type() == "multipart/related") {
    ASSIGN_OR_RETURN(document, read_related(call.request, call.database->store->blobs()));
  } else {
    ASSIGN_OR_RETURN(document.text, read_body(call.request));
    if (document.text.attachments) {
      ASSIGN_OR_RETURN(document.given, read_given(*document.text.attachments, call.database->store->blobs()));
    }
  }
  ASSIGN_OR_RETURN(document.given, check_given(call, std::move(document.given)));
  return document;
}

Result<http::Response> put(const Call& call, const std::string& id) {
  if (call.request.content_type() != "multipart/related") {
    if (auto refused = refuse_other_than_json(call.request)) return *std::move(refused);
  }
  RETURN_IF_ERROR(check_id(id));
  ASSIGN_OR_RETURN(GivenDocument document, read_given_document(call));
  DocumentText& text = document.text;
  if (text.id && *text.id != id) return error(ErrorCode::bad_request, "The _id is not that of the address.");
  text.id = id;
  if (call.query.get("new_edits") == "false") {
    if (!text.rev) {
      ASSIGN_OR_RETURN(text.rev, parent_of(call, std::nullopt));
    }
    return replicated(call, std::move(text), std::move(document.given));
  }
  ASSIGN_OR_RETURN(RevisionId parent, parent_of(call, text.rev));
  return edit_document(call,
                       {id, std::move(parent), text.deleted, std::move(text.body),
                        std::move(document.given.attachments), std::move(document.given.blobs)},
                       201);
}

Result<http::Response> post(const Service& service, const Call& call) {
  if (auto refused = refuse_other_than_json(call.request)) return *std::move(refused);
  ASSIGN_OR_RETURN(GivenDocument document, read_given_document(call));
  DocumentText& text = document.text;
  if (!text.id) text.id = service.options().random->hex(16);
  if (text.id->starts_with(kLocalPrefix)) return error(ErrorCode::bad_request, "Write _local documents with PUT.");
  return edit_document(call,
                       {*text.id, text.rev.value_or(RevisionId{}), text.deleted, std::move(text.body),
                        std::move(document.given.attachments), std::move(document.given.blobs)},
                       201);
}

Result<http::Response> delete_document(const Call& call, const std::string& id) {
  RETURN_IF_ERROR(check_id(id));
  ASSIGN_OR_RETURN(RevisionId parent, parent_of(call, std::nullopt));
  std::optional<Record> record;
  RETURN_IF_ERROR(call.database->store->read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(record, snapshot.find(id));
    return {};
  }));
  if (!record) return absent("missing");
  if (parent.empty() && record->tree.deleted()) return absent("deleted");
  return edit_document(call, {id, std::move(parent), true, "{}"}, 200);
}

using DocumentHandler = std::function<Result<http::Response>(const Call&, const std::string&)>;

// What is only posted to is no document either.
std::optional<http::Response> refuse_method(std::string_view id) {
  constexpr std::array<std::string_view, 9> kPosted = {
      "_bulk_docs", "_bulk_get", "_revs_diff", "_missing_revs", "_ensure_full_commit",
      "_compact",   "_purge",    "_find",      "_explain"};
  if (std::find(kPosted.begin(), kPosted.end(), id) == kPosted.end()) return std::nullopt;
  http::Response response = http::error_response(405, "method_not_allowed", "Only POST allowed");
  response.headers.set("Allow", "POST");
  return response;
}

// "_design/x" and "_local/x" come with the slash raw or as %2F. A reader may write _local documents.
void add(http::Router& router, Service& service, std::string_view method, Access needed, DocumentHandler handler,
         DocumentHandler local) {
  const auto write = [needed, handler](const Call& call, const std::string& id) -> Result<http::Response> {
    if (auto refused = refuse_method(id)) return *std::move(refused);
    if (call.access < needed) return error(ErrorCode::forbidden, "You may only read this database.");
    return handler(call, id);
  };
  router.add(method, "/{db}/{id}", service.in_database(Access::read, [write, local](const Call& call) {
    const std::string& id = call.path["id"];
    return id.starts_with(kLocalPrefix) ? local(call, id) : write(call, id);
  }));
  router.add(method, "/{db}/_design/{name}", service.in_database(Access::read, [write](const Call& call) {
    return write(call, std::string(kDesign) + call.path["name"]);
  }));
}

}  // namespace

Status check_no_attachments(const DocumentText& text) {
  if (!text.attachments) return {};
  json::Reader reader(*text.attachments);
  if (reader.enter_object() && !reader.next_member()) return {};
  return error(ErrorCode::bad_request, "_local documents do not accept attachments.");
}

void add_document_routes(http::Router& router, Service& service) {
  add(
      router, service, "GET", Access::read,
      [&service](const Call& call, const std::string& id) { return get(service, call, id); }, get_local);
  add(router, service, "PUT", Access::write, put,
      [&service](const Call& call, const std::string& id) { return put_local(service, call, id); });
  add(router, service, "DELETE", Access::write, delete_document, delete_local);
  router.add("POST", "/{db}",
             service.in_database(Access::write, [&service](const Call& call) { return post(service, call); }));
}

}  // namespace tram
