// server/runs.h: official runs as they are kept: `run:<form>:<period>:<uuid>` in province.db, with everything the result
// was computed from, so that it can be computed again years later, byte for byte. A run is never changed; that a later
// correction has overtaken it is worked out when somebody asks. Any thread.
#pragma once

#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "server/consolidate_run.h"

namespace tram {

// Keeps an official run and locks the approved reports that it used; answers its id. by: who confirmed it. reason: why it is made although fewer offices than the
// campaign's minimum are in it. Error bad_request named below_minimum.
Result<std::string> keep_run(Province& province, const Run& run, const RunRequest& request, const std::string& by,
                             const std::string& reason = {});

// {"id","form","period","scenario","at","by","as_of","program","form_version","n_inputs","stale":[reason]}, newest
// first. Empty form or period: all. A reason: {"code","office","report","submission_was","submission_now","message_vi",
// "message_en"}; codes: corrected, submitted_again, reopened, approved_later, form, window, units.
Result<json::Value> list_runs(Province& province, const std::string& form, const std::string& period);

// The same with "result", and "inputs": what it was made from. Error not_found.
Result<json::Value> show_run(Province& province, const std::string& id);

// The result as text, computed again from the frozen submissions. Errors: not_found (also: one of its submissions is not
// held any more), corrupt: it does not come out as it was kept.
Result<std::string> repeat_run(Province& province, const std::string& id);

}  // namespace tram
