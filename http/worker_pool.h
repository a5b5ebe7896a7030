// http/worker_pool.h (inside http only): threads that run jobs in the order they came.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "core/base/result.h"

namespace tram::http {

class WorkerPool {
 public:
  explicit WorkerPool(std::size_t fresh_max) : fresh_max_(fresh_max) {}
  ~WorkerPool() { stop(); }

  // Once, before any work. Errors: internal, when the system gives no further thread.
  Status start(std::size_t threads);
  // A new piece of work: false when fresh_max of those are waiting already.
  bool try_post(std::function<void()> job);
  // Work that was admitted before and goes on; always taken. After stop() it runs in the calling thread.
  void post(std::function<void()> job);
  void stop();  // runs what is queued, then joins

 private:
  struct Job {
    std::function<void()> run;
    bool fresh;
  };
  void work();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> jobs_;
  std::size_t fresh_ = 0;
  const std::size_t fresh_max_;
  bool stopping_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace tram::http
