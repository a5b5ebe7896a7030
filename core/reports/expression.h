// core/reports/expression.h: the one language of rules, computed fields, required_if and targets.
//
// No loops, no assignment, no clock, no input or output. Grammar, null rules and calls: docs/reporting.md,
// Expressions. Parsed once, evaluated often; an Expression is an immutable value, cheap to copy. Any thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/reports/decimal.h"

namespace tram {

// null, boolean, number, or text (dates are text).
using Scalar = std::variant<std::monostate, bool, Decimal, std::string>;
inline bool is_null(const Scalar& value) { return std::holds_alternative<std::monostate>(value); }
inline bool is_true(const Scalar& value) { return std::holds_alternative<bool>(value) && std::get<bool>(value); }
inline bool is_false(const Scalar& value) { return std::holds_alternative<bool>(value) && !std::get<bool>(value); }

// A list or object becomes its canonical text. Error bad_request for a number that Decimal does not hold.
Result<Scalar> scalar_from_json(const json::Value& value);
json::Value scalar_to_json(const Scalar& value);

using NamePath = std::vector<std::string>;        // "bm02.x" in steps
using RowList = std::vector<const json::Value*>;  // objects, in the order in which rows are shown

// What names mean during one evaluation. Values of a row inside `where` are read from the row itself.
class Scope {
 public:
  virtual ~Scope() = default;
  // "x", "prev.x", "bm02.x", "period.start", "given.x", "today". null when there is none.
  virtual Result<Scalar> value(const NamePath& path) const = 0;
  // Rows of a section: {"tasks"} or {"bm02", "tasks"}. Nothing when it is untouched or not known.
  virtual std::optional<RowList> rows(const NamePath& section) const = 0;
};

// One use of a name, for checks at load and for saying which fields a rule speaks of.
struct NameUse {
  NamePath path;      // of an aggregate: the section, "tasks" or "bm02.tasks"
  std::string field;  // of an aggregate: the field summed; empty for count
  bool aggregate = false;
  NamePath within;  // the section whose rows the surrounding `where` walks; empty outside
};

class Expression {
 public:
  // Error bad_request with the position (from 1) where it stopped making sense.
  static Result<Expression> parse(std::string_view text);

  // Error bad_request: operands of types that do not go together, or overflow.
  Result<Scalar> evaluate(const Scope& scope) const;

  const std::vector<NameUse>& names() const { return *names_; }
  const std::string& text() const { return *text_; }

  struct Node;

 private:
  std::shared_ptr<const Node> root_;
  std::shared_ptr<const std::vector<NameUse>> names_;
  std::shared_ptr<const std::string> text_;
};

}  // namespace tram
