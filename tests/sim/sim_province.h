// tests/sim/sim_province.h: the province of the simulation: real stores, real routes, the real rules, on a disk that fails.
//
// A database is opened when somebody asks for it, as the server does. stop() throws the program away; what is durable is
// found again by the next start(). One thread.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "server/figure_tables.h"
#include "server/office_rules.h"
#include "server/reference_data.h"
#include "server/registry.h"
#include "server/secrets.h"
#include "sync/databases.h"
#include "sync/routes.h"
#include "tests/sim/sim_disk.h"
#include "tests/sim/trace.h"
#include "tests/support/fakes.h"

namespace tram::sim {

inline const std::string kServerUuid(32, 'c');

class SimProvince final : public Databases {
 public:
  SimProvince(SimTime& time, std::uint64_t seed, Trace& trace);
  ~SimProvince() override;

  void add_office(const std::string& slug);
  std::string token_of(const std::string& slug) const;
  void renew_token(const std::string& slug) { ++tokens_.at(slug); }
  std::vector<std::string> offices() const;

  void stop();
  bool is_up() const { return !disk.is_dead(); }
  http::Response answer(const http::Request& request);
  // A form that was unknown until now.
  Status publish_form(const std::string& code);
  // Called with every store that was opened.
  std::function<void(const std::string& name, Store& store)> on_open;

  Result<std::shared_ptr<Database>> open(const std::string& name) override;
  Result<std::shared_ptr<Database>> create(const std::string&) override { return error(ErrorCode::unsupported, "no"); }
  Status remove(const std::string&) override { return error(ErrorCode::unsupported, "no"); }
  Result<std::vector<std::string>> list() override;
  // Of all databases, as far as they are open: what an observer outside can tell apart.
  std::string fingerprint();
  // The consolidated tables, kept on the same disk; an error while that fails.
  Result<FigureTables*> figures();

  bool merges = true;  // itself, what came from its offices
  SimDisk disk;
  SimClock clock;
  std::vector<std::string> audited;

 private:
  void serve();
  Result<Principal> authenticate(const http::Request& request) const;

  Trace& trace_;
  test::SeededRandom random_;
  SimDisk registry_disk_;  // meets no weather: what the registry keeps is not what is tried here
  std::unique_ptr<Store> registry_store_;
  std::unique_ptr<Registry> registry_;
  std::map<std::string, int> tokens_;  // by slug; the number of its token
  std::unique_ptr<ReferenceView> view_;
  std::unique_ptr<FigureTables> figures_;
  std::map<std::string, std::shared_ptr<Database>> open_;
  http::Handler handler_;
};

}  // namespace tram::sim
