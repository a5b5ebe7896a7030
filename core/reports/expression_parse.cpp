#include <utility>

#include "core/base/text.h"
#include "core/reports/expression_node.h"

namespace tram {
namespace {

constexpr std::size_t kTextMax = 4000;
constexpr int kDepthMax = 60;

bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_keyword(std::string_view word) {
  for (const std::string_view keyword : {"and", "or", "not", "in", "is", "null", "true", "false", "where"}) {
    if (word == keyword) return true;
  }
  return false;
}

struct Call {
  std::string_view name;
  Op op;
  bool aggregate;
  std::size_t args_min, args_max;
};
constexpr Call kCalls[] = {
    {"count", Op::count, true, 0, 0},
    {"sum", Op::sum, true, 0, 0},
    {"min", Op::min, true, 0, 0},
    {"max", Op::max, true, 0, 0},
    {"distinct", Op::distinct, true, 0, 0},
    {"total", Op::total, false, 1, 100},
    {"round", Op::round, false, 2, 2},
    {"year", Op::year, false, 1, 1},
    {"add_months", Op::add_months, false, 2, 2},
    {"coalesce", Op::coalesce, false, 1, 100},
};

const Call* call_named(std::string_view name) {
  for (const Call& call : kCalls) {
    if (call.name == name) return &call;
  }
  return nullptr;
}

// Recursive descent, one function a rule of the grammar. After the first error everything answers an empty node.
class Parser {
 public:
  using Node = Expression::Node;

  explicit Parser(std::string_view text) : text_(text) {}

  Result<Node> parse() {
    if (text_.size() > kTextMax) return error(ErrorCode::bad_request, "the expression is longer than 4000 characters");
    Node node = expr();
    skip_space();
    if (!failed_ && at_ < text_.size()) fail("nothing more is expected here");
    if (failed_) return error(ErrorCode::bad_request, "position " + std::to_string(failed_at_ + 1) + ": " + message_);
    return node;
  }

  std::vector<NameUse> names;

 private:
  void fail(std::string message) {
    if (failed_) return;
    failed_ = true;
    failed_at_ = at_;
    message_ = std::move(message);
  }

  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n')) ++at_;
  }

  bool take(std::string_view symbol) {
    skip_space();
    if (failed_ || !text_.substr(at_).starts_with(symbol)) return false;
    at_ += symbol.size();
    return true;
  }

  std::string_view peek_word() {
    skip_space();
    if (failed_ || at_ >= text_.size() || !is_name_start(text_[at_])) return {};
    std::size_t end = at_;
    while (end < text_.size() && (is_name_start(text_[end]) || is_digit(text_[end]))) ++end;
    return text_.substr(at_, end - at_);
  }

  bool take_word(std::string_view word) {
    if (peek_word() != word) return false;
    at_ += word.size();
    return true;
  }

  static Node binary(Op op, Node left, Node right) {
    Node node;
    node.op = op;
    node.args.push_back(std::move(left));
    node.args.push_back(std::move(right));
    return node;
  }

  static Node unary(Op op, Node only) {
    Node node;
    node.op = op;
    node.args.push_back(std::move(only));
    return node;
  }

  Node expr() {
    if (++depth_ > kDepthMax) fail("too deeply nested");
    Node left = conjunction();
    while (take_word("or")) left = binary(Op::logic_or, std::move(left), conjunction());
    --depth_;
    return left;
  }

  Node conjunction() {
    Node left = negation();
    while (take_word("and")) left = binary(Op::logic_and, std::move(left), negation());
    return left;
  }

  Node negation() {
    if (!take_word("not")) return comparison();
    if (++depth_ > kDepthMax) fail("too deeply nested");
    Node node = failed_ ? Node{} : unary(Op::logic_not, negation());
    --depth_;
    return node;
  }

  Node comparison() {
    Node left = sum();
    static constexpr std::pair<std::string_view, Op> kSymbols[] = {{"!=", Op::unequal},       {"<=", Op::less_equal},
                                                                   {">=", Op::greater_equal}, {"=", Op::equal},
                                                                   {"<", Op::less},           {">", Op::greater}};
    for (const auto& [symbol, op] : kSymbols) {
      if (take(symbol)) return binary(op, std::move(left), sum());
    }
    if (take_word("is")) {
      const bool inverted = take_word("not");
      if (!take_word("null")) fail("'null' is expected after 'is'");
      Node node = unary(Op::is_null, std::move(left));
      return inverted ? unary(Op::logic_not, std::move(node)) : node;
    }
    const std::size_t before = at_;
    const bool inverted = take_word("not");
    if (take_word("in")) return members(std::move(left), inverted);
    at_ = before;
    return left;
  }

