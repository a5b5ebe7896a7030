// tests/chaos_proxy/sockets.h: the few socket calls a proxy on loopback needs. Any thread; abort on what only a broken
// machine can cause.
#pragma once

#include <cstdint>
#include <utility>

namespace tram {

// Owns a file descriptor.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept;
  ~Fd() { close(); }
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  void close();
  void reset_connection();  // closes with RST, so that the other end sees an error and not an end

 private:
  int fd_ = -1;
};

Fd listen_on(std::uint16_t port);     // 127.0.0.1; 0 takes a free port; aborts if it is taken
std::uint16_t port_of(const Fd& fd);  // of the local end
Fd connect_to(std::uint16_t port);    // 127.0.0.1; empty if refused
Fd accept_from(const Fd& listener);   // empty if nobody waits
void set_nonblocking(const Fd& fd);
void set_small_buffers(const Fd& fd);  // so that a slow line is felt by the sender
std::pair<Fd, Fd> make_pipe();         // read end, write end; both non-blocking

}  // namespace tram
