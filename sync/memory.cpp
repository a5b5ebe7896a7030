#include "sync/memory.h"

#include "core/base/json.h"
#include "sync/ledger.h"

namespace tram {
namespace {

constexpr std::string_view kMemory = "sync";
constexpr std::string_view kAcknowledged = "sync_acknowledged";
constexpr std::string_view kCameWhole = "sync_came_whole";

json::Value to_json(const Memory& memory) {
  json::Value seqs = json::Value::object();
  for (const auto& [database, seq] : memory.seqs) seqs[database] = seq;
  json::Value value = {{"uuid", memory.uuid},
                       {"own_kind", memory.own_kind},
                       {"instance", memory.instance},
                       {"peer_id", memory.peer_id},
                       {"reference_peer_id", memory.reference_peer_id},
                       {"seqs", std::move(seqs)},
                       {"rules", memory.rules},
                       {"compare_push", memory.compare_push},
                       {"compare_pull", memory.compare_pull},
                       {"compare_reference", memory.compare_reference},
                       {"server_errors", memory.server_errors},
                       {"push_bytes", memory.push_bytes},
                       {"pull_bytes", memory.pull_bytes},
                       {"last_contact", memory.last_contact},
                       {"state", name_of(memory.state)}};
  if (memory.last_error) {
    value["last_error"] = {{"code", memory.last_error->code},
                           {"message", memory.last_error->message},
                           {"message_vi", memory.last_error->message_vi}};
  }
  return value;
}

SyncState state_named(std::string_view name) {
  for (const SyncState state : {SyncState::offline, SyncState::refused, SyncState::error}) {
    if (name == name_of(state)) return state;
  }
  return SyncState::idle;
}

Memory memory_of(const json::Value& value) {
  const auto text = [&](const json::Value& object, std::string_view name) {
    return json::string_at(object, name).value_or("");
  };
  const auto flag = [&](std::string_view name) { return json::boolean_at(value, name).value_or(false); };
  const auto size = [&](std::string_view name) {
    return static_cast<std::size_t>(json::integer_at(value, name).value_or(0));
  };
  Memory memory;
  memory.uuid = text(value, "uuid");
  memory.own_kind = flag("own_kind");
  memory.instance = text(value, "instance");
  memory.peer_id = text(value, "peer_id");
  memory.reference_peer_id = text(value, "reference_peer_id");
  if (const json::Value* seqs = json::object_at(value, "seqs")) {
    for (const auto& [database, seq] : seqs->items())
      memory.seqs[database] = seq.is_string() ? seq.get<std::string>() : "";
  }
  memory.rules = text(value, "rules");
  memory.compare_push = flag("compare_push");
  memory.compare_pull = flag("compare_pull");
  memory.compare_reference = flag("compare_reference");
  memory.server_errors = static_cast<int>(size("server_errors"));
  memory.push_bytes = size("push_bytes");
  memory.pull_bytes = size("pull_bytes");
  memory.last_contact = text(value, "last_contact");
  memory.state = state_named(text(value, "state"));
  if (const json::Value* failure = json::object_at(value, "last_error")) {
    memory.last_error = {text(*failure, "code"), text(*failure, "message"), text(*failure, "message_vi")};
  }
  return memory;
}

}  // namespace

Result<Memory> load_memory(Snapshot& snapshot) {
  ASSIGN_OR_RETURN(const std::optional<std::string> text, snapshot.meta(kMemory));
  if (!text) return Memory{};
  ASSIGN_OR_RETURN(const json::Value value, json::parse_object(*text));
  return memory_of(value);
}

Status keep_memory(Transaction& transaction, const Memory& memory) {
  return transaction.set_meta(kMemory, json::print(to_json(memory)));
}

Status keep_acknowledged(Transaction& transaction, const std::string& seq) {
  return transaction.set_meta(kAcknowledged, seq);
}

Result<std::uint64_t> acknowledged(Snapshot& snapshot) {
  ASSIGN_OR_RETURN(const std::optional<std::string> seq, snapshot.meta(kAcknowledged));
  if (!seq) return std::uint64_t{0};
  return snapshot.since(*seq);
}

Status keep_came_whole(Transaction& transaction) { return transaction.set_meta(kCameWhole, "yes"); }

Result<bool> came_whole(Snapshot& snapshot) {
  ASSIGN_OR_RETURN(const std::optional<std::string> kept, snapshot.meta(kCameWhole));
  return kept.has_value();
}

}  // namespace tram
