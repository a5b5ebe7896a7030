// server/reference_loader.h: the reference set (forms, units, periods, holidays, targets) from files to documents.
#pragma once

#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "storage/store.h"

namespace tram {

struct ReferenceDocument {
  std::string id;
  json::Value body;
};

// Reads forms/*.json, units*.csv, units_map_2025.csv, periods.json, holidays_vn.json and targets.json of a folder.
// Every form is loaded as offices will load it, and the whole set is checked against itself. Errors: not_found (no such
// folder, or no form in it), bad_request with the file, the place in it and what is wrong there.
Result<std::vector<ReferenceDocument>> read_reference(const std::string& folder);

// Saves what differs from what the store holds, in one transaction; answers how many documents it saved.
Result<std::size_t> save_reference(Store& store, const std::vector<ReferenceDocument>& documents);

}  // namespace tram
