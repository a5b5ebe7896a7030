// agent/revisions.h: one version of a document, by its revision, while its content is kept. Any thread.
#pragma once

#include <string_view>

#include "agent/office.h"
#include "core/base/json.h"
#include "core/base/result.h"

namespace tram::agent {

// The body with _id and _rev. Errors: not_found (no such document or revision, or its content is no longer kept).
Result<json::Value> read_revision(Office& office, std::string_view id, std::string_view rev);

}  // namespace tram::agent
