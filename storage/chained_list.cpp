#include "storage/chained_list.h"

#include "storage/sqlite.h"

namespace tram {
namespace {

constexpr std::size_t kHashDigits = 64;
constexpr std::int64_t kCacheKb = 512;

}  // namespace

ChainedList::ChainedList(std::unique_ptr<Connection> connection, Digest digest)
    : connection_(std::move(connection)), digest_(digest) {}
ChainedList::~ChainedList() { (void)connection_->set_checkpoint_on_close(true); }

Result<std::unique_ptr<ChainedList>> ChainedList::open(const std::string& path, Digest digest) {
  ASSIGN_OR_RETURN(auto connection, Connection::open(path, Connection::Role::writer, "", kCacheKb));
  std::unique_ptr<ChainedList> list(new ChainedList(std::move(connection), digest));
  RETURN_IF_ERROR(list->prepare());
  return list;
}

Status ChainedList::prepare() {
  return connection_->script(
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
      "CREATE TABLE IF NOT EXISTS chain(n INTEGER PRIMARY KEY, text TEXT NOT NULL, hash TEXT NOT NULL) STRICT;"
      "CREATE TRIGGER IF NOT EXISTS chain_keeps BEFORE UPDATE ON chain "
      "BEGIN SELECT RAISE(ABORT, 'a row of this list is never changed'); END;"
      "CREATE TRIGGER IF NOT EXISTS chain_holds BEFORE DELETE ON chain "
      "BEGIN SELECT RAISE(ABORT, 'a row of this list is never removed'); END;");
}

Result<ChainedList::Row> ChainedList::append(std::string_view text) {
  const std::lock_guard lock(mutex_);
  Row row{1, std::string(text), std::string(kHashDigits, '0')};
  RETURN_IF_ERROR(connection_->begin("BEGIN IMMEDIATE"));
  Status done = insert(row);
  if (done) done = connection_->run("COMMIT");
  if (!done && connection_->in_transaction()) (void)connection_->run("ROLLBACK").ok();
  if (!done) return done.error();
  return row;
}

Status ChainedList::insert(Row& row) {
  {
    ASSIGN_OR_RETURN(Statement last, connection_->query("SELECT n, hash FROM chain ORDER BY n DESC LIMIT 1"));
    ASSIGN_OR_RETURN(const bool found, last.step());
    if (found) {
      row.n = last.integer(0) + 1;
      row.hash = last.text(1);
    }
  }
  row.hash = digest_(row.hash + row.text);
  return connection_->run("INSERT INTO chain VALUES(?,?,?)", row.n, std::string_view(row.text),
                          std::string_view(row.hash));
}

Result<std::vector<ChainedList::Row>> ChainedList::newest(std::int64_t before, std::size_t limit) {
  const std::lock_guard lock(mutex_);
  const std::int64_t end = before <= 0 ? INT64_MAX : before;
  ASSIGN_OR_RETURN(Statement found,
                   connection_->query("SELECT n, text, hash FROM chain WHERE n<? ORDER BY n DESC LIMIT ?", end,
                                      static_cast<std::int64_t>(limit)));
  std::vector<Row> rows;
  while (true) {
    ASSIGN_OR_RETURN(const bool more, found.step());
    if (!more) return rows;
    rows.push_back({found.integer(0), std::string(found.text(1)), std::string(found.text(2))});
  }
}

Result<ChainedList::Verified> ChainedList::verify() {
  const std::lock_guard lock(mutex_);
  ASSIGN_OR_RETURN(Statement found, connection_->query("SELECT n, text, hash FROM chain ORDER BY n"));
  Verified verified{0, std::string(kHashDigits, '0'), {}};
  while (true) {
    ASSIGN_OR_RETURN(const bool more, found.step());
    if (!more) return verified;
    const std::string hash = digest_(verified.head + std::string(found.text(1)));
    if (found.integer(0) != verified.rows + 1 || hash != found.text(2)) {
      verified.bad_row = verified.rows + 1;
      return verified;
    }
    ++verified.rows;
    verified.head = hash;
  }
}

Status ChainedList::copy_to(const std::string& path) {
  const std::lock_guard lock(mutex_);
  return connection_->copy_to(path);
}

}  // namespace tram
