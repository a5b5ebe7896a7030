#include "core/reports/expression.h"

#include <algorithm>
#include <set>

#include "core/base/text.h"
#include "core/reports/date.h"
#include "core/reports/expression_node.h"

namespace tram {
namespace {

using Node = Expression::Node;

Error type_error(std::string_view what) { return error(ErrorCode::bad_request, std::string(what)); }

Result<Scalar> evaluate(const Node& node, const Scope& scope);

Result<Scalar> number_or_overflow(std::optional<Decimal> result) {
  if (!result) return error(ErrorCode::bad_request, "the result is too large");
  return Scalar{*result};
}

// A row while `where` judges it: single names are its fields.
class WhereScope : public Scope {
 public:
  WhereScope(const json::Value& row, const Scope& outer) : row_(row), outer_(outer) {}
  Result<Scalar> value(const NamePath& path) const override {
    if (path.size() != 1 || path[0] == "today") return outer_.value(path);
    const auto found = row_.find(path[0]);
    return found == row_.end() ? Result<Scalar>(Scalar{}) : scalar_from_json(*found);
  }
  std::optional<RowList> rows(const NamePath& section) const override { return outer_.rows(section); }

 private:
  const json::Value& row_;
  const Scope& outer_;
};

Result<Scalar> logic(const Node& node, const Scope& scope) {
  const bool decides = node.op == Op::logic_or;  // the value that decides alone, whatever the other side is
  bool unknown = false;
  for (const Node& arg : node.args) {
    ASSIGN_OR_RETURN(const Scalar value, evaluate(arg, scope));
    if (is_null(value)) {
      unknown = true;
      continue;
    }
    if (!std::holds_alternative<bool>(value)) return type_error("'and', 'or' and 'not' need true or false");
    if (std::get<bool>(value) == decides) return Scalar{decides};
  }
  return unknown ? Scalar{} : Scalar{!decides};
}

Result<Scalar> negation(const Node& node, const Scope& scope) {
  ASSIGN_OR_RETURN(const Scalar value, evaluate(node.args[0], scope));
  if (is_null(value)) return value;
  if (!std::holds_alternative<bool>(value)) return type_error("'and', 'or' and 'not' need true or false");
  return Scalar{!std::get<bool>(value)};
}

template <typename T>
bool holds(Op op, const T& a, const T& b) {
  switch (op) {
    case Op::equal: return a == b;
    case Op::unequal: return a != b;
    case Op::less: return a < b;
    case Op::less_equal: return a <= b;
    case Op::greater: return a > b;
    default: return a >= b;
  }
}

Result<Scalar> compare(Op op, const Scalar& a, const Scalar& b) {
  if (is_null(a) || is_null(b)) return Scalar{};
  if (a.index() != b.index()) return type_error("values of two types are compared");
  if (const auto* number = std::get_if<Decimal>(&a)) return Scalar{holds(op, *number, std::get<Decimal>(b))};
  const bool ordered = op != Op::equal && op != Op::unequal;
  if (const auto* text = std::get_if<std::string>(&a)) {
    const std::string& other = std::get<std::string>(b);
    if (ordered && (!is_date(*text) || !is_date(other))) return type_error("only numbers and dates have an order");
    return Scalar{ordered ? holds(op, *text, other) : holds(op, nfc(*text), nfc(other))};
  }
  if (ordered) return type_error("only numbers and dates have an order");
  return Scalar{holds(op, std::get<bool>(a), std::get<bool>(b))};
}

Result<Scalar> is_member(const Node& node, const Scope& scope) {
  ASSIGN_OR_RETURN(const Scalar value, evaluate(node.args[0], scope));
  bool unknown = is_null(value);
  for (std::size_t i = 1; i < node.args.size() && !is_null(value); ++i) {
    ASSIGN_OR_RETURN(const Scalar same, compare(Op::equal, value, node.args[i].literal));
    if (is_true(same)) return same;
    unknown = unknown || is_null(same);
  }
  return unknown ? Scalar{} : Scalar{false};
}

Result<Scalar> arithmetic(Op op, const Scalar& a, const Scalar& b) {
  if (is_null(a) || is_null(b)) return Scalar{};
  const auto* x = std::get_if<Decimal>(&a);
  const auto* y = std::get_if<Decimal>(&b);
  if (x == nullptr || y == nullptr) return type_error("only numbers can be calculated with");
  switch (op) {
    case Op::add: return number_or_overflow(Decimal::add(*x, *y));
    case Op::subtract: return number_or_overflow(Decimal::subtract(*x, *y));
    case Op::multiply: return number_or_overflow(Decimal::multiply(*x, *y));
    default: return y->is_zero() ? Scalar{} : number_or_overflow(Decimal::divide(*x, *y));
  }
}

std::string distinct_text(const Scalar& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return "t" + fold(*text);
  return json::print(scalar_to_json(value));
}

// The better of two for min and max, which take numbers and dates.
Result<Scalar> extreme(Op op, const Scalar& a, const Scalar& b) {
  ASSIGN_OR_RETURN(const Scalar less, compare(op == Op::min ? Op::less : Op::greater, b, a));
  return is_true(less) ? b : a;
}

Result<Scalar> aggregate(const Node& node, const Scope& scope) {
  const std::optional<RowList> rows = scope.rows(node.path);
  if (!rows) return Scalar{};
  std::int64_t count = 0;
  std::set<std::string> distinct;
  Scalar result;
  for (const json::Value* row : *rows) {
    const WhereScope inner(*row, scope);
    if (!node.args.empty()) {
      ASSIGN_OR_RETURN(const Scalar wanted, evaluate(node.args[0], inner));
      if (!is_true(wanted)) continue;
    }
    ++count;
    if (node.op == Op::count) continue;
    ASSIGN_OR_RETURN(const Scalar value, inner.value({node.field}));
    if (is_null(value)) continue;
    if (node.op == Op::distinct) {
      distinct.insert(distinct_text(value));
    } else if (is_null(result)) {
      if (node.op == Op::sum && !std::holds_alternative<Decimal>(value))
        return type_error("only numbers can be summed");
      result = value;
    } else {
      ASSIGN_OR_RETURN(result,
                       node.op == Op::sum ? arithmetic(Op::add, result, value) : extreme(node.op, result, value));
    }
  }
  if (node.op == Op::count) return Scalar{Decimal::of(count)};
  if (node.op == Op::distinct) return Scalar{Decimal::of(static_cast<std::int64_t>(distinct.size()))};
  return result;
}

Result<Scalar> total(const std::vector<Scalar>& values) {
  Scalar sum;
  for (const Scalar& value : values) {
    if (is_null(value)) continue;
    ASSIGN_OR_RETURN(sum, arithmetic(Op::add, is_null(sum) ? Scalar{Decimal{}} : sum, value));
  }
  return sum;
}

Result<Scalar> dates_and_rounding(Op op, const std::vector<Scalar>& values) {
  for (const Scalar& value : values) {
    if (is_null(value)) return Scalar{};
  }
  if (op == Op::round) {
    const auto* number = std::get_if<Decimal>(&values[0]);
    const auto* places = std::get_if<Decimal>(&values[1]);
    const auto n = places == nullptr ? std::nullopt : places->integer();
    if (number == nullptr || !n || *n < 0 || *n > Decimal::kPlaces)
      return type_error("round needs a number and 0 to 6");
    return Scalar{number->rounded(static_cast<int>(*n))};
  }
  const auto* text = std::get_if<std::string>(&values[0]);
  const auto date = text == nullptr ? std::nullopt : parse_date(*text);
  if (!date) return type_error("year and add_months need a date");
  if (op == Op::year) return Scalar{Decimal::of(date->year)};
  const auto* months = std::get_if<Decimal>(&values[1]);
  const auto n = months == nullptr ? std::nullopt : months->integer();
  if (!n || *n < -6000 || *n > 6000) return type_error("add_months needs a whole number of months");
  const Date moved = add_months(*date, static_cast<int>(*n));
  if (moved.year < 1900 || moved.year > 2999) return type_error("the date is out of range");
  return Scalar{moved.text()};
}

Result<Scalar> call(const Node& node, const Scope& scope) {
  std::vector<Scalar> values;
  for (const Node& arg : node.args) {
    ASSIGN_OR_RETURN(Scalar value, evaluate(arg, scope));
    if (node.op == Op::coalesce && !is_null(value)) return value;
    values.push_back(std::move(value));
  }
  if (node.op == Op::coalesce) return Scalar{};
  return node.op == Op::total ? total(values) : dates_and_rounding(node.op, values);
}

Result<Scalar> evaluate(const Node& node, const Scope& scope) {
  switch (node.op) {
    case Op::literal: return node.literal;
    case Op::name: return scope.value(node.path);
    case Op::logic_or:
    case Op::logic_and: return logic(node, scope);
    case Op::logic_not: return negation(node, scope);
    case Op::in: return is_member(node, scope);
    case Op::is_null: {
      ASSIGN_OR_RETURN(const Scalar value, evaluate(node.args[0], scope));
      return Scalar{is_null(value)};
    }
    case Op::negate: {
      ASSIGN_OR_RETURN(const Scalar value, evaluate(node.args[0], scope));
      return arithmetic(Op::subtract, is_null(value) ? value : Scalar{Decimal{}}, value);
    }
    case Op::count:
    case Op::sum:
    case Op::min:
    case Op::max:
    case Op::distinct: return aggregate(node, scope);
    case Op::total:
    case Op::round:
    case Op::year:
    case Op::add_months:
    case Op::coalesce: return call(node, scope);
    default: break;
  }
  ASSIGN_OR_RETURN(const Scalar a, evaluate(node.args[0], scope));
  ASSIGN_OR_RETURN(const Scalar b, evaluate(node.args[1], scope));
  const bool calculates = node.op >= Op::add && node.op <= Op::divide;
  return calculates ? arithmetic(node.op, a, b) : compare(node.op, a, b);
}

}  // namespace

Result<Scalar> scalar_from_json(const json::Value& value) {
  if (value.is_null()) return Scalar{};
  if (value.is_boolean()) return Scalar{value.get<bool>()};
  if (value.is_string()) return Scalar{value.get<std::string>()};
  if (json::is_number(value)) {
    ASSIGN_OR_RETURN(const Decimal number, Decimal::from_json(value));
    return Scalar{number};
  }
  return Scalar{json::print(value)};
}

json::Value scalar_to_json(const Scalar& value) {
  if (const auto* boolean = std::get_if<bool>(&value)) return *boolean;
  if (const auto* number = std::get_if<Decimal>(&value)) return number->to_json();
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return nullptr;
}

Result<Scalar> Expression::evaluate(const Scope& scope) const { return tram::evaluate(*root_, scope); }

}  // namespace tram
