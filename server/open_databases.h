// server/open_databases.h: the databases of a province, opened when somebody asks and closed by least use.
//
// Files: reference.db, offices/office-<slug>.db, plain/<name and a random tail>.db. A database that somebody holds (a
// request, a long poll) is never closed, so there is never a second Store on one file. Any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "server/registry.h"
#include "storage/store.h"
#include "sync/databases.h"

namespace tram {

struct OpenDatabasesOptions {
  std::string folder;
  StoreOptions store;
  std::size_t open_max = 192;
  // The rules of an office's database, made when it is opened.
  std::function<std::shared_ptr<Rules>(const Office&)> rules_of_office;
  // Something was committed in the office's database; quick, on the committing thread.
  std::function<void(const std::string& slug)> on_office_change = {};
};

class OpenDatabases final : public Databases {
 public:
  // `reference` is open already, and stays so.
  OpenDatabases(OpenDatabasesOptions options, Registry& registry, std::shared_ptr<Database> reference);

  Result<std::shared_ptr<Database>> open(const std::string& name) override;
  Result<std::shared_ptr<Database>> create(const std::string& name) override;
  Status remove(const std::string& name) override;
  Result<std::vector<std::string>> list() override;

  std::size_t open_now() const;
  // Stores in use right now, the reference among them.
  std::vector<std::shared_ptr<Database>> opened() const;
  // Path of the file of a database, open or not. Error not_found.
  Result<std::string> file_of(const std::string& name) const;
  // Plain files that no database points to any more are moved to the folder `removed`. At start only.
  Status move_removed_aside();

 private:
  struct Entry {
    std::shared_ptr<Database> database;
    std::uint64_t used = 0;
  };
  Result<std::shared_ptr<Database>> open_file(const std::string& name, const std::string& path,
                                              std::shared_ptr<Rules> rules);
  void close_least_used();

  const OpenDatabasesOptions options_;
  Registry& registry_;
  const std::shared_ptr<Database> reference_;
  mutable std::mutex mutex_;
  std::map<std::string, Entry> open_;
  std::uint64_t clock_ = 0;  // counts uses
};

inline std::string office_database(const std::string& slug) { return "office-" + slug; }
inline constexpr std::string_view kOfficePrefix = "office-";

}  // namespace tram
