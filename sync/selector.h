// sync/selector.h: Mango selectors, as _find and the filter _selector take them.
//
//   $eq $ne $lt $lte $gt $gte $in $nin $exists $type $mod $beginsWith $and $or $not $nor
//   $all $elemMatch $allMatch $keyMapMatch $size, dotted paths
//
// A member that is absent matches only {"$exists": false}. Values are ordered null, false, true, numbers, strings by
// bytes, arrays, objects. Immutable once parsed; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"

namespace tram {

class Selector {
 public:
  // Errors: bad_request, named invalid_operator for an operator that is not served.
  static Result<Selector> parse(const json::Value& selector);
  bool matches(const json::Value& document) const;

 private:
  explicit Selector(json::Value selector) : selector_(std::move(selector)) {}
  json::Value selector_;
};

// The member at a dotted path ("values.count"; "\." is a dot in a name), or nullptr.
const json::Value* member_at(const json::Value& value, std::string_view dotted);
// <0, 0, >0 by the order above.
int compare_values(const json::Value& a, const json::Value& b);

}  // namespace tram
