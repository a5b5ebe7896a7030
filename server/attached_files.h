// server/attached_files.h: scans and photos that came with a report of an office. Any thread.
#pragma once

#include <string>

#include "core/base/json.h"
#include "core/base/result.h"
#include "http/message.h"
#include "server/province.h"

namespace tram {

// [{"name","content_type","length"}] of the report as it stands. Error not_found: no such office or report.
Result<json::Value> attached_files(Province& province, const std::string& slug, const std::string& id);

// One of them, as a file to save: it never runs in the province's page. Errors: not_found; corrupt when its bytes are gone.
Result<http::Response> attached_file(Province& province, const std::string& slug, const std::string& id,
                                     const std::string& name);

}  // namespace tram
