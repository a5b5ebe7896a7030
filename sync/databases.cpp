#include "sync/databases.h"

#include <algorithm>
#include <array>

namespace tram {
namespace {

constexpr std::string_view kOffice = "office-";
constexpr std::string_view kReference = "reference";
constexpr std::size_t kNameBytesMax = 238;  // CouchDB's own limit
constexpr std::size_t kEchoesKept = 64;
constexpr std::array<std::string_view, 3> kTaken = {"api", "ui", "metrics"};

LocalPeerOptions peer_options(DatabaseKind kind, Rules* rules, bool made_here) {
  return {rules, kind == DatabaseKind::office, made_here, LocalPeerOptions::Identity::database};
}

}  // namespace

DatabaseKind kind_of(std::string_view database_name) {
  if (database_name.starts_with(kOffice)) return DatabaseKind::office;
  return database_name == kReference ? DatabaseKind::reference : DatabaseKind::plain;
}

bool is_database_name(std::string_view name) {
  if (name.empty() || name.size() > kNameBytesMax || name[0] < 'a' || name[0] > 'z') return false;
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyz0123456789_$()+/-";
  if (name.find_first_not_of(kAllowed) != std::string_view::npos) return false;
  return std::find(kTaken.begin(), kTaken.end(), name) == kTaken.end();
}

void EchoLog::begin(std::string_view instance) {
  const std::lock_guard lock(mutex_);
  writing_.emplace_back(instance);
}

void EchoLog::note(std::string_view instance, std::uint64_t before, std::uint64_t after) {
  const std::lock_guard lock(mutex_);
  if (const auto its = std::find(writing_.begin(), writing_.end(), instance); its != writing_.end())
    writing_.erase(its);
  if (before == after) return;
  const auto later =
      std::find_if(wrote_.rbegin(), wrote_.rend(), [&](const Wrote& one) { return one.before < before; });
  wrote_.insert(later.base(), {std::string(instance), before, after});
  if (wrote_.size() > kEchoesKept) wrote_.pop_front();
}

bool EchoLog::writing(std::string_view instance) const {
  const std::lock_guard lock(mutex_);
  return std::find(writing_.begin(), writing_.end(), instance) != writing_.end();
}

std::uint64_t EchoLog::skip(std::string_view instance, std::uint64_t since) const {
  const std::lock_guard lock(mutex_);
  for (const Wrote& wrote : wrote_) {
    if (wrote.before == since && wrote.instance == instance) since = wrote.after;
  }
  return since;
}

Database::Database(std::string its_name, DatabaseKind its_kind, std::shared_ptr<Store> its_store,
                   std::shared_ptr<Rules> its_rules, bool made_here)
    : name(std::move(its_name)),
      kind(its_kind),
      store(std::move(its_store)),
      rules(std::move(its_rules)),
      changed(http::Signal::make()),
      peer(*store, peer_options(kind, rules.get(), made_here)) {
  store->on_change([signal = changed] { signal->raise(); });
}

std::shared_ptr<Database> make_database(std::string name, std::shared_ptr<Store> store, std::shared_ptr<Rules> rules,
                                        bool made_here) {
  const DatabaseKind kind = kind_of(name);
  return std::make_shared<Database>(std::move(name), kind, std::move(store), std::move(rules), made_here);
}

Access access_of(const Principal& principal, std::string_view database_name) {
  if (principal.admin) return Access::write;
  if (principal.office.empty()) return Access::none;
  if (database_name == kReference) return Access::read;
  const bool own = database_name.starts_with(kOffice) && database_name.substr(kOffice.size()) == principal.office;
  return own ? Access::write : Access::none;
}

}  // namespace tram
