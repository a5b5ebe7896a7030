#include "tests/http/raw.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "tests/support/patience.h"

namespace tram::http {
namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

void set_patience(int handle) {
  const timeval patience{test::kPatienceMs / 1000, 0};
  ::setsockopt(handle, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(handle, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

}  // namespace

RawSocket RawSocket::to(std::uint16_t port) {
  const int handle = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  set_patience(handle);
  const sockaddr_in address = loopback(port);
  if (::connect(handle, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(handle);
    return RawSocket(-1);
  }
  return RawSocket(handle);
}

RawSocket::RawSocket(RawSocket&& other) noexcept
    : handle_(std::exchange(other.handle_, -1)), rest_(std::move(other.rest_)) {}

bool RawSocket::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(handle_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::string RawSocket::receive_until(std::string_view mark) {
  std::array<char, 65536> block;
  while (mark.empty() || rest_.find(mark) == std::string::npos) {
    const auto size = ::recv(handle_, block.data(), block.size(), 0);
    if (size <= 0) return std::exchange(rest_, {});
    rest_.append(block.data(), static_cast<std::size_t>(size));
  }
  const auto end = rest_.find(mark) + mark.size();
  std::string found = rest_.substr(0, end);
  rest_.erase(0, end);
  return found;
}

std::string RawSocket::receive_all() { return receive_until({}); }

void RawSocket::close() {
  if (handle_ >= 0) ::close(std::exchange(handle_, -1));
}

RawServer::RawServer(std::function<void(RawSocket&)> talk)
    : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  ::bind(listener_, reinterpret_cast<const sockaddr*>(&address), size);
  ::listen(listener_, 16);
  ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this, talk = std::move(talk)] {
    while (true) {
      const int handle = ::accept(listener_, nullptr, nullptr);
      if (handle < 0) return;
      set_patience(handle);
      RawSocket socket(handle);
      talk(socket);
    }
  });
}

RawServer::~RawServer() {
  ::shutdown(listener_, SHUT_RDWR);  // wakes accept()
  thread_.join();
  ::close(listener_);
}

std::function<void(RawSocket&)> always_answers(std::string bytes) {
  return [bytes = std::move(bytes)](RawSocket& socket) {
    socket.receive_until("\r\n\r\n");
    socket.send(bytes);
  };
}

}  // namespace tram::http
