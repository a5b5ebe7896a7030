// server/backup_set.h: all stores of a province as one file (storage/archive.h), and back.
//
// A set is consistent store by store, not across them; nothing compares sequences of two stores. What a restore must not
// bring back, passwords and tokens that were replaced since, stays as it is now where the present registry can be read.
#pragma once

#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "server/province.h"

namespace tram {

// Writes FILE; answers how many stores are in it. Errors of the disk.
Result<std::size_t> write_backup(Province& province, const std::string& file);

// Users and offices as they are now.
struct Credentials {
  std::vector<User> users;
  std::vector<Office> offices;
};
Credentials credentials_of(const Registry& registry);

// Puts a set into a folder whose province is closed and whose lock is held: unpacks beside the stores, checks each one,
// begins a new history in it, moves what is there now to the folder `replaced-<time>`, and puts the set in its place.
// Errors: corrupt (not one of our sets, or damaged), not_found; nothing was changed then.
struct Restored {
  std::size_t stores = 0;
  std::string moved_to;  // name of the folder with what was there before; empty: there was nothing
};
Result<Restored> put_back(const std::string& folder, const std::string& file, const ProvinceOptions& options);

}  // namespace tram
