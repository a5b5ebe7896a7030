#include "storage/search_index.h"

#include <algorithm>
#include <filesystem>

#include "core/base/text.h"
#include "storage/sqlite.h"

namespace tram {
namespace {

constexpr int kIndexVersion = 2;
constexpr std::size_t kDocumentsAtOnce = 500;
constexpr std::size_t kLinePoints = 160;
constexpr std::int64_t kIndexCacheKb = 4096;

constexpr const char* kIndexSchema = R"(
CREATE TABLE sources (
  source TEXT PRIMARY KEY, instance TEXT NOT NULL, seen TEXT NOT NULL, mark TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE TABLE entries (n INTEGER PRIMARY KEY, source TEXT NOT NULL, id TEXT NOT NULL, UNIQUE(source, id)) STRICT;
CREATE VIRTUAL TABLE passages USING fts5(plain, folded, tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3');
)";

void remove_index(const std::string& path) {
  for (const char* end : {"", "-wal", "-shm"}) {
    std::error_code ignored;
    std::filesystem::remove(path + end, ignored);
  }
}

// An index ready for use; nothing when the file is not one of this version.
Result<std::unique_ptr<Connection>> open_index(const std::string& path) {
  ASSIGN_OR_RETURN(auto connection, Connection::open(path, Connection::Role::writer, "", kIndexCacheKb));
  ASSIGN_OR_RETURN(const std::string version, connection->scalar("PRAGMA user_version"));
  ASSIGN_OR_RETURN(const std::string tables, connection->scalar("SELECT count(*) FROM sqlite_schema"));
  if (version != std::to_string(kIndexVersion) && tables != "0") return std::unique_ptr<Connection>();
  RETURN_IF_ERROR(connection->scalar("PRAGMA journal_mode=WAL"));
  RETURN_IF_ERROR(connection->script("PRAGMA synchronous=NORMAL"));
  if (tables != "0") return connection;
  RETURN_IF_ERROR(connection->begin("BEGIN IMMEDIATE"));
  RETURN_IF_ERROR(connection->script(kIndexSchema));
  RETURN_IF_ERROR(connection->script("PRAGMA user_version=" + std::to_string(kIndexVersion) + "; COMMIT"));
  return connection;
}

std::vector<std::string> words_in(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(" \t\n"), text.size());
    const std::string_view word = text.substr(0, end);
    const bool says_something = std::any_of(word.begin(), word.end(), [](char c) {
      const auto byte = static_cast<unsigned char>(c);
      return byte >= 0x80 || (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z');
    });
    if (says_something) words.emplace_back(word);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

// column : ("one" AND "two"*), with every word quoted, so that nothing in it is an operator.
std::string match_of(const std::string& column, const std::vector<std::string>& words) {
  std::string match;
  for (const std::string& word : words) {
    match += match.empty() ? "\"" : " AND \"";
    for (const char c : word) match += c == '"' ? std::string("\"\"") : std::string(1, c);
    match += '"';
  }
  return column + " : (" + match + "*)";
}

std::string line_with(std::string_view text, std::string_view folded_word) {
  std::string_view first;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (first.empty()) first = line;
    if (fold(line).find(folded_word) == std::string::npos) continue;
    first = line;
    break;
  }
  std::u32string points = decode(first);
  if (points.size() > kLinePoints) points = points.substr(0, kLinePoints) + U"…";
  return encode(points);
}

Status forget(Connection& connection, std::string_view source, std::string_view id) {
  RETURN_IF_ERROR(connection.run(
      "DELETE FROM passages WHERE rowid = (SELECT n FROM entries WHERE source = ? AND id = ?)", source, id));
  return connection.run("DELETE FROM entries WHERE source = ? AND id = ?", source, id);
}

Status forget_all(Connection& connection, std::string_view source) {
  RETURN_IF_ERROR(
      connection.run("DELETE FROM passages WHERE rowid IN (SELECT n FROM entries WHERE source = ?)", source));
  return connection.run("DELETE FROM entries WHERE source = ?", source);
}

Status remember(Connection& connection, std::string_view source, std::string_view id, const std::string& text) {
  RETURN_IF_ERROR(connection.run("INSERT INTO entries(source, id) VALUES (?, ?)", source, id));
  const std::string folded = fold(text);
  return connection.run("INSERT INTO passages(rowid, plain, folded) VALUES (?, ?, ?)", connection.last_rowid(),
                        std::string_view(text), std::string_view(folded));
}

// What changed in a store since a moment.
struct News {
  bool from_beginning = false;
  std::vector<std::pair<std::string, std::optional<std::string>>> documents;  // nothing: gone, or left out
  std::string seen;
  bool more = false;
};

Status read_news(Snapshot& snapshot, const std::string& seen, const SearchIndex::TextOf& text_of, News& news) {
  bool in_history = true;
  ASSIGN_OR_RETURN(std::uint64_t since, snapshot.since(seen, &in_history));
  if (!in_history && seen != "0") {
    since = 0;
    news.from_beginning = true;
  }
  ASSIGN_OR_RETURN(const auto records, snapshot.changes(since, UINT64_MAX >> 1, kDocumentsAtOnce));
  for (const Record& record : records) {
    since = record.seq;
    std::optional<std::string> text;
    if (!record.tree.deleted()) {
      ASSIGN_OR_RETURN(const auto document, snapshot.document(record, record.tree.winner()));
      if (document) text = text_of(*document);
    }
    news.documents.emplace_back(record.id, std::move(text));
  }
  ASSIGN_OR_RETURN(const WireSequence position, snapshot.wire(since));
  news.seen = position.text();
  news.more = records.size() == kDocumentsAtOnce;
  return {};
}

}  // namespace

SearchIndex::SearchIndex(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
SearchIndex::~SearchIndex() = default;

Result<std::unique_ptr<SearchIndex>> SearchIndex::open(const std::string& path) {
  auto connection = open_index(path);
  const bool useless = connection ? *connection == nullptr : connection.error().code == ErrorCode::corrupt;
  if (useless) {
    remove_index(path);
    connection = open_index(path);
  }
  if (!connection) return connection.error();
  return std::unique_ptr<SearchIndex>(new SearchIndex(std::move(*connection)));
}

Status SearchIndex::catch_up(const std::string& source, Store& store, const TextOf& text_of, std::string_view mark) {
  const std::scoped_lock lock(mutex_);
  for (bool more = true; more;) RETURN_IF_ERROR(follow(source, store, text_of, more));
  return connection_->run("UPDATE sources SET mark = ?2 WHERE source = ?1 AND mark <> ?2", std::string_view(source),
                          mark);
}

Result<std::string> SearchIndex::mark(const std::string& source) {
  const std::scoped_lock lock(mutex_);
  ASSIGN_OR_RETURN(Statement known,
                   connection_->query("SELECT mark FROM sources WHERE source = ?", std::string_view(source)));
  ASSIGN_OR_RETURN(const bool found, known.step());
  return found ? std::string(known.text(0)) : std::string();
}

Status SearchIndex::follow(const std::string& source, Store& store, const TextOf& text_of, bool& more) {
  std::string instance, seen = "0";
  {
    ASSIGN_OR_RETURN(Statement known, connection_->query("SELECT instance, seen FROM sources WHERE source = ?",
                                                         std::string_view(source)));
    ASSIGN_OR_RETURN(const bool found, known.step());
    if (found) {
      instance = known.text(0);
      seen = known.text(1);
    }
  }
  News news;
  // What was purged has no row in the feed: all is read again.
  const std::uint64_t purges = store.purge_seq();
  const std::string now = store.instance_uuid() + (purges == 0 ? "" : "/" + std::to_string(purges));
  if (instance != now) seen = "0";
  news.from_beginning = instance != now;
  RETURN_IF_ERROR(store.read([&](Snapshot& snapshot) -> Status { return read_news(snapshot, seen, text_of, news); }));
  more = news.more;
  if (news.seen == seen && !news.from_beginning) return {};
  const auto write = [&]() -> Status {
    if (news.from_beginning) RETURN_IF_ERROR(forget_all(*connection_, source));
    for (const auto& [id, text] : news.documents) {
      RETURN_IF_ERROR(forget(*connection_, source, id));
      if (text) RETURN_IF_ERROR(remember(*connection_, source, id, *text));
    }
    return connection_->run(
        "INSERT INTO sources(source, instance, seen) VALUES (?, ?, ?) ON CONFLICT(source) "
        "DO UPDATE SET instance = excluded.instance, seen = excluded.seen",
        std::string_view(source), std::string_view(now), std::string_view(news.seen));
  };
  RETURN_IF_ERROR(connection_->begin("BEGIN IMMEDIATE"));
  Status written = write();
  if (written) written = connection_->script("COMMIT");
  if (!written && connection_->in_transaction()) (void)connection_->script("ROLLBACK");
  return written;
}

Status SearchIndex::add_hits(const std::string& column, const std::vector<std::string>& words, std::size_t limit,
                             std::vector<SearchHit>& hits) {
  const std::string match = match_of(column, words), first = fold(words.front());
  ASSIGN_OR_RETURN(Statement found,
                   connection_->query("SELECT entries.source, entries.id, passages.plain FROM passages "
                                      "JOIN entries ON entries.n = passages.rowid WHERE passages MATCH ? "
                                      "ORDER BY passages.rank, entries.source, entries.id LIMIT ?",
                                      std::string_view(match), static_cast<std::int64_t>(limit)));
  while (hits.size() < limit) {
    ASSIGN_OR_RETURN(const bool row, found.step());
    if (!row) return {};
    SearchHit hit{std::string(found.text(0)), std::string(found.text(1)), line_with(found.text(2), first),
                  column == "plain"};
    const bool known = std::any_of(hits.begin(), hits.end(), [&](const SearchHit& other) {
      return other.id == hit.id && other.source == hit.source;
    });
    if (!known) hits.push_back(std::move(hit));
  }
  return {};
}

Result<std::vector<SearchHit>> SearchIndex::find(std::string_view query, std::size_t limit) {
  if (!is_utf8(query)) return error(ErrorCode::bad_request, "the search text is not UTF-8");
  const std::scoped_lock lock(mutex_);
  std::vector<SearchHit> hits;
  const std::string folded = fold(query), small = nfc(decomposed_lower(query));
  const auto words = words_in(folded);
  if (words.empty()) return hits;
  if (small != folded) RETURN_IF_ERROR(add_hits("plain", words_in(small), limit, hits));
  RETURN_IF_ERROR(add_hits("folded", words, limit, hits));
  return hits;
}

}  // namespace tram
