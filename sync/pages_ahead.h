// sync/pages_ahead.h: the pages of a feed, read on a thread of their own while those before them are written.
//
// The first page is read by whoever asks for it: most runs have no other. Then a thread reads on, until `most` pages
// wait. Documents that do not come with their page are fetched from the same source, so the next page waits for that
// (PagesAhead::go_on). Where the system gives no thread, every page is read by whoever asks.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "core/base/result.h"
#include "sync/peer.h"

namespace tram {

// A page as read, and what is to be written of it.
struct Page {
  ChangesPage changes;
  std::vector<Document> documents;
  std::vector<Refused> refused;
  Checkpoint checkpoint;  // with this page
  std::int64_t took_ms = 0;
  bool overlaps = false;  // the next one may be sent before this one has ended

  bool is_followed() const { return changes.pending ? *changes.pending > 0 : !changes.rows.empty(); }
};

// One thread uses it, beside its own.
class PagesAhead {
 public:
  // Reads the page behind a position. By one thread at a time.
  using Read = std::function<Result<Page>(const Checkpoint& from)>;

  // `most` pages wait at most; 0: none is read before it is asked for.
  PagesAhead(Read read, Checkpoint from, std::size_t most);
  ~PagesAhead();  // waits for the page that is being read

  // The next page; one that cannot be read is the last.
  Result<Page> next();
  // The documents of the last one are there: the source is free.
  void go_on();
  // A page that is done with is freed where the next one is made: a thread that frees what another allocates makes both
  // wait for the same heap.
  void is_done(Page page);

 private:
  Result<Page> read(const Checkpoint& from);
  void note(const Result<Page>& page);
  void read_on(const std::stop_token& stop);

  const Read read_;
  const std::size_t most_;
  std::mutex mutex_;  // of all below but thread_
  std::condition_variable_any changed_;
  Checkpoint from_;             // of the page to be read next
  bool has_documents_ = false;  // the page before that one
  bool is_over_ = false;
  bool reads_on_ = false;  // the thread; behind its last page, whoever asks on reads for himself
  std::deque<Result<Page>> ready_;
  std::size_t made_ = 0, taken_ = 0, gone_on_ = 0;  // pages
  std::vector<Page> spent_;
  std::jthread thread_;
};

}  // namespace tram
