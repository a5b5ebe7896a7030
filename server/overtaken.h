// server/overtaken.h: why a kept run needs to be made again. Worked out when somebody asks; nothing is stored. Any thread.
#pragma once

#include <string>

#include "core/base/json.h"
#include "core/base/result.h"
#include "server/province.h"

namespace tram {

// run: as kept. Reasons as list_runs (runs.h) has them; empty: it stands.
Result<json::Value> overtaken_by(Province& province, const ReferenceData& reference, const json::Value& run);

// The revision of the form's document; empty when it is not known.
std::string revision_of(const ReferenceData& reference, const Form& form);

}  // namespace tram
