// agent/notices.h: what the province sends down (guidance, TBT notices, published answers) and the office's receipt that
// it was read; and the office's recommendations, which the province answers. Any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/office.h"
#include "agent/reports.h"
#include "core/base/json.h"
#include "core/base/result.h"

namespace tram::agent {

// Newest first: {"id","type","number","date","abstract","acknowledge_by","read":{"<person>@<pc>":{"at","forwarded"}}}.
Result<json::Value> list_notices(Office& office);
// The document with its receipt under `read`; error not_found.
Result<json::Value> show_notice(Office& office, std::string_view id);
// Writes `receipt:<id>` for this person and PC, which is what the province sees. forwarded: to how many enterprises.
// Errors: not_found; those of saving.
Status read_notice(Office& office, std::string_view id, const Author& author, std::optional<std::int64_t> forwarded);

// FIELD and VALUE as bm12 lists them (kind, cause_code, theme_code, petition_text, addressed_to, satisfied). Answers the
// id. Errors bad_request by the name of the field; forbidden named wrong_writer for what the province writes.
using Fields = std::vector<std::pair<std::string, std::string>>;
Result<std::string> new_recommendation(Office& office, const Fields& fields, const Author& author);
// Also how an office says that it is not satisfied (satisfied=false, once, which asks the province to look again).
Status set_recommendation(Office& office, std::string_view id, const Fields& fields, const Author& author);
// In order of id: the documents, with "_id".
Result<json::Value> list_recommendations(Office& office);

std::string notices_text(const json::Value& notices);
std::string recommendations_text(const json::Value& list);

}  // namespace tram::agent
