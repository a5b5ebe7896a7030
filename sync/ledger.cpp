#include "sync/ledger.h"

#include <algorithm>
#include <map>

#include "sync/office_peer.h"

namespace tram {
namespace {

constexpr std::string_view kSubmission = "submission:";

struct Known {
  std::uint64_t acknowledged = 0, sent_until = 0;
  std::map<std::pair<std::string, std::string>, Refusal> refusals;  // by id and revision; the newest row
};

const Refusal* refusal_of(const Known& known, const std::string& id, const RevisionId& rev) {
  const auto found = known.refusals.find({id, rev.text()});
  if (found == known.refusals.end()) return nullptr;
  const RefusalState state = found->second.state;
  return state == RefusalState::open || state == RefusalState::superseded ? &found->second : nullptr;
}

// Does the province hold this revision? What came from there it does; of what was made here, what went out and was not
// refused.
bool is_there(const Known& known, const Record& record, const Node& node) {
  return !node.local || (node.arrived <= known.acknowledged && !refusal_of(known, record.id, node.rev));
}

// A document and, for each node of its tree, whether the province holds something that grew from it.
struct Seen {
  Record record;
  std::vector<bool> has_heir;
};

Seen look_at(const Known& known, Record record) {
  Seen seen{std::move(record), {}};
  const auto& nodes = seen.record.tree.nodes();
  seen.has_heir.resize(nodes.size());
  std::vector<std::int32_t> open;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (is_there(known, seen.record, nodes[i])) open.push_back(static_cast<std::int32_t>(i));
  }
  while (!open.empty()) {
    const std::int32_t at = open.back();
    open.pop_back();
    for (const std::int32_t parent : seen.record.tree.parents(at)) {
      const auto index = static_cast<std::size_t>(parent);
      if (seen.has_heir[index]) continue;
      seen.has_heir[index] = true;
      open.push_back(parent);
    }
  }
  return seen;
}

bool closed_by_merge(const Record& record, std::int32_t at) {
  return std::any_of(record.tree.nodes().begin(), record.tree.nodes().end(),
                     [&](const Node& node) { return node.parent == at && !node.merged_into.empty(); });
}

// What the positions alone say; right also for a revision that the tree no longer has.
Fate fate_by_position(const Known& known, std::uint64_t seq) {
  if (seq <= known.acknowledged) return Fate::received;
  return seq <= known.sent_until ? Fate::sent : Fate::pending;
}

void judge(const Known& known, const Seen& seen, LedgerRow& row) {
  const Record& record = seen.record;
  const auto rev = RevisionId::parse(row.rev);
  const std::int32_t at = rev ? record.tree.find(*rev) : Node::kNone;
  if (at == Node::kNone) return;
  const Refusal* refusal = refusal_of(known, record.id, *rev);
  if (refusal && is_waiting(refusal->code)) {
    row.fate = Fate::pending;
  } else if (!record.tree.at(at).merged_into.empty() || closed_by_merge(record, at)) {
    if (row.fate == Fate::received) row.fate = Fate::merged;
  } else if (seen.has_heir[static_cast<std::size_t>(at)]) {
    row.fate = Fate::superseded;
  } else if (refusal) {
    // A submission has no heir of its own: the next one of its report is another document.
    const bool replaced = refusal->state == RefusalState::superseded && record.id.starts_with(kSubmission);
    row.fate = replaced ? Fate::superseded : Fate::refused;
    row.code = refusal->code;
    row.reason = refusal->reason;
    row.reason_vi = refusal->reason_vi;
  }
}

Status find_receipt(Snapshot& snapshot, LedgerRow& row) {
  const std::string id = arrival_of(row.id);
  if (id.empty() || row.fate != Fate::received) return {};
  ASSIGN_OR_RETURN(const std::optional<Document> arrival, snapshot.winner(id));
  if (!arrival) return {};
  ASSIGN_OR_RETURN(row.receipt, json::parse_object(arrival->body));
  row.fate = Fate::accepted;
  return {};
}

Result<Known> load_known(Snapshot& snapshot, const LedgerOptions& options) {
  Known known;
  known.sent_until = options.sent_until;
  ASSIGN_OR_RETURN(known.acknowledged, acknowledged(snapshot));
  ASSIGN_OR_RETURN(std::vector<Refusal> rows, snapshot.refusals(false, options.id));
  for (Refusal& row : rows) {
    if (row.push) known.refusals.insert_or_assign({row.id, row.rev}, row);
  }
  return known;
}

}  // namespace

std::string_view name_of(Fate fate) {
  switch (fate) {
    case Fate::pending: return "pending";
    case Fate::sent: return "sent";
    case Fate::received: return "received";
    case Fate::accepted: return "accepted";
    case Fate::refused: return "refused";
    case Fate::merged: return "merged";
    case Fate::superseded: return "superseded";
  }
  return "pending";
}

std::string arrival_of(std::string_view submission_id) {
  if (!submission_id.starts_with(kSubmission)) return {};
  return "arrival:" + std::string(submission_id.substr(kSubmission.size()));
}

json::Value LedgerRow::to_json() const {
  json::Value value = {{"id", id},          {"rev", rev},        {"at", at}, {"fate", name_of(fate)},
                       {"reason", nullptr}, {"receipt", nullptr}};
  if (!reason.empty()) value["reason"] = reason;
  if (!reason_vi.empty()) value["reason_vi"] = reason_vi;
  if (!code.empty()) value["code"] = code;
  if (receipt) value["receipt"] = *receipt;
  return value;
}

Result<std::vector<LedgerRow>> read_ledger(Store& own, const LedgerOptions& options) {
  std::vector<LedgerRow> ledger;
  RETURN_IF_ERROR(own.read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const Known known, load_known(snapshot, options));
    ASSIGN_OR_RETURN(std::vector<LocalWrite> writes, snapshot.writes(0, options.id));
    if (writes.size() > options.limit) {
      writes.erase(writes.begin(), writes.end() - static_cast<std::ptrdiff_t>(options.limit));
    }
    std::map<std::string, std::optional<Seen>> documents;
    for (LocalWrite& write : writes) {
      LedgerRow row;
      row.id = std::move(write.id);
      row.rev = std::move(write.rev);
      row.at = std::move(write.at);
      row.seq = write.seq;
      const auto [document, is_new] = documents.try_emplace(row.id);
      if (is_new) {
        ASSIGN_OR_RETURN(std::optional<Record> found, snapshot.find(row.id));
        if (found) document->second = look_at(known, *std::move(found));
      }
      row.fate = fate_by_position(known, row.seq);
      if (document->second) judge(known, *document->second, row);
      RETURN_IF_ERROR(find_receipt(snapshot, row));
      ledger.push_back(std::move(row));
    }
    return {};
  }));
  return ledger;
}

}  // namespace tram
