// tests/sim/sim_line.h: the line between one PC and the province: an http::Client that calls the province as a function.
//
// Before a request is delivered and before its answer arrives the world may act: other PCs synchronise, people type,
// power fails. Then the line itself may lose, double, keep for later, cut or replace. One thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "http/client.h"
#include "http/loopback_client.h"
#include "tests/sim/trace.h"

namespace tram::sim {

// In thousandths of requests.
struct LineFaults {
  unsigned lost_before = 0, lost_after = 0, doubled = 0, kept = 0, cut = 0, server_error = 0, busy = 0, too_large = 0,
           portal = 0;
};

struct LineHooks {
  std::function<http::Response(const http::Request&)> province;
  std::function<void(bool before)> act;  // the world, at both ends of a request
  std::function<bool()> is_up;
  std::function<std::string()> fingerprint;  // of all the province holds
  std::function<bool()> has_failed;          // its disk, in this step: it may have work left over
  std::string server;                        // the uuid that signs what a real province answers
};

class SimLine final : public http::Client {
 public:
  SimLine(LineHooks hooks, SimTime& time, Dice& dice, Trace& trace, std::string name);
  std::unique_ptr<http::Pending> start(http::Request request, http::CallOptions options = {}) override;
  bool wait(std::int64_t timeout_ms) override { return inner_.wait(timeout_ms); }
  void wakeup() override {}
  http::Traffic traffic() const override { return inner_.traffic(); }

  LineFaults faults;
  bool is_cut_off = false;          // nothing goes through
  std::vector<http::Request> late;  // copies that are still on their way
  std::uint64_t requests = 0, bytes = 0;

 private:
  Result<http::Response> carry(const http::Request& request, const http::CallOptions& options);
  Result<http::Response> deliver(const http::Request& request);
  std::optional<http::Response> stranger(const http::Request& request);
  Result<http::Response> arrive(Result<http::Response> answer, const http::CallOptions& options);

  std::weak_ptr<bool> waiting_;  // of a batch that has not gone yet
  std::string last_session_;     // Tram-Session that was delivered last
  std::string last_part_;        // of an attachment

  LineHooks hooks_;
  Dice& dice_;
  Trace& trace_;
  const std::string name_;
  http::LoopbackClient inner_;
};

}  // namespace tram::sim
