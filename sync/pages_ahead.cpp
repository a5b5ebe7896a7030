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
  std::vector<Page> spent;
  {
    const std::scoped_lock lock(mutex_);
    spent.swap(spent_);
  }
  spent.clear();
  return read_(from);
}

void PagesAhead::note(const Result<Page>& page) {
  is_over_ =
      !page || !page->is_followed() || (page->changes.rows.empty() && page->changes.last_seq == from_.source_last_seq);
  if (page) {
    from_ = page->checkpoint;
    has_documents_ = page->changes.has_documents;
  }
  ++made_;
}

void PagesAhead::read_on(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  const auto is_free = [&] { return ready_.size() < most_ && (has_documents_ || gone_on_ == made_); };
  while (!is_over_ && changed_.wait(lock, stop, is_free) && !stop.stop_requested()) {
    const Checkpoint from = from_;
    lock.unlock();
    auto page = read(from);
    lock.lock();
    note(page);
    ready_.push_back(std::move(page));
    changed_.notify_all();
  }
  reads_on_ = false;
  changed_.notify_all();
}

Result<Page> PagesAhead::next() {
  std::unique_lock lock(mutex_);
  ++taken_;
  changed_.wait(lock, [&] { return !ready_.empty() || !reads_on_; });
  if (!ready_.empty()) {
    auto page = std::move(ready_.front());
    ready_.pop_front();
    changed_.notify_all();
    return page;
  }
  const Checkpoint from = from_;
  lock.unlock();
  auto page = read(from);
  lock.lock();
  note(page);
  return page;
}

void PagesAhead::go_on() {
  const std::scoped_lock lock(mutex_);
  gone_on_ = taken_;
  changed_.notify_all();
  if (thread_.joinable() || most_ == 0 || is_over_) return;
  reads_on_ = true;
  auto thread = start_thread([this](const std::stop_token& stop) { read_on(stop); });
  reads_on_ = thread.ok();
  if (thread) thread_ = *std::move(thread);
}

void PagesAhead::is_done(Page page) {
  const std::scoped_lock lock(mutex_);
  if (thread_.joinable()) spent_.push_back(std::move(page));
}

}  // namespace tram
