// sync/routes.h: the CouchDB replication protocol as an http::Handler: what PouchDB, CouchDB and tram-agent speak to.
//
// It answers every path; a program with more to serve looks at the first segment (api, ui, metrics) itself. Every
// answer of it carries Tram-Peer; those to a known credential Tram-Seqs, those in a database Tram-Rules. What is
// served, with each code, is told in docs/protocol.md.
//
// Our own additions, beside docs/protocol.md: `instance=<instance_uuid>` in the query of _bulk_docs and of a long poll
// (or i= of Tram-Session) keeps the poll asleep while nothing has changed but what that instance wrote itself.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "http/message.h"
#include "http/server.h"
#include "sync/databases.h"

namespace tram {

struct ReplicationOptions {
  Databases* databases = nullptr;  // required; as all pointers here it outlives the handler
  Clock* clock = nullptr;          // required
  Random* random = nullptr;        // required
  std::string uuid;                // 32 hex, stable as the data

  // Whose request this is. Errors: unauthorized (no credential, or a wrong one); busy (too many tries). Called once a
  // request, in a worker.
  std::function<Result<Principal>(const http::Request&)> authenticate;

  // POST and DELETE /_session, with the cookie; without them POST answers 404, and clients stay with Basic.
  std::function<http::Response(const http::Request&)> sign_in = {};
  std::function<http::Response(const http::Request&)> sign_out = {};
  // Called with each answer before it goes out: may give a cookie that is in use a later end.
  std::function<void(const http::Request&, http::Response&)> renew = {};

  // What GET /_up says: "ok" with 200, or "starting", "draining" with 503.
  std::function<std::string()> health = {};

  // A fact for the audit trail: replica_fork, history_changed, database_created, database_removed, security_changed, purged.
  std::function<void(std::string_view event, const Principal& principal, std::string_view detail)> audit = {};

  std::vector<std::string> origins = {};   // CORS: exactly these, with credentials
  bool may_create = true;                  // PUT and DELETE of databases by the administrator
  std::size_t local_bytes_max = 64 << 10;  // of a _local document
  std::size_t locals_max = 200;            // _local documents of a credential that may only read
};

http::Handler make_replication_handler(ReplicationOptions options);

// Makes a server take attachments without holding them in memory: large bodies go to nameless files in this folder, and
// only after `authenticate` knows who sends them.
void take_large_bodies(http::ServerOptions& options, std::string folder,
                       std::function<Result<Principal>(const http::Request&)> authenticate);

}  // namespace tram
