#include "sync/checkpoint.h"

#include "core/base/digest.h"
#include "core/base/json.h"

namespace tram {
namespace {

constexpr std::size_t kIdDigits = 32;
constexpr std::size_t kSessionsMax = 10;
constexpr std::size_t kSessionBytes = 8;

const Checkpoint::Session* find(const Checkpoint& checkpoint, const std::string& session_id) {
  for (const Checkpoint::Session& session : checkpoint.history) {
    if (session.session_id == session_id) return &session;
  }
  return nullptr;
}

}  // namespace

std::string replication_id(const PeerId& source, const PeerId& target) {
  const json::Value named = {{"filter", nullptr}, {"source", source.id}, {"target", target.id}};
  return sha256_hex(json::print(named)).substr(0, kIdDigits);
}

std::optional<Agreed> compare(const std::optional<Checkpoint>& source, const std::optional<Checkpoint>& target) {
  if (!source || !target) return std::nullopt;
  if (!source->session_id.empty() && source->session_id == target->session_id) {
    return Agreed{source->source_last_seq, target->source_last_seq};
  }
  for (const Checkpoint::Session& session : source->history) {
    const Checkpoint::Session* shared = session.session_id.empty() ? nullptr : find(*target, session.session_id);
    if (shared) return Agreed{session.recorded_seq, shared->recorded_seq};
  }
  return std::nullopt;
}

std::string new_session_id(Random& random) { return random.hex(kSessionBytes); }

void advance(Checkpoint& checkpoint, const std::string& session_id, const Sequence& seq) {
  checkpoint.session_id = session_id;
  checkpoint.source_last_seq = seq;
  auto& history = checkpoint.history;
  if (history.empty() || history.front().session_id != session_id) {
    history.insert(history.begin(), {session_id, seq});
    if (history.size() > kSessionsMax) history.resize(kSessionsMax);
  }
  history.front().recorded_seq = seq;
}

}  // namespace tram
