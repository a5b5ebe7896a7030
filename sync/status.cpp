#include "sync/status.h"

#include <set>

#include "sync/ledger.h"
#include "sync/memory.h"
#include "sync/office_peer.h"

namespace tram {
namespace {

constexpr std::size_t kConflictsMax = 10'000;

Status count(Snapshot& snapshot, SyncStatus& status) {
  ASSIGN_OR_RETURN(const std::uint64_t position, acknowledged(snapshot));
  ASSIGN_OR_RETURN(status.pending, snapshot.count_writes(position));
  ASSIGN_OR_RETURN(const std::vector<Record> conflicts, snapshot.in_conflict(kConflictsMax));
  status.conflicts = conflicts.size();
  ASSIGN_OR_RETURN(const std::vector<Refusal> rows, snapshot.refusals(true));
  std::set<std::string_view> refused;
  for (const Refusal& row : rows) {
    if (!is_waiting(row.code)) refused.insert(row.id);
    if ((row.code == kAwaitsBytes || row.code == kGoesAgain) && row.push) ++status.pending;
  }
  status.refused = refused.size();
  ASSIGN_OR_RETURN(status.sequence, snapshot.sequence());
  ASSIGN_OR_RETURN(const WireSequence wire, snapshot.wire(status.sequence));
  status.epoch = wire.epoch8;
  return {};
}

}  // namespace

std::string_view name_of(SyncState state) {
  switch (state) {
    case SyncState::idle: return "idle";
    case SyncState::syncing: return "syncing";
    case SyncState::offline: return "offline";
    case SyncState::refused: return "refused";
    case SyncState::error: return "error";
  }
  return "error";
}

SyncState state_of(const Error& error) {
  switch (error.code) {
    case ErrorCode::offline:
    case ErrorCode::busy:
    case ErrorCode::server_error:
    case ErrorCode::captive_portal: return SyncState::offline;
    case ErrorCode::unauthorized:
    case ErrorCode::forbidden: return SyncState::refused;
    default: return SyncState::error;
  }
}

json::Value SyncStatus::to_json() const {
  json::Value value = {
      {"state", name_of(state)},
      {"pending", pending},
      {"conflicts", conflicts},
      {"refused", refused},
      {"sequence", sequence},
      {"epoch", epoch},
      {"last_contact", nullptr},
      {"last_error", nullptr},
      {"link",
       {{"bytes_sent", link.bytes_sent}, {"bytes_received", link.bytes_received}, {"requests", link.requests}}}};
  if (!last_contact.empty()) value["last_contact"] = last_contact;
  if (last_error) {
    value["last_error"] = {{"code", last_error->code}, {"message", last_error->message}};
    if (!last_error->message_vi.empty()) value["last_error"]["message_vi"] = last_error->message_vi;
  }
  return value;
}

Result<SyncStatus> read_status(Store& own) {
  SyncStatus status;
  RETURN_IF_ERROR(own.read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const Memory memory, load_memory(snapshot));
    status.state = memory.state;
    status.last_contact = memory.last_contact;
    status.last_error = memory.last_error;
    return count(snapshot, status);
  }));
  return status;
}

}  // namespace tram
