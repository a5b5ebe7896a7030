#include "http/signal.h"

#include <algorithm>
#include <utility>

namespace tram::http {

bool Watch::fired() const { return signal->count() != seen; }

bool Wait::fired() const {
  return std::any_of(watches.begin(), watches.end(), [](const Watch& watch) { return watch.fired(); });
}

Subscription::Subscription(Subscription&& other) noexcept
    : signal_(std::move(other.signal_)), id_(std::exchange(other.id_, 0)) {}

Subscription& Subscription::operator=(Subscription&& other) noexcept {
  if (this != &other) {
    cancel();
    signal_ = std::move(other.signal_);
    id_ = std::exchange(other.id_, 0);
  }
  return *this;
}

void Subscription::cancel() {
  const std::uint64_t id = std::exchange(id_, 0);
  if (id == 0) return;
  if (const auto signal = signal_.lock()) signal->unsubscribe(id);
}

void Signal::raise() {
  std::unordered_map<std::uint64_t, std::function<void()>> callbacks;
  {
    const std::lock_guard lock(mutex_);
    ++count_;
    callbacks.swap(callbacks_);
  }
  for (const auto& [id, callback] : callbacks) callback();
}

std::uint64_t Signal::count() const {
  const std::lock_guard lock(mutex_);
  return count_;
}

Subscription Signal::subscribe(std::uint64_t seen, std::function<void()> callback) {
  {
    const std::lock_guard lock(mutex_);
    if (count_ == seen) {
      callbacks_.emplace(++last_id_, std::move(callback));
      return Subscription(weak_from_this(), last_id_);
    }
  }
  callback();
  return {};
}

std::size_t Signal::subscribers() const {
  const std::lock_guard lock(mutex_);
  return callbacks_.size();
}

void Signal::unsubscribe(std::uint64_t id) {
  std::function<void()> dropped;  // destroyed after the lock: it may own the last reference to something large
  const std::lock_guard lock(mutex_);
  if (const auto found = callbacks_.find(id); found != callbacks_.end()) {
    dropped = std::move(found->second);
    callbacks_.erase(found);
  }
}

}  // namespace tram::http
