#include "server/open_databases.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "http/url.h"
#include "storage/salvage.h"

namespace tram {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kNameInFileMax = 60;
constexpr std::size_t kOfficeLeavesMax = 100;

Error no_such_database() { return error(ErrorCode::not_found, "Database does not exist."); }

}  // namespace

OpenDatabases::OpenDatabases(OpenDatabasesOptions options, Registry& registry, std::shared_ptr<Database> reference)
    : options_(std::move(options)), registry_(registry), reference_(std::move(reference)) {}

Result<std::string> OpenDatabases::file_of(const std::string& name) const {
  switch (kind_of(name)) {
    case DatabaseKind::reference: return options_.folder + "/reference.db";
    case DatabaseKind::office:
      if (!registry_.office(name.substr(kOfficePrefix.size()))) return no_such_database();
      return options_.folder + "/offices/" + name + ".db";
    case DatabaseKind::plain: break;
  }
  const auto file = registry_.plain_file(name);
  if (!file) return no_such_database();
  return options_.folder + "/plain/" + *file;
}

Result<std::shared_ptr<Database>> OpenDatabases::open(const std::string& name) {
  if (name == reference_->name) return reference_;
  const std::lock_guard lock(mutex_);
  if (const auto found = open_.find(name); found != open_.end()) {
    found->second.used = ++clock_;
    return found->second.database;
  }
  ASSIGN_OR_RETURN(const std::string path, file_of(name));
  std::shared_ptr<Rules> rules;
  if (kind_of(name) == DatabaseKind::office) {
    rules = options_.rules_of_office(*registry_.office(name.substr(kOfficePrefix.size())));
  }
  return open_file(name, path, std::move(rules));
}

Result<std::shared_ptr<Database>> OpenDatabases::open_file(const std::string& name, const std::string& path,
                                                           std::shared_ptr<Rules> rules) {
  StoreOptions options = options_.store;
  const bool of_office = kind_of(name) == DatabaseKind::office;
  if (of_office) {
    options.live_leaves_max = kOfficeLeavesMax;
    options.readers = std::min(options.readers, 1);
    options.cache_kb = 512;
  }
  ASSIGN_OR_RETURN(std::shared_ptr<Store> store,
                   of_office ? open_or_salvage(path, options) : Store::open(path, options));
  if (of_office && options_.on_office_change) {
    store->on_change([tell = options_.on_office_change, slug = name.substr(kOfficePrefix.size())] { tell(slug); });
  }
  std::shared_ptr<Database> database = make_database(name, std::move(store), std::move(rules));
  // What a crash left over: merges, and receipts.
  if (of_office) RETURN_IF_ERROR(database->peer.settle());
  close_least_used();
  open_[name] = {database, ++clock_};
  return database;
}

void OpenDatabases::close_least_used() {
  while (open_.size() >= options_.open_max) {
    auto least = open_.end();
    for (auto at = open_.begin(); at != open_.end(); ++at) {
      const bool free = at->second.database.use_count() == 1;
      if (free && (least == open_.end() || at->second.used < least->second.used)) least = at;
    }
    if (least == open_.end()) return;
    open_.erase(least);
  }
}

Result<std::shared_ptr<Database>> OpenDatabases::create(const std::string& name) {
  if (kind_of(name) != DatabaseKind::plain) {
    return error(ErrorCode::unsupported, "databases of offices are made by `tram-server office add`");
  }
  const std::lock_guard lock(mutex_);
  if (registry_.plain_file(name)) {
    return error(ErrorCode::conflict, "The database could not be created, the file already exists.", "file_exists");
  }
  std::error_code failed;
  fs::create_directories(options_.folder + "/plain", failed);
  const std::string file =
      http::percent_encode(name).substr(0, kNameInFileMax) + "-" + options_.store.random->hex(6) + ".db";
  ASSIGN_OR_RETURN(auto database, open_file(name, options_.folder + "/plain/" + file, nullptr));
  RETURN_IF_ERROR(registry_.save_plain(name, file));
  return database;
}

Status OpenDatabases::remove(const std::string& name) {
  const std::lock_guard lock(mutex_);
  if (kind_of(name) != DatabaseKind::plain) {
    return error(ErrorCode::forbidden, "the databases of offices and the reference data cannot be removed");
  }
  if (!registry_.plain_file(name)) return no_such_database();
  RETURN_IF_ERROR(registry_.remove_plain(name));
  // The file may still be read by somebody; it is moved aside at the next start, and its name is never used again.
  if (const auto found = open_.find(name); found != open_.end()) {
    const std::shared_ptr<Database> database = std::move(found->second.database);
    open_.erase(found);
    database->removed = true;
    database->changed->raise();
  }
  return {};
}

Status OpenDatabases::move_removed_aside() {
  std::set<std::string> known;
  for (const auto& [name, file] : registry_.plain()) known.insert(file);
  std::error_code failed;
  std::vector<fs::path> removed;
  for (fs::directory_iterator at(options_.folder + "/plain", failed), last; !failed && at != last;
       at.increment(failed)) {
    const std::string file = at->path().filename().string();
    const std::string base = file.substr(0, file.rfind(".db") + 3);
    if (!known.contains(base)) removed.push_back(at->path());
  }
  if (removed.empty()) return {};
  std::error_code made, moved;
  fs::create_directories(options_.folder + "/removed", made);
  for (const fs::path& path : removed) fs::rename(path, options_.folder / fs::path("removed") / path.filename(), moved);
  if (made || moved) return error(ErrorCode::storage_error, "cannot move removed databases aside: " + moved.message());
  return {};
}

Result<std::vector<std::string>> OpenDatabases::list() {
  std::vector<std::string> names{reference_->name};
  for (const Office& office : registry_.offices()) names.push_back(office_database(office.slug));
  for (const auto& [name, file] : registry_.plain()) names.push_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

std::size_t OpenDatabases::open_now() const {
  const std::lock_guard lock(mutex_);
  return open_.size() + 1;
}

std::vector<std::shared_ptr<Database>> OpenDatabases::opened() const {
  std::vector<std::shared_ptr<Database>> databases{reference_};
  const std::lock_guard lock(mutex_);
  for (const auto& [name, entry] : open_) databases.push_back(entry.database);
  return databases;
}

}  // namespace tram
