// core/reports/expression_node.h: the tree behind an Expression; for expression*.cpp only.
#pragma once

#include <string>
#include <vector>

#include "core/reports/expression.h"

namespace tram {

enum class Op {
  literal,
  name,
  logic_or,
  logic_and,
  logic_not,
  equal,
  unequal,
  less,
  less_equal,
  greater,
  greater_equal,
  in,
  is_null,
  add,
  subtract,
  multiply,
  divide,
  negate,
  count,
  sum,
  min,
  max,
  distinct,  // aggregates: path is the section; args[0], if any, the `where`
  total,
  round,
  year,
  add_months,
  coalesce,
};

struct Expression::Node {
  Op op = Op::literal;
  Scalar literal;
  NamePath path;
  std::string field;  // of an aggregate
  std::vector<Node> args;
};

}  // namespace tram
