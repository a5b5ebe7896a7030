// core/reports/search_text.h: by which words documents are found. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/json.h"

namespace tram {

// The texts of a report, recommendation, guidance, notice or published answer, one a line; nothing for documents that
// nobody searches (submissions repeat their report, forms and units are found elsewhere). Persons, times and digests
// of the machinery are left out.
std::optional<std::string> search_text(std::string_view id, const json::Value& body);

}  // namespace tram
