// server/unit_history.h: what became of a unit, and what it came from: its validity under this code, and the links of the
// reform that end or begin in it. Every link is approximate: a proposal for a comparison, never a reason to move figures.
// Any thread.
#pragma once

#include <string>

#include "core/base/json.h"
#include "core/base/result.h"
#include "server/province.h"

namespace tram {

// {"code","units":[{"code","name_vi","level","parent","valid_from","valid_to"}],"offices":[slug],"successors":[link],
// "predecessors":[link]}; a link: {"code","name","from":[{"code","name"}],"kind":"full|partial|mixed","certainty"}. Of a
// district the links of its communes are put together: `from` names them. Error not_found: no such code.
Result<json::Value> unit_history(Province& province, const std::string& code);

}  // namespace tram
