// sync/selector.h: Mango selectors, as _find and the filter _selector take them.
//
//   $eq $ne $lt $lte $gt $gte $in $nin $exists $type $mod $beginsWith $regex $and $or $not $nor
//   $all $elemMatch $allMatch $keyMapMatch $size, dotted paths
//
// A member that is absent matches only {"$exists": false}, and what is negated neither. Values are ordered null, false,
// true, numbers, strings by bytes, arrays, objects. A $regex is one of RE2 (no look-around, no references back), found
// anywhere in a string. Immutable once parsed; any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"

namespace tram {

class Selector {
 public:
  struct Patterns;  // compiled, by their text

  // Errors: bad_request, named invalid_operator for an operator that is not served, bad_arg for what one does not take.
  static Result<Selector> parse(const json::Value& selector);
  bool matches(const json::Value& document) const;

 private:
  Selector(json::Value selector, std::shared_ptr<const Patterns> patterns)
      : selector_(std::move(selector)), patterns_(std::move(patterns)) {}
  json::Value selector_;
  std::shared_ptr<const Patterns> patterns_;
};

// The member at a dotted path ("values.count"; "\." is a dot in a name, a number an element of a list), or nullptr.
const json::Value* member_at(const json::Value& value, std::string_view dotted);
// Fields to sort by, some upwards and some downwards: as CouchDB says it.
Error mixed_sort();
// <0, 0, >0 by the order above.
int compare_values(const json::Value& a, const json::Value& b);

}  // namespace tram
