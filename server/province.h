// server/province.h: everything a province's data directory holds, opened together.
//
//   tram.lock  server.json  province.db  reference.db  figures.db  audit.db  offices/office-<slug>.db  plain/…  removed/…  tram.sock
//
// The caller holds the lock of the folder (storage/data_folder.h) as long as a Province lives. Any thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "server/accounts.h"
#include "server/audit.h"
#include "server/judgement.h"
#include "server/open_databases.h"
#include "server/reference_data.h"
#include "server/reference_loader.h"
#include "server/registry.h"
#include "server/rules_state.h"
#include "server/sessions.h"
#include "storage/store.h"

namespace tram {

class FigureTables;

inline constexpr int kProvinceFormat = 1;  // of server.json; greater ones belong to a newer program

struct ProvinceOptions {
  Clock* clock = nullptr;  // required, as random; they outlive the province
  Random* random = nullptr;
  std::size_t open_max = 192;  // an open database costs up to 1 MB
  int readers = 2;
  std::string vfs = {};
};

class Province {
 public:
  // Makes the stores, fills `reference` and names the administrator `admin`. Error conflict when the folder holds a
  // province already. Doing it again after it was cut short is safe.
  static Status create(const std::string& folder, const std::string& name, const std::string& admin_password_hash,
                       const std::vector<ReferenceDocument>& reference, const ProvinceOptions& options);
  // Errors: not_found (no province there), newer_schema, and those of stores.
  static Result<std::unique_ptr<Province>> open(const std::string& folder, const ProvinceOptions& options);
  ~Province();

  const std::string& folder() const { return folder_; }
  const std::string& name() const { return name_; }
  const std::string& uuid() const { return store_->db_uuid(); }
  Clock& clock() { return *options_.clock; }
  Random& random() { return *options_.random; }
  Store& store() { return *store_; }  // province.db: runs, and the registry's records
  Registry& registry() { return *registry_; }
  RulesState& rules_state() { return *rules_state_; }
  Accounts& accounts() { return *accounts_; }
  Sessions& sessions() { return *sessions_; }
  Audit& audit() { return *audit_; }
  OpenDatabases& databases() { return *databases_; }
  ReferenceView& reference() { return *reference_; }
  FigureTables& figures() { return *figures_; }
  Store& reference_store() { return *reference_database_->store; }

  // Makes the office's database, its token and `office:<slug>` in reference; answers the token. Errors: conflict (slug
  // is taken), bad_request (slug).
  Result<std::string> add_office(const std::string& slug, const std::string& name, const std::string& unit);
  // The office as recorded elsewhere, token and all: what a restore must not take back.
  Status adopt_office(const Office& office);
  // A new token; the old one ends. Error not_found.
  Result<std::string> renew_token(const std::string& slug);
  // The office's place among the units: is it the province's own?
  OfficeFacts facts_of(const Office& office);

 private:
  Province(std::string folder, const ProvinceOptions& options);
  Status open_stores();
  Status publish_key();

  const std::string folder_;
  const ProvinceOptions options_;
  std::string name_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Registry> registry_;
  std::unique_ptr<RulesState> rules_state_;
  std::unique_ptr<Accounts> accounts_;
  std::unique_ptr<Sessions> sessions_;
  std::unique_ptr<Audit> audit_;
  std::shared_ptr<Database> reference_database_;
  std::unique_ptr<ReferenceView> reference_;
  std::unique_ptr<FigureTables> figures_;
  std::unique_ptr<OpenDatabases> databases_;  // last: closing a database tells the tables
};

}  // namespace tram
