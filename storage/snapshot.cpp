#include "storage/snapshot.h"

#include "storage/sqlite.h"

namespace tram {
namespace {

Result<Record> record_of(const Statement& row) {
  Record record;
  record.seq = static_cast<std::uint64_t>(row.integer(0));
  record.id = row.text(1);
  ASSIGN_OR_RETURN(record.tree, RevisionTree::decode(row.text(2)));
  return record;
}

Result<std::vector<Record>> records_of(Result<Statement> query) {
  RETURN_IF_ERROR(query);
  std::vector<Record> records;
  while (true) {
    ASSIGN_OR_RETURN(const bool row, query->step());
    if (!row) return records;
    ASSIGN_OR_RETURN(Record record, record_of(*query));
    records.push_back(std::move(record));
  }
}

// The first byte string behind all that begin with a prefix; empty when there is none.
std::string behind(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty()) {
    if (static_cast<unsigned char>(end.back()) != 0xFF) {
      end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
      return end;
    }
    end.pop_back();
  }
  return end;
}

}  // namespace

// A feed reads body after body, and mostly they lie one behind the other in the file: one statement goes on through them,
// where a statement for each is a third of what it takes to read a document.
class Snapshot::BodyWalk {
 public:
  explicit BodyWalk(Connection& connection) : connection_(connection) {}

  // Its row (text, attachments), until the next call; nullptr: there is none.
  Result<const Statement*> to(std::uint64_t body) {
    if (rows_ && body == at_) return &*rows_;
    if (!rows_ || body != at_ + 1) {
      rows_.reset();
      ASSIGN_OR_RETURN(Statement rows, connection_.query("SELECT text, attachments, body FROM bodies WHERE body >= ? "
                                                         "ORDER BY body",
                                                         body));
      rows_.emplace(std::move(rows));
    }
    at_ = body;
    auto row = rows_->step();
    if (row && *row && static_cast<std::uint64_t>(rows_->integer(2)) == body) return &*rows_;
    rows_.reset();
    RETURN_IF_ERROR(row);
    return nullptr;
  }

 private:
  Connection& connection_;
  std::optional<Statement> rows_;
  std::uint64_t at_ = 0;
};

Snapshot::Snapshot(Connection& connection) : connection_(&connection) {}

Snapshot::~Snapshot() = default;

Result<std::optional<Record>> Snapshot::find(std::string_view id) {
  ASSIGN_OR_RETURN(Statement query, connection_->query("SELECT seq, id, tree FROM docs WHERE id = ?", id));
  ASSIGN_OR_RETURN(const bool row, query.step());
  if (!row) return std::optional<Record>();
  ASSIGN_OR_RETURN(Record record, record_of(query));
  return std::optional(std::move(record));
}

Result<std::optional<Body>> Snapshot::body(const Record& record, const RevisionId& rev) {
  const std::int32_t index = record.tree.find(rev);
  if (index == Node::kNone || !record.tree.at(index).has_body) return std::optional<Body>();
  const std::uint64_t number = record.tree.at(index).body;
  BodyWalk once(*connection_);
  ASSIGN_OR_RETURN(const Statement* const row, (walk_ ? *walk_ : once).to(number));
  if (row == nullptr) {
    return error(ErrorCode::corrupt, "the body of " + record.id + " " + rev.text() + " is not in the store");
  }
  Body body{std::string(row->text(0)), {}};
  if (!row->is_null(1)) {
    ASSIGN_OR_RETURN(body.attachments, parse_attachments(row->text(1)));
  }
  return std::optional(std::move(body));
}

Result<std::optional<Document>> Snapshot::document(const Record& record, std::int32_t node) {
  if (node == Node::kNone) return std::optional<Document>();
  const Node& found = record.tree.at(node);
  ASSIGN_OR_RETURN(std::optional<Body> text, body(record, found.rev));
  if (!text) return std::optional<Document>();
  Document document;
  document.id = record.id;
  document.rev = found.rev;
  document.path = record.tree.path(node);
  document.deleted = found.deleted;
  document.body = std::move(text->text);
  document.attachments = std::move(text->attachments);
  return std::optional(std::move(document));
}

