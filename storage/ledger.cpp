// What was saved here, and what a peer would not take.
#include "storage/sqlite.h"
#include "storage/store.h"
#include "storage/transaction.h"

namespace tram {
namespace {

RefusalState refusal_state(std::string_view text) {
  for (const RefusalState state : {RefusalState::superseded, RefusalState::accepted, RefusalState::withdrawn}) {
    if (text == name_of(state)) return state;
  }
  return RefusalState::open;
}

Refusal refusal_of(const Statement& row) {
  Refusal refusal;
  refusal.n = static_cast<std::uint64_t>(row.integer(0));
  refusal.peer = row.text(1);
  refusal.push = row.text(2) == "push";
  refusal.id = row.text(3);
  refusal.rev = row.text(4);
  refusal.code = row.text(5);
  refusal.reason = row.text(6);
  refusal.reason_vi = row.text(7);
  refusal.status = static_cast<int>(row.integer(8));
  refusal.rules = row.text(9);
  refusal.first_at = row.text(10);
  refusal.last_at = row.text(11);
  refusal.state = refusal_state(row.text(12));
  return refusal;
}

}  // namespace

std::string_view name_of(RefusalState state) {
  switch (state) {
    case RefusalState::open: return "open";
    case RefusalState::superseded: return "superseded";
    case RefusalState::accepted: return "accepted";
    case RefusalState::withdrawn: return "withdrawn";
  }
  return "open";
}

Result<std::vector<Refusal>> Snapshot::refusals(bool only_open, std::string_view id) {
  ASSIGN_OR_RETURN(
      Statement query,
      connection_->query("SELECT n, peer, direction, id, rev, code, reason, reason_vi, status, rules, first_at, "
                         "last_at, state FROM refusals WHERE (?1 = 0 OR state = 'open') AND (?2 = '' OR id = ?2) "
                         "ORDER BY n",
                         only_open ? 1 : 0, id));
  std::vector<Refusal> found;
  while (true) {
    ASSIGN_OR_RETURN(const bool row, query.step());
    if (!row) return found;
    found.push_back(refusal_of(query));
  }
}

Result<std::vector<LocalWrite>> Snapshot::writes(std::uint64_t after, std::string_view id, std::size_t limit) {
  const auto rows = static_cast<std::int64_t>(std::min<std::size_t>(limit, INT64_MAX));
  auto query = id.empty() ? connection_->query("SELECT seq, id, rev, at FROM writes WHERE seq > ? ORDER BY seq LIMIT ?",
                                               after, rows)
                          : connection_->query(
                                "SELECT seq, id, rev, at FROM writes WHERE seq > ? AND id = ? "
                                "ORDER BY seq LIMIT ?",
                                after, id, rows);
  RETURN_IF_ERROR(query);
  std::vector<LocalWrite> found;
  while (true) {
    ASSIGN_OR_RETURN(const bool row, query->step());
    if (!row) return found;
    found.push_back({static_cast<std::uint64_t>(query->integer(0)), std::string(query->text(1)),
                     std::string(query->text(2)), std::string(query->text(3))});
  }
}

Result<std::uint64_t> Snapshot::count_writes(std::uint64_t after) {
  ASSIGN_OR_RETURN(Statement query, connection_->query("SELECT count(*) FROM writes WHERE seq > ?", after));
  RETURN_IF_ERROR(query.step());
  return static_cast<std::uint64_t>(query.integer(0));
}

Status Transaction::add_refusal(const Refusal& refusal) {
  const std::string_view direction = refusal.push ? "push" : "pull";
  RETURN_IF_ERROR(connection_->run(
      "UPDATE refusals SET code = ?5, reason = ?6, reason_vi = ?7, status = ?8, rules = ?9, last_at = ?10 "
      "WHERE id = ?3 AND rev = ?4 AND peer = ?1 AND direction = ?2 AND state = 'open'",
      refusal.peer, direction, refusal.id, refusal.rev, refusal.code, refusal.reason, refusal.reason_vi, refusal.status,
      refusal.rules, refusal.last_at));
  return connection_->run(
      "INSERT INTO refusals(peer, direction, id, rev, code, reason, reason_vi, status, rules, first_at, last_at, "
      "state) "
      "SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 'open' WHERE NOT EXISTS (SELECT 1 FROM refusals "
      "WHERE id = ?3 AND rev = ?4 AND peer = ?1 AND direction = ?2 AND state = 'open')",
      refusal.peer, direction, refusal.id, refusal.rev, refusal.code, refusal.reason, refusal.reason_vi, refusal.status,
      refusal.rules, refusal.first_at, refusal.last_at);
}

Status Transaction::close_refusal(std::uint64_t n, RefusalState state) {
  return connection_->run("UPDATE refusals SET state = ? WHERE n = ?", name_of(state), n);
}

// A second revision of one document in the same transaction shares its sequence; the newest is what is sent.
void Transaction::note_write(Dirty& dirty, const RevisionId& rev) const {
  if (store_.options().record_writes) dirty.written = rev.text();
}

Status Transaction::insert_writes(const std::vector<const Dirty*>& documents) {
  static const RowsInsert kInsert("INSERT OR REPLACE INTO writes(seq, id, rev, at) VALUES ", "(?, ?, ?, ?)");
  return connection_->insert(kInsert, documents.size(), [&](Statement& row, int column, std::size_t i) {
    const Dirty& dirty = *documents[i];
    row.bind(column, dirty.record.seq);
    row.bind(column + 1, std::string_view(dirty.record.id));
    row.bind(column + 2, std::string_view(dirty.written));
    row.bind(column + 3, std::string_view(now_));
  });
}

}  // namespace tram
