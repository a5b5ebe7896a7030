// The first line is an expression, the second an object of what its names mean. Evaluating is repeatable; every name
// that is asked for was announced; an error speaks of a place in the text.
#include "core/reports/expression.h"

#include <algorithm>

#include "core/base/text.h"
#include "tests/fuzz/fuzz.h"

namespace tram::fuzzing {
namespace {

class Values final : public Scope {
 public:
  Values(const json::Value& object, const Expression& expression) : object_(object), expression_(expression) {}
  Result<Scalar> value(const NamePath& path) const override {
    CHECK(announced(path));
    const auto found = object_.find(path.back());
    return found == object_.end() ? Scalar() : scalar_from_json(*found);
  }
  std::optional<RowList> rows(const NamePath& section) const override {
    CHECK(announced(section));
    const json::Value* array = json::array_at(object_, section.back());
    if (array == nullptr) return std::nullopt;
    RowList rows;
    for (const json::Value& row : *array) {
      if (row.is_object()) rows.push_back(&row);
    }
    return rows;
  }

 private:
  bool announced(const NamePath& path) const {
    return std::any_of(expression_.names().begin(), expression_.names().end(),
                       [&](const NameUse& use) { return use.path == path; });
  }
  const json::Value& object_;
  const Expression& expression_;
};

}  // namespace

void fuzz(std::string_view input) {
  if (!is_utf8(input)) return;  // forms are JSON, which is
  const auto lines = cut(input, "\n", 2);
  const auto expression = Expression::parse(lines[0]);
  if (!expression) {
    CHECK(expression.error().code == ErrorCode::bad_request && !expression.error().message.empty());
    return;
  }
  CHECK(expression->text() == lines[0]);
  const auto object = json::parse_object(lines.size() == 2 ? lines[1] : "{}");
  const json::Value values = object.ok() ? *object : json::Value::object();
  const Values scope(values, *expression);
  const auto once = expression->evaluate(scope);
  const auto twice = expression->evaluate(scope);
  CHECK(once.ok() == twice.ok());
  if (!once) return;
  const json::Value shown = scalar_to_json(*once);
  CHECK(shown == scalar_to_json(*twice));
  CHECK(scalar_to_json(must(scalar_from_json(shown))) == shown);
}

}  // namespace tram::fuzzing
