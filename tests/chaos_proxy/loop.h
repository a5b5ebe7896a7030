// tests/chaos_proxy/loop.h: the thread behind ChaosProxy: one poll(2) loop that owns every socket. Only call() and
// call-free accessors may be used from other threads; everything else runs inside.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "core/base/result.h"
#include "core/base/system.h"
#include "tests/chaos_proxy/chaos_proxy.h"
#include "tests/chaos_proxy/request_scanner.h"
#include "tests/chaos_proxy/sockets.h"

namespace tram {

class ChaosProxy::Loop {
 public:
  enum class Mode { pass, cut, stall, half_open, answer };

  struct Cuts {
    std::uint64_t left, each, times;  // bytes until the next, bytes between two, how many are still to come
  };

  // What the line does at present.
  struct Line {
    Mode mode = Mode::pass;
    std::string answer;  // whole HTTP answer, for Mode::answer
    std::int64_t delay_ms = 0;
    std::uint64_t bytes_per_s = 0;  // 0: no limit
    bool duplicate = false;
    std::array<std::optional<Cuts>, 2> cuts;  // by Way
    std::uint64_t flaky_mean_bytes = 0;       // 0: not flaky
  };

  Loop(std::uint16_t target_port, std::uint16_t listen_port);
  ~Loop();

  // Runs the work inside the loop and waits until it is done.
  void call(const std::function<void()>& work);
  std::uint16_t port() const { return port_; }

  // Inside call() only.
  void set_mode(Mode mode, std::string answer = {});
  void make_flaky(std::uint64_t seed, std::uint64_t mean_bytes);
  Line line;
  std::uint16_t target_port;
  ChaosStats stats;
  std::deque<std::string> request_lines;

 private:
  struct Chunk {
    std::int64_t due_ms;
    std::string bytes;
  };
  struct Flow {  // one direction of a connection
    std::deque<Chunk> chunks;
    std::size_t queued = 0;
    bool no_more = false;  // its sender has ended
    bool ended = false;    // and its receiver has been told
  };
  struct Connection {
    Fd client;  // empty: a request sent a second time, whose answer nobody reads
    Fd target;  // empty: the proxy answers itself, or swallows
    std::array<Flow, 2> flows;
    RequestScanner scanner;
    std::optional<std::uint64_t> left;  // flaky: bytes until it is reset
    bool swallows = false;
    bool over = false;
    Flow& flow(Way way) { return flows[static_cast<std::size_t>(way)]; }
  };

  void run();
  void wait_and_pump();
  void do_calls();
  void accept_all();
  void draw_life(Connection& connection);
  void pump(Connection& connection, short client_events, short target_events);
  void receive(Connection& connection, Way way, short events);
  void take(Connection& connection, Way way, std::string_view bytes);
  void scan(Connection& connection, std::string_view bytes);
  void push(Flow& flow, std::string bytes);
  std::size_t allowance(const Connection& connection, Way way) const;
  bool can_send(const Connection& connection, const Flow& flow, Way way) const;
  void send(Connection& connection, Way way);
  void spend(Connection& connection, Way way, std::size_t n);
  void reset(Connection& connection);
  void refill();

  Fd listener_;
  std::uint16_t port_;
  Fd wake_read_, wake_write_;
  std::list<Connection> connections_;
  std::list<Connection> arrivals_;  // made while the connections are being walked
  std::array<double, 2> tokens_{};
  std::int64_t refilled_ms_ = 0;
  std::int64_t now_ms_ = 0;
  std::mt19937_64 random_;
  SystemClock clock_;
  bool stopping_ = false;
  std::mutex calls_mutex_;
  std::vector<std::function<void()>> calls_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace tram
