// http/loopback_client.h: a Client that calls a Handler as a function: no socket, no thread, no time.
//
// For tests and for the simulation. Waiting answers stay open until wait(): those whose watch has fired go on; if there
// are none, time passes at once to the earliest deadline, unless timeout_ms ends before it. on_wait is told how much
// time passes, so that a simulated clock can follow. So send() of a long poll without news answers immediately, as if
// its deadline had come. The handler sees what a server would show it: decoded path as sent, remote_address, body
// plain. Same thread rule as every Client.
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <memory>

#include "core/base/clock.h"
#include "http/client.h"

namespace tram::http {

struct LoopbackOptions {
  std::string base_path = {};  // put before every target
  Clock* clock = nullptr;      // for the Date of answers; none without it
  std::string remote_address = "127.0.0.1";
  std::function<void(std::int64_t ms)> on_wait = {};
  std::uint64_t body_max = 256ULL << 20;
};

class LoopbackClient final : public Client {
 public:
  explicit LoopbackClient(Handler handler, LoopbackOptions options = {});
  ~LoopbackClient() override;
  std::unique_ptr<Pending> start(Request request, CallOptions options = {}) override;
  bool wait(std::int64_t timeout_ms) override;
  void wakeup() override { woken_ = true; }
  Traffic traffic() const override;

 private:
  class Call;

  Handler handler_;
  LoopbackOptions options_;
  std::list<Call*> waiting_;  // calls that have not answered yet; they take themselves out when destroyed
  std::atomic<bool> woken_{false};
  std::atomic<std::uint64_t> sent_{0}, received_{0}, requests_{0};
};

}  // namespace tram::http
