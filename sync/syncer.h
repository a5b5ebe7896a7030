// sync/syncer.h: Syncer keeps an office's store and the province in step.
//
// A round pushes what was made here, then pulls the office's own database and `reference`. A failed push never prevents
// the pull, nor the reverse. Everything that must be remembered lives in the store (memory.h), so a Syncer may be
// thrown away at any point and another one goes on. On a warm line a round costs one request: the batch itself when
// something was saved (its answer tells whether anything waits), and otherwise one question for news.
//
// Threads: one thread calls step() or run(), and nobody else uses its http::Client. status(), sent_until(), wake(),
// retry_refused() and accept_server() may be called from any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "http/client.h"
#include "storage/store.h"
#include "sync/batch_size.h"
#include "sync/remote_server.h"
#include "sync/status.h"

namespace tram {

struct SyncerOptions {
  std::string database;                 // "office-vn-04-049"
  std::string reference = "reference";  // empty: only the own database
  Credential credential;                // the office's token as Bearer, or name and password
  std::int64_t heartbeat_ms = 30'000;   // of the long poll; it is dead after two missed ones
  std::int64_t pause_max_ms = 600'000;  // longest wait between two tries
  // As ReplicateOptions has them: read_ahead for what is fetched; overlap_from, for that, is its stream_from.
  bool read_ahead = false;
  std::size_t overlap_from = 0;
  std::size_t rows_max = BatchSize::kDocumentsMax;
  std::function<bool()> may_go_on;  // asked before each round of run(); no: run() returns
};

// What one round did. Errors are kept beside the work done, for a round may push and yet fail to pull.
struct Round {
  std::uint64_t sent = 0;      // documents the province took
  std::uint64_t refused = 0;   // documents it did not take, in this round
  std::uint64_t received = 0;  // revisions stored here
  std::uint64_t requests = 0;
  bool merged = false;         // conflicts were merged here
  std::optional<Error> error;  // the first one
};

class Syncer {
 public:
  // The stores, client, clock and random outlive the Syncer. Listens to own's changes from here on.
  Syncer(Store& own, Store& reference, http::Client& client, Clock& clock, Random& random, SyncerOptions options);
  ~Syncer();
  Syncer(const Syncer&) = delete;
  Syncer& operator=(const Syncer&) = delete;

  // One full round now, whatever pauses are due; what must survive is durable when it returns. Never waits for news.
  Round step(const std::stop_token& stop = {});

  // Rounds until stopped: at once when something was saved here or the province has news, with growing pauses while
  // there is no line.
  void run(const std::stop_token& stop);

  SyncStatus status();
  // Local sequences up to here are on the line, unanswered (0: none), for read_ledger.
  std::uint64_t sent_until() const;

  // Ends the present pause of run(), except one that the province asked for.
  void wake();
  // Offers everything refused once more in the next round.
  void retry_refused();
  // An administrator confirms that another server or database stands at the address now: the next round compares
  // everything with it.
  void accept_server();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tram
