// sync/remote_server.h: RemoteServer is the province's server, or any CouchDB, as one talks to it: credential,
// identity, and what its answers tell beside their bodies.
//
// An answer counts only if it comes from the server we know. Our own server signs each answer with Tram-Peer; a stock
// one is asked with GET / once. Errors of send(), beside those of http::Client:
//   captive_portal  a redirect, HTML or another content type than JSON, 511: nothing in it is believed
//   wrong_peer      another Tram-Peer than the one known, or none
//   offline         a body that does not parse, 408
//   busy            429, or 503 with Retry-After, or 507: retry_after_ms says how long to stay away
//   and the codes of docs/protocol.md's table (wire::read_error) for all other failures
// One thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "http/client.h"

namespace tram {

struct Credential {
  std::string token;  // sent as Bearer to our own kind of server
  // Toward a stock server, with the token for a password where there is one: a cookie of POST /_session, signed in for
  // once more when it is 401; Basic where there is no _session.
  std::string user, password;
};

// Update sequences of databases as a server told them, "418-9f3c0a1b"; "0" when empty.
using SeqMap = std::map<std::string, std::string, std::less<>>;

// What POST /_dbs_info or GET /db tells of a database.
struct DatabaseInfo {
  std::string name;
  bool found = false;
  std::string update_seq;  // JSON text
  std::string start_time;
  std::string db_uuid;  // own servers only
};

class RemoteServer {
 public:
  RemoteServer(http::Client& client, const Credential& credential);

  // GET /, without a credential: learns uuid and whether this is our own kind of server; if a uuid was known and differs: wrong_peer.
  Status identify();
  // What is known from earlier contacts: makes identify() needless toward our own server.
  void remember(std::string uuid, bool own);
  void forget();
  bool identified() const { return !uuid_.empty(); }
  bool own() const { return own_; }
  const std::string& uuid() const { return uuid_; }

  // target is encoded. A JSON body is sent when `body` is not empty. 2xx answers only; everything else is an Error.
  Result<http::Response> send(std::string_view method, std::string_view target, std::string body = {},
                              http::Headers headers = {}, bool with_credential = true);
  // Bytes of attachments, either way: the body is sent as it is, and an answer of any type counts that is this server's.
  // `of_any_type`: the answer need not be JSON; on_body as for http::Client.
  Result<http::Response> transfer(http::Request message, bool of_any_type,
                                  std::function<Status(std::string_view)> on_body = {});
  // send() in two halves, of which several may be under way; toward own servers only, and a 415 is an error.
  // The body goes into a sink, if there is one: nothing from anybody else than this server, and as much as comes. What
  // the headers tell is noted when they come.
  struct Sink {
    std::function<Status(std::string_view)> add;
    std::function<bool()> is_full;
  };
  std::unique_ptr<http::Pending> start(std::string_view method, std::string_view target, std::string body,
                                       http::Headers headers, Sink sink = {});
  // Not fresh: what its headers told is old by now.
  Result<http::Response> finish(http::Pending& pending, bool is_fresh = true);
  // The same for long polls; what their headers told at the beginning is not believed at the end.
  std::unique_ptr<http::Pending> start_poll(std::string_view target, http::Headers headers,
                                            std::int64_t silence_max_ms);
  Result<http::Response> finish_poll(http::Pending& pending);

  Result<std::vector<DatabaseInfo>> infos(const std::vector<std::string>& names);

  // Told by the answers so far.
  const SeqMap& seqs() const { return seqs_; }            // Tram-Seqs, the last
  std::uint64_t answers() const { return answers_; }      // answers that counted, errors too
  std::uint64_t seqs_told() const { return seqs_told_; }  // how often seqs() was told anew

  void set_stop(std::stop_token stop) { stop_ = std::move(stop); }
  http::Client& client() { return client_; }

 private:
  http::Coding coding() const {
    if (!takes_coded_) return http::Coding::identity;
    return own_ ? http::Coding::zstd : http::Coding::gzip;
  }
  http::CallOptions call_options() const;
  http::Request request(std::string_view method, std::string_view target, std::string body, http::Headers headers);
  Result<http::Response> judge(http::Response response, bool is_fresh, bool of_any_type = false);
  Status sign_in();
  void authorize(http::Request& message) const;
  Result<http::Response> call(http::Request& message, const http::CallOptions& options);
  void keep_cookie(const http::Response& response);
  Status check_identity(const http::Response& response);
  Error failure(const http::Response& response) const;

  http::Client& client_;
  const Credential credential_;
  std::string basic_, bearer_;
  std::string cookie_;        // "AuthSession=…"; empty: none
  bool takes_cookie_ = true;  // until a server has no _session
  std::stop_token stop_;
  std::string uuid_;
  bool own_ = false;
  std::atomic<bool> takes_coded_{true};  // until the server answers 415
  SeqMap seqs_;
  std::uint64_t answers_ = 0, seqs_told_ = 0;
};

// "a=1-x, b=0" as Tram-Seqs says it.
SeqMap parse_seqs(std::string_view text);
// What an answer of another shape than expected counts as: offline.
Error half_an_answer(const Error& why);
// Milliseconds asked for by Retry-After (seconds, or a date counted from the answer's own Date), at most an hour; 0:
// none.
std::int64_t retry_after_ms(const http::Response& response);

}  // namespace tram
