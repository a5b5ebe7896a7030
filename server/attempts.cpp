#include "server/attempts.h"

#include <algorithm>
#include <array>

namespace tram {
namespace {

constexpr std::size_t kTriesMax = 5;
constexpr std::int64_t kWindowMs = 60'000;

std::array<std::string, 2> keys_of(const std::string& account, const std::string& address) {
  return {"account " + account, "network " + network_of(address)};
}

}  // namespace

std::string network_of(const std::string& address) {
  if (address.find(':') == std::string::npos) {
    const auto last = address.rfind('.');
    return last == std::string::npos ? address : address.substr(0, last);
  }
  std::size_t end = 0;
  for (int groups = 0; groups < 4 && end != std::string::npos; ++groups)
    end = address.find(':', end == 0 ? 0 : end + 1);
  return address.substr(0, end);
}

Status Attempts::begin(const std::string& account, const std::string& address) {
  const std::int64_t now = clock_.steady_ms();
  const std::lock_guard lock(mutex_);
  forget_old(now);
  for (const std::string& key : keys_of(account, address)) {
    const auto found = tries_.find(key);
    if (found == tries_.end() || found->second.size() < kTriesMax) continue;
    Error late = error(ErrorCode::busy, "too many wrong passwords; wait a minute", "too_many_requests");
    late.message_vi = "Nhập sai mật khẩu quá nhiều lần; hãy đợi một phút.";
    late.retry_after_ms = std::max<std::int64_t>(1000, found->second.front() + kWindowMs - now);
    return late;
  }
  for (const std::string& key : keys_of(account, address)) tries_[key].push_back(now);
  return {};
}

void Attempts::succeeded(const std::string& account, const std::string& address) {
  const std::lock_guard lock(mutex_);
  for (const std::string& key : keys_of(account, address)) {
    const auto found = tries_.find(key);
    if (found != tries_.end() && !found->second.empty()) found->second.pop_back();
  }
}

void Attempts::forget_old(std::int64_t now) {
  for (auto at = tries_.begin(); at != tries_.end();) {
    while (!at->second.empty() && at->second.front() + kWindowMs <= now) at->second.pop_front();
    at = at->second.empty() ? tries_.erase(at) : std::next(at);
  }
}

}  // namespace tram
