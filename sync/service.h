// sync/service.h (inside sync only): what the routes share: who asks, for which database, and the answer's headers.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "http/message.h"
#include "http/router.h"
#include "sync/databases.h"
#include "sync/given.h"
#include "sync/query.h"
#include "sync/routes.h"
#include "sync/session_registry.h"

namespace tram {

// One request in one database, by one who may be there. Streams and long polls outlive it: they copy what they need.
struct Call {
  const http::Request& request;
  const http::PathValues& path;
  const Query& query;
  const Principal& principal;
  const std::shared_ptr<Database>& database;
  Access access = Access::none;
  std::string instance;  // who asks, when told
};

class Service {
 public:
  using DatabaseHandler = std::function<Result<http::Response>(const Call&)>;
  using ServerHandler = std::function<Result<http::Response>(const http::Request&, const Query&, const Principal&)>;

  explicit Service(ReplicationOptions options);
  http::Response handle(const http::Request& request);

  // A route "/{db}/…" for those whose access is at least this.
  http::RouteHandler in_database(Access needed, DatabaseHandler handler);
  // A route for anyone with a credential.
  http::RouteHandler for_known(ServerHandler handler);

  const ReplicationOptions& options() const { return options_; }
  void audit(std::string_view event, const Principal& principal, std::string_view detail) const;

 private:
  Result<http::Response> answer_in_database(const http::Request& request, const http::PathValues& path, Access needed,
                                            const DatabaseHandler& handler);
  Status begin_session(const http::Request& request, const Principal& principal,
                       const std::shared_ptr<Database>& database);
  void tell_sequences(http::Response& response, const Principal& principal,
                      const std::shared_ptr<Database>& database) const;
  void sign(http::Response& response, const std::string& origin) const;

  const ReplicationOptions options_;
  http::Router router_;
};

// Each file of routes adds its own.
void add_server_routes(http::Router& router, Service& service);
void add_database_routes(http::Router& router, Service& service);
void add_listing_routes(http::Router& router, Service& service);
void add_changes_routes(http::Router& router, Service& service);
void add_bulk_routes(http::Router& router, Service& service);
void add_document_routes(http::Router& router, Service& service);
void add_copy_routes(http::Router& router, Service& service);
void add_attachment_routes(http::Router& router, Service& service);
void add_local_routes(http::Router& router, Service& service);
void add_find_routes(http::Router& router, Service& service);
void add_index_routes(http::Router& router, Service& service);
void add_purge_routes(http::Router& router, Service& service);

// What GET /db and _dbs_info tell.
Result<std::string> database_info(Database& database);

// An Error as the protocol answers it.
http::Response protocol_error(const Error& error);
// 415 where a JSON body is wanted and none is announced.
std::optional<http::Response> refuse_other_than_json(const http::Request& request);
// 501, for good.
http::Response not_served(std::string_view what);

// Applies `change` to a response, or to what a response that comes later turns out to be.
void when_known(http::Response& response, std::function<void(http::Response&)> change);

// The name under which a _local document of this credential is kept: those of readers lie apart from each other's.
std::string local_key(const Principal& principal, Access access, std::string_view id);
Result<http::Response> get_local(const Call& call, const std::string& id);
Result<http::Response> put_local(const Service& service, const Call& call, const std::string& id);
Result<http::Response> delete_local(const Call& call, const std::string& id);
// "0-N" as RevisionId{0, N}; with _deleted it goes, and the answer is "0-0".
Result<RevisionId> write_local(Transaction& transaction, std::string_view key, const DocumentText& text);
// Those that may only read keep few. Error forbidden.
Status check_local(const Service& service, const Call& call, std::string_view key, std::size_t bytes);

// A _local document has no attachments. Error bad_request.
Status check_no_attachments(const DocumentText& text);
// As many attachments as a document of this database may have, none of them still to come. Error bad_request.
Result<Given> check_given(const Call& call, Given given);

// Merges and receipts after a write; what fails is logged.
void settle(Database& database);
// A local edit by one client, answered as PUT and DELETE are.
Result<http::Response> edit_document(const Call& call, const Edit& edit, int status);
// The revision to replace stands in the body, in ?rev= or in If-Match; where it stands twice, it is the same.
Result<RevisionId> parent_of(const Call& call, const std::optional<RevisionId>& in_body);
// An entity tag without its quotes.
std::string unquoted(std::string_view tag);

}  // namespace tram
