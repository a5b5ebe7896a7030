// agent/setup.h: making a data directory, and carrying one to another disk or PC.
#pragma once

#include <string>

#include "agent/answer.h"
#include "agent/cli.h"
#include "agent/office.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/base/result.h"

namespace tram::agent {

// Makes the folder, the enrolment and both (empty) stores. Needs no line. In the folder of this same office it only takes
// over a new token, address or certificate; the data stays. Errors: conflict (the folder is another office's, or nothing
// is new), in_use (the daemon runs), those of check_enrolment, those of the stores.
Status init(const CommandLine& line, Clock& clock, Random& random);

// One file of mode 0600 with both stores as they stand now and the enrolment, token included: a PC restored from it
// works at once. The stores stay in use.
Status back_up(Office& office, const std::string& file);

// Puts a backup into a folder that no program holds; what was there is kept beside it as *.before-restore-<n>. The
// stores begin a new history, so that the province notices. Errors: in_use, corrupt (not a whole backup of an agent),
// newer_schema, storage_error, disk_full. Until it has succeeded the old state, or none, is in force, never half of
// each.
Status restore(const std::string& data, const std::string& file, Clock& clock, Random& random);

}  // namespace tram::agent
