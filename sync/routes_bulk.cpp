// _bulk_docs and _bulk_get: many documents a request.
#include <algorithm>
#include <charconv>
#include <functional>
#include <optional>

#include "core/base/json.h"
#include "core/base/log.h"
#include "http/url.h"
#include "sync/expand.h"
#include "sync/given.h"
#include "sync/open_revs.h"
#include "sync/render.h"
#include "sync/service.h"
#include "sync/wire.h"

namespace tram {
namespace {

constexpr std::size_t kBulkBlock = 64 << 10;    // of an answer that is streamed
constexpr std::size_t kLargeBatch = 128 << 10;  // of a request: smaller ones wait together, and share a commit

Refused refusal(const DocumentName& name, const Error& why) {
  const bool is_named = !why.name.empty() && why.name != "bad_request";
  return {name.id, name.rev, "forbidden", is_named ? why.name : "bad_document", why.message, why.message_vi};
}

std::uint64_t number_of(std::string_view sequence) {
  std::uint64_t n = 0;
  std::from_chars(sequence.data(), sequence.data() + sequence.size(), n);
  return n;
}

// What this credential may not write here, whatever it says.
std::optional<Refused> out_of_scope(const Call& call, const Document& document) {
  const auto row = [&](std::string code, std::string reason, std::string reason_vi) {
    return Refused{document.id,     document.rev.text(), "forbidden",
                   std::move(code), std::move(reason),   std::move(reason_vi)};
  };
  if (call.access != Access::write) {
    return row("scope", "You may only read this database.", "Cơ sở dữ liệu này chỉ được đọc.");
  }
  if (!call.principal.admin && document.id.starts_with("_design/")) {
    return row("design_admin_only", "Only the administrator writes design documents.",
               "Chỉ quản trị viên được ghi tài liệu thiết kế.");
  }
  return std::nullopt;
}

// One element of a request with new_edits=false goes into the batch, as a document, a local document or a row.
class BatchReader {
 public:
  BatchReader(const Service& service, const Call& call, std::size_t elements) : service_(service), call_(call) {
    documents_.reserve(elements);
  }

  Status add(Result<DocumentText> text, const DocumentName* name) {
    if (!text) {
      if (text.error().code == ErrorCode::too_large) {
        return error(ErrorCode::too_large, name->id, "document_too_large");
      }
      batch_.refused.push_back(refusal(*name, text.error()));
      return {};
    }
    if (text->id && text->id->starts_with(kLocalPrefix)) return add_local(*text);
    if (!text->rev && call_.database->kind == DatabaseKind::plain) {
      return error(ErrorCode::bad_request,
                   "When `new_edits: false`, the document needs `_rev` or `_revisions` specified");
    }
    Given given;
    if (text->attachments) {
      auto read = read_given(*text->attachments, call_.database->store->blobs());
      if (!read && read.error().code != ErrorCode::bad_request) return read.error();
      if (read) read = check_given(call_, *std::move(read));
      if (!read) {
        batch_.refused.push_back(refusal(name_in(*text), read.error()));
        return {};
      }
      given = *std::move(read);
    }
    auto document = to_document(*std::move(text), call_.database->kind == DatabaseKind::plain);
    if (!document) {
      // NOLINTNEXTLINE(bugprone-use-after-move): a text that is refused stays as it was.
      batch_.refused.push_back(refusal(name_in(*text), document.error()));
    } else if (auto refused = out_of_scope(call_, *document)) {
      batch_.refused.push_back(*std::move(refused));
    } else {
      document->attachments = std::move(given.attachments);
      std::move(given.blobs.begin(), given.blobs.end(), std::back_inserter(batch_.blobs));
      documents_.push_back(*std::move(document));
    }
    return {};
  }

  const Batch& batch(std::function<void()> when_put) {
    batch_.when_put = std::move(when_put);
    batch_.documents = documents_;
    batch_.by_office = !call_.principal.admin;
    batch_.if_seen = call_.request.headers.get("Tram-If-Seen");
    return batch_;
  }

