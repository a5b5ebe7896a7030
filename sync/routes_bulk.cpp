// _bulk_docs and _bulk_get: many documents a request.
#include <algorithm>
#include <charconv>

#include "core/base/json.h"
#include "core/base/log.h"
#include "sync/open_revs.h"
#include "sync/render.h"
#include "sync/service.h"
#include "sync/wire.h"

namespace tram {
namespace {

constexpr std::size_t kBlock = 64 << 10;  // of an answer that is streamed

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
  BatchReader(const Service& service, const Call& call) : service_(service), call_(call) {}

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
    const DocumentName found{text->id.value_or(""), text->rev ? text->rev->text() : ""};
    const Status attachments = check_no_attachments(*text);
    auto document = attachments ? to_document(*std::move(text)) : Result<Document>(attachments.error());
    if (!document) {
      batch_.refused.push_back(refusal(found, document.error()));
    } else if (auto refused = out_of_scope(call_, *document)) {
      batch_.refused.push_back(*std::move(refused));
    } else {
      documents_.push_back(*std::move(document));
    }
    return {};
  }

  const Batch& batch() {
    batch_.documents = documents_;
    batch_.by_office = !call_.principal.admin;
    batch_.if_seen = call_.request.headers.get("Tram-If-Seen");
    return batch_;
  }

 private:
  Status add_local(DocumentText& text) {
    RETURN_IF_ERROR(check_no_attachments(text));
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

void settle(Database& database) {
  const Status settled = database.peer.settle();
  // The batch itself is durable; settling goes on with the next batch, or when idle.
  if (!settled) log::error("settle_failed", {{"database", database.name}, {"why", settled.error().message}});
}

Result<http::Response> replicated(const Service& service, const Call& call, wire::BulkDocs bulk) {
  BatchReader reader(service, call);
  auto name = bulk.failed.begin();
  for (Result<DocumentText>& text : bulk.documents) {
    const DocumentName* its = text ? nullptr : &*name++;
    RETURN_IF_ERROR(reader.add(std::move(text), its));
  }
  bulk = {};
  ASSIGN_OR_RETURN(const Written written, take_and_note(call, reader.batch()));
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
    RETURN_IF_ERROR(check_no_attachments(*text));
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
    edits.push_back({*std::move(text->id), text->rev.value_or(RevisionId{}), text->deleted, std::move(text->body)});
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
  ASSIGN_OR_RETURN(wire::BulkDocs bulk, wire::read_bulk_docs(call.request.body));
  return bulk.new_edits ? edited(service, call, std::move(bulk)) : replicated(service, call, std::move(bulk));
}

// ---- _bulk_get

class BulkGetAnswer {
 public:
  BulkGetAnswer(std::shared_ptr<Database> database, wire::BulkGet get, const Query& query)
      : database_(std::move(database)),
        get_(std::move(get)),
        shown_{.revisions = query.flag("revs")},
        latest_(query.flag("latest")) {}

  Result<http::Chunk> next() {
    if (over_) return http::Chunk::end();
    std::string out = at_ == 0 ? "{\"results\":[" : "";
    RETURN_IF_ERROR(database_->store->read([&](Snapshot& snapshot) -> Status {
      for (; at_ < get_.items.size() && out.size() < kBlock; ++at_) {
        if (at_ > 0) out += ",\n";
        RETURN_IF_ERROR(add(out, snapshot, get_.items[at_]));
      }
      return {};
    }));
    if (at_ == get_.items.size()) {
      out += "]}\n";
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
    std::vector<std::int32_t> nodes;
    if (record && item.rev) {
      nodes.push_back(pick(record->tree, *item.rev));
    } else if (record) {
      nodes = record->tree.leaves();
    }
    const std::size_t empty = out.size();
    for (const std::int32_t node : nodes) {
      const std::size_t before = out.size();
      out += before > empty ? ",{\"ok\":" : "{\"ok\":";
      ASSIGN_OR_RETURN(const bool shown, render(out, snapshot, *record, node, shown_));
      if (shown) {
        out += '}';
      } else {
        out.resize(before);
      }
    }
    if (out.size() == empty) {
      out += "{\"error\":{\"id\":";
      json::print_string(out, item.id);
      out += ",\"rev\":";
      json::print_string(out, !item.rev ? "undefined" : item.rev->empty() ? item.rev->sig : item.rev->text());
      out += R"(,"error":"not_found","reason":"missing"}})";
    }
    out += "]}";
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
  const Shown shown_;
  const bool latest_;
  std::size_t at_ = 0;
  bool over_ = false;
};

Result<http::Response> bulk_get(const Call& call) {
  if (auto refused = refuse_other_than_json(call.request)) return *std::move(refused);
  for (const std::string_view name : {"rev", "open_revs", "atts_since", "new_edits", "w"}) {
    if (call.query.has(name)) {
      return error(ErrorCode::bad_request, std::string(name) + " has no meaning here.", "query_parse_error");
    }
  }
  ASSIGN_OR_RETURN(wire::BulkGet get, wire::read_bulk_get(call.request.body));
  const auto answer = std::make_shared<BulkGetAnswer>(call.database, std::move(get), call.query);
  http::Response response{200, {{"Content-Type", "application/json"}}};
  response.stream = [answer] { return answer->next(); };
  return response;
}

}  // namespace

void add_bulk_routes(http::Router& router, Service& service) {
  router.add("POST", "/{db}/_bulk_docs",
             service.in_database(Access::read, [&service](const Call& call) { return bulk_docs(service, call); }));
  router.add("POST", "/{db}/_bulk_get", service.in_database(Access::read, bulk_get));
}

}  // namespace tram
