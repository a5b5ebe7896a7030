#include "core/reports/expression.h"
#include "tests/support/catch.h"

using namespace tram;

namespace {

class TestScope : public Scope {
 public:
  explicit TestScope(std::string_view body) : body_(*json::parse(body)) {}
  Result<Scalar> value(const NamePath& path) const override {
    std::string name;
    for (const auto& step : path) name += (name.empty() ? "" : ".") + step;
    return body_.contains(name) ? scalar_from_json(body_.at(name)) : Result<Scalar>(Scalar{});
  }
  std::optional<RowList> rows(const NamePath& section) const override {
    const auto found = body_.find(section.back());
    if (found == body_.end()) return std::nullopt;
    RowList list;
    for (const auto& row : *found) list.push_back(&row);
    return list;
  }

 private:
  json::Value body_;
};

std::string eval(std::string_view text, std::string_view body = "{}") {
  const auto expression = Expression::parse(text);
  if (!expression) return "parse: " + expression.error().message;
  const auto value = expression->evaluate(TestScope(body));
  return value ? json::print(scalar_to_json(*value)) : "error";
}

}  // namespace

TEST_CASE("arithmetic follows the usual order and is exact") {
  CHECK(eval("1 + 2 * 3") == "7");
  CHECK(eval("(1 + 2) * 3") == "9");
  CHECK(eval("10 - 4 - 3") == "3");
  CHECK(eval("-2 * -3") == "6");
  CHECK(eval("0.1 + 0.2 = 0.3") == "true");
  CHECK(eval("100 * a / b", R"({"a":12,"b":28})") == "42.857143");
  CHECK(eval("99999999999999999999 * 99999999999999999999") == "error");
}

TEST_CASE("null spreads through arithmetic and comparison") {
  CHECK(eval("a + 1") == "null");
  CHECK(eval("a < 1") == "null");
  CHECK(eval("5 / 0") == "null");
  CHECK(eval("-a") == "null");
  CHECK(eval("a is null") == "true");
  CHECK(eval("a is not null") == "false");
  CHECK(eval("a in (1, 2)") == "null");
  CHECK(eval("a not in (1, 2)") == "null");
}

TEST_CASE("and and or and not are three-valued") {
  CHECK(eval("false and a") == "false");
  CHECK(eval("a and false") == "false");
  CHECK(eval("true and a") == "null");
  CHECK(eval("true or a") == "true");
  CHECK(eval("a or true") == "true");
  CHECK(eval("false or a") == "null");
  CHECK(eval("not a") == "null");
  CHECK(eval("not (1 > 2)") == "true");
  CHECK(eval("not 1 > 2") == "true");
}

TEST_CASE("texts compare for equality and dates have an order") {
  CHECK(eval("s = 'nghiem_thu'", R"({"s":"nghiem_thu"})") == "true");
  CHECK(eval("s in ('moi', 'dong')", R"({"s":"dong"})") == "true");
  CHECK(eval("s not in ('moi', 'dong')", R"({"s":"khac"})") == "true");
  CHECK(eval("d >= '2024-01-01'", R"({"d":"2024-06-17"})") == "true");
  CHECK(eval("'b' > 'a'") == "error");
  CHECK(eval("s = 1", R"({"s":"1"})") == "error");
  CHECK(eval("s = 'Hòa'", "{\"s\":\"Ho\u0300a\"}") == "true");  // decomposed
}

TEST_CASE("aggregates count what is there and know untouched from empty") {
  const char* rows = R"({"tasks":[{"x":3,"s":"A b"},{"x":null,"s":"a B"},{"x":5},{"s":"đ","f":true}]})";
  CHECK(eval("count(tasks)", rows) == "4");
  CHECK(eval("count(tasks where x > 3)", rows) == "1");
  CHECK(eval("count(tasks where f)", rows) == "1");
  CHECK(eval("count(tasks where x is null)", rows) == "2");
  CHECK(eval("sum(tasks.x)", rows) == "8");
  CHECK(eval("min(tasks.x)", rows) == "3");
  CHECK(eval("max(tasks.x)", rows) == "5");
  CHECK(eval("distinct(tasks.s)", rows) == "2");
  CHECK(eval("count(tasks)", R"({"tasks":[]})") == "0");
  CHECK(eval("distinct(tasks.s)", R"({"tasks":[]})") == "0");
  CHECK(eval("sum(tasks.x)", R"({"tasks":[]})") == "null");
  CHECK(eval("count(tasks)") == "null");
  CHECK(eval("count(tasks where d >= period.start)", R"({"tasks":[{"d":"2024-05-01"}],"period.start":"2024-04-15"})") ==
        "1");
}

TEST_CASE("calls") {
  CHECK(eval("total(1, a, 2)") == "3");
  CHECK(eval("total(a, a)") == "null");
  CHECK(eval("coalesce(a, 7)") == "7");
  CHECK(eval("round(2.345, 2)") == "2.35");
  CHECK(eval("year('2024-06-17') + 1") == "2025");
  CHECK(eval("add_months('2024-01-31', 1)") == "\"2024-02-29\"");
  CHECK(eval("add_months('2024-12-15', 36)") == "\"2027-12-15\"");
  CHECK(eval("add_months('2024-01-15', -1)") == "\"2023-12-15\"");
  CHECK(eval("year(a)") == "null");
}

TEST_CASE("a text that is not an expression is refused with its position") {
  CHECK(eval("a +") == "parse: position 4: a value is expected");
  CHECK(eval("a = 'x") == "parse: position 6: the text has no closing quote");
  CHECK(eval("a b") == "parse: position 3: nothing more is expected here");
  CHECK(eval("(a") == "parse: position 3: ')' is expected");
  CHECK(eval("1 < 2 < 3").starts_with("parse: position 7"));
  CHECK(eval("count(tasks where count(tasks) > 1)").starts_with("parse:"));
  CHECK(eval("sum(tasks)").starts_with("parse:"));
  CHECK(eval("round(1)").starts_with("parse:"));
  CHECK(eval("and 1").starts_with("parse:"));
  CHECK(eval("").starts_with("parse:"));
  CHECK(eval(std::string(5000, '(')).starts_with("parse:"));
  CHECK(eval(std::string(3000, '(')).starts_with("parse:"));
  CHECK(eval(std::string(3000, '-') + "1").starts_with("parse:"));
}

TEST_CASE("an expression tells which names it uses") {
  const auto expression = Expression::parse("a + prev.b > count(tasks where c = 1) or sum(bm02.tasks.x) > 0");
  REQUIRE(expression);
  const auto& names = expression->names();
  REQUIRE(names.size() == 5);
  CHECK(names[0].path == NamePath{"a"});
  CHECK(names[1].path == NamePath{"prev", "b"});
  CHECK((names[2].aggregate && names[2].path == NamePath{"tasks"}));
  CHECK((names[3].path == NamePath{"c"} && names[3].within == NamePath{"tasks"}));
  CHECK((names[4].path == NamePath{"bm02", "tasks"} && names[4].field == "x"));
}
