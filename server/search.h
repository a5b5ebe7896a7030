// server/search.h: finding documents of all offices, and those of `reference`, by their words. The index is search.db in
// the data folder (storage/search_index.h); databases whose files have not changed since are not opened. Any thread;
// searches take turns.
#pragma once

#include <string_view>

#include "core/base/json.h"
#include "core/base/result.h"
#include "server/province.h"

namespace tram {

inline constexpr std::size_t kSearchHitsMax = 100;

// [{"office": slug or null, "id", "line", "exact"}], the best first. The first search reads everything.
Result<json::Value> search_documents(Province& province, std::string_view text, std::size_t limit = kSearchHitsMax);

}  // namespace tram
