// storage/store.h: a Store keeps documents as revision trees in one SQLite file, and says what changed.
//
// Durability: write() returns success only after the transaction is on disk (WAL, synchronous=FULL). Waiting writers
// share a transaction (group commit), each under its own savepoint, so one that fails takes nothing back from others.
// One writer connection, which alone checkpoints; readers are read-only connections of a small pool. All methods may
// be called from any thread; a Transaction or Snapshot belongs to the call that got it.
//
// Failures: disk_full (nothing stored), storage_error (nothing stored), outcome_unknown (a failed commit: the file is
// closed and opened anew before anything else, then ask whether the revision is there), corrupt, in_use, newer_schema.
// Invariants and their reasons: docs/storage.md.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "storage/blobs.h"
#include "storage/snapshot.h"
#include "storage/transaction.h"

namespace tram {

struct StoreOptions {
  Clock* clock = nullptr;    // required; outlives the store
  Random* random = nullptr;  // required; outlives the store
  int readers = 2;           // read-only connections; 0: readers share the writer (for one-threaded simulation)
  std::string vfs;           // SQLite VFS by name; empty: the default one
  std::function<void()> on_disk_full;  // a write found the disk full: called on its thread, under no lock
  bool record_writes = false;          // keep the ledger of local writes (an office)
  std::size_t live_leaves_max = 1000;  // beyond: too_many_conflicts (100 in an office database)
  std::int64_t cache_kb = 2048;        // page cache of the writer; readers take half
};

class Connection;

class Store {
 public:
  // Opens, or makes, the store in this file. The caller holds the lock of the data folder (data_folder.h).
  static Result<std::unique_ptr<Store>> open(const std::string& path, const StoreOptions& options);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // Runs `work` in a write transaction; durable when it returns success. If work fails, its own changes are taken back
  // and its error is returned. work must not call the store, the network, or block.
  Status write(const std::function<Status(Transaction&)>& work);

  // Runs `work` on a consistent snapshot; keep it short, it holds back checkpoints.
  Status read(const std::function<Status(Snapshot&)>& work);

  // Folds the log into the file, so that no later commit has to. Does nothing while somebody writes; writers wait for it.
  // Any thread, not inside write() or read(). A failure costs nothing: all of it is in the log.
  Status fold_log();

  // Called after every commit that moved the sequence, on the committing thread, outside all locks; must be quick.
  // Not thread-safe against concurrent writes: set before use, or use several.
  void on_change(std::function<void()> callback);

  // Cheap, from memory, any thread. Wire form "<n>-<epoch8>" of the newest sequence; "0" for an empty store.
  std::string update_seq() const;
  std::uint64_t sequence() const { return sequence_.load(std::memory_order_acquire); }
  // How often something was purged; 0: never. Any thread.
  std::uint64_t purge_seq() const { return purge_seq_.load(std::memory_order_acquire); }
  const std::string& db_uuid() const { return db_uuid_; }
  std::string instance_uuid() const;
  std::string instance_start_time() const;
  const std::string& path() const { return path_; }

  // A consistent copy by SQLite's backup API, checked, fsynced, then renamed to `path`. The store stays in use. Blobs in
  // files of their own are not in it: they are named, and none of them is deleted while `hold` lives. One thread.
  struct Copied {
    std::vector<std::string> blobs;  // SHA-256, the file's name in blobs().path()
    std::shared_ptr<void> hold;
  };
  Result<Copied> backup(const std::string& path);

  // --- attachments ------------------------------------------------------------------------------------------------
  // Where bytes are put before a document refers to them (Transaction::bring).
  BlobFolder& blobs() { return blobs_; }
  // The bytes of a blob that this store has, referred to or staged; nothing when it has not.
  struct FoundBlob {
    BlobReader bytes;
    std::string digest;    // "md5-<base64>"
    bool is_used = false;  // a kept body refers to it
  };
  Result<std::optional<FoundBlob>> blob(std::string_view sha256);
  // Deletes blobs that nothing has referred to for seven days, row first, and what broke off. Never one that a kept
  // body names. A wrong clock costs at most that somebody sends a staged blob again. `at_start`: nobody is writing.
  Status sweep_blobs(bool at_start = false);

