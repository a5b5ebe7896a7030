#include "http/worker_pool.h"

#include <utility>

#include "core/base/thread.h"

namespace tram::http {

Status WorkerPool::start(std::size_t threads) {
  for (std::size_t i = 0; i < threads; ++i) {
    ASSIGN_OR_RETURN(std::jthread thread, start_thread([this] { work(); }));
    threads_.push_back(std::move(thread));
  }
  return {};
}

bool WorkerPool::try_post(std::function<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || fresh_ >= fresh_max_) return false;
    ++fresh_;
    jobs_.push_back({std::move(job), true});
  }
  wake_.notify_one();
  return true;
}

void WorkerPool::post(std::function<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    if (!stopping_) {
      jobs_.push_back({std::move(job), false});
      job = nullptr;
    }
  }
  if (job) {
    job();
  } else {
    wake_.notify_one();
  }
}

void WorkerPool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  threads_.clear();
}

void WorkerPool::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    if (job.fresh) --fresh_;
    lock.unlock();
    job.run();
    job.run = nullptr;  // what it holds must not be destroyed under the lock
    lock.lock();
  }
}

}  // namespace tram::http
