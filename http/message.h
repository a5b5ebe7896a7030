// http/message.h: requests and responses as plain values, the same for client and server.
//
// A response is answered in one of three ways:
//   whole   body is everything
//   stream  a callback is asked for one Chunk after another, always in a worker, never while the last block is still
//           being written; an error from it cuts the connection, so that the client cannot take half for the whole
//           (or is answered as an error, while less than kStreamBlock was said and nothing is sent yet)
//   later   nothing is known yet, not even the status: a Wait, and a function that is called in a worker when the
//           wait is over and answers the next Response, which may again be "later"
// Waiting (later, or Chunk::wait inside a stream) holds no worker, only the connection and the function. When the
// client goes away meanwhile, the functions are dropped in a worker, without being called. To tell why a wait ended,
// keep a copy of its watches and ask fired().
//
//   long poll          return Response::when({timeout_ms, {signal->watch()}}, [=] { return rows_or_empty(); });
//   with heartbeats    stream: Chunk::data("{\"results\":[\n"), Chunk::wait({heartbeat_ms, watches}),
//                      Chunk::data("\n"), Chunk::wait(...), ..., Chunk::data("...]}"), Chunk::end()
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "http/headers.h"
#include "http/signal.h"
#include "http/spool.h"
#include "http/url.h"

namespace tram::http {

struct Request {
  std::string method = "GET";  // upper case
  std::string target = "/";    // path and query as on the wire, percent-encoded; a client appends it to its base URL
  Headers headers = {};
  std::string body = {};  // at a server: already decoded, whatever Content-Encoding said

  // Known to a client only: sent instead of `body`, `length` bytes, asked for part by part and perhaps once more from the
  // beginning. Its error is that of the call.
  struct Upload {
    std::uint64_t length = 0;
    std::function<Result<std::string>(std::uint64_t offset, std::size_t size)> read = {};
  };
  std::shared_ptr<const Upload> upload = {};

  // Known to a server only.
  std::shared_ptr<Spool> spool = {};  // instead of `body`, where ServerOptions::spools says so
  std::string remote_address = {};    // "192.0.2.7"; empty for a Unix socket
  bool is_unix_socket = false;
  bool is_tls = false;  // this server itself ended TLS

  // The body, wherever it is: at most `size` bytes from `offset`, fewer only at its end.
  std::uint64_t body_size() const { return spool ? spool->size() : body.size(); }
  Result<std::string> body_part(std::uint64_t offset, std::size_t size) const;

  std::string_view path() const;   // target up to "?", still encoded
  std::string_view query() const;  // behind it, still encoded
  // "/office/_design%2Fx" gives {"office", "_design/x"}: split first, then decoded. "/" gives none; empty
  // segments ("/office//x/") do not count. Error bad_request for a bad escape.
  Result<std::vector<std::string>> segments() const;
  // The first query parameter of that name; nothing when absent, or when the query cannot be decoded.
  std::optional<std::string> parameter(std::string_view name) const;
  Result<Parameters> parameters() const { return parse_query(query()); }
  std::optional<std::string> cookie(std::string_view name) const;
  std::string content_type() const;  // lower case, without its parameters: "application/json"
};

inline constexpr std::size_t kStreamBlock = 32 << 10;  // what a stream says is gathered in blocks of about this size

struct Chunk {
  enum class Kind { data, wait, end };
  Kind kind = Kind::end;
  std::string bytes = {};  // data; rows are gathered to blocks before they are sent, so they may be small
  Wait until = {};         // wait; what was said before is sent first

  static Chunk data(std::string bytes) { return Chunk{Kind::data, std::move(bytes), {}}; }
  static Chunk wait(Wait until) { return Chunk{Kind::wait, {}, std::move(until)}; }
  static Chunk end() { return {}; }
};

using Stream = std::function<Result<Chunk>()>;

struct Response;

struct Later {
  Wait until;
  std::function<Response()> next;
};

struct Response {
  int status = 200;
  Headers headers = {};
  std::string body = {};
  Stream stream = {};                 // instead of body; with Content-Length set by the handler it is not chunked
  std::shared_ptr<Later> later = {};  // instead of all the above

  std::string content_type() const;  // as for requests
  static Response when(Wait until, std::function<Response()> next);
};

using Handler = std::function<Response(const Request&)>;

// Answers with a body.
Response json_response(int status, std::string json_text);
Response text_response(int status, std::string text, std::string_view content_type = "text/plain; charset=utf-8");
// {"error":name,"reason":reason}: the shape of every failure.
Response error_response(int status, std::string_view name, std::string_view reason);
// The status that belongs to the error's code (status_of), its refined name, its message; busy carries Retry-After, and
// busy named too_many_requests is 429.
Response error_response(const Error& error);

int status_of(ErrorCode code);
std::string_view reason_phrase(int status);

}  // namespace tram::http