 private:
  static DocumentName name_in(const DocumentText& text) {
    return {text.id.value_or(""), text.rev ? text.rev->text() : ""};
  }
  Status add_local(DocumentText& text) {
    if (text.attachments) RETURN_IF_ERROR(check_no_attachments(text));
    std::string key = local_key(call_.principal, call_.access, *text.id);
    RETURN_IF_ERROR(check_local(service_, call_, key, text.body.size()));
    batch_.locals.push_back({std::move(key), std::move(text.body), text.rev ? text.rev->text() : ""});
    return {};
  }

  const Service& service_;
  const Call& call_;
  Batch batch_;
  std::vector<Document> documents_;
};

// The instance's own batch does not wake its long poll: see EchoLog.
Result<Written> take_and_note(const Call& call, const Batch& batch) {
  Database& database = *call.database;
  if (!call.instance.empty()) database.echo.begin(call.instance);
  auto written = database.peer.take(batch);
  if (!call.instance.empty()) {
    const bool wrote = written && written->wrote;
    database.echo.note(call.instance, wrote ? number_of(written->wrote->first) : 0,
                       wrote ? number_of(written->wrote->second) : 0);
    database.changed->raise();
  }
  return written;
}

// A large batch's turn ends when it is put in.
Result<http::Response> replicated(const Service& service, const Call& call, wire::BulkDocs bulk,
                                  std::optional<Turn>& turn) {
  BatchReader reader(service, call, bulk.documents.size());
  auto name = bulk.failed.begin();
  for (Result<DocumentText>& text : bulk.documents) {
    const DocumentName* its = text ? nullptr : &*name++;
    RETURN_IF_ERROR(reader.add(std::move(text), its));
  }
  bulk = {};
  ASSIGN_OR_RETURN(const Written written, take_and_note(call, reader.batch([&] { turn.reset(); })));
  settle(*call.database);

  std::string out = "[";
  for (const Refused& refused : written.refused) {
    if (out.size() > 1) out += ",\n";
    wire::write_refused(out, refused);
  }
  http::Response response = http::json_response(201, out + "]\n");
  if (written.wrote) response.headers.set("Tram-Wrote", written.wrote->first + ".." + written.wrote->second);
  return response;
}

void write_edited(std::string& out, const std::string& id, const Result<RevisionId>& edited) {
  out += out.size() > 1 ? ",\n{" : "{";
  if (edited) {
    out += "\"ok\":true,\"id\":";
    json::print_string(out, id);
    out += ",\"rev\":";
    json::print_string(out, edited->text());
  } else {
    out += "\"id\":";
    json::print_string(out, id);
    out += ",\"error\":";
    const bool conflict = edited.error().code == ErrorCode::conflict;
    json::print_string(out, conflict ? "conflict" : "forbidden");
    if (!conflict) {
      out += ",\"code\":";
      json::print_string(out, edited.error().what_name());
    }
    out += ",\"reason\":";
    json::print_string(out, edited.error().message);
  }
  out += '}';
}

// As stock: whatever is wrong with the form of one fails them all.
Result<http::Response> edited(const Service& service, const Call& call, wire::BulkDocs bulk) {
  if (call.access != Access::write) return error(ErrorCode::forbidden, "You may only read this database.");
  std::vector<Edit> edits;
  std::vector<DocumentText> locals;
  std::vector<bool> is_local;  // of each document in the request
  for (Result<DocumentText>& text : bulk.documents) {
    RETURN_IF_ERROR(text);
    Given given;
    if (text->attachments) {
      ASSIGN_OR_RETURN(given, read_given(*text->attachments, call.database->store->blobs()));
      ASSIGN_OR_RETURN(given, check_given(call, std::move(given)));
    }
    if (!text->id) text->id = service.options().random->hex(16);
    is_local.push_back(text->id->starts_with(kLocalPrefix));
    if (is_local.back()) {
      RETURN_IF_ERROR(check_local(service, call, *text->id, text->body.size()));
      locals.push_back(*std::move(text));
      continue;
    }
    if (!call.principal.admin && text->id->starts_with("_design/")) {
      return error(ErrorCode::forbidden, "Only the administrator writes design documents.", "design_admin_only");
    }
    edits.push_back({*std::move(text->id), text->rev.value_or(RevisionId{}), text->deleted, std::move(text->body),
                     std::move(given.attachments), std::move(given.blobs)});
  }
  bulk = {};
  ASSIGN_OR_RETURN(const auto results, call.database->peer.edit(edits, !call.principal.admin));
  std::vector<Result<RevisionId>> local_results;
  if (!locals.empty()) {
    RETURN_IF_ERROR(call.database->store->write([&](Transaction& transaction) -> Status {
      for (const DocumentText& local : locals) {
        ASSIGN_OR_RETURN(RevisionId rev, write_local(transaction, *local.id, local));
        local_results.emplace_back(std::move(rev));
      }
      return {};
    }));
  }
  settle(*call.database);
  std::string out = "[";
  for (std::size_t i = 0, edit = 0, local = 0; i < is_local.size(); ++i) {
    if (is_local[i]) {
      write_edited(out, *locals[local].id, local_results[local]);
      ++local;
    } else {
      write_edited(out, edits[edit].id, results[edit]);
      ++edit;
    }
  }
  return http::json_response(201, out + "]\n");
}

Result<http::Response> bulk_docs(const Service& service, const Call& call) {
  if (auto refused = refuse_other_than_json(call.request)) return *std::move(refused);
  std::optional<Turn> turn;
  if (call.request.body.size() >= kLargeBatch) turn.emplace(call.database->large_batches);
  ASSIGN_OR_RETURN(wire::BulkDocs bulk, wire::read_bulk_docs(call.request.body));
  if (!bulk.new_edits) return replicated(service, call, std::move(bulk), turn);
  turn.reset();
  return edited(service, call, std::move(bulk));
}

// ---- _bulk_get

class BulkGetAnswer {
 public:
  // boundary: of a multipart answer; empty: JSON.
  BulkGetAnswer(std::shared_ptr<Database> database, wire::BulkGet get, const Query& query, std::string boundary)
      : database_(std::move(database)),
        get_(std::move(get)),
        shown_{.revisions = query.flag("revs"), .sha256 = query.flag("sha256")},
        latest_(query.flag("latest")),
        boundary_(std::move(boundary)) {
    if (query.flag("attachments")) shown_.data.form = DocumentParts::Data::Form::base64;
  }

