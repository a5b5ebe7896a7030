#include "server/office_order.h"

#include <algorithm>
#include <tuple>

#include "core/base/vietnamese.h"

namespace tram {
namespace {

std::string name_key(const Office& office) { return sort_key(without_type_word(office.name)); }

template <typename KeyOf>
std::vector<Office> sorted_by(std::vector<Office> offices, const KeyOf& key_of) {
  std::vector<std::pair<decltype(key_of(offices.front())), std::size_t>> keys;
  for (std::size_t i = 0; i < offices.size(); ++i) keys.emplace_back(key_of(offices[i]), i);
  std::sort(keys.begin(), keys.end());
  std::vector<Office> sorted;
  for (const auto& [key, i] : keys) sorted.push_back(std::move(offices[i]));
  return sorted;
}

}  // namespace

std::vector<Office> by_name(std::vector<Office> offices) { return sorted_by(std::move(offices), name_key); }

std::vector<Office> in_official_order(std::vector<Office> offices, const ReferenceData& reference,
                                      const std::string& day) {
  return sorted_by(std::move(offices), [&](const Office& office) {
    const Unit* unit = reference.units.find(office.unit, day);
    if (unit == nullptr) unit = reference.units.newest(office.unit);
    return std::tuple(unit == nullptr, unit == nullptr ? 0 : unit->order, unit == nullptr ? "" : unit->code,
                      name_key(office));
  });
}

}  // namespace tram
