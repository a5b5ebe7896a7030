// http/session.h (inside http only): Session is one connection, driven by events of the io thread.
//
//   idle -> head -> body -> running -> writing           (a spooled body: body -> running -> body, block by block) -> running (next block of a stream)
//                                            |-> waiting (a long poll) -> running
//                                            |-> idle (keep-alive), or lingering, or closed
// All reading goes through one buffer of the io thread, so a connection that waits owns no buffer at all.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "core/base/system.h"
#include "http/answer.h"
#include "http/answer_times.h"
#include "http/connection.h"
#include "http/request_reader.h"
#include "http/tls.h"
#include "http/worker_pool.h"

namespace tram::http {

class Session;

// What the sessions of a server share. Sessions hold it, so it ends with the last of them.
struct Shared {
  Shared(ServerOptions given, Handler given_handler, std::shared_ptr<TlsIdentity> given_identity);

  const ServerOptions options;
  const Handler handler;
  const std::shared_ptr<TlsIdentity> identity;  // none: plain HTTP
  SystemClock system_clock;
  AnswerRules rules;
  BodyBudget bodies, spools;
  std::atomic<std::size_t> waiting{0}, running{0};
  std::atomic<std::uint64_t> requests{0};
  AnswerTimes answer_times;

  std::mutex mutex;  // of sessions; only the io thread changes them
  std::condition_variable all_closed;
  std::unordered_set<Session*> sessions;

  std::array<char, 64 << 10> scratch;  // io thread only
  bool draining = false;               // io thread only
  IoLoop io;
  WorkerPool workers;
};

class Session : public std::enable_shared_from_this<Session> {
 public:
  // remote_address is empty for a Unix socket.
  Session(std::shared_ptr<Shared> shared, int socket, std::string remote_address);
  void start();
  // The server stops: ends at once, or after the answer that is under way.
  void drain();
  void close(bool cut = false);

 private:
  enum class State { idle, head, body, running, writing, waiting, lingering, closed };

  void watch_input();
  void on_input();
  void read_more();
  void begin_body();
  // In a worker, while nothing is read: may this body come? The next part of it goes to disk.
  void admit();
  void spool_block();
  void go_on_reading();
  void look_for_hang_up();
  void linger();
  void eat();
  void dispatch();
  void refuse(Response response);
  void run_next();
  std::function<void()> next_step();  // a worker's job: the answer's next step, handed back to the io thread
  void on_step(Step step);
  void write();
  void written();
  void wait(Wait until);
  void wake(std::uint64_t wait_number);
  void enter(State state);
  void retire_answer();
  void count_time();
  void arm(std::int64_t ms);
  void on_timer();

  std::shared_ptr<Shared> shared_;
  std::string remote_address_;
  Connection connection_;
  State state_ = State::idle;
  bool rest_unread_ = false;  // input of a refused request may still come
  std::uint64_t wait_number_ = 0;
  std::string input_;
  std::unique_ptr<RequestReader> reader_;
  std::shared_ptr<Spool> spool_;
  std::optional<BodyLease> spool_lease_;
  std::size_t window_begin_ = 0;  // body bytes when the present window of time began
  std::shared_ptr<Answer> answer_;
  std::optional<std::int64_t> begun_ms_;  // when the request was read whole; none for a long poll that waited
  Step step_;
  std::size_t head_written_ = 0;
  std::size_t body_written_ = 0;
  std::vector<Subscription> subscriptions_;
};

}  // namespace tram::http
