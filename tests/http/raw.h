// tests/http/raw.h: sockets without any HTTP, to say what a proper client or server never says.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>

namespace tram::http {

// A connection to 127.0.0.1; all calls give up after 10 seconds.
class RawSocket {
 public:
  explicit RawSocket(int handle) : handle_(handle) {}
  static RawSocket to(std::uint16_t port);
  RawSocket(RawSocket&& other) noexcept;
  RawSocket& operator=(RawSocket&&) = delete;
  ~RawSocket() { close(); }

  bool send(std::string_view bytes);
  std::string receive_until(std::string_view mark);  // all bytes up to and with the mark, or up to the end
  std::string receive_all();                         // up to the end
  void close();
  int handle() const { return handle_; }

 private:
  int handle_;
  std::string rest_;
};

// Accepts one connection after another and lets `talk` do what it likes with each; connections end when it returns.
class RawServer {
 public:
  explicit RawServer(std::function<void(RawSocket&)> talk);
  ~RawServer();
  std::uint16_t port() const { return port_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  int listener_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

// Reads a request's head and answers with these bytes, then closes.
std::function<void(RawSocket&)> always_answers(std::string bytes);

}  // namespace tram::http
