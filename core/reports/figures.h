// core/reports/figures.h: a report with its computed fields calculated, and the scope in which its rules are judged.
// Pure; any thread. A scope must not outlive what it was made of.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/reports/expression.h"
#include "core/reports/form.h"
#include "core/reports/period.h"

namespace tram {

struct Figures {
  json::Value values = json::Value::object();  // typed ones, and over them computed and listed ones; no needs_province
  json::Value rows = json::Value::object();    // section -> row id -> fields, with computed ones
  json::Value computed = json::Value::object();  // only the fields with `computed`
  json::Value listed = json::Value::object();    // only fields with computed_if_listed whose rows are listed
  struct Failure {
    std::string field;    // path
    std::string message;  // why its expression could not be evaluated; the value is null then
  };
  std::vector<Failure> failures;
};

// body: a report, a submission or a consolidated report (values, rows). Null results of `computed` are left out.
// `by_province`: a report of the province itself, where what it writes is there to be read.
Figures complete(const Form& form, const json::Value& body, const Period& period, const Window& window,
                 bool by_province = false);

// What expressions may see beside the report itself. Pointers may be null: then those names are null.
struct Surroundings {
  Period period;
  Window window;
  std::string today;                                          // ISO day, from the caller's clock; empty: null
  const Figures* previous = nullptr;                          // prev.x
  std::map<std::string, const Figures*, std::less<>> others;  // bm02.x, by form code
  json::Value given = json::Value::object();                  // given.x
};

class ReportScope : public Scope {
 public:
  ReportScope(const Figures& figures, const Surroundings& around) : figures_(figures), around_(around) {}
  Result<Scalar> value(const NamePath& path) const override;
  std::optional<RowList> rows(const NamePath& section) const override;

 private:
  const Figures& figures_;
  const Surroundings& around_;
};

// A rows scope: single names are fields of the row (and `today`), the rest as in the report around it.
class RowScope : public Scope {
 public:
  RowScope(const json::Value& row, const Scope& report) : row_(row), report_(report) {}
  Result<Scalar> value(const NamePath& path) const override;
  std::optional<RowList> rows(const NamePath& section) const override { return report_.rows(section); }

 private:
  const json::Value& row_;
  const Scope& report_;
};

// One computed field: the result of its expression, rounded once, at the end, to its decimals. Error of evaluation.
Result<json::Value> calculate(const Expression& expression, const FormField& field, const Scope& scope);

// What makes rows of different reports the same thing: the first alternative of the section's row_key without an
// empty field, folded; nothing when only the row's own id is left.
std::optional<std::string> row_key(const FormSection& section, const json::Value& row);

}  // namespace tram
