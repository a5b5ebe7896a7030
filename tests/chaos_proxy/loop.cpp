#include "tests/chaos_proxy/loop.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <future>

namespace tram {
namespace {

constexpr std::size_t kQueuedMax = 256 * 1024;
constexpr std::size_t kQueuedMaxSlow = 4 * 1024;  // under a throttle, so that the sender feels it
constexpr std::size_t kRequestLinesMax = 1000;
constexpr int kThrottleStepMs = 10;

constexpr std::size_t index(Way way) { return static_cast<std::size_t>(way); }

}  // namespace

ChaosProxy::Loop::Loop(std::uint16_t target, std::uint16_t listen_port)
    : target_port(target), listener_(listen_on(listen_port)), port_(port_of(listener_)) {
  std::tie(wake_read_, wake_write_) = make_pipe();
  thread_ = std::jthread([this] { run(); });
}

ChaosProxy::Loop::~Loop() {
  call([this] {
    stopping_ = true;
    for (Connection& connection : connections_) reset(connection);
  });
}

void ChaosProxy::Loop::call(const std::function<void()>& work) {
  std::promise<void> done;
  {
    const std::lock_guard lock(calls_mutex_);
    calls_.emplace_back([&] {
      work();
      done.set_value();
    });
  }
  CHECK(write(wake_write_.get(), "x", 1) == 1);
  done.get_future().wait();
}

void ChaosProxy::Loop::set_mode(Mode mode, std::string answer) {
  line.mode = mode;
  line.answer = std::move(answer);
  if (mode == Mode::cut)
    listener_.close();
  else if (!listener_)
    listener_ = listen_on(port_);
  for (Connection& connection : connections_) {
    // A client that keeps its connection would not meet the sign-in page: the next attempt does.
    if (mode == Mode::cut || mode == Mode::answer) reset(connection);
    if (mode == Mode::half_open) {
      connection.target.reset_connection();
      connection.flows = {};
      connection.swallows = true;
    }
  }
}

void ChaosProxy::Loop::make_flaky(std::uint64_t seed, std::uint64_t mean_bytes) {
  random_.seed(seed);
  line.flaky_mean_bytes = mean_bytes;
  for (Connection& connection : connections_) draw_life(connection);
}

void ChaosProxy::Loop::run() {
  while (!stopping_) {
    wait_and_pump();
    do_calls();
    accept_all();
    std::erase_if(connections_, [](const Connection& connection) { return connection.over; });
    connections_.splice(connections_.end(), arrivals_);
    stats.open = connections_.size();
  }
}

void ChaosProxy::Loop::wait_and_pump() {
  now_ms_ = clock_.steady_ms();
  refill();
  std::vector<pollfd> fds = {{wake_read_.get(), POLLIN, 0}, {listener_.get(), POLLIN, 0}};
  std::int64_t wait_ms = -1;
  const auto wake_in = [&](std::int64_t ms) { wait_ms = wait_ms < 0 ? ms : std::min(wait_ms, ms); };
  const std::size_t queued_max = line.bytes_per_s > 0 ? kQueuedMaxSlow : kQueuedMax;
  for (Connection& connection : connections_) {
    const bool stalled = line.mode == Mode::stall && !connection.swallows;
    std::array<short, 2> events{};  // by the way that begins at this end
    for (const Way way : {Way::up, Way::down}) {
      const Flow& flow = connection.flow(way);
      if (!flow.no_more && flow.queued < queued_max) events[index(way)] |= POLLIN;
      if (flow.chunks.empty() || stalled) continue;
      if (can_send(connection, flow, way))
        events[1 - index(way)] |= POLLOUT;
      else
        wake_in(std::max<std::int64_t>(flow.chunks.front().due_ms - now_ms_, kThrottleStepMs));
    }
    fds.push_back({stalled ? -1 : connection.client.get(), events[0], 0});
    fds.push_back({stalled ? -1 : connection.target.get(), events[1], 0});
  }
  poll(fds.data(), fds.size(), static_cast<int>(wait_ms));
  now_ms_ = clock_.steady_ms();
  refill();
  std::size_t at = 2;
  for (Connection& connection : connections_) {
    if (line.mode != Mode::stall || connection.swallows) pump(connection, fds[at].revents, fds[at + 1].revents);
    at += 2;
  }
}

void ChaosProxy::Loop::do_calls() {
  std::array<char, 64> ignored{};
  while (read(wake_read_.get(), ignored.data(), ignored.size()) > 0) {
  }
  std::vector<std::function<void()>> calls;
  {
    const std::lock_guard lock(calls_mutex_);
    calls.swap(calls_);
  }
  for (const auto& call : calls) call();
}

void ChaosProxy::Loop::accept_all() {
  while (listener_) {
    Fd client = accept_from(listener_);
    if (!client) return;
    ++stats.connections;
    Connection connection;
    connection.client = std::move(client);
    connection.swallows = line.mode == Mode::half_open;
    if (!connection.swallows && line.mode != Mode::answer) {
      connection.target = connect_to(target_port);
      if (!connection.target) {
        connection.client.reset_connection();
        continue;
      }
      if (line.bytes_per_s > 0) {
        set_small_buffers(connection.client);
        set_small_buffers(connection.target);
      }
    }
    draw_life(connection);
    connections_.push_back(std::move(connection));
  }
}

void ChaosProxy::Loop::draw_life(Connection& connection) {
  connection.left.reset();
  if (line.flaky_mean_bytes == 0) return;
  const double uniform = (static_cast<double>(random_() >> 11U) + 0.5) * 0x1p-53;  // in (0,1), alike everywhere
  connection.left = static_cast<std::uint64_t>(-std::log(uniform) * static_cast<double>(line.flaky_mean_bytes)) + 1;
}

void ChaosProxy::Loop::pump(Connection& connection, short client_events, short target_events) {
  receive(connection, Way::up, client_events);
  receive(connection, Way::down, target_events);
  for (const Way way : {Way::up, Way::down}) {
    send(connection, way);
    Flow& flow = connection.flow(way);
    if (!flow.no_more || flow.ended || !flow.chunks.empty() || connection.over) continue;
    flow.ended = true;
    shutdown((way == Way::up ? connection.target : connection.client).get(), SHUT_WR);
  }
  const bool ended = connection.flow(Way::up).ended && connection.flow(Way::down).ended;
  if (ended || (connection.swallows && connection.flow(Way::up).ended)) connection.over = true;
}

void ChaosProxy::Loop::receive(Connection& connection, Way way, short events) {
  if ((events & (POLLIN | POLLHUP | POLLERR)) == 0 || connection.over) return;
  if (connection.flow(way).no_more) {
    if ((events & (POLLHUP | POLLERR)) != 0) reset(connection);
    return;
  }
  static thread_local std::array<char, 64 * 1024> buffer;
  const std::size_t size = line.bytes_per_s > 0 ? kQueuedMaxSlow : buffer.size();
  const ssize_t n = recv((way == Way::up ? connection.client : connection.target).get(), buffer.data(), size, 0);
  if (n > 0)
    take(connection, way, {buffer.data(), static_cast<std::size_t>(n)});
  else if (n == 0)
    connection.flow(way).no_more = true;
  else if (errno != EAGAIN && errno != EINTR)
    reset(connection);
}

void ChaosProxy::Loop::take(Connection& connection, Way way, std::string_view bytes) {
  if (way == Way::up) scan(connection, bytes);
  const Fd& receiver = way == Way::up ? connection.target : connection.client;
  if (receiver && !connection.swallows) push(connection.flow(way), std::string(bytes));
}

void ChaosProxy::Loop::scan(Connection& connection, std::string_view bytes) {
  const RequestScanner::Seen seen = connection.scanner.feed(bytes);
  stats.requests += seen.lines.size();
  for (const std::string& request : seen.lines) {
    request_lines.push_back(request);
    if (request_lines.size() > kRequestLinesMax) request_lines.pop_front();
  }
  if (line.mode == Mode::answer && !connection.target && !seen.lines.empty() && !connection.flow(Way::down).no_more) {
    push(connection.flow(Way::down), line.answer);
    connection.flow(Way::down).no_more = true;
  }
  if (!line.duplicate || line.mode != Mode::pass) return;
  for (const std::string& request : seen.complete) {
    Connection again;
    again.target = connect_to(target_port);
    if (!again.target) continue;
    ++stats.duplicates;
    push(again.flow(Way::up), request);
    again.flow(Way::up).no_more = true;
    arrivals_.push_back(std::move(again));
  }
}

void ChaosProxy::Loop::push(Flow& flow, std::string bytes) {
  flow.queued += bytes.size();
  flow.chunks.push_back({now_ms_ + line.delay_ms, std::move(bytes)});
}

std::size_t ChaosProxy::Loop::allowance(const Connection& connection, Way way) const {
  std::uint64_t n = kQueuedMax;
  if (line.bytes_per_s > 0) n = std::min(n, static_cast<std::uint64_t>(tokens_[index(way)]));
  if (line.cuts[index(way)]) n = std::min(n, line.cuts[index(way)]->left);
  if (connection.left) n = std::min(n, *connection.left);
  return static_cast<std::size_t>(n);
}

bool ChaosProxy::Loop::can_send(const Connection& connection, const Flow& flow, Way way) const {
  return !flow.chunks.empty() && flow.chunks.front().due_ms <= now_ms_ && allowance(connection, way) > 0;
}

void ChaosProxy::Loop::send(Connection& connection, Way way) {
  Flow& flow = connection.flow(way);
  const Fd& receiver = way == Way::up ? connection.target : connection.client;
  while (!connection.over && can_send(connection, flow, way)) {
    std::string& bytes = flow.chunks.front().bytes;
    const std::size_t size = std::min(bytes.size(), allowance(connection, way));
    const ssize_t sent = ::send(receiver.get(), bytes.data(), size, MSG_NOSIGNAL);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (sent < 0) return reset(connection);
    const auto n = static_cast<std::size_t>(sent);
    flow.queued -= n;
    if (n == bytes.size())
      flow.chunks.pop_front();
    else
      bytes.erase(0, n);
    spend(connection, way, n);
  }
}

void ChaosProxy::Loop::spend(Connection& connection, Way way, std::size_t n) {
  (way == Way::up ? stats.bytes_up : stats.bytes_down) += n;
  if (line.bytes_per_s > 0) tokens_[index(way)] -= static_cast<double>(n);
  bool cut = false;
  if (auto& cuts = line.cuts[index(way)]; cuts) {
    cuts->left -= n;
    if (cuts->left == 0) {
      cut = true;
      cuts->left = cuts->each;
      if (--cuts->times == 0) cuts.reset();
    }
  }
  if (connection.left) {
    *connection.left -= n;
    cut = cut || *connection.left == 0;
  }
  if (cut) reset(connection);
}

void ChaosProxy::Loop::reset(Connection& connection) {
  if (connection.over) return;
  connection.over = true;
  ++stats.cuts;
  connection.client.reset_connection();
  connection.target.reset_connection();
}

void ChaosProxy::Loop::refill() {
  const auto rate = static_cast<double>(line.bytes_per_s);
  const double fresh = rate * static_cast<double>(now_ms_ - refilled_ms_) / 1000;
  for (double& tokens : tokens_) tokens = std::min(tokens + fresh, std::max(rate / 10, 64.0));
  refilled_ms_ = now_ms_;
}

}  // namespace tram
