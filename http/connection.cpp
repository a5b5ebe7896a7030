#include "http/connection.h"

#include <array>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <optional>

#include "http/tls.h"

namespace tram::http {
namespace {

namespace asio = boost::asio;
using Code = boost::system::error_code;
using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<asio::generic::stream_protocol, Executor>;

Connection::Outcome outcome_of(const Code& code) {
  if (!code) return Connection::Outcome::some;
  const bool later =
      code == asio::error::would_block || code == asio::error::try_again || code == asio::error::interrupted;
  return later ? Connection::Outcome::later : Connection::Outcome::gone;
}

Connection::Outcome outcome_of(TlsChannel::Outcome outcome, bool& waits_for_output) {
  waits_for_output = outcome == TlsChannel::Outcome::wants_output;
  if (outcome == TlsChannel::Outcome::some) return Connection::Outcome::some;
  return outcome == TlsChannel::Outcome::gone ? Connection::Outcome::gone : Connection::Outcome::later;
}

}  // namespace

struct IoLoop::Work {
  asio::executor_work_guard<Executor> guard;
};

IoLoop::IoLoop()
    : context_(std::make_unique<asio::io_context>(1)),
      work_(new Work{asio::executor_work_guard<Executor>(context_->get_executor())}) {}
IoLoop::~IoLoop() = default;

void IoLoop::run() { context_->run(); }
void IoLoop::post(std::function<void()> job) { asio::post(*context_, std::move(job)); }
void IoLoop::finish() {
  post([this] { work_->guard.reset(); });
}

struct Connection::State {
  Socket socket;
  asio::steady_timer timer;
  std::optional<TlsChannel> tls = {};
  // TLS may have to write before it can read (a handshake), and the other way round.
  bool read_waits_for_output = false;
  bool write_waits_for_input = false;
  bool reading = false;
  std::uint32_t timer_number = 0;  // a timer that fired just before it was replaced must not act
};

Connection::Connection(IoLoop& loop, int socket, bool is_tcp, const TlsIdentity* identity)
    : state_(new State{Socket(loop.context()), asio::steady_timer(loop.context())}) {
  Code code;
  // The family only matters for addresses, which are not asked for here.
  state_->socket.assign(asio::generic::stream_protocol(AF_UNSPEC, 0), socket, code);
  state_->socket.non_blocking(true, code);
  if (is_tcp) state_->socket.set_option(asio::ip::tcp::no_delay(true), code);
  if (identity != nullptr) state_->tls.emplace(*identity, socket);
}

Connection::~Connection() = default;

Connection::Outcome Connection::read(std::span<char> into, std::size_t& size) {
  if (state_->tls) return outcome_of(state_->tls->read(into, size), state_->read_waits_for_output);
  Code code;
  size = state_->socket.read_some(asio::buffer(into.data(), into.size()), code);
  return outcome_of(code);
}

Connection::Outcome Connection::peek() {
  if (state_->tls) return outcome_of(state_->tls->peek(), state_->read_waits_for_output);
  char byte = 0;
  Code code;
  state_->socket.receive(asio::buffer(&byte, 1), asio::socket_base::message_peek, code);
  return outcome_of(code);
}

Connection::Outcome Connection::write(std::string_view head, std::string_view body, std::size_t& size) {
  if (state_->tls) {
    const auto moved = state_->tls->write(head.empty() ? body : head, size);
    bool waits_for_output = false;
    const Outcome outcome = outcome_of(moved, waits_for_output);
    state_->write_waits_for_input = outcome == Outcome::later && !waits_for_output;
    return outcome;
  }
  const std::array<asio::const_buffer, 2> parts{asio::buffer(head), asio::buffer(body)};
  Code code;
  size = state_->socket.write_some(parts, code);
  return outcome_of(code);
}

void Connection::when_readable(std::function<void()> act) {
  if (std::exchange(state_->reading, true)) return;
  // act holds whoever owns this connection, so it is alive when the handler runs.
  auto then = [this, act = std::move(act)](const Code& code) {
    state_->reading = false;
    if (!code && state_->socket.is_open()) act();
  };
  if (state_->tls && state_->tls->has_input()) {
    return asio::post(state_->socket.get_executor(), [then = std::move(then)] { then(Code()); });
  }
  state_->socket.async_wait(state_->read_waits_for_output ? Socket::wait_write : Socket::wait_read, std::move(then));
}

void Connection::when_writable(std::function<void()> act) {
  const auto what = state_->write_waits_for_input ? Socket::wait_read : Socket::wait_write;
  state_->socket.async_wait(what, [act = std::move(act)](const Code& code) {
    if (!code) act();
  });
}

void Connection::after(std::int64_t ms, std::function<void()> act) {
  state_->timer.expires_after(std::chrono::milliseconds(ms));
  state_->timer.async_wait([this, act = std::move(act), number = ++state_->timer_number](const Code& code) {
    if (!code && number == state_->timer_number) act();
  });
}

void Connection::cancel_timer() {
  ++state_->timer_number;
  state_->timer.cancel();
}

bool Connection::end_output() {
  Code code;
  if (state_->tls) state_->tls->say_goodbye();
  state_->socket.shutdown(Socket::shutdown_send, code);
  return !code;
}

void Connection::close(bool cut) {
  Code code;
  if (cut) state_->socket.set_option(asio::socket_base::linger(true, 0), code);
  state_->socket.close(code);
  cancel_timer();
}

}  // namespace tram::http
