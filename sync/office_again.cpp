// What an office's end of a replication keeps in mind beside the feed: documents that wait, and those to be offered again.
#include "sync/ledger.h"
#include "sync/office_peer.h"

namespace tram {

Result<std::vector<Document>> OfficePeer::awaiting_push() {
  std::vector<Document> waiting;
  RETURN_IF_ERROR(store_.read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const std::vector<Refusal> rows, open_rows(snapshot, true));
    std::set<std::string> ids;
    for (const Refusal& row : rows) {
      if (row.code == kAwaitsBytes || row.code == kGoesAgain || row.code == "missing_stub") ids.insert(row.id);
    }
    for (const std::string& id : ids) {
      ASSIGN_OR_RETURN(const std::optional<Record> record, snapshot.find(id));
      if (!record) continue;
      for (const std::int32_t leaf : record->tree.leaves()) {
        if (!is_to_send(record->tree.at(leaf), rows)) continue;
        ASSIGN_OR_RETURN(std::optional<Document> document, snapshot.document(*record, leaf));
        if (document && !document->attachments.empty()) waiting.push_back(*std::move(document));
      }
    }
    return {};
  }));
  return waiting;
}

Result<RevisionSet> OfficePeer::awaiting_pull() {
  RevisionSet waiting;
  RETURN_IF_ERROR(store_.read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const std::vector<Refusal> rows, open_rows(snapshot, false));
    for (const Refusal& row : rows) {
      auto rev = RevisionId::parse(row.rev);
      if (row.code == kAwaitsBytes && rev) waiting.push_back({row.id, {*std::move(rev)}});
    }
    return {};
  }));
  return waiting;
}

Status OfficePeer::give_up_awaited(const std::string& id, const RevisionId& rev) {
  return store_.write([&](Transaction& transaction) -> Status {
    ASSIGN_OR_RETURN(const std::vector<Refusal> rows, open_rows(transaction, false));
    for (const Refusal& row : rows) {
      if (row.code != kAwaitsBytes || row.id != id || row.rev != rev.text()) continue;
      RETURN_IF_ERROR(transaction.close_refusal(row.n, RefusalState::superseded));
    }
    return {};
  });
}

Result<bool> OfficePeer::has_refusals() {
  bool has = false;
  RETURN_IF_ERROR(store_.read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const std::vector<Refusal> rows, open_rows(snapshot, true));
    has = !rows.empty();
    return {};
  }));
  return has;
}

Result<std::vector<Document>> OfficePeer::again(const std::function<bool(const Refusal&)>& chosen) {
  std::vector<Document> documents;
  RETURN_IF_ERROR(store_.read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const std::vector<Refusal> rows, open_rows(snapshot, true));
    ASSIGN_OR_RETURN(const std::uint64_t position, acknowledged(snapshot));
    std::set<std::string> ids, waiting;
    for (const Refusal& row : rows) {
      if (row.code != kHeldBack && chosen(row)) ids.insert(row.id);
      if (row.code == kHeldBack) waiting.insert(row.id);
    }
    waiting.insert(ids.begin(), ids.end());
    for (const std::string& id : waiting) {
      ASSIGN_OR_RETURN(const std::optional<Record> record, snapshot.find(id));
      if (!record) continue;
      ASSIGN_OR_RETURN(Offered offered, offer(snapshot, *record, position, rows));
      if (!ids.contains(id) && !offered.held.empty()) continue;
      std::move(offered.documents.begin(), offered.documents.end(), std::back_inserter(documents));
    }
    return {};
  }));
  return documents;
}

Status OfficePeer::go_again(Transaction& transaction, const Sequence& since) {
  ASSIGN_OR_RETURN(const std::vector<Refusal> rows, transaction.refusals(false));
  ASSIGN_OR_RETURN(const std::uint64_t from, transaction.since(from_json(since)));
  std::set<std::string> ids;
  for (const Refusal& row : rows) {
    if (row.push && row.peer == remote_ && row.state != RefusalState::open) ids.insert(row.id);
  }
  for (const std::string& id : ids) {
    ASSIGN_OR_RETURN(const std::optional<Record> record, transaction.find(id));
    if (!record) continue;
    for (const std::int32_t leaf : record->tree.leaves()) {
      const Node& node = record->tree.at(leaf);
      if (!node.local || node.arrived > from) continue;
      Refused again;
      again.id = id;
      again.rev = node.rev.text();
      // What closes a branch waits for the merge that it names, as ever.
      again.code = node.merged_into.empty() ? kGoesAgain : kHeldBack;
      again.reason = "Was taken late, by a province that went back since, and goes again.";
      again.reason_vi = "Đang chờ gửi lại.";
      RETURN_IF_ERROR(transaction.add_refusal(refusal_of(again, true, "")));
    }
  }
  return {};
}

}  // namespace tram