  Node members(Node left, bool inverted) {
    Node node = unary(Op::in, std::move(left));
    if (!take("(")) fail("'(' is expected after 'in'");
    do {
      node.args.push_back(literal());
    } while (take(","));
    if (!take(")")) fail("')' is expected");
    return inverted ? unary(Op::logic_not, std::move(node)) : node;
  }

  Node sum() {
    Node left = product();
    for (;;) {
      if (take("+"))
        left = binary(Op::add, std::move(left), product());
      else if (take("-"))
        left = binary(Op::subtract, std::move(left), product());
      else
        return left;
    }
  }

  Node product() {
    Node left = signed_value();
    for (;;) {
      if (take("*"))
        left = binary(Op::multiply, std::move(left), signed_value());
      else if (take("/"))
        left = binary(Op::divide, std::move(left), signed_value());
      else
        return left;
    }
  }

  Node signed_value() {
    if (!take("-")) return primary();
    if (++depth_ > kDepthMax) fail("too deeply nested");
    Node node = failed_ ? Node{} : unary(Op::negate, signed_value());
    --depth_;
    return node;
  }

  Node primary() {
    if (take("(")) {
      Node inner = expr();
      if (!take(")")) fail("')' is expected");
      return inner;
    }
    const std::string_view word = peek_word();
    if (word.empty() || word == "true" || word == "false" || word == "null") return literal();
    if (is_keyword(word)) {
      fail("'" + std::string(word) + "' cannot stand here");
      return {};
    }
    if (const Call* found = call_named(word)) {
      const std::size_t before = at_;
      at_ += word.size();
      if (take("(")) return found->aggregate ? aggregate(*found) : call(*found);
      at_ = before;
    }
    Node node;
    node.op = Op::name;
    node.path = path();
    names.push_back({node.path, "", false, within_});
    return node;
  }

  Node literal() {
    skip_space();
    Node node;
    if (take_word("true"))
      node.literal = true;
    else if (take_word("false"))
      node.literal = false;
    else if (take_word("null"))
      node.literal = std::monostate{};
    else if (take("'"))
      node.literal = quoted();
    else
      node.literal = number();
    return node;
  }

  std::string quoted() {
    const std::size_t end = text_.find('\'', at_);
    if (end == std::string_view::npos) {
      fail("the text has no closing quote");
      return {};
    }
    std::string text = nfc(text_.substr(at_, end - at_));
    at_ = end + 1;
    return text;
  }

  Decimal number() {
    std::size_t end = at_;
    if (end < text_.size() && text_[end] == '-') ++end;
    while (end < text_.size() && (is_digit(text_[end]) || text_[end] == '.')) ++end;
    const auto parsed = Decimal::parse(text_.substr(at_, end - at_));
    if (!parsed) {
      fail(end == at_ ? "a value is expected" : parsed.error().message);
      return {};
    }
    at_ = end;
    return *parsed;
  }

  NamePath path() {
    NamePath steps;
    do {
      const std::string_view word = peek_word();
      if (word.empty() || is_keyword(word)) {
        fail("a name is expected");
        return steps;
      }
      steps.emplace_back(word);
      at_ += word.size();
    } while (at_ < text_.size() && text_[at_] == '.' && ++at_ > 0);
    if (steps.size() > 3) fail("a name has at most three parts");
    return steps;
  }

  Node aggregate(const Call& which) {
    if (!within_.empty()) fail("an aggregate cannot stand inside 'where'");
    Node node;
    node.op = which.op;
    node.path = path();
    if (which.op != Op::count) {
      if (node.path.size() < 2)
        fail("'" + std::string(which.name) + "' needs a field of a section, such as tasks.x");
      else {
        node.field = node.path.back();
        node.path.pop_back();
      }
    } else if (node.path.size() > 2) {
      fail("'count' needs a section");
    }
    names.push_back({node.path, node.field, true, {}});
    if (take_word("where")) {
      within_ = node.path;
      node.args.push_back(expr());
      within_.clear();
    }
    if (!take(")")) fail("')' is expected");
    return node;
  }

  Node call(const Call& which) {
    Node node;
    node.op = which.op;
    do {
      node.args.push_back(expr());
    } while (take(","));
    if (node.args.size() < which.args_min || node.args.size() > which.args_max) {
      fail("'" + std::string(which.name) + "' takes another number of values");
    }
    if (!take(")")) fail("')' is expected");
    return node;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
  NamePath within_;
  bool failed_ = false;
  std::size_t failed_at_ = 0;
  std::string message_;
};

}  // namespace

Result<Expression> Expression::parse(std::string_view text) {
  Parser parser(text);
  ASSIGN_OR_RETURN(Node root, parser.parse());
  Expression expression;
  expression.root_ = std::make_shared<const Node>(std::move(root));
  expression.names_ = std::make_shared<const std::vector<NameUse>>(std::move(parser.names));
  expression.text_ = std::make_shared<const std::string>(text);
  return expression;
}

}  // namespace tram
