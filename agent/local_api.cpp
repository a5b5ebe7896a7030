#include "agent/local_api.h"

#include <atomic>
#include <map>

#include "core/base/digest.h"
#include "sync/databases.h"
#include "sync/routes.h"

namespace tram::agent {
namespace {

class OfficeDatabases final : public Databases {
 public:
  explicit OfficeDatabases(const Office& office) {
    for (const auto& [name, store] : {std::pair{office.enrolment().database(), office.shared_own()},
                                      std::pair{std::string("reference"), office.shared_reference()}}) {
      databases_.emplace(name, make_database(name, store, nullptr, true));
    }
  }
  Result<std::shared_ptr<Database>> open(const std::string& name) override {
    const auto found = databases_.find(name);
    if (found == databases_.end()) return error(ErrorCode::not_found, "Database does not exist.");
    return found->second;
  }
  Result<std::shared_ptr<Database>> create(const std::string&) override { return fixed(); }
  Status remove(const std::string&) override { return fixed(); }
  Result<std::vector<std::string>> list() override {
    std::vector<std::string> names;
    for (const auto& [name, database] : databases_) names.push_back(name);
    return names;
  }

 private:
  static Error fixed() { return error(ErrorCode::unsupported, "an office's PC has its two databases and no others"); }
  std::map<std::string, std::shared_ptr<Database>> databases_;
};

Result<Principal> authenticate(const http::Request& request, const Settings::LocalApi& settings,
                               const std::string& office) {
  constexpr std::string_view kBasic = "Basic ";
  const std::string_view header = request.headers.get("Authorization");
  const bool basic = http::same_without_case(header.substr(0, kBasic.size()), kBasic);
  const auto given = basic ? from_base64(header.substr(kBasic.size())) : std::nullopt;
  if (!given || !equal_in_constant_time(*given, settings.user + ":" + settings.password)) {
    return error(ErrorCode::unauthorized, "Name or password is incorrect.");
  }
  return Principal{false, settings.user, office, {}};
}

// What the listener's handler needs, alive as long as it.
struct Served {
  Served(Office& office, const Settings::LocalApi& api) : databases(office), settings(api) {}
  OfficeDatabases databases;
  const Settings::LocalApi settings;
  std::atomic<std::uint16_t> port{0};
};

}  // namespace

bool host_is_here(const http::Request& request, std::uint16_t port) {
  const std::string end = ":" + std::to_string(port);
  const std::string_view host = request.headers.get("Host");
  return port != 0 && (host == "127.0.0.1" + end || host == "localhost" + end || host == "[::1]" + end);
}

bool origin_is_here(const http::Request& request) {
  const std::string_view origin = request.headers.get("Origin");
  return origin.empty() || origin == "http://" + std::string(request.headers.get("Host"));
}

Result<std::unique_ptr<http::Server>> serve_local_api(Office& office, const Settings::LocalApi& settings) {
  if (!settings.couchdb) return std::unique_ptr<http::Server>();
  auto served = std::make_shared<Served>(office, settings);
  ReplicationOptions replication;
  replication.databases = &served->databases;
  replication.clock = &office.clock();
  replication.random = &office.random();
  replication.uuid = office.own().instance_uuid();
  replication.authenticate = [served, slug = office.enrolment().office](const http::Request& request) {
    return authenticate(request, served->settings, slug);
  };
  replication.origins = settings.origins;
  replication.may_create = false;
  http::ServerOptions options;
  options.host = settings.listen.host;
  options.port = settings.listen.port;
  take_large_bodies(options, office.folder(), replication.authenticate);
  auto server = http::Server::start(
      options, [served, handler = make_replication_handler(std::move(replication))](const http::Request& request) {
        if (!host_is_here(request, served->port.load())) {
          return http::error_response(403, "forbidden", "this PC's databases answer on this PC alone");
        }
        return handler(request);
      });
  if (!server) return server.error();
  served->port.store((*server)->port());
  return server;
}

}  // namespace tram::agent
