// agent/search.h: finding documents on this PC by their words: those of the office, and those of `reference`. The index
// is search.db in the data folder (storage/search_index.h). Any thread; searches take turns.
#pragma once

#include <string_view>

#include "agent/office.h"
#include "core/base/json.h"
#include "core/base/result.h"

namespace tram::agent {

inline constexpr std::size_t kSearchHitsMax = 100;

// [{"id","from":"office"|"reference","line","exact"}], the best first.
Result<json::Value> search_documents(Office& office, std::string_view text, std::size_t limit = kSearchHitsMax);

}  // namespace tram::agent
