// server/new_office.h: what an office that is added will be called, filled in from the units where it was not said.
#pragma once

#include <string>

#include "core/base/result.h"
#include "server/province.h"

namespace tram {

struct NewOffice {
  std::string slug, name, unit;
};

// Slug and name from the unit, the unit from the slug. Errors: usage (neither slug nor unit), not_found (unit).
Result<NewOffice> complete_office(Province& province, NewOffice office);

}  // namespace tram
