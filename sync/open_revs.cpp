#include "sync/open_revs.h"

#include "core/base/json.h"
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
           std::string boundary)
      : database_(std::move(database)),
        id_(std::move(id)),
        revs_(std::move(revs)),
        shown_{.revisions = query.flag("revs")},
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
    if (node != Node::kNone) {
      ASSIGN_OR_RETURN(found, render(document, snapshot, *record, node, shown_));
    }
    if (!found) {
      document = "{\"missing\":";
      json::print_string(document, rev.text());
      document += '}';
    }
    if (boundary_.empty()) {
      out = at_ == 0 ? "[" : ",\n";
      out += found ? "{\"ok\":" + document + "}" : document;
    } else {
      out = "--" + boundary_ + "\r\nContent-Type: application/json" + (found ? "" : "; error=\"true\"") + "\r\n\r\n" +
            document + "\r\n";
    }
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

Result<http::Response> open_revs(const Call& call, const std::string& id) {
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
  // No document holds it: it names the moment and the document.
  const std::string boundary = multipart ? "tram-" + call.database->store->db_uuid() : "";
  const auto answer = std::make_shared<OpenRevs>(call.database, id, *std::move(revs), call.query, boundary);
  http::Response response{
      200, {{"Content-Type", multipart ? "multipart/mixed; boundary=\"" + boundary + "\"" : "application/json"}}};
  response.stream = [answer] { return answer->next(); };
  return response;
}

}  // namespace tram
