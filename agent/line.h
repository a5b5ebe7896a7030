// agent/line.h: the line to the province: as a thread of the daemon, or as one round of a command.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>

#include "agent/line_budget.h"
#include "agent/office.h"
#include "core/base/result.h"
#include "http/client.h"
#include "sync/status.h"
#include "sync/syncer.h"

namespace tram::agent {

// Any thread.
class Line {
 public:
  virtual ~Line() = default;
  // One full round now; waits for its end. Error cancelled when the program stops meanwhile.
  virtual Result<Round> round() = 0;
  virtual SyncStatus status() = 0;
  virtual std::uint64_t sent_until() = 0;  // for read_ledger
  // {"day_limit_bytes","used_today_bytes","spent"}
  virtual json::Value budget() = 0;
  virtual Status set_day_limit(std::uint64_t bytes) = 0;
};

// A Syncer with the client it speaks through; the office outlives it. Error bad_request for a bad address.
struct LineParts {
  std::unique_ptr<http::Client> client;
  std::unique_ptr<Syncer> syncer;
};
// budget: of what goes by itself; null: none.
Result<LineParts> connect(Office& office, LineBudget* budget = nullptr);

// The daemon's: runs the Syncer in a thread of its own.
class LiveLine final : public Line {
 public:
  LiveLine(LineParts parts, LineBudget& budget, Clock& clock);  // both outlive it
  ~LiveLine() override;                                         // stops
  Status start();                                               // once; internal when the system gives no thread
  Result<Round> round() override;
  SyncStatus status() override { return parts_.syncer->status(); }
  std::uint64_t sent_until() override { return parts_.syncer->sent_until(); }
  json::Value budget() override { return budget_.to_json(carried()); }
  Status set_day_limit(std::uint64_t bytes) override;
  void stop();  // ends the thread; rounds that somebody waits for end with cancelled

 private:
  void work();
  std::uint64_t carried() const;

  LineParts parts_;
  LineBudget& budget_;
  Clock& clock_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t asked_ = 0, done_ = 0;  // rounds somebody asked for, and how many of those are done
  bool stopping_ = false, stepping_ = false;
  Round last_;
  std::stop_source pause_;  // ends the present run() or step()
  std::jthread thread_;
};

}  // namespace tram::agent
