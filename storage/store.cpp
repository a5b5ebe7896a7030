#include "storage/store.h"

#include <algorithm>

#include "storage/sidecar.h"
#include "storage/sqlite.h"

namespace tram {
namespace {

constexpr std::size_t kPeersKept = 64;  // a PC that is installed anew is another peer, and anybody may claim to be one
constexpr std::uint64_t kBurst = 64;    // documents in one commit
constexpr int kCommitsOfBurst = 30;     // small ones go along with it
constexpr int kFailuresMax = 3;         // failed commits in a row before the store is left read-only

}  // namespace

struct Store::Job {
  const std::function<Status(Transaction&)>* work;
  Status status;
  bool done = false;
};

Status Store::write(const std::function<Status(Transaction&)>& work) {
  Job job{&work, {}, false};
  std::unique_lock lock(queue_mutex_);
  queue_.push_back(&job);
  queue_changed_.wait(lock, [&] { return job.done || !writing_; });
  if (job.done) return job.status;

  // This thread writes for everybody who waits.
  writing_ = true;
  const std::vector<Job*> jobs = std::move(queue_);
  queue_.clear();
  lock.unlock();
  const std::uint64_t before = sequence();
  run_jobs(jobs);
  // Not known whether it moved: whoever follows looks.
  const bool moved = sequence() != before || broken_;
  const bool full = std::any_of(jobs.begin(), jobs.end(), [](const Job* each) {
    return !each->status.ok() && each->status.error().code == ErrorCode::disk_full;
  });
  lock.lock();
  writing_ = false;
  for (Job* each : jobs) each->done = true;
  lock.unlock();
  queue_changed_.notify_all();
  if (full && options_.on_disk_full) options_.on_disk_full();
  if (moved) {
    for (const auto& callback : callbacks_) callback();
  }
  return job.status;
}

Status Store::fold_log() {
  {
    const std::scoped_lock lock(queue_mutex_);
    if (writing_ || broken_ || writer_ == nullptr) return {};
    writing_ = true;
  }
  const auto folded = writer_->scalar("PRAGMA wal_checkpoint(PASSIVE)");
  {
    const std::scoped_lock lock(queue_mutex_);
    writing_ = false;
  }
  queue_changed_.notify_all();
  return folded ? Status() : note_damage(folded.error());
}

void Store::run_jobs(const std::vector<Job*>& jobs) {
  Status status;
  if (broken_) status = reopen();
  if (status.ok()) status = note_damage(commit_jobs(jobs));
  if (status.ok()) return;
  for (Job* job : jobs) {
    if (job->status.ok()) job->status = status;
  }
}

Status Store::run_job(Job& job, bool alone, std::uint64_t& next_seq, std::map<std::string, std::uint64_t>& confirmed) {
  if (!alone) RETURN_IF_ERROR(writer_->script("SAVEPOINT job"));
  Transaction transaction(*this, *writer_, next_seq, utc_text(options_.clock->wall_ms()));
  Status status = (*job.work)(transaction);
  if (status.ok()) status = transaction.flush();
  if (status.ok()) {
    if (!alone) RETURN_IF_ERROR(writer_->script("RELEASE job"));
    next_seq = transaction.next_seq_;
    for (const auto& [peer, seq] : transaction.confirmed_) confirmed[peer] = seq;
    return {};
  }
  job.status = status;
  // SQLite may have rolled the whole transaction back by itself (disk full): then nobody's work stands.
  if (!writer_->in_transaction()) return status;
  if (!alone) return writer_->script("ROLLBACK TO job; RELEASE job");
  return {};
}

Status Store::begin_epoch(std::uint64_t first_seq, std::string& epoch) {
  epoch = options_.random->hex(16);
  return writer_->run("INSERT OR REPLACE INTO epochs(first_seq, epoch) VALUES (?, ?)", first_seq, epoch);
}

void Store::note_confirmed(const std::string& peer, std::uint64_t seq) {
  const std::scoped_lock lock(noted_mutex_);
  std::uint64_t& noted = noted_[peer];
  noted = std::max(noted, seq);
}

Status Store::forget_peer_furthest_behind() {
  const auto last = std::min_element(confirmed_.begin(), confirmed_.end(),
                                     [](const auto& a, const auto& b) { return a.second < b.second; });
  const std::string name = "confirmed:" + last->first;
  confirmed_.erase(last);
  return writer_->run("DELETE FROM meta WHERE name = ?", name);
}

Status Store::store_noted() {
  std::map<std::string, std::uint64_t> noted;
  {
    const std::scoped_lock lock(noted_mutex_);
    noted.swap(noted_);
  }
  for (const auto& [peer, seq] : noted) {
    if (const auto known = confirmed_.find(peer); known != confirmed_.end() && known->second >= seq) continue;
    RETURN_IF_ERROR(writer_->run("INSERT OR REPLACE INTO meta(name, value) VALUES (?, ?)", "confirmed:" + peer,
                                 std::to_string(seq)));
    confirmed_[peer] = seq;
    if (confirmed_.size() > kPeersKept) RETURN_IF_ERROR(forget_peer_furthest_behind());
  }
  return {};
}

Status Store::commit_jobs(const std::vector<Job*>& jobs) {
  RETURN_IF_ERROR(writer_->begin("BEGIN IMMEDIATE"));
  const std::uint64_t before = sequence();
  std::uint64_t next_seq = before + 1;
  std::map<std::string, std::uint64_t> confirmed;
  std::string epoch;
  Status status = store_noted();
  bool any = false;
  for (Job* job : jobs) {
    if (!status.ok()) break;
    status = run_job(*job, jobs.size() == 1, next_seq, confirmed);
    if (!status.ok()) break;
    any = any || job->status.ok();
  }
  const bool moved = next_seq != before + 1;
  if (status.ok() && moved && !epoch_open_) status = begin_epoch(before + 1, epoch);
  since_burst_ = next_seq - before > kBurst ? 0 : std::min(since_burst_ + 1, kCommitsOfBurst);
  if (status.ok() && any) status = allow_log(since_burst_ < kCommitsOfBurst ? kLogPagesInBurst : kLogPages);
  if (!status.ok() || !any) {
    if (writer_->in_transaction()) (void)writer_->script("ROLLBACK");
    return status;
  }
  status = writer_->script("COMMIT");
  if (!status.ok()) {
    if (writer_->in_transaction()) (void)writer_->script("ROLLBACK");
    if (status.error().code == ErrorCode::disk_full || status.error().code == ErrorCode::busy) return status;
    broken_ = true;
    Error unknown = status.error();
    unknown.code = ErrorCode::outcome_unknown;
    return unknown.within("the disk failed while saving; whether it is stored is being checked");
  }
  failures_in_row_ = 0;
  if (!epoch.empty()) {
    const std::scoped_lock lock(identity_mutex_);
    epoch_ = epoch;
    epoch_open_ = true;
  }
  for (const auto& [peer, seq] : confirmed) confirmed_[peer] = seq;
  sequence_.store(next_seq - 1, std::memory_order_release);
  // Not worth a failure: what is remembered stays a lower bound.
  if (options_.vfs.empty() && next_seq > remembered_ + kSidecarStep) (void)remember_sequence(next_seq - 1);
  return {};
}

// After a failed flush the kernel may have marked lost pages clean, so nothing on this descriptor is believed.
Status Store::reopen() {
  if (++failures_in_row_ > kFailuresMax) {
    return error(ErrorCode::storage_error, path_ + ": the disk keeps failing; reading goes on, saving is stopped");
  }
  {
    std::unique_lock lock(readers_mutex_);
    reader_free_.wait(lock, [&] { return readers_out_ == 0; });
    readers_free_.clear();
    writer_.reset();
  }
  RETURN_IF_ERROR(open_connections());
  RETURN_IF_ERROR(writer_->scalar("PRAGMA wal_checkpoint(TRUNCATE)"));
  RETURN_IF_ERROR(quick_check());
  RETURN_IF_ERROR(load_identity());
  broken_ = false;
  return {};
}

Result<std::unique_ptr<Connection>> Store::take_reader() {
  std::unique_lock lock(readers_mutex_);
  reader_free_.wait(lock, [&] { return !readers_free_.empty() || readers_out_ < options_.readers; });
  ++readers_out_;
  if (!readers_free_.empty()) {
    auto reader = std::move(readers_free_.back());
    readers_free_.pop_back();
    return reader;
  }
  lock.unlock();
  auto reader = Connection::open(path_, Connection::Role::reader, options_.vfs, options_.cache_kb / 2);
  if (!reader) {
    lock.lock();
    --readers_out_;
    reader_free_.notify_one();
  }
  return reader;
}

void Store::give_back(std::unique_ptr<Connection> reader) {
  {
    const std::scoped_lock lock(readers_mutex_);
    --readers_out_;
    readers_free_.push_back(std::move(reader));
  }
  reader_free_.notify_one();
}

Status Store::read(const std::function<Status(Snapshot&)>& work) {
  const auto run = [&](Connection& connection) -> Status {
    RETURN_IF_ERROR(connection.begin("BEGIN"));
    Snapshot snapshot(connection);
    Status status = work(snapshot);
    if (connection.in_transaction()) (void)connection.script("COMMIT");
    status = note_damage(std::move(status));
    // Somebody knows a later history than ours: the next write opens a new epoch (docs/storage.md, going back in time).
    if (std::exchange(connection.history_gap, false)) epoch_open_ = false;
    return status;
  };
  if (options_.readers == 0) {
    if (writer_ == nullptr) RETURN_IF_ERROR(open_connections());  // reading goes on, whatever became of saving
    return run(*writer_);
  }
  ASSIGN_OR_RETURN(std::unique_ptr<Connection> reader, take_reader());
  Status status = run(*reader);
  give_back(std::move(reader));
  return status;
}

void Store::on_change(std::function<void()> callback) { callbacks_.push_back(std::move(callback)); }

std::string Store::update_seq() const {
  const std::scoped_lock lock(identity_mutex_);
  const std::uint64_t n = sequence();
  return n == 0 ? "0" : std::to_string(n) + "-" + epoch_.substr(0, 8);
}

std::string Store::instance_uuid() const {
  const std::scoped_lock lock(identity_mutex_);
  return instance_uuid_;
}

std::string Store::instance_start_time() const {
  const std::scoped_lock lock(identity_mutex_);
  return instance_start_time_;
}

}  // namespace tram