Result<std::optional<Document>> Snapshot::winner(std::string_view id) {
  ASSIGN_OR_RETURN(const std::optional<Record> record, find(id));
  if (!record || record->tree.deleted()) return std::optional<Document>();
  return document(*record, record->tree.winner());
}

Result<std::vector<Record>> Snapshot::changes(std::uint64_t since, std::uint64_t until, std::size_t limit) {
  return records_of(connection_->query("SELECT seq, id, tree FROM docs WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?",
                                       since, until, static_cast<std::int64_t>(limit)));
}

Result<bool> Snapshot::each_change(std::uint64_t since, std::uint64_t until,
                                   const std::function<Result<bool>(const Record&)>& visit) {
  struct Walking {
    std::unique_ptr<BodyWalk>& walk;
    std::unique_ptr<BodyWalk> outer;
    ~Walking() { walk = std::move(outer); }
  } walking{walk_, std::exchange(walk_, std::make_unique<BodyWalk>(*connection_))};
  ASSIGN_OR_RETURN(
      Statement query,
      connection_->query("SELECT seq, id, tree FROM docs WHERE seq > ? AND seq <= ? ORDER BY seq", since, until));
  for (bool more = true; more;) {
    ASSIGN_OR_RETURN(const bool row, query.step());
    if (!row) return true;
    ASSIGN_OR_RETURN(const Record record, record_of(query));
    ASSIGN_OR_RETURN(more, visit(record));
  }
  return false;
}

Result<std::vector<Record>> Snapshot::range(std::string_view start, std::string_view end, std::size_t limit,
                                            bool descending) {
  // An empty end means none; as a blob bound it would sort before every text, hence two forms of each statement.
  const auto rows = static_cast<std::int64_t>(limit);
  if (end.empty()) {
    return descending ? records_of(connection_->query(
                            "SELECT seq, id, tree FROM docs WHERE id >= ? ORDER BY id DESC LIMIT ?", start, rows))
                      : records_of(connection_->query(
                            "SELECT seq, id, tree FROM docs WHERE id >= ? ORDER BY id LIMIT ?", start, rows));
  }
  return descending
             ? records_of(connection_->query(
                   "SELECT seq, id, tree FROM docs WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT ?", start, end,
                   rows))
             : records_of(connection_->query(
                   "SELECT seq, id, tree FROM docs WHERE id >= ? AND id < ? ORDER BY id LIMIT ?", start, end, rows));
}

Result<std::vector<Record>> Snapshot::with_prefix(std::string_view prefix, std::size_t limit) {
  return range(prefix, behind(prefix), limit);
}

Result<std::vector<Record>> Snapshot::in_conflict(std::size_t limit, std::uint64_t since) {
  return records_of(connection_->query(
      "SELECT seq, id, tree FROM docs INDEXED BY docs_conflict WHERE live > 1 AND seq > ? ORDER BY seq LIMIT ?", since,
      static_cast<std::int64_t>(limit)));
}

Result<std::optional<std::string>> Snapshot::meta(std::string_view name) {
  ASSIGN_OR_RETURN(Statement query, connection_->query("SELECT value FROM meta WHERE name = ?", name));
  ASSIGN_OR_RETURN(const bool row, query.step());
  return row ? std::optional(std::string(query.text(0))) : std::nullopt;
}

Result<std::string> Snapshot::quick_check() {
  ASSIGN_OR_RETURN(const std::string keys, connection_->scalar("PRAGMA foreign_key_check"));
  if (!keys.empty()) return "foreign key of " + keys;
  return connection_->scalar("PRAGMA quick_check(1)");
}

Result<std::string> Snapshot::integrity() { return connection_->scalar("PRAGMA integrity_check(1)"); }

}  // namespace tram
