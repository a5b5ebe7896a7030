#include "sync/selector.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <map>

namespace tram {

// RE2 takes time in proportion to the text whatever the pattern is, and never more memory than it is given.
struct Selector::Patterns {
  std::map<std::string, std::unique_ptr<const re2::RE2>, std::less<>> by_text;
};

namespace {

using json::Value;

constexpr std::int64_t kPatternMemory = 1 << 20;

constexpr std::array<std::string_view, 19> kOperators = {
    "$eq",  "$ne",    "$lt",        "$lte",  "$gt",  "$gte", "$in",       "$nin",        "$exists",     "$type",
    "$all", "$regex", "$elemMatch", "$size", "$not", "$mod", "$allMatch", "$beginsWith", "$keyMapMatch"};

constexpr std::array<std::string_view, 7> kTypes = {"null",   "boolean", "boolean", "number",
                                                    "string", "array",   "object"};  // by rank()

Error bad_selector(std::string message, std::string name = "bad_arg") {
  return error(ErrorCode::bad_request, std::move(message), std::move(name));
}

bool is_combination(std::string_view name) { return name == "$and" || name == "$or" || name == "$nor"; }

// Refuses what no selector may say, and makes the patterns ready.
class Check {
 public:
  explicit Check(Selector::Patterns& patterns) : patterns_(patterns) {}
  Status check(const Value& selector);

 private:
  Status check_operator(const std::string& name, const Value& operand);
  Status check_pattern(const Value& operand);

