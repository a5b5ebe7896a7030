// sync/changes_feed.h (inside sync only): one answer to _changes, as a machine that is asked for piece after piece.
//
// It reads short slices in snapshots of their own, so a million rows take flat memory and hold back no checkpoint. It
// never blocks: where there is nothing to say it answers Chunk::wait, and a filter that finds nothing gives way to
// others after each slice. One thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>

#include "core/base/clock.h"
#include "http/message.h"
#include "sync/databases.h"
#include "sync/selector.h"

namespace tram {

struct FeedOptions {
  enum class Mode { normal, longpoll, continuous, eventsource } mode = Mode::normal;
  std::uint64_t since = 0;
  std::uint64_t held = 0;  // at most since: up to here everything reached whoever asks (Checkpoint::held)
  std::optional<std::uint64_t> limit;
  std::uint64_t bytes_max = 0;  // the page ends near here; 0: no such end
  bool all_leaves = false;      // style=all_docs
  bool include_docs = false;
  bool conflicts = false;        // in included documents
  bool new_leaves = false;       // "docs": the leaves that arrived after held, with their paths
  std::uint64_t inline_max = 0;  // new attachments up to this length come inside, as marks for expanded()
  bool attachments = false;      // all attachments of included documents do
  bool descending = false;
  std::uint64_t seq_interval = 1;    // rows between carry "seq":null
  std::int64_t heartbeat_ms = 0;     // 0: none
  std::int64_t timeout_ms = 60'000;  // without heartbeat
  std::string instance;              // whose own batches do not wake it

  std::optional<std::unordered_set<std::string>> ids;  // _doc_ids
  bool only_design = false;
  std::optional<Selector> selector;

  std::shared_ptr<Database> wake;  // also answers, without rows, once this one is past wake_seq
  std::uint64_t wake_seq = 0;
};

class ChangesFeed {
 public:
  ChangesFeed(std::shared_ptr<Database> database, Clock& clock, FeedOptions options);
  Result<http::Chunk> next();
  std::string_view content_type() const;
  const std::shared_ptr<Store>& store() const { return database_->store; }

 private:
  enum class Phase { head, rows, tail, over };

  Status read_slice(std::string& out, bool& at_end);
  std::size_t records_a_slice() const;
  Result<bool> each_from_above(Snapshot& snapshot, const std::function<Result<bool>(const Record&)>& add);
  Status add_row(std::string& out, Snapshot& snapshot, const Record& record);
  Result<bool> passes(Snapshot& snapshot, const Record& record, std::vector<std::int32_t>& leaves) const;
  bool is_full() const;
  bool is_endless() const;  // rows by themselves, until time is up
  std::string heartbeat() const;
  bool is_own_echo();
  http::Chunk idle();
  Result<http::Chunk> tail();

  const std::shared_ptr<Database> database_;
  Clock& clock_;
  const FeedOptions options_;
  Phase phase_ = Phase::head;
  std::uint64_t position_;   // truly read to
  std::uint64_t until_ = 0;  // bound of this reading; 0: what is newest at each slice
  std::uint64_t descending_from_ = 0;
  std::uint64_t last_row_ = 0;
  std::uint64_t rows_ = 0;
  std::uint64_t bytes_ = 0;
  std::int64_t begun_ms_;
  std::int64_t said_ms_;  // when something was last sent
  std::vector<http::Watch> watches_;
};

}  // namespace tram
