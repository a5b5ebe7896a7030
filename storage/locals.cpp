// _local documents: the last writer wins, nothing is ever listed in the feed.
#include <algorithm>
#include <charconv>

#include "storage/sqlite.h"
#include "storage/transaction.h"

namespace tram {

Result<std::optional<LocalDocument>> Snapshot::local(std::string_view id) {
  ASSIGN_OR_RETURN(Statement query, connection_->query("SELECT rev, body FROM locals WHERE id = ?", id));
  ASSIGN_OR_RETURN(const bool row, query.step());
  if (!row) return std::optional<LocalDocument>();
  return std::optional(LocalDocument{"0-" + std::to_string(query.integer(0)), std::string(query.text(1))});
}

Result<std::vector<std::pair<std::string, LocalDocument>>> Snapshot::locals(std::string_view prefix,
                                                                            std::size_t limit) {
  std::vector<std::pair<std::string, LocalDocument>> found;
  ASSIGN_OR_RETURN(Statement query,
                   connection_->query("SELECT id, rev, body FROM locals WHERE id >= ? ORDER BY id", prefix));
  while (found.size() < limit) {
    ASSIGN_OR_RETURN(const bool row, query.step());
    if (!row || !query.text(0).starts_with(prefix)) break;
    found.emplace_back(query.text(0),
                       LocalDocument{"0-" + std::to_string(query.integer(1)), std::string(query.text(2))});
  }
  return found;
}

Result<std::string> Transaction::put_local(std::string_view id, std::string_view body, std::string_view given_rev) {
  std::int64_t n = 0;
  const std::string_view number = given_rev.substr(std::min(given_rev.find('-') + 1, given_rev.size()));
  std::from_chars(number.data(), number.data() + number.size(), n);
  n = std::clamp<std::int64_t>(n, 0, INT64_MAX - 1) + 1;
  RETURN_IF_ERROR(
      connection_->run("INSERT INTO locals(id, rev, body) VALUES (?, ?, ?) "
                       "ON CONFLICT(id) DO UPDATE SET rev = excluded.rev, body = excluded.body",
                       id, n, body));
  return "0-" + std::to_string(n);
}

Result<bool> Transaction::delete_local(std::string_view id) {
  ASSIGN_OR_RETURN(const auto found, local(id));
  RETURN_IF_ERROR(connection_->run("DELETE FROM locals WHERE id = ?", id));
  return found.has_value();
}

Status Transaction::set_meta(std::string_view name, std::string_view value) {
  return connection_->run(
      "INSERT INTO meta(name, value) VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value", name,
      value);
}

}  // namespace tram
