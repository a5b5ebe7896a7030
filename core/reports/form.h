// core/reports/form.h: a form: what an office is asked, and the rules that its answers keep.
//
// Forms are data (`form:<code>:<version>`, keywords in docs/reporting.md, Forms). A form is refused as a whole when
// an expression does not parse, a name is unknown, computed fields run in a circle, or a schema has a keyword we do
// not read; the error says at which section and field. An immutable value once loaded; any thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/reports/expression.h"
#include "core/reports/period.h"
#include "core/reports/schema.h"

namespace tram {

enum class Writer { office, province, program };
enum class Required { no, submit, issue };
// How values of many reports become one (docs/reporting.md, Consolidation).
enum class Combine { none, sum, max, min, latest, union_rows, same, recompute, collate };

struct Choice {
  std::string value, label_vi, label_en;
};

struct Reference {
  std::string to;             // "unit", "rows", "user"; empty: none
  std::string valid_on;       // unit: "period.end" or a field beside it
  std::string form, section;  // rows
};

struct FormField {
  std::string id, label_vi, label_en;
  std::string kind;              // chooses the widget: count, money, decimal, percent, text, longtext, date, ...
  std::string unit;              // "đồng"; empty without
  std::optional<Schema> schema;  // always there after load
  std::optional<int> decimals;
  std::vector<Choice> choices;
  Reference reference;
  Writer writer = Writer::office;
  Required required = Required::no;
  std::optional<Expression> required_if, computed, computed_if_listed;
  std::string scenario;   // "ACTUAL", "ESTIMATE", "PLAN" or empty
  std::string generated;  // "uuid", "code" or empty
  bool personal = false;
  int remind_days_before = 0;
  Combine across_units = Combine::none, across_time = Combine::none;
  // A computed field that reads what only the province writes: nothing an office can submit, and not consolidated.
  bool needs_province = false;

  std::string_view choice_label_vi(std::string_view value) const;  // the value itself when it has no label
};

struct FormSection {
  std::string id, label_vi, label_en;
  bool rows = false;  // kind "rows"; otherwise "fields"
  bool asked_of_province = false;
  std::vector<FormField> fields;
  // Of rows:
  std::vector<std::vector<std::string>> row_key;
  bool required = false;    // must be touched before submission
  std::string filled_from;  // document type its rows are copied from at submission; empty: typed
  std::size_t rows_max = 2000;
  Combine across_units = Combine::union_rows, across_time = Combine::union_rows;
  std::vector<std::size_t> computing_order;  // fields of a row with `computed`, each after those it reads

  const FormField* field(std::string_view id) const;
};

struct FormRule {
  std::string id;
  std::string scope;                    // "report" or the id of a rows section
  std::optional<Expression> assertion;  // always there after load
  bool warning = false;                 // else an error
  std::string message_vi, message_en;
  bool confirm = false;  // its legal basis is still to be confirmed by the province
};

// Where a field of a report is: "field", or "section/row/field" for one of a row (section and row are
// empty for the first). Views of the text that was parsed; nullopt: it has neither shape.
struct FieldPath {
  std::string_view section, row, field;

  static std::optional<FieldPath> parse(std::string_view path);
};

struct Form {
  std::string code, name, status, label_vi, label_en;
  int version = 1;
  std::vector<PeriodKind> frequencies;
  Cutoff cutoff = Cutoff::nd09;
  std::vector<FormSection> sections;
  std::vector<FormRule> rules;
  // Report fields with an expression, each after those it reads: (section index, field index).
  std::vector<std::pair<std::size_t, std::size_t>> computing_order;

  std::string id() const;  // "form:bm02:1"
  bool allows(PeriodKind kind) const;
  const FormSection* section(std::string_view id) const;  // of either kind
  const FormSection* rows_section(std::string_view id) const;
  const FormField* field(std::string_view id) const;               // a report field, of a "fields" section
  const FormSection* section_of(std::string_view field_id) const;  // the "fields" section that holds it
  // "models_count", or "tasks/0001-5f0c9a21/status" for a row's field: as remarks and review reasons name them.
  const FormField* field_at(std::string_view path) const;
};

// Error bad_request: "bm02 tasks/status: ...". Unknown keywords of our own are ignored, unknown schema keywords not.
Result<Form> load_form(const json::Value& form);

// Names of other forms ("bm02.x"), which load_form cannot know: all of them exist. Error bad_request names the first
// that does not.
using FormsByCode = std::map<std::string, const Form*, std::less<>>;
Status check_other_forms(const Form& form, const FormsByCode& forms);
// The same for one expression over consolidated reports, such as the formula of a target.
Status check_formula(const Expression& formula, const FormsByCode& forms);

std::string_view name_of(Combine combine);

}  // namespace tram
