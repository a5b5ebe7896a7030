// Counting and naming positions in the change feed.
#include <algorithm>
#include <charconv>

#include "storage/snapshot.h"
#include "storage/sqlite.h"
#include "storage/store.h"

namespace tram {
namespace {

struct Epoch {
  std::uint64_t first = 0;
  std::string id;
  std::uint64_t last = 0;  // of a closed epoch; of the open one the newest sequence
  bool open = false;
};

}  // namespace

Result<std::uint64_t> Snapshot::sequence() {
  ASSIGN_OR_RETURN(Statement query, connection_->query("SELECT max(seq) FROM docs"));
  RETURN_IF_ERROR(query.step());
  const auto newest = static_cast<std::uint64_t>(query.integer(0));
  // After a purge of the newest document its sequence lives on here.
  ASSIGN_OR_RETURN(const auto kept, meta("sequence"));
  return kept ? std::max<std::uint64_t>(newest, std::stoull(*kept)) : newest;
}

Result<std::uint64_t> Snapshot::pending(std::uint64_t since) {
  if (since == 0) {
    ASSIGN_OR_RETURN(const Counts all, counts());
    return all.live + all.deleted;
  }
  ASSIGN_OR_RETURN(Statement query, connection_->query("SELECT count(*) FROM docs WHERE seq > ?", since));
  RETURN_IF_ERROR(query.step());
  return static_cast<std::uint64_t>(query.integer(0));
}

Result<std::uint64_t> Snapshot::pending(std::uint64_t since, std::uint64_t until) {
  ASSIGN_OR_RETURN(Statement query,
                   connection_->query("SELECT count(*) FROM docs WHERE seq > ? AND seq <= ?", since, until));
  RETURN_IF_ERROR(query.step());
  return static_cast<std::uint64_t>(query.integer(0));
}

Result<std::uint64_t> PendingCount::after(Snapshot& snapshot, std::uint64_t since) {
  Counted now;
  now.since = since;
  ASSIGN_OR_RETURN(now.sequence, snapshot.sequence());
  ASSIGN_OR_RETURN(const auto purges, snapshot.meta(kPurgeSeq));
  now.purges = purges.value_or("");
  std::optional<Counted> last;
  {
    const std::scoped_lock lock(mutex_);
    last = last_;
  }
  if (last && last->sequence == now.sequence && last->purges == now.purges && last->since <= since) {
    ASSIGN_OR_RETURN(const std::uint64_t passed, snapshot.pending(last->since, since));
    now.pending = last->pending - passed;
  } else {
    ASSIGN_OR_RETURN(now.pending, snapshot.pending(since));
  }
  const std::scoped_lock lock(mutex_);
  last_ = now;
  return now.pending;
}

Result<Counts> Snapshot::counts() {
  Counts counts;
  {
    ASSIGN_OR_RETURN(Statement query, connection_->query("SELECT count(*) FROM docs WHERE deleted = 1"));
    RETURN_IF_ERROR(query.step());
    counts.deleted = static_cast<std::uint64_t>(query.integer(0));
  }
  ASSIGN_OR_RETURN(Statement query, connection_->query("SELECT count(*) FROM docs"));
  RETURN_IF_ERROR(query.step());
  counts.live = static_cast<std::uint64_t>(query.integer(0)) - counts.deleted;
  return counts;
}

Result<WireSequence> Snapshot::wire(std::uint64_t n) {
  if (n == 0) return WireSequence{};
  if (n >= epoch_.first && n < epoch_.end) return WireSequence{n, epoch_.epoch8};
  ASSIGN_OR_RETURN(
      Statement query,
      connection_->query("SELECT first_seq, epoch, (SELECT min(first_seq) FROM epochs WHERE first_seq > ?1) "
                         "FROM epochs WHERE first_seq <= ?1 ORDER BY first_seq DESC LIMIT 1",
                         n));
  ASSIGN_OR_RETURN(const bool row, query.step());
  if (!row) return WireSequence{};
  epoch_.first = static_cast<std::uint64_t>(query.integer(0));
  epoch_.end = query.is_null(2) ? UINT64_MAX : static_cast<std::uint64_t>(query.integer(2));
  epoch_.epoch8 = query.text(1).substr(0, 8);
  return WireSequence{n, epoch_.epoch8};
}

Result<std::uint64_t> Snapshot::since(std::string_view text, bool* in_history) {
  if (in_history != nullptr) *in_history = false;
  ASSIGN_OR_RETURN(const std::uint64_t newest, sequence());
  if (text == "now") return newest;
  std::uint64_t n = 0;
  const auto number = std::from_chars(text.data(), text.data() + text.size(), n);
  const auto dash = static_cast<std::size_t>(number.ptr - text.data());
  if (number.ec != std::errc() || dash >= text.size() || text[dash] != '-') {
    // "0" is the beginning, and every history contains it; a bare number names no history.
    if (in_history != nullptr) *in_history = text == "0";
    return std::uint64_t{0};
  }
  const std::string_view wanted = text.substr(dash + 1);
  std::optional<Epoch> found;
  ASSIGN_OR_RETURN(Statement query, connection_->query("SELECT first_seq, epoch FROM epochs ORDER BY first_seq"));
  while (true) {
    ASSIGN_OR_RETURN(const bool row, query.step());
    if (found && !found->open && found->last == 0) {
      found->open = !row;
      found->last = row ? static_cast<std::uint64_t>(query.integer(0)) - 1 : newest;
      break;
    }
    if (!row) break;
    if (query.text(1).substr(0, 8) == wanted) {
      found = Epoch{static_cast<std::uint64_t>(query.integer(0)), std::string(query.text(1)), 0, false};
    }
  }
  if (!found) return std::uint64_t{0};
  if (n <= found->last) {
    if (in_history != nullptr) *in_history = true;
    return n;
  }
  if (!found->open) return found->last;
  connection_->history_gap = true;
  return found->first - 1;
}

}  // namespace tram
