// sync/turn.h: what goes faster one after the other than all at once has turns.
//
// For speed alone: who has waited for kPatienceMs goes on beside the one whose turn it is, so nobody is held up by one
// that takes long. A turn may end in another thread than it began in. Any thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace tram {

class Turns {
 public:
  static constexpr std::int64_t kPatienceMs = 100;

  // False: it did not come within that time.
  bool take(std::int64_t patience_ms) {
    std::unique_lock lock(mutex_);
    const auto is_free = [this] { return !taken_; };
    if (!ended_.wait_for(lock, std::chrono::milliseconds(patience_ms), is_free)) return false;
    taken_ = true;
    return true;
  }
  void end() {
    {
      const std::scoped_lock lock(mutex_);
      taken_ = false;
    }
    ended_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable ended_;
  bool taken_ = false;
};

class Turn {
 public:
  explicit Turn(Turns& turns) : turns_(turns.take(Turns::kPatienceMs) ? &turns : nullptr) {}
  ~Turn() {
    if (turns_ != nullptr) turns_->end();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  Turns* const turns_;  // none: it goes without
};

}  // namespace tram
