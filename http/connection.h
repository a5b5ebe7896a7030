// http/connection.h (inside http only): one accepted socket, plain or with TLS, with one timer, and the loop that watches
// them all.
//
// Everything but IoLoop::post belongs to the loop's thread. Reading and writing never block; readiness is waited for
// without a buffer, so an idle connection owns none. What is waited for is forgotten when the connection is closed.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

namespace boost::asio {
class io_context;
}

namespace tram::http {

class TlsIdentity;

class IoLoop {
 public:
  IoLoop();
  ~IoLoop();
  void run();                            // until finish() was called and nothing is waited for any more
  void finish();                         // any thread
  void post(std::function<void()> job);  // any thread
  boost::asio::io_context& context() { return *context_; }

 private:
  struct Work;
  std::unique_ptr<boost::asio::io_context> context_;
  std::unique_ptr<Work> work_;
};

class Connection {
 public:
  enum class Outcome { some, later, gone };  // bytes were moved; none can be now; none ever will

  // Owns the socket from here on; with an identity it speaks TLS.
  Connection(IoLoop& loop, int socket, bool is_tcp, const TlsIdentity* identity);
  ~Connection();

  Outcome read(std::span<char> into, std::size_t& size);
  Outcome peek();  // is there input, or the end?
  Outcome write(std::string_view head, std::string_view body, std::size_t& size);
  void when_readable(std::function<void()> act);  // at most one wait at a time; a second one is ignored
  void when_writable(std::function<void()> act);
  void after(std::int64_t ms, std::function<void()> act);  // replaces the timer that runs
  void cancel_timer();
  bool end_output();     // false when the peer is gone
  void close(bool cut);  // cut: so that the peer cannot take it for an ordinary end

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tram::http
