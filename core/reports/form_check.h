// core/reports/form_check.h: what load_form checks once all sections, fields and rules are there: names, circles,
// and which computed fields read what only the province writes. For form_*.cpp only.
#pragma once

#include "core/base/result.h"
#include "core/reports/form.h"

namespace tram {

// Fills computing_order of the form and its sections, and needs_province of the fields. Error bad_request.
Status check_form(Form& form);

}  // namespace tram
