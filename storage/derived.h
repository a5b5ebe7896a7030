// storage/derived.h: an ordered map from bytes to bytes in one SQLite file, for what can be computed again from the
// documents. A file that cannot be read, or was written for another `purpose`, is thrown away and begun anew, empty.
//
// Written in WAL without waiting for the disk: after a power cut the newest batches may be missing, each as a whole, so
// whoever keeps a mark of how far it has come in the same batch is never wrong. Any thread; calls wait for one another.
// Errors: disk_full, storage_error.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"

namespace tram {

class Connection;

class Derived {
 public:
  // purpose: names the form of the content; change it when that changes.
  static Result<std::unique_ptr<Derived>> open(const std::string& path, const std::string& purpose,
                                               std::int64_t cache_kb = 8192);
  ~Derived();

  Result<std::optional<std::string>> get(std::string_view key);
  // Calls back for every key with this prefix, in order of bytes. `visit` must not call the map.
  Status each(std::string_view prefix, const std::function<void(std::string_view key, std::string_view value)>& visit);

  // All of it is stored or nothing. No value: the key goes. A key that ends in "*" goes with all that begin so.
  using Change = std::pair<std::string, std::optional<std::string>>;
  Status apply(const std::vector<Change>& changes);

 private:
  explicit Derived(std::unique_ptr<Connection> connection);
  Status prepare(const std::string& purpose);
  std::mutex mutex_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace tram