  Result<http::Chunk> next() {
    if (over_) return http::Chunk::end();
    std::string out = at_ == 0 && boundary_.empty() ? "{\"results\":[" : "";
    RETURN_IF_ERROR(database_->store->read([&](Snapshot& snapshot) -> Status {
      for (; at_ < get_.items.size() && out.size() < kBulkBlock; ++at_) {
        if (!boundary_.empty()) {
          RETURN_IF_ERROR(add_parts(out, snapshot, get_.items[at_]));
          continue;
        }
        if (at_ > 0) out += ",\n";
        RETURN_IF_ERROR(add(out, snapshot, get_.items[at_]));
      }
      return {};
    }));
    if (at_ == get_.items.size()) {
      out += boundary_.empty() ? "]}\n" : "--" + boundary_ + "--";
      over_ = true;
    }
    return http::Chunk::data(std::move(out));
  }

 private:
  Status add(std::string& out, Snapshot& snapshot, const wire::BulkGet::Item& item) {
    out += "{\"id\":";
    json::print_string(out, item.id);
    out += ",\"docs\":[";
    ASSIGN_OR_RETURN(const auto record, snapshot.find(item.id));
    const Shown shown = shown_for(item);
    const std::size_t empty = out.size();
    for (const std::int32_t node : nodes_of(record, item)) {
      const std::size_t before = out.size();
      out += before > empty ? ",{\"ok\":" : "{\"ok\":";
      ASSIGN_OR_RETURN(const bool has_body, render(out, snapshot, *record, node, shown));
      if (has_body) {
        out += '}';
      } else {
        out.resize(before);
      }
    }
    if (out.size() == empty) out += "{\"error\":" + missing(item) + "}";
    out += "]}";
    return {};
  }

