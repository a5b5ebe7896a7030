// tests/chaos_proxy/chaos_proxy.h: a bad line between an office and the province, on demand.
//
// A TCP proxy on 127.0.0.1 that passes everything on to one port until it is told to misbehave. Each call returns when
// it has taken effect. One thread of its own does all the work; the calls may come from any thread. `command` takes
// the same verbs as text, for scripts: see kChaosHelp. What is random is drawn from a seed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tram {

// Which way bytes go: up from the client to the target, or down.
enum class Way { up, down };

struct ChaosStats {
  std::uint64_t connections = 0;  // accepted so far
  std::uint64_t open = 0;         // now
  std::uint64_t bytes_up = 0;     // handed on to the target
  std::uint64_t bytes_down = 0;   // handed on to the client
  std::uint64_t requests = 0;     // HTTP requests whose header has come in full
  std::uint64_t duplicates = 0;   // requests sent a second time
  std::uint64_t cuts = 0;         // connections reset by the proxy
};

class ChaosProxy {
 public:
  // Listens on 127.0.0.1:listen_port (0: any free one). Aborts if the port is taken.
  explicit ChaosProxy(std::uint16_t target_port, std::uint16_t listen_port = 0);
  ~ChaosProxy();  // resets every connection

  std::uint16_t port() const;
  std::string url() const;  // http://127.0.0.1:PORT

  void open();       // forgets every fault below; the line is good
  void cut();        // resets every connection and refuses new ones
  void stall();      // nothing moves, nothing closes; what was under way goes on after open()
  void half_open();  // the other end vanished: whatever is sent is swallowed, nothing comes back, no connection closes
  void answer(int status, std::string_view headers, std::string_view body);  // answers every request itself
  void portal();                                                             // a sign-in page: HTML with status 200
  void redirect();                                                           // 302 to a sign-in page
  // Resets the connection that carries the last of them; then again, counted anew, as often as is said.
  void cut_after(std::uint64_t bytes, Way way, std::uint64_t times = 1);
  void flaky(std::uint64_t seed, std::uint64_t mean_bytes);  // each connection is reset after a random amount of bytes
  void delay(std::int64_t ms);                               // each way, on everything
  void throttle(std::uint64_t bytes_per_s);                  // each way, all connections together; 0: no limit
  void duplicate(bool on);              // each request goes to the target twice, at about the same time
  bool profile(std::string_view name);  // delay and throttle of "2g", "edge", "vsat"; false: unknown
  void set_target(std::uint16_t port);  // for connections that come from now on

  ChaosStats stats() const;
  void reset_stats();
  std::vector<std::string> request_lines() const;  // "GET /path HTTP/1.1" of the last thousand, oldest first

  // One command as text. The answer is one line: "ok", the statistics as JSON, or "error: ...".
  std::string command(std::string_view line);

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

extern const std::string_view kChaosHelp;

}  // namespace tram
