#include "tests/sim/sim_province.h"

#include "server/reference_rules.h"
#include "tests/sim/reports.h"

namespace tram::sim {
namespace {

// The rules of an office's database, but for merges that the province would make itself: those it leaves to the PCs.
class LeavesMerges final : public Rules {
 public:
  explicit LeavesMerges(std::shared_ptr<Rules> rules) : rules_(std::move(rules)) {}
  std::string digest() override { return rules_->digest(); }
  Result<std::optional<Refused>> judge(Transaction& transaction, const Document& document,
                                       const std::optional<Record>& record, bool by_office) override {
    if (by_office) return rules_->judge(transaction, document, record, by_office);
    return std::optional(Refused{document.id, document.rev.text(), "forbidden", "forbidden", "left to the PCs", ""});
  }
  std::vector<bool> takes_when_new(std::span<const Document> documents) override {
    return rules_->takes_when_new(documents);
  }
  Status after(Transaction& transaction, std::span<const std::string> ids) override {
    return rules_->after(transaction, ids);
  }
  bool acts_on(std::string_view id) const override { return rules_->acts_on(id); }

 private:
  const std::shared_ptr<Rules> rules_;
};

}  // namespace

SimProvince::SimProvince(SimTime& time, std::uint64_t seed, Trace& trace)
    : disk("province", seed), clock(time), trace_(trace), random_(seed ^ 0x70), registry_disk_("registry", seed) {
  StoreOptions options;
  options.clock = &clock;
  options.random = &random_;
  options.readers = 0;
  options.vfs = kVfs;
  auto store = Store::open(registry_disk_.path("province.db"), options);
  CHECK(store.ok());
  registry_store_ = *std::move(store);
  auto registry = Registry::open(*registry_store_, random_);
  CHECK(registry.ok());
  registry_ = *std::move(registry);
  serve();
}

SimProvince::~SimProvince() { stop(); }

void SimProvince::serve() {
  ReplicationOptions options;
  options.databases = this;
  options.clock = &clock;
  options.random = &random_;
  options.uuid = kServerUuid;
  options.authenticate = [this](const http::Request& request) { return authenticate(request); };
  options.audit = [this](std::string_view event, const Principal& who, std::string_view) {
    if (event == "history_changed") trace_.sometimes("nonce ahead of the province");
    trace_.say("audit " + std::string(event) + " " + who.name);
    audited.push_back(std::string(event) + " " + who.name);
  };
  handler_ = make_replication_handler(std::move(options));
}

void SimProvince::add_office(const std::string& slug) {
  tokens_[slug] = 1;
  CHECK(registry_->save_office({slug, slug, "", "", ""}).ok());
}

std::string SimProvince::token_of(const std::string& slug) const {
  return slug + "." + std::to_string(tokens_.at(slug));
}

std::vector<std::string> SimProvince::offices() const {
  std::vector<std::string> slugs;
  for (const auto& [slug, token] : tokens_) slugs.push_back(slug);
  return slugs;
}

Result<Principal> SimProvince::authenticate(const http::Request& request) const {
  const std::string_view text = request.headers.get("Authorization");
  if (text.starts_with("Bearer ")) {
    for (const auto& [slug, number] : tokens_) {
      if (text.substr(7) == token_of(slug)) return Principal{false, slug, slug, {}};
    }
  }
  return error(ErrorCode::unauthorized, "Name or password is incorrect.");
}

void SimProvince::stop() {
  open_.clear();
  figures_.reset();
  view_.reset();
  handler_ = nullptr;
}

http::Response SimProvince::answer(const http::Request& request) {
  if (!handler_) serve();
  return handler_(request);
}

Result<std::shared_ptr<Database>> SimProvince::open(const std::string& name) {
  if (const auto found = open_.find(name); found != open_.end()) return found->second;
  const DatabaseKind kind = kind_of(name);
  const std::string slug = kind == DatabaseKind::office ? name.substr(7) : "";
  if (kind == DatabaseKind::plain || (kind == DatabaseKind::office && !tokens_.contains(slug))) {
    return error(ErrorCode::not_found, "Database does not exist.");
  }
  std::shared_ptr<Rules> rules = std::make_shared<ReferenceRules>();
  StoreOptions options;
  options.clock = &clock;
  options.random = &random_;
  options.readers = 0;
  options.vfs = kVfs;
  if (kind == DatabaseKind::office) {
    ASSIGN_OR_RETURN(const auto reference, open("reference"));
    options.live_leaves_max = 100;
    if (!view_) view_ = std::make_unique<ReferenceView>(*reference->store);
    rules =
        std::make_shared<OfficeRules>(OfficeRulesOptions{{slug, "", false}, view_.get(), &registry_->key(), &clock});
    if (!merges) rules = std::make_shared<LeavesMerges>(std::move(rules));
  }
  ASSIGN_OR_RETURN(std::shared_ptr<Store> store, Store::open(disk.path(name + ".db"), options));
  if (on_open) on_open(name, *store);
  if (kind == DatabaseKind::office) {
    store->on_change([this, slug] {
      if (figures_) figures_->note_change(slug);
    });
  }
  std::shared_ptr<Database> database = make_database(name, std::move(store), std::move(rules));
  if (kind == DatabaseKind::office) RETURN_IF_ERROR(database->peer.settle());
  open_[name] = database;
  return database;
}

Result<std::vector<std::string>> SimProvince::list() {
  std::vector<std::string> names;
  for (const auto& [slug, token] : tokens_) names.push_back("office-" + slug);
  names.emplace_back("reference");
  return names;
}

Status SimProvince::publish_form(const std::string& code) {
  ASSIGN_OR_RETURN(const auto reference, open("reference"));
  const std::string id = "form:" + code + ":1";
  return reference->store->write([&](Transaction& transaction) -> Status {
    ASSIGN_OR_RETURN(const auto held, transaction.find(id));
    if (held) return {};
    return transaction.save(id, {}, false, json::print(form_body(code))).ok()
               ? Status()
               : Status(error(ErrorCode::storage_error, "form not saved"));
  });
}

Result<FigureTables*> SimProvince::figures() {
  if (figures_) return figures_.get();
  ASSIGN_OR_RETURN(const auto reference, open("reference"));
  if (!view_) view_ = std::make_unique<ReferenceView>(*reference->store);
  const auto open_office = [this](const Office& office) { return open("office-" + office.slug); };
  ASSIGN_OR_RETURN(figures_, FigureTables::open(disk.path("figures.db"), {*registry_, *view_, clock, open_office}));
  return figures_.get();
}

std::string SimProvince::fingerprint() {
  std::string out;
  for (const auto& [name, database] : open_) out += name + " " + database->store->update_seq() + "; ";
  return out;
}

}  // namespace tram::sim
