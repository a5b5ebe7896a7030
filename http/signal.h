// http/signal.h: Signal tells waiting long polls that something they look at has changed.
//
// It counts, so that no change is missed between looking and waiting: take a watch() first, then look; if there is
// nothing, wait for that watch. A watch whose signal was raised since is already fired and never waits.
// Any thread. Raising calls each subscriber once, in the raising thread, after the lock is released: subscribers must
// be quick. Signals are always held by shared_ptr; 10,000 subscribers on one are fine.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace tram::http {

class Signal;

// "This signal, as it was when I looked."
struct Watch {
  std::shared_ptr<Signal> signal;
  std::uint64_t seen = 0;

  bool fired() const;
};

// Ends a subscription when it goes; it may outlive the signal.
class Subscription {
 public:
  Subscription() = default;
  Subscription(std::weak_ptr<Signal> signal, std::uint64_t id) : signal_(std::move(signal)), id_(id) {}
  Subscription(Subscription&& other) noexcept;
  Subscription& operator=(Subscription&& other) noexcept;
  ~Subscription() { cancel(); }
  void cancel();

 private:
  std::weak_ptr<Signal> signal_;
  std::uint64_t id_ = 0;
};

class Signal : public std::enable_shared_from_this<Signal> {
 public:
  static std::shared_ptr<Signal> make() { return std::shared_ptr<Signal>(new Signal); }

  void raise();
  std::uint64_t count() const;  // how often it was raised
  Watch watch() { return Watch{shared_from_this(), count()}; }
  // Calls back once, when the count differs from seen: at once, in this thread, if it already does.
  // A callback may still run while its subscription is being cancelled.
  Subscription subscribe(std::uint64_t seen, std::function<void()> callback);
  std::size_t subscribers() const;

 private:
  friend class Subscription;
  Signal() = default;
  void unsubscribe(std::uint64_t id);

  mutable std::mutex mutex_;
  std::uint64_t count_ = 0;
  std::uint64_t last_id_ = 0;
  std::unordered_map<std::uint64_t, std::function<void()>> callbacks_;
};

// What a long poll waits for: until any of the watches fires, but at most this long.
struct Wait {
  std::int64_t ms = 0;
  std::vector<Watch> watches = {};

  bool fired() const;
};

}  // namespace tram::http
