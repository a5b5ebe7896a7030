#include "storage/derived.h"

#include <filesystem>

#include "core/base/log.h"
#include "storage/sqlite.h"

namespace tram {
namespace {

// The first string after all those with this prefix; empty: there is none.
std::string after_prefix(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && static_cast<unsigned char>(end.back()) == 0xff) end.pop_back();
  if (!end.empty()) ++end.back();
  return end;
}

}  // namespace

Derived::Derived(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
Derived::~Derived() { (void)connection_->set_checkpoint_on_close(true); }

Result<std::unique_ptr<Derived>> Derived::open(const std::string& path, const std::string& purpose,
                                               std::int64_t cache_kb) {
  const auto attempt = [&]() -> Result<std::unique_ptr<Derived>> {
    ASSIGN_OR_RETURN(auto connection, Connection::open(path, Connection::Role::writer, "", cache_kb));
    std::unique_ptr<Derived> map(new Derived(std::move(connection)));
    RETURN_IF_ERROR(map->prepare(purpose));
    return map;
  };
  auto map = attempt();
  if (map || map.error().code != ErrorCode::corrupt) return map;
  log::warning("derived_begun_anew", {{"file", path}, {"reason", map.error().message}});
  std::error_code ignored;
  for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(path + end, ignored);
  return attempt();
}

Status Derived::prepare(const std::string& purpose) {
  RETURN_IF_ERROR(
      connection_->script("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
                          "CREATE TABLE IF NOT EXISTS content(key BLOB PRIMARY KEY, value BLOB NOT NULL) "
                          "WITHOUT ROWID;"));
  ASSIGN_OR_RETURN(const auto held, get("purpose"));
  if (held == purpose) return {};
  return apply({{"*", std::nullopt}, {"purpose", purpose}});
}

Result<std::optional<std::string>> Derived::get(std::string_view key) {
  const std::lock_guard lock(mutex_);
  ASSIGN_OR_RETURN(Statement found, connection_->query("SELECT value FROM content WHERE key=?", Blob{key}));
  ASSIGN_OR_RETURN(const bool row, found.step());
  return row ? std::optional(std::string(found.text(0))) : std::nullopt;
}

Status Derived::each(std::string_view prefix,
                     const std::function<void(std::string_view key, std::string_view value)>& visit) {
  const std::lock_guard lock(mutex_);
  const std::string end = after_prefix(prefix);
  ASSIGN_OR_RETURN(Statement rows,
                   end.empty()
                       ? connection_->query("SELECT key, value FROM content WHERE key>=? ORDER BY key", Blob{prefix})
                       : connection_->query("SELECT key, value FROM content WHERE key>=? AND key<? ORDER BY key",
                                            Blob{prefix}, Blob{end}));
  while (true) {
    ASSIGN_OR_RETURN(const bool row, rows.step());
    if (!row) return {};
    visit(rows.text(0), rows.text(1));
  }
}

Status Derived::apply(const std::vector<Change>& changes) {
  const std::lock_guard lock(mutex_);
  const auto change_all = [&]() -> Status {
    for (const auto& [key, value] : changes) {
      if (value) {
        RETURN_IF_ERROR(connection_->run("INSERT OR REPLACE INTO content VALUES(?,?)", Blob{key}, Blob{*value}));
      } else if (!key.ends_with('*')) {
        RETURN_IF_ERROR(connection_->run("DELETE FROM content WHERE key=?", Blob{key}));
      } else {
        const std::string_view prefix = std::string_view(key).substr(0, key.size() - 1);
        const std::string end = after_prefix(prefix);
        RETURN_IF_ERROR(end.empty()
                            ? connection_->run("DELETE FROM content WHERE key>=?", Blob{prefix})
                            : connection_->run("DELETE FROM content WHERE key>=? AND key<?", Blob{prefix}, Blob{end}));
      }
    }
    return {};
  };
  RETURN_IF_ERROR(connection_->begin("BEGIN IMMEDIATE"));
  Status done = change_all();
  if (done) done = connection_->run("COMMIT");
  // An error of COMMIT may have ended the transaction already.
  if (!done && connection_->in_transaction()) (void)connection_->run("ROLLBACK").ok();
  return done;
}

}  // namespace tram
