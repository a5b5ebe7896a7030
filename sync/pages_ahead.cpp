#include "sync/pages_ahead.h"

#include <utility>

#include "core/base/thread.h"

namespace tram {

PagesAhead::PagesAhead(Read read, Checkpoint from, std::size_t most)
    : read_(std::move(read)), most_(most), from_(std::move(from)) {}

PagesAhead::~PagesAhead() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
}

Result<Page> PagesAhead::read(const Checkpoint& from) {
  auto page = read_(from, [&] {
    std::vector<Page> spent;
    const std::scoped_lock lock(mutex_);
    spent.swap(spent_);
  });
  const std::scoped_lock lock(mutex_);
  is_over_ = !page || !page->is_followed() || page->checkpoint.source_last_seq == from_.source_last_seq;
  if (page) {
    from_ = page->checkpoint;
    has_documents_ = page->changes.has_documents;
  }
  ++made_;
  return page;
}

void PagesAhead::read_on(const std::stop_token& stop) {
  while (true) {
    std::unique_lock lock(mutex_);
    const auto is_free = [&] { return ready_.size() < most_ && (has_documents_ || gone_on_ == made_); };
    if (is_over_ || !changed_.wait(lock, stop, is_free)) return;
    const Checkpoint from = from_;
    lock.unlock();
    auto page = read(from);
    lock.lock();
    ready_.push_back(std::move(page));
    changed_.notify_all();
  }
}

Result<Page> PagesAhead::next() {
  if (!thread_.joinable()) return read(Checkpoint(from_));
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !ready_.empty(); });
  auto page = std::move(ready_.front());
  ready_.pop_front();
  changed_.notify_all();
  return page;
}

void PagesAhead::go_on() {
  {
    const std::scoped_lock lock(mutex_);
    gone_on_ = made_ - ready_.size();
  }
  changed_.notify_all();
  if (thread_.joinable() || most_ == 0 || is_over_) return;
  auto thread = start_thread([this](const std::stop_token& stop) { read_on(stop); });
  if (thread) thread_ = *std::move(thread);
}

void PagesAhead::is_done(Page page) {
  const std::scoped_lock lock(mutex_);
  if (thread_.joinable()) spent_.push_back(std::move(page));
}

}  // namespace tram
