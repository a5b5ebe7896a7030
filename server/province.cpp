#include "server/province.h"

#include <filesystem>

#include "core/base/digest.h"
#include "core/base/log.h"
#include "server/figure_tables.h"
#include "server/office_rules.h"
#include "server/reference_rules.h"
#include "storage/data_folder.h"
#include "sync/session_registry.h"

namespace tram {
namespace {

namespace fs = std::filesystem;

StoreOptions store_options(const ProvinceOptions& options) {
  StoreOptions store;
  store.clock = options.clock;
  store.random = options.random;
  store.readers = options.readers;
  store.vfs = options.vfs;
  return store;
}

// Saves a document of the province's own in reference, unless it says so already.
Status save_reference_document(Store& store, const std::string& id, const json::Value& body) {
  const auto saved = save_reference(store, {{id, body}});
  return saved ? Status() : Status(saved.error().within("saving " + id));
}

}  // namespace

Status Province::create(const std::string& folder, const std::string& name, const std::string& admin_password_hash,
                        const std::vector<ReferenceDocument>& reference, const ProvinceOptions& options) {
  if (file_exists(folder + "/server.json")) {
    return error(ErrorCode::conflict, folder + " holds a province already; choose another folder");
  }
  std::error_code failed;
  for (const char* part : {"/offices", "/plain"}) {
    fs::create_directories(folder + part, failed);
    if (failed) return error(ErrorCode::storage_error, "cannot make " + folder + part + ": " + failed.message());
  }
  ASSIGN_OR_RETURN(const auto store, Store::open(folder + "/province.db", store_options(options)));
  ASSIGN_OR_RETURN(const auto registry, Registry::open(*store, *options.random));
  RETURN_IF_ERROR(
      registry->save_user({"admin", admin_password_hash, Role::admin, "", utc_text(options.clock->wall_ms())}));
  ASSIGN_OR_RETURN(const auto reference_store, Store::open(folder + "/reference.db", store_options(options)));
  RETURN_IF_ERROR(save_reference(*reference_store, reference));
  // Last, for it says that all the rest is there.
  const json::Value about = {{"format", kProvinceFormat}, {"name", name}, {"uuid", store->db_uuid()}};
  return write_file(folder + "/server.json", json::print(about) + "\n");
}

Province::Province(std::string folder, const ProvinceOptions& options)
    : folder_(std::move(folder)), options_(options) {}

Province::~Province() {
  if (registry_) {
    if (auto flushed = registry_->flush_contacts(); !flushed) {
      log::warning("contacts_not_saved", {{"reason", flushed.error().message}});
    }
  }
}

Result<std::unique_ptr<Province>> Province::open(const std::string& folder, const ProvinceOptions& options) {
  const auto text = read_file(folder + "/server.json");
  if (!text && text.error().code == ErrorCode::not_found) {
    return error(ErrorCode::not_found, "no province in " + folder + "; make one with `tram-server init --data " +
                                           folder + " --province NAME`");
  }
  if (!text) return text.error();
  ASSIGN_OR_RETURN(const json::Value about, json::parse_object(*text));
  if (json::integer_at(about, "format").value_or(0) > kProvinceFormat) {
    return error(ErrorCode::newer_schema, folder + " was written by a newer program; install that one");
  }
  std::unique_ptr<Province> province(new Province(folder, options));
  province->name_ = json::string_at(about, "name").value_or("");
  RETURN_IF_ERROR(province->open_stores());
  return province;
}

Status Province::open_stores() {
  StoreOptions store = store_options(options_);
  store.on_disk_full = [folder = folder_] { spend_reserve(folder); };
  ASSIGN_OR_RETURN(store_, Store::open(folder_ + "/province.db", store));
  ASSIGN_OR_RETURN(registry_, Registry::open(*store_, *options_.random));
  ASSIGN_OR_RETURN(rules_state_, RulesState::open(*store_));
  accounts_ = std::make_unique<Accounts>(*registry_, *options_.clock, *options_.random);
  sessions_ = std::make_unique<Sessions>(*options_.clock, *options_.random);
  ASSIGN_OR_RETURN(audit_, Audit::open(folder_ + "/audit.db", *options_.clock));
  ASSIGN_OR_RETURN(std::shared_ptr<Store> reference, Store::open(folder_ + "/reference.db", store));
  reference_database_ = make_database("reference", std::move(reference), std::make_shared<ReferenceRules>());
  reference_ = std::make_unique<ReferenceView>(*reference_database_->store);
  const auto rules = [this](const Office& office) -> std::shared_ptr<Rules> {
    OfficeRulesOptions options{facts_of(office), reference_.get(), &registry_->key(), options_.clock,
                               rules_state_.get()};
    options.on_refused = [this, slug = office.slug](const Refused& refused) {
      registry_->note_refusal(slug, refused.id, refused.code);
    };
    return std::make_shared<OfficeRules>(std::move(options));
  };
  const auto open_office = [this](const Office& office) { return databases_->open(office_database(office.slug)); };
  ASSIGN_OR_RETURN(
      figures_, FigureTables::open(folder_ + "/figures.db", {*registry_, *reference_, *options_.clock, open_office}));
  const auto changed = [tables = figures_.get()](const std::string& slug) { tables->note_change(slug); };
  databases_ = std::make_unique<OpenDatabases>(OpenDatabasesOptions{folder_, store, options_.open_max, rules, changed},
                                               *registry_, reference_database_);
  RETURN_IF_ERROR(databases_->move_removed_aside());
  return publish_key();
}

// Offices check receipts with it.
Status Province::publish_key() {
  return save_reference_document(reference_store(), "province:key",
                                 {{"type", "province"}, {"name", name_}, {"key", registry_->key().public_hex()}});
}

Result<std::string> Province::add_office(const std::string& slug, const std::string& name, const std::string& unit) {
  if (!is_slug(slug)) {
    return error(ErrorCode::bad_request,
                 "an office's slug is a small letter and at most 40 more of a-z, 0-9 and -, for instance vn-04-049");
  }
  if (registry_->office(slug)) return error(ErrorCode::conflict, "there is an office " + slug + " already");
  const std::string token = make_token(*options_.random);
  const Office office{slug, name, unit, sha256_hex(token), utc_text(options_.clock->wall_ms())};
  RETURN_IF_ERROR(adopt_office(office));
  return token;
}

Status Province::adopt_office(const Office& office) {
  const std::string id = "office:" + office.slug;
  std::optional<Document> held;
  RETURN_IF_ERROR(reference_store().read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(held, snapshot.winner(id));
    return {};
  }));
  // What officers changed there (two_steps, validity) stays.
  if (!held) {
    RETURN_IF_ERROR(save_reference_document(reference_store(), id,
                                            {{"type", "office"},
                                             {"slug", office.slug},
                                             {"name", office.name},
                                             {"unit", office.unit},
                                             {"database", office_database(office.slug)},
                                             {"two_steps", false}}));
  }
  RETURN_IF_ERROR(registry_->save_office(office));
  RETURN_IF_ERROR(databases_->open(office_database(office.slug)));
  return {};
}

Result<std::string> Province::renew_token(const std::string& slug) {
  auto office = registry_->office(slug);
  if (!office) return error(ErrorCode::not_found, "there is no office " + slug);
  const std::string token = make_token(*options_.random);
  office->token_sha256 = sha256_hex(token);
  RETURN_IF_ERROR(registry_->save_office(*office));
  ASSIGN_OR_RETURN(const auto database, databases_->open(office_database(slug)));
  RETURN_IF_ERROR(database->store->write(revoke_replicas));
  return token;
}

OfficeFacts Province::facts_of(const Office& office) {
  OfficeFacts facts{office.slug, office.unit, false};
  const auto reference = reference_->get();
  if (reference && !office.unit.empty()) {
    const Unit* unit = (*reference)->units.newest(office.unit);
    facts.department = unit != nullptr && unit->level <= 1;
  }
  return facts;
}

}  // namespace tram
