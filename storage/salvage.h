// storage/salvage.h: what can still be read of a damaged store, put into a fresh one.
//
// The damaged file and its log are kept as `<file>.corrupt-<n>`, for ever, with a list of what was lost beside it
// (`<file>.corrupt-<n>.txt`). The fresh store has the same db_uuid and a new instance_uuid, and no checkpoints: the other
// side compares, takes what it lacks, and gives what was lost here and had arrived there.
//
// The caller holds the folder's lock, and the store is not open. Errors: storage_error, disk_full; a fresh store that is
// not finished is taken away again, and the next try starts from the kept file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "storage/store.h"

namespace tram {

struct Salvaged {
  std::string kept_as;
  std::uint64_t documents = 0, revisions = 0;
  std::vector<std::string> lost;  // one line each: id and revision where they are known, and why
};

Result<Salvaged> salvage(const std::string& path, const StoreOptions& options);

// Opens a store; one that is damaged is salvaged first, and `salvaged` told. Not one that is another database's file or
// of another program: that is a mistake which a person sets right.
Result<std::unique_ptr<Store>> open_or_salvage(const std::string& path, const StoreOptions& options,
                                               std::optional<Salvaged>* salvaged = nullptr);

}  // namespace tram
