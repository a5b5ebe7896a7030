// agent/doctor.h: what may be wrong with this PC's installation, told with what to do about it.
#pragma once

#include <string>
#include <vector>

#include "agent/office.h"
#include "core/base/json.h"
#include "core/base/result.h"

namespace tram::agent {

struct Examination {
  std::vector<std::string> findings;  // wrong: to be mended
  std::vector<std::string> notes;     // good to know
};
// Files and rights, space, the stores' own checks, reference data, clock, and whether the province answers (a note:
// offices are often without a line).
Result<Examination> examine(Office& office);

// Every document, revision and digest of both stores; slow. Errors only where a store cannot be read at all.
Result<json::Value> verify_all(Office& office);

}  // namespace tram::agent
