// server/office_order.h: offices in the order in which people look for them. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "server/reference_data.h"
#include "server/registry.h"

namespace tram {

// By name as Vietnamese dictionaries sort, without the type word ("Huyện Đà Bắc" stands under Đ, behind D).
std::vector<Office> by_name(std::vector<Office> offices);
// As papers list them: by their units as valid on that day (typed order, then code); those without a unit at the end, by
// name.
std::vector<Office> in_official_order(std::vector<Office> offices, const ReferenceData& reference,
                                      const std::string& day);

}  // namespace tram