  Selector::Patterns& patterns_;
};

Status Check::check_pattern(const Value& operand) {
  if (!operand.is_string()) return bad_selector("$regex takes a string.");
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kPatternMemory);
  const auto& text = operand.get_ref<const std::string&>();
  auto pattern = std::make_unique<const re2::RE2>(text, options);
  if (!pattern->ok()) return bad_selector("$regex takes a regular expression as RE2 reads it: " + pattern->error());
  patterns_.by_text.insert_or_assign(text, std::move(pattern));
  return {};
}

Status Check::check_operator(const std::string& name, const Value& operand) {
  if (is_combination(name)) {
    if (!operand.is_array()) return bad_selector(name + " takes an array.");
    for (const Value& one : operand) RETURN_IF_ERROR(check(one));
    return {};
  }
  if (std::find(kOperators.begin(), kOperators.end(), name) == kOperators.end()) {
    return bad_selector("Invalid operator: " + name, "invalid_operator");
  }
  if (name == "$not" || name == "$elemMatch" || name == "$allMatch" || name == "$keyMapMatch") return check(operand);
  if (name == "$beginsWith" && !operand.is_string()) return bad_selector("$beginsWith takes a string.");
  if (name == "$mod") {
    const bool is_pair = operand.is_array() && operand.size() == 2 && operand[0].is_number_integer() &&
                         operand[1].is_number_integer() && operand[0] != 0;
    if (!is_pair) return bad_selector("$mod takes a divisor other than 0 and a remainder, whole numbers.");
  }
  if (name == "$regex") return check_pattern(operand);
  const bool wants_array = name == "$in" || name == "$nin" || name == "$all";
  if (wants_array && !operand.is_array()) return bad_selector(name + " takes an array.");
  if (name == "$exists" && !operand.is_boolean()) return bad_selector("$exists takes true or false.");
  if (name == "$type" && std::find(kTypes.begin(), kTypes.end(), operand) == kTypes.end()) {
    return bad_selector("$type takes null, boolean, number, string, array or object.");
  }
  if (name == "$size" && (!operand.is_number_integer() || operand < 0)) return bad_selector("$size takes a count.");
  return {};
}

Status Check::check(const Value& selector) {
  if (!selector.is_object()) return bad_selector("A selector is an object.");
  for (const auto& [name, operand] : selector.items()) {
    if (name.starts_with('$')) {
      RETURN_IF_ERROR(check_operator(name, operand));
    } else if (operand.is_object()) {
      RETURN_IF_ERROR(check(operand));
    }
  }
  return {};
}

int rank(const Value& value) {
  if (value.is_null()) return 0;
  if (value.is_boolean()) return value.get<bool>() ? 2 : 1;
  if (json::is_number(value)) return 3;
  if (value.is_string()) return 4;
  return value.is_array() ? 5 : 6;
}

std::string_view type_of(const Value& value) { return kTypes[static_cast<std::size_t>(rank(value))]; }

template <typename T>
int order(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

int compare_numbers(const Value& a, const Value& b) {
  if (a.is_number_integer() && b.is_number_integer() && !a.is_number_unsigned() && !b.is_number_unsigned()) {
    return order(a.get<std::int64_t>(), b.get<std::int64_t>());
  }
  const auto number = [](const Value& value) { return std::strtold(json::number_text(value)->c_str(), nullptr); };
  return order(number(a), number(b));
}

bool contains(const Value& list, const Value& wanted) {
  return std::any_of(list.begin(), list.end(), [&](const Value& one) { return compare_values(one, wanted) == 0; });
}

// Member by member, a name before its value, as CouchDB's collation does; {} is the least.
int compare_objects(const Value& a, const Value& b) {
  for (auto x = a.begin(), y = b.begin(); x != a.end() && y != b.end(); ++x, ++y) {
    if (const int names = order(x.key(), y.key()); names != 0) return names;
    if (const int values = compare_values(x.value(), y.value()); values != 0) return values;
  }
  return order(a.size(), b.size());
}

// Of a list it is enough that one element is in.
bool is_in(const Value& member, const Value& list) {
  if (!member.is_array()) return contains(list, member);
  return std::any_of(member.begin(), member.end(), [&](const Value& one) { return contains(list, one); });
}

// Every wanted one is an element; a list alone may also be the whole.
bool has_all(const Value& member, const Value& wanted) {
  if (wanted.size() == 1 && wanted[0].is_array() && compare_values(wanted[0], member) == 0) return true;
  return !wanted.empty() &&
         std::all_of(wanted.begin(), wanted.end(), [&](const Value& one) { return contains(member, one); });
}

bool compare(std::string_view name, int order) {
  if (name == "$lt") return order < 0;
  if (name == "$lte") return order <= 0;
  if (name == "$gt") return order > 0;
  if (name == "$gte") return order >= 0;
  return name == "$eq" ? order == 0 : order != 0;
}

bool leaves_remainder(const Value& member, const Value& operand) {
  if (!member.is_number_integer()) return false;
  const auto divisor = operand[0].get<std::int64_t>();
  if (divisor == -1) return operand[1] == 0;  // the least number has no counterpart
  return member.get<std::int64_t>() % divisor == operand[1].get<std::int64_t>();
}

bool looks_inside(std::string_view name) {
  return name == "$mod" || name == "$beginsWith" || name == "$regex" || name == "$keyMapMatch" || name == "$size" ||
         name == "$elemMatch" || name == "$allMatch" || name == "$all";
}

// A negation goes down to the single operators, as in CouchDB: a member that is absent does not match what is negated
// either. nullptr: the value, or member, is absent.
class Matching {
 public:
  explicit Matching(const Selector::Patterns& patterns) : patterns_(patterns) {}
  bool object(const Value& selector, const Value* value, bool negated) const;

 private:
  bool named(const Value& wanted, const Value* member, bool negated) const;
  bool with_operator(const std::string& name, const Value& operand, const Value* member, bool negated) const;
  bool present(const std::string& name, const Value& operand, const Value& member) const;
  bool inside(const std::string& name, const Value& operand, const Value& member) const;

  const Selector::Patterns& patterns_;
};

// All of them hold; negated: some one's negation does.
template <typename List, typename Holds>
bool all_hold(const List& list, bool negated, const Holds& holds) {
  const auto one = [&](const auto& each) { return holds(each, negated); };
  return negated ? std::any_of(list.begin(), list.end(), one) : std::all_of(list.begin(), list.end(), one);
}
// One of them holds, where there are any; negated: all their negations do.
template <typename List, typename Holds>
bool some_hold(const List& list, bool negated, const Holds& holds) {
  const auto one = [&](const auto& each) { return holds(each, negated); };
  if (negated) return std::all_of(list.begin(), list.end(), one);
  return list.empty() || std::any_of(list.begin(), list.end(), one);
}

bool Matching::object(const Value& selector, const Value* value, bool negated) const {
  return all_hold(selector.items(), negated, [&](const auto& item, bool no) {
    if (item.key().starts_with('$')) return with_operator(item.key(), item.value(), value, no);
    return named(item.value(), value == nullptr ? nullptr : member_at(*value, item.key()), no);
  });
}

bool Matching::named(const Value& wanted, const Value* member, bool negated) const {
  if (wanted.is_object() && !wanted.empty()) return object(wanted, member, negated);
  return member != nullptr && (compare_values(*member, wanted) == 0) != negated;
}

bool Matching::with_operator(const std::string& name, const Value& operand, const Value* member, bool negated) const {
  const auto one = [&](const Value& selector, bool no) { return object(selector, member, no); };
  if (name == "$and") return all_hold(operand, negated, one);
  if (name == "$or") return some_hold(operand, negated, one);
  if (name == "$nor") return some_hold(operand, !negated, one);
  if (name == "$not") return one(operand, !negated);
  if (name == "$exists") return (operand.get<bool>() != negated) == (member != nullptr);
  return member != nullptr && present(name, operand, *member) != negated;
}

// One operator against a value.
bool Matching::present(const std::string& name, const Value& operand, const Value& member) const {
  if (name == "$in") return is_in(member, operand);
  if (name == "$nin") return !is_in(member, operand);
  if (name == "$type") return type_of(member) == operand.get_ref<const std::string&>();
  if (looks_inside(name)) return inside(name, operand, member);
  return compare(name, compare_values(member, operand));
}

// Operators that look into a list or a map, or at a part of the value.
bool Matching::inside(const std::string& name, const Value& operand, const Value& member) const {
  const auto matches = [&](const Value& one) { return object(operand, &one, false); };
  if (name == "$mod") return leaves_remainder(member, operand);
  if (name == "$beginsWith") {
    return member.is_string() &&
           member.get_ref<const std::string&>().starts_with(operand.get_ref<const std::string&>());
  }
  if (name == "$regex") {
    return member.is_string() && re2::RE2::PartialMatch(member.get_ref<const std::string&>(),
                                                        *patterns_.by_text.at(operand.get_ref<const std::string&>()));
  }
  if (name == "$keyMapMatch") {
    return member.is_object() && std::any_of(member.items().begin(), member.items().end(),
                                             [&](const auto& item) { return matches(item.key()); });
  }
  if (!member.is_array()) return false;
  if (name == "$size") return std::cmp_equal(member.size(), operand.get<std::int64_t>());
  if (name == "$elemMatch") return std::any_of(member.begin(), member.end(), matches);
  if (name == "$allMatch") return !member.empty() && std::all_of(member.begin(), member.end(), matches);
  return has_all(member, operand);  // $all
}

// A member of an object, or an element of a list by its number.
const Value* step(const Value& value, const std::string& name) {
  if (value.is_object()) {
    const auto found = value.find(name);
    return found == value.end() ? nullptr : &*found;
  }
  std::size_t index = 0;
  const auto number = std::from_chars(name.data(), name.data() + name.size(), index);
  const bool is_number = number.ec == std::errc() && number.ptr == name.data() + name.size();
  return value.is_array() && is_number && index < value.size() ? &value[index] : nullptr;
}

}  // namespace

const Value* member_at(const Value& value, std::string_view dotted) {
  const Value* at = &value;
  std::string name;
  for (std::size_t i = 0; i <= dotted.size(); ++i) {
    if (i < dotted.size() && dotted[i] == '\\' && i + 1 < dotted.size() && dotted[i + 1] == '.') {
      name += dotted[++i];
    } else if (i < dotted.size() && dotted[i] != '.') {
      name += dotted[i];
    } else {
      at = step(*at, name);
      if (at == nullptr) return nullptr;
      name.clear();
    }
  }
  return at;
}

Error mixed_sort() {
  return error(ErrorCode::bad_request, "Sorts currently only support a single direction for all fields.",
               "unsupported_mixed_sort");
}

int compare_values(const Value& a, const Value& b) {
  if (rank(a) != rank(b)) return order(rank(a), rank(b));
  if (json::is_number(a)) return compare_numbers(a, b);
  if (a.is_string()) return order(a.get_ref<const std::string&>(), b.get_ref<const std::string&>());
  if (a.is_array()) {
    for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
      if (const int order = compare_values(a[i], b[i]); order != 0) return order;
    }
    return order(a.size(), b.size());
  }
  return a.is_object() ? compare_objects(a, b) : 0;
}

Result<Selector> Selector::parse(const Value& selector) {
  const auto patterns = std::make_shared<Patterns>();
  RETURN_IF_ERROR(Check(*patterns).check(selector));
  return Selector(selector, patterns);
}

bool Selector::matches(const Value& document) const { return Matching(*patterns_).object(selector_, &document, false); }

}  // namespace tram
