// http/server.h: Server listens, reads requests, lets workers answer them, and holds long polls.
//
// One io thread owns all sockets and timers and never blocks; `workers` threads run the handler, streams and
// continuations (http/message.h), straight-line code that may block on the disk. A slow reader holds no worker: the
// next block of a stream is asked for when the last one is written. A waiting long poll costs a few kB.
//
// What never reaches the handler (all answered as {"error","reason"}, connection closed where the framing is in doubt)
//   400 malformed, folded headers, both Content-Length and Transfer-Encoding, bad chunks, a coding that is broken
//   405 TRACE, CONNECT            408 headers slower than header_timeout_ms, body slower than body_rate_min
//   413 body above its limit, announced or real, also after decoding, or one beyond 100:1
//   414 target_max   415 Content-Encoding other than gzip and zstd   417 Expect other than 100-continue   431 header_max
//   503 with Retry-After: workers' queue full, or bodies_max bytes of requests in memory
// Always sent: Date, Cache-Control: must-revalidate and X-Content-Type-Options: nosniff (unless the handler set its own
// Cache-Control), and ServerOptions::headers. Answers above 512 B are gzip or zstd when accepted and text-like. HEAD runs the
// handler and sends no body. The server never redirects.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "http/answer_times.h"
#include "http/message.h"

namespace tram::http {

struct ServerOptions {
  std::string host = "127.0.0.1";  // an address of this machine; "" to listen on the Unix socket only
  std::uint16_t port = 0;          // 0: a free one, see Server::port
  std::string unix_socket = {};    // path, made with mode 0600; a dead one is replaced; empty: none
  // PEM files of a certificate with its chain and of its key: TCP connections then speak TLS 1.2 or 1.3. Both or none.
  std::string tls_certificate = {};
  std::string tls_key = {};
  std::size_t workers = 2;
  std::size_t queue_max = 256;  // requests waiting for a worker
  std::size_t connections_max = 20'000;
  std::size_t header_max = 64 << 10;
  std::size_t target_max = 16 << 10;
  std::size_t body_max = 64 << 20;
  std::size_t bodies_max = 256 << 20;  // all request bodies in memory together
  // Another body_max for some requests, from their head alone; runs in the io thread, so it only looks at the strings.
  std::function<std::size_t(const Request& head)> body_max_for = {};
  // Requests whose bodies, beyond kSpoolBlock, are kept in a nameless file in this folder (Request::spool), so that they
  // cost next to no memory. From the head alone; runs in the io thread. Empty: none.
  std::function<bool(const Request& head)> spools = {};
  std::string spool_folder = "/tmp";
  std::size_t spools_max = std::size_t{4} << 30;  // all of them together, on disk
  // Called in a worker before the body of such a request is read: an answer makes it needless.
  std::function<std::optional<Response>(const Request& head)> admit = {};
  std::int64_t header_timeout_ms = 10'000;
  std::int64_t body_window_ms = 30'000;  // in each such window at least body_rate_min bytes a second must come
  std::size_t body_rate_min = 200;
  std::int64_t idle_timeout_ms = 180'000;   // a kept connection without a request is closed silently
  std::int64_t write_timeout_ms = 120'000;  // a client that takes no byte for so long is cut
  std::int64_t drain_ms = 5'000;            // stop() lets running answers end for so long
  Headers headers = {};                     // on every answer, errors too
  Clock* clock = nullptr;                   // for Date; none: the system's
};

inline constexpr std::size_t kSpoolBlock = 64 << 10;

struct ServerStats {
  std::size_t connections = 0;  // open now
  std::size_t waiting = 0;      // of them, held by a long poll
  std::size_t running = 0;      // requests being answered by a worker, or queued for one
  std::uint64_t requests = 0;   // since the start
  AnswerTimesTold answer_times = {};
};

class Server {
 public:
  // Listens and serves from here on. Errors: in_use, with a sentence for a person, when the port or the Unix socket
  // belongs to another program; bad_request for an address this machine does not have; forbidden for a port or
  // path without permission; usage for a certificate or key that cannot be used; internal when the system
  // gives no further thread.
  static Result<std::unique_ptr<Server>> start(ServerOptions options, Handler handler);
  ~Server();  // stops

  std::uint16_t port() const;  // 0 without TCP
  ServerStats stats() const;   // any thread
  // Closes the doors, drops idle connections and waits, lets running requests end, joins all threads. Once; not from
  // a handler.
  void stop();

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tram::http
