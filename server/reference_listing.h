// server/reference_listing.h: what the province has published, for people to look at. Any thread.
#pragma once

#include <string>

#include "core/base/json.h"
#include "core/base/result.h"
#include "server/province.h"

namespace tram {

// [{"code","version","status","label_vi","label_en","frequencies"}]: the newest version of each form, by code.
Result<json::Value> list_forms(Province& province);

// Documents of a kind ("campaign", "guidance", "tbt_notice", "answer", "form", "target", "office"), with _id and _rev, in
// order of id. Error bad_request: another kind.
Result<json::Value> list_reference(Province& province, const std::string& kind);

// One document, with _id and _rev. Error not_found.
Result<json::Value> reference_document(Province& province, const std::string& id);

}  // namespace tram
