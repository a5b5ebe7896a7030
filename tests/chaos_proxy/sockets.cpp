#include "tests/chaos_proxy/sockets.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include "core/base/result.h"

namespace tram {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

const sockaddr* generic(const sockaddr_in& address) { return reinterpret_cast<const sockaddr*>(&address); }

template <typename T>
void set_option(const Fd& fd, int level, int name, const T& value) {
  CHECK(setsockopt(fd.get(), level, name, &value, sizeof value) == 0);
}

}  // namespace

Fd& Fd::operator=(Fd&& other) noexcept {
  close();
  fd_ = std::exchange(other.fd_, -1);
  return *this;
}

void Fd::close() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

void Fd::reset_connection() {
  if (fd_ < 0) return;
  set_option(*this, SOL_SOCKET, SO_LINGER, linger{1, 0});
  close();
}

Fd listen_on(std::uint16_t port) {
  Fd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  CHECK(fd);
  set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
  const sockaddr_in address = loopback(port);
  CHECK(bind(fd.get(), generic(address), sizeof address) == 0);
  CHECK(listen(fd.get(), 1024) == 0);
  return fd;
}

std::uint16_t port_of(const Fd& fd) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  CHECK(getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
  return ntohs(address.sin_port);
}

Fd connect_to(std::uint16_t port) {
  Fd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  CHECK(fd);
  const sockaddr_in address = loopback(port);
  if (connect(fd.get(), generic(address), sizeof address) != 0) return {};
  set_nonblocking(fd);
  return fd;
}

Fd accept_from(const Fd& listener) {
  Fd fd(accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (fd) set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  return fd;
}

void set_nonblocking(const Fd& fd) {
  CHECK(fcntl(fd.get(), F_SETFL, O_NONBLOCK) == 0);
  set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
}

void set_small_buffers(const Fd& fd) {
  set_option(fd, SOL_SOCKET, SO_RCVBUF, 4096);
  set_option(fd, SOL_SOCKET, SO_SNDBUF, 4096);
}

std::pair<Fd, Fd> make_pipe() {
  std::array<int, 2> ends{};
  CHECK(pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) == 0);
  return {Fd(ends[0]), Fd(ends[1])};
}

}  // namespace tram
