// http/client.h: Client sends requests to one base URL. Any HTTP answer, also 3xx, 4xx and 5xx, is a Response: nothing
// is followed, repeated or believed here.
//
// Threads: one thread uses a client and its calls; wakeup(), traffic() and a stop request may come from any. Several
// calls may be under way at once, so one thread can keep a long poll open on one connection and push on another:
//
//   auto feed = client.start(long_poll);
//   while (!feed->done() && !news_here()) client.wait(-1);   // returns also when another thread called wakeup()
//   auto answer = client.send(push);                         // the feed goes on meanwhile
//
// Errors of a call
//   offline         no line, name not found, refused, cut, timeout, silence, body shorter than announced, bad framing,
//                   gzip or zstd that is broken or cut
//   captive_portal  TLS answered with a certificate that does not verify, has another name, or misses the pin
//   too_large       the decoded body passes body_max
//   cancelled       stop was requested
//   bad_request     a URL or a header that cannot be sent
//   or whatever error on_head or on_body returned
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "http/coding.h"
#include "http/message.h"

namespace tram::http {

struct CallOptions {
  std::int64_t timeout_ms = 0;  // for the whole call; 0: none, silence and slowness end it
  // The call fails when no byte arrives for this long. 0: the usual rule, less than 100 B/s for 60 s. Long polls set it
  // to two heartbeats, or to their timeout and a margin.
  std::int64_t silence_max_ms = 0;
  Coding body_coding = Coding::identity;  // that the server takes; http/coding.h says from which size on it is used
  std::uint64_t body_max = 0;             // decoded bytes of the answer; 0: ClientOptions::body_max
  std::stop_token stop = {};
  // Is asked once, with status and headers of a 2xx answer and before on_body: its error ends the call.
  std::function<Status(const Response& head)> on_head = {};
  // Receives the decoded body of a 2xx answer in parts, in the client's thread; Response::body then stays empty.
  // What it got before an error is not the whole body.
  std::function<Status(std::string_view)> on_body = {};
  // Asked before on_body: yes stops the reading, and so whoever sends, until somebody waits again. The real client asks
  // for every few kilobytes that come, which may be many once they are decoded. With it, body_max is for other answers
  // than 2xx. Not for calls with silence_max_ms.
  std::function<bool()> is_full = {};
};

// A call under way. Destroying it before it is done gives the call up and closes its connection.
class Pending {
 public:
  virtual ~Pending() = default;
  virtual bool done() const = 0;
  virtual Result<Response> take() = 0;  // once, when done
};

// Counted since the client was made: HTTP as it is on the wire with headers and compression, without TLS, TCP and chunk
// framing. Bytes count as they come and go.
struct Traffic {
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
  std::uint64_t requests = 0;
  std::uint64_t connections = 0;  // opened
};

class Client {
 public:
  virtual ~Client() = default;
  virtual std::unique_ptr<Pending> start(Request request, CallOptions options = {}) = 0;
  // Drives all calls under way; returns when one of them is done, or was given a part by on_body, or after timeout_ms
  // (< 0: never), or early, with true, because of a wakeup(): one that came between two waits is not lost. A stop
  // request of a call ends that call.
  virtual bool wait(std::int64_t timeout_ms) = 0;
  virtual void wakeup() = 0;            // any thread
  virtual Traffic traffic() const = 0;  // any thread

  // start, and finish.
  Result<Response> send(Request request, CallOptions options = {});
  // Waits until that one is done. A wakeup meanwhile is kept for the next wait().
  Result<Response> finish(Pending& pending);
  // Waits until that one is done or `is_full`. A wakeup meanwhile is kept for the next wait().
  void read_on(const Pending& pending, const std::function<bool()>& is_full);
};

struct ClientOptions {
  std::string base_url;          // "https://province.example", perhaps with a path; credentials in it are not used
  std::string unix_socket = {};  // talk to this socket instead; base_url then only gives the Host
  std::string ca_file = {};      // PEM; empty: the system's authorities
  std::string pinned_keys = {};  // "sha256//base64;sha256//base64"; empty: none
  std::string proxy = {};        // never taken from the environment
  std::string user_agent = "tram";
  std::int64_t connect_timeout_ms = 30'000;
  std::uint64_t body_max = 256ULL << 20;
};

// The real one, on libcurl: HTTP/1.1, connections kept and used again, TLS 1.2 and later. Error bad_request for a bad
// base URL.
Result<std::unique_ptr<Client>> make_curl_client(ClientOptions options);

}  // namespace tram::http
