#include "server/sessions.h"

#include <algorithm>

#include "core/base/digest.h"
#include "server/secrets.h"

namespace tram {
namespace {

constexpr std::size_t kOfOneUserMax = 20;
constexpr std::size_t kAgentMax = 200;

}  // namespace

Sessions::Opened Sessions::open(const std::string& user, const std::string& address, std::string agent) {
  agent.resize(std::min(agent.size(), kAgentMax));
  const std::int64_t wall = clock_.wall_ms(), steady = clock_.steady_ms();
  const std::lock_guard lock(mutex_);
  forget_ended();
  const auto is_of_user = [&](const auto& entry) { return entry.second.session.user == user; };
  if (static_cast<std::size_t>(std::count_if(held_.begin(), held_.end(), is_of_user)) >= kOfOneUserMax) {
    auto oldest = held_.end();
    for (auto at = held_.begin(); at != held_.end(); ++at) {
      if (is_of_user(*at) && (oldest == held_.end() || at->second.used_ms < oldest->second.used_ms)) oldest = at;
    }
    held_.erase(oldest);
  }
  Opened opened{make_token(random_), {random_.hex(6), user, random_.hex(16), address, std::move(agent), wall, wall}};
  held_[sha256_hex(opened.secret)] = {opened.session, steady, steady};
  return opened;
}

std::optional<Session> Sessions::use(std::string_view secret) {
  const std::string key = sha256_hex(secret);
  const std::lock_guard lock(mutex_);
  forget_ended();
  const auto found = held_.find(key);
  if (found == held_.end()) return std::nullopt;
  found->second.used_ms = clock_.steady_ms();
  found->second.session.used_ms = clock_.wall_ms();
  return found->second.session;
}

std::vector<Session> Sessions::list() {
  const std::lock_guard lock(mutex_);
  forget_ended();
  std::vector<Session> all;
  for (const auto& [key, held] : held_) all.push_back(held.session);
  std::sort(all.begin(), all.end(), [](const Session& a, const Session& b) {
    return a.used_ms != b.used_ms ? a.used_ms > b.used_ms : a.id < b.id;
  });
  return all;
}

bool Sessions::end(const std::string& id) {
  const std::lock_guard lock(mutex_);
  return std::erase_if(held_, [&](const auto& entry) { return entry.second.session.id == id; }) > 0;
}

void Sessions::end_of(const std::string& user, const std::string& but_id) {
  const std::lock_guard lock(mutex_);
  std::erase_if(
      held_, [&](const auto& entry) { return entry.second.session.user == user && entry.second.session.id != but_id; });
}

void Sessions::forget_ended() {
  const std::int64_t now = clock_.steady_ms();
  std::erase_if(held_, [&](const auto& entry) {
    return now - entry.second.used_ms >= kSessionIdleMs || now - entry.second.begun_ms >= kSessionMs;
  });
}

}  // namespace tram