  // Everything quick_check, foreign keys and digests can tell; one line a finding, empty when sound. Foreign
  // revisions (ids that do not recompute) are counted, they are no finding.
  struct Verified {
    std::vector<std::string> findings;
    std::uint64_t documents = 0, revisions = 0, bodies = 0, foreign = 0, blobs = 0;
  };
  Result<Verified> verify();
  // SQLite's quick_check alone: much faster.
  Status quick_check();

  // This peer holds everything up to a sequence (as Transaction::confirm), heard in passing: from memory, any thread;
  // stored with the next commit, whoever makes it. A crash before that forgets it, and an older base is kept.
  void note_confirmed(const std::string& peer, std::uint64_t seq);

  // Sequences that peers hold, by peer; only inside write().
  const std::map<std::string, std::uint64_t>& confirmed() const { return confirmed_; }
  const StoreOptions& options() const { return options_; }

  // For a fresh store that takes the place of a lost one: it is that database.
  Status take_over(const std::string& db_uuid);

  // After a restore or a clone: a new instance and a new epoch (and, for a server, a new instance_start_time).
  Status begin_new_history(bool new_instance, bool new_start_time);

 private:
  friend class Transaction;
  struct Job;
  Store(std::string path, const StoreOptions& options);
  static Result<std::unique_ptr<Store>> open_once(const std::string& path, const StoreOptions& options);
  // A log that is written over again is flushed twice as fast as one that grows, and a burst is not to stand still.
  static constexpr int kLogPages = 4000, kLogPagesInBurst = 8000;
  Status allow_log(int pages);
  Status open_connections();
  Status load_identity();
  Status make_durable();
  Status check_schema();
  Status be_born();
  Status integrity_check();
  Status note_damage(Status status);  // a damaged file is looked at whole when it is opened next
  Status check_sidecar();
  Status remember_sequence(std::uint64_t sequence);
  Status adopt_strays();
  Status verify_blobs(Verified& verified);
  void run_jobs(const std::vector<Job*>& jobs);
  Status commit_jobs(const std::vector<Job*>& jobs);
  Status run_job(Job& job, bool alone, std::uint64_t& next_seq, std::map<std::string, std::uint64_t>& confirmed);
  Status store_noted();
  Status forget_peer_furthest_behind();
  Status begin_epoch(std::uint64_t first_seq, std::string& epoch);
  Status reopen();
  Result<std::unique_ptr<Connection>> take_reader();
  void give_back(std::unique_ptr<Connection> reader);

  const std::string path_;
  const StoreOptions options_;
  std::string db_uuid_;
  std::atomic<std::uint64_t> sequence_{0}, purge_seq_{0};
  mutable std::mutex identity_mutex_;
  std::string instance_uuid_, instance_start_time_, epoch_;
  std::atomic<bool> epoch_open_{false};  // false until the first write after opening
  std::map<std::string, std::uint64_t> confirmed_;
  std::mutex noted_mutex_;
  std::map<std::string, std::uint64_t> noted_;

  std::mutex queue_mutex_;
  std::condition_variable queue_changed_;
  std::vector<Job*> queue_;
  bool writing_ = false;
  bool opened_ = false;           // all was well
  std::uint64_t remembered_ = 0;  // as the sidecar has it
  std::atomic<bool> suspect_{false};
  int log_pages_ = 0;
  int since_burst_ = 1000;  // commits
  bool broken_ = false;     // a commit failed: open anew before the next write
  int failures_in_row_ = 0;
  std::unique_ptr<Connection> writer_;

  std::mutex readers_mutex_;
  std::condition_variable reader_free_;
  std::vector<std::unique_ptr<Connection>> readers_free_;
  int readers_out_ = 0;

  std::vector<std::function<void()>> callbacks_;

  BlobFolder blobs_;
  std::shared_mutex sweeping_;  // held shared by backups, alone by a sweep
};

inline constexpr std::string_view kPurgeSeq = "purge_seq";  // meta
inline constexpr std::string_view kBlobFolder = "-blobs";   // behind the store's file name

}  // namespace tram
