#include "server/backup_set.h"

#include <algorithm>
#include <filesystem>

#include "core/base/log.h"
#include "install_paths.h"
#include "storage/archive.h"
#include "storage/data_folder.h"

namespace tram {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view kProgram = "tram-server";
constexpr std::string_view kAuditPlace = "audit.db";

// A folder for work in progress, gone when this goes.
class Workplace {
 public:
  static Result<Workplace> make(const std::string& path) {
    std::error_code failed;
    fs::remove_all(path, failed);
    fs::create_directories(path, failed);
    if (failed) return error(ErrorCode::storage_error, "cannot make " + path + ": " + failed.message());
    return Workplace(path);
  }
  Workplace(Workplace&& other) noexcept : path_(std::exchange(other.path_, "")) {}
  Workplace& operator=(Workplace&&) = delete;
  ~Workplace() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  std::string file(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }

 private:
  explicit Workplace(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

// Where a file of the set may be put: nothing outside the folder.
bool is_place(const std::string& place) {
  if (place == "server.json" || place == "province.db" || place == "reference.db" || place == kAuditPlace) return true;
  if (const auto blobs = place.find(".db" + std::string(kBlobFolder) + "/"); blobs != std::string::npos) {
    return is_sha256(std::string_view(place).substr(blobs + 4 + kBlobFolder.size())) &&
           is_place(place.substr(0, blobs + 3));
  }
  const auto slash = place.find('/');
  const std::string folder = place.substr(0, slash), name = slash == std::string::npos ? "" : place.substr(slash + 1);
  return (folder == "offices" || folder == "plain") && name.size() > 3 && name.ends_with(".db") &&
         name.find('/') == std::string::npos && name[0] != '.';
}

// Entry of the archive -> place in the folder.
using Places = std::vector<std::pair<std::string, std::string>>;

Result<Places> places_of(const Unpacked& set) {
  const json::Value* files = json::object_at(set.about, "files");
  if (json::string_at(set.about, "program") != kProgram || files == nullptr) {
    return error(ErrorCode::corrupt, "this file is no backup of a tram-server");
  }
  Places places;
  for (const std::string& name : set.names) {
    const auto place = json::string_at(*files, name);
    if (!place || !is_place(*place)) return error(ErrorCode::corrupt, "the backup has an entry with no place: " + name);
    places.emplace_back(name, *place);
  }
  for (const char* needed : {"server.json", "province.db", "reference.db"}) {
    const bool there = std::any_of(places.begin(), places.end(), [&](const auto& p) { return p.second == needed; });
    if (!there) return error(ErrorCode::corrupt, std::string("the backup lacks ") + needed);
  }
  return places;
}

Status begin_again(const std::string& path, const ProvinceOptions& options) {
  StoreOptions store_options;
  store_options.clock = options.clock;
  store_options.random = options.random;
  ASSIGN_OR_RETURN(const auto store, Store::open(path, store_options));
  RETURN_IF_ERROR(store->quick_check());
  return store->begin_new_history(true, true);
}

Status move_file(const std::string& from, const std::string& to) {
  std::error_code failed;
  fs::create_directories(fs::path(to).parent_path(), failed);
  fs::rename(from, to, failed);
  if (failed) return error(ErrorCode::storage_error, "cannot move " + from + " to " + to + ": " + failed.message());
  return {};
}

std::string compact(std::string time) {
  std::erase_if(time, [](char c) { return c == ':' || c == '-'; });
  return time;
}

}  // namespace

Result<std::size_t> write_backup(Province& province, const std::string& file) {
  ASSIGN_OR_RETURN(const Workplace work, Workplace::make(province.folder() + "/backup-" + province.random().hex(6)));
  std::vector<ArchiveEntry> entries;
  json::Value files = json::Value::object();
  std::vector<std::shared_ptr<void>> held;  // attachments stay until all is packed
  std::size_t stores = 0;
  const auto add = [&](Store& store, const std::string& place) -> Status {
    const std::string name = "store-" + std::to_string(stores) + ".db";
    ASSIGN_OR_RETURN(Store::Copied copied, store.backup(work.file(name)));
    entries.push_back({name, work.file(name)});
    files[name] = place;
    for (const std::string& sha256 : copied.blobs) {
      const std::string blob = name + "-blob-" + sha256;
      entries.push_back({blob, store.blobs().file_of(sha256)});
      files[blob] = place + std::string(kBlobFolder) + "/" + sha256;
    }
    if (!copied.blobs.empty()) held.push_back(std::move(copied.hold));
    ++stores;
    return {};
  };
  RETURN_IF_ERROR(province.registry().flush_contacts());
  RETURN_IF_ERROR(add(province.store(), "province.db"));
  ASSIGN_OR_RETURN(const auto names, province.databases().list());
  for (const std::string& name : names) {
    ASSIGN_OR_RETURN(const auto database, province.databases().open(name));
    ASSIGN_OR_RETURN(const std::string path, province.databases().file_of(name));
    RETURN_IF_ERROR(add(*database->store, fs::path(path).lexically_relative(province.folder()).generic_string()));
  }
  RETURN_IF_ERROR(province.audit().copy_to(work.file("audit.db")));
  entries.push_back({"audit.db", work.file("audit.db")});
  files["audit.db"] = std::string(kAuditPlace);
  entries.push_back({"server.json", province.folder() + "/server.json"});
  files["server.json"] = "server.json";
  const json::Value about = {{"program", std::string(kProgram)},
                             {"version", std::string(kVersion)},
                             {"province", province.name()},
                             {"at", utc_text(province.clock().wall_ms())},
                             {"files", files}};
  RETURN_IF_ERROR(pack_archive(file, entries, about));
  log::info("backup", {{"stores", std::to_string(stores)}});
  return stores;
}

Credentials credentials_of(const Registry& registry) { return {registry.users(), registry.offices()}; }

Result<Restored> put_back(const std::string& folder, const std::string& file, const ProvinceOptions& options) {
  ASSIGN_OR_RETURN(const Workplace work, Workplace::make(folder + "/restore-" + options.random->hex(6)));
  ASSIGN_OR_RETURN(const Unpacked set, unpack_archive(file, work.path()));
  ASSIGN_OR_RETURN(Places places, places_of(set));
  // What was done since the backup stays written down.
  if (file_exists(folder + "/" + std::string(kAuditPlace)))
    std::erase_if(places, [](const auto& entry) { return entry.second == kAuditPlace; });
  Restored restored;
  for (const auto& [name, place] : places) {
    if (!place.ends_with(".db") || place == kAuditPlace) continue;
    if (auto begun = begin_again(work.file(name), options); !begun) return begun.error().within("checking " + place);
    ++restored.stores;
  }
  const std::string aside = "replaced-" + compact(utc_text(options.clock->wall_ms())) + "-" + options.random->hex(3);
  for (const auto& [name, place] : places) {
    for (const char* tail : {"", "-wal", "-shm", ".id", kBlobFolder.data()}) {
      if (!file_exists(folder + "/" + place + tail)) continue;
      RETURN_IF_ERROR(move_file(folder + "/" + place + tail, folder + "/" + aside + "/" + place + tail));
      restored.moved_to = aside;
    }
  }
  for (const auto& [name, place] : places) RETURN_IF_ERROR(move_file(work.file(name), folder + "/" + place));
  log::info("restored", {{"stores", std::to_string(restored.stores)}, {"before", restored.moved_to}});
  return restored;
}

}  // namespace tram