  static std::string missing(const wire::BulkGet::Item& item) {
    std::string out = "{\"id\":";
    json::print_string(out, item.id);
    out += ",\"rev\":";
    json::print_string(out, !item.rev ? "undefined" : item.rev->empty() ? item.rev->sig : item.rev->text());
    return out + R"(,"error":"not_found","reason":"missing"})";
  }

  std::vector<std::int32_t> nodes_of(const std::optional<Record>& record, const wire::BulkGet::Item& item) const {
    if (!record) return {};
    if (item.rev) return {pick(record->tree, *item.rev)};
    return record->tree.leaves();
  }

  Shown shown_for(const wire::BulkGet::Item& item) const {
    Shown shown = shown_;
    shown.atts_since = item.atts_since;
    if (!item.atts_since.empty()) shown.data.form = DocumentParts::Data::Form::base64;
    return shown;
  }

  Status add_parts(std::string& out, Snapshot& snapshot, const wire::BulkGet::Item& item) {
    ASSIGN_OR_RETURN(const auto record, snapshot.find(item.id));
    const std::string seam = "--" + boundary_ + "\r\n";
    bool any = false;
    for (const std::int32_t node : nodes_of(record, item)) {
      if (node == Node::kNone) continue;
      const std::string inner = "in-" + boundary_ + "-" + std::to_string(parts_++);
      ASSIGN_OR_RETURN(const auto related, render_related(snapshot, *record, node, shown_for(item), inner));
      if (!related) continue;
      any = true;
      out += seam + "X-Doc-Id: " + http::percent_encode(item.id) + "\r\nX-Rev-Id: " + record->tree.at(node).rev.text() +
             "\r\nContent-Type: " +
             (related->parts ? "multipart/related; boundary=\"" + inner + "\"" : "application/json") + "\r\n\r\n" +
             related->text + "\r\n";
    }
    if (!any) out += seam + "Content-Type: application/json; error=\"true\"\r\n\r\n" + missing(item) + "\r\n";
    return {};
  }

  // An error row makes PouchDB give its whole batch up, so with `latest` some leaf stands for what is lost.
  std::int32_t pick(const RevisionTree& tree, const RevisionId& rev) const {
    const std::int32_t node = tree.find(rev);
    if (!latest_) return node;
    return node == Node::kNone ? tree.winner() : best_leaf_below(tree, node);
  }

  const std::shared_ptr<Database> database_;
  const wire::BulkGet get_;
  Shown shown_;
  const bool latest_;
  const std::string boundary_;
  std::size_t at_ = 0, parts_ = 0;
  bool over_ = false;
};

Result<http::Response> bulk_get(const Service& service, const Call& call) {
  if (auto refused = refuse_other_than_json(call.request)) return *std::move(refused);
  for (const std::string_view name : {"rev", "open_revs", "atts_since", "new_edits", "w"}) {
    if (call.query.has(name)) {
      return error(ErrorCode::bad_request, std::string(name) + " has no meaning here.", "query_parse_error");
    }
  }
  ASSIGN_OR_RETURN(wire::BulkGet get, wire::read_bulk_get(call.request.body));
  const std::string_view accept = call.request.headers.get("Accept");
  const bool multipart =
      accept.find("multipart/") != std::string_view::npos && accept.find("application/json") == std::string_view::npos;
  const std::string boundary = multipart ? service.options().random->hex(16) : "";
  const auto answer = std::make_shared<BulkGetAnswer>(call.database, std::move(get), call.query, boundary);
  http::Response response{
      200, {{"Content-Type", multipart ? "multipart/mixed; boundary=\"" + boundary + "\"" : "application/json"}}};
  response.stream = expanded([answer] { return answer->next(); }, call.database->store);
  return response;
}

}  // namespace

void add_bulk_routes(http::Router& router, Service& service) {
  router.add("POST", "/{db}/_bulk_docs",
             service.in_database(Access::read, [&service](const Call& call) { return bulk_docs(service, call); }));
  router.add("POST", "/{db}/_bulk_get",
             service.in_database(Access::read, [&service](const Call& call) { return bulk_get(service, call); }));
}

}  // namespace tram
