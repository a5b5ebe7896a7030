#include "sync/open_revs.h"

#include "core/base/json.h"
#include "sync/expand.h"
#include "sync/render.h"
#include "sync/wire.h"

namespace tram {
namespace {

std::vector<RevisionId> leaf_revisions(const RevisionTree& tree) {
  std::vector<RevisionId> revs;
  for (const std::int32_t leaf : tree.leaves()) revs.push_back(tree.at(leaf).rev);
  return revs;
}

// Nothing: all leaves.
Result<std::optional<std::vector<RevisionId>>> asked(const Call& call) {
  const std::string_view text = *call.query.get("open_revs");
  std::optional<std::vector<RevisionId>> revs;
  if (text == "all" || text == "\"all\"") return revs;
  revs.emplace();
  json::Reader reader(text);
  if (!reader.enter_array()) return reader.error();
  while (reader.next_element()) {
    ASSIGN_OR_RETURN(RevisionId rev, RevisionId::parse(reader.string().value_or("")));
    revs->push_back(std::move(rev));
    if (revs->size() > wire::kRequestItemsMax) return error(ErrorCode::too_large, "Too many revisions.");
  }
  RETURN_IF_ERROR(reader.finish());
  return revs;
}

class OpenRevs {
 public:
  OpenRevs(std::shared_ptr<Database> database, std::string id, std::vector<RevisionId> revs, const Query& query,
           Shown shown, std::string boundary)
      : database_(std::move(database)),
        id_(std::move(id)),
        revs_(std::move(revs)),
        shown_(std::move(shown)),
        latest_(query.flag("latest")),
        boundary_(std::move(boundary)) {}

  Result<http::Chunk> next() {
    if (over_) return http::Chunk::end();
    std::string out;
    if (at_ < revs_.size()) {
      RETURN_IF_ERROR(database_->store->read([&](Snapshot& snapshot) { return add(out, snapshot, revs_[at_]); }));
      ++at_;
      return http::Chunk::data(std::move(out));
    }
    over_ = true;
    if (boundary_.empty()) return http::Chunk::data(revs_.empty() ? "[]\n" : "]\n");
    return http::Chunk::data("--" + boundary_ + "--");
  }

 private:
  Status add(std::string& out, Snapshot& snapshot, const RevisionId& rev) {
    ASSIGN_OR_RETURN(const auto record, snapshot.find(id_));
    std::int32_t node = record ? record->tree.find(rev) : Node::kNone;
    if (latest_ && node != Node::kNone) node = best_leaf_below(record->tree, node);
    std::string document;
    bool found = false;
    if (node != Node::kNone && !boundary_.empty()) return add_part(out, snapshot, *record, node, rev);
    if (node != Node::kNone) {
      ASSIGN_OR_RETURN(found, render(document, snapshot, *record, node, shown_));
    }
    if (!found) document = missing(rev);
    if (!boundary_.empty()) {
      out = "--" + boundary_ + "\r\nContent-Type: application/json; error=\"true\"\r\n\r\n" + document + "\r\n";
      return {};
    }
    out = at_ == 0 ? "[" : ",\n";
    out += found ? "{\"ok\":" + document + "}" : document;
    return {};
  }

  static std::string missing(const RevisionId& rev) {
    std::string document = "{\"missing\":";
    json::print_string(document, rev.text());
    return document + '}';
  }

  // A document with its attachments is a multipart body inside this one.
  Status add_part(std::string& out, Snapshot& snapshot, const Record& record, std::int32_t node,
                  const RevisionId& rev) const {
    const std::string inner = "in-" + boundary_ + "-" + std::to_string(at_);
    ASSIGN_OR_RETURN(const auto related, render_related(snapshot, record, node, shown_, inner));
    out = "--" + boundary_ + "\r\nContent-Type: ";
    if (!related) {
      out += "application/json; error=\"true\"\r\n\r\n" + missing(rev);
    } else if (related->parts) {
      out += "multipart/related; boundary=\"" + inner + "\"\r\n\r\n" + related->text;
    } else {
      out += "application/json\r\n\r\n" + related->text;
    }
    out += "\r\n";
    return {};
  }

  const std::shared_ptr<Database> database_;
  const std::string id_;
  const std::vector<RevisionId> revs_;
  const Shown shown_;
  const bool latest_;
  const std::string boundary_;  // empty: JSON
  std::size_t at_ = 0;
  bool over_ = false;
};

}  // namespace

std::int32_t best_leaf_below(const RevisionTree& tree, std::int32_t node) {
  for (const std::int32_t leaf : tree.leaves()) {
    for (std::int32_t at = leaf; at != Node::kNone; at = tree.at(at).parent) {
      if (at == node) return leaf;
    }
  }
  return Node::kNone;
}

Result<http::Response> open_revs(const Service& service, const Call& call, const std::string& id) {
  ASSIGN_OR_RETURN(auto revs, asked(call));
  if (!revs) {
    std::optional<Record> record;
    RETURN_IF_ERROR(call.database->store->read([&](Snapshot& snapshot) -> Status {
      ASSIGN_OR_RETURN(record, snapshot.find(id));
      return {};
    }));
    if (!record) return http::error_response(404, "not_found", "missing");
    revs = leaf_revisions(record->tree);
  }
  const bool multipart = call.request.headers.get("Accept").find("multipart/mixed") != std::string_view::npos;
  // By chance, so that no attachment can hold it.
  const std::string boundary = multipart ? service.options().random->hex(16) : "";
  Shown shown{.revisions = call.query.flag("revs")};
  RETURN_IF_ERROR(ask_for_attachments(call.query, shown));
  const auto answer =
      std::make_shared<OpenRevs>(call.database, id, *std::move(revs), call.query, std::move(shown), boundary);
  http::Response response{
      200, {{"Content-Type", multipart ? "multipart/mixed; boundary=\"" + boundary + "\"" : "application/json"}}};
  response.stream = expanded([answer] { return answer->next(); }, call.database->store);
  return response;
}

}  // namespace tram
