// core/reports/validate_parts.h: one validation under way; for validate*.cpp only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/reports/validate.h"

namespace tram {

struct Words {
  std::string vi, en;
};

struct Validation {
  const Form& form;
  const json::Value& body;
  const ValidationContext& context;
  bool is_submission = false;
  bool ill_typed = false;  // shape or schema errors: a rule that cannot be evaluated is not worth telling
  Figures figures;         // values, rows and remarks of it may be read once the shape holds
  std::vector<Finding> findings;

  void add_error(std::string field, std::string rule, Words words);
  // A warning about these paths, remarked when one of them has a comment.
  void add_warning(std::vector<std::string> fields, std::string rule, Words words);
  bool has_remark(std::string_view path) const;
  const json::Value& part(std::string_view name) const { return body.at(std::string(name)); }  // values, rows, remarks

  // Does this side answer for the field?
  bool is_asked(const FormSection& section, const FormField& field) const;
};

inline std::string row_path(const FormSection& section, std::string_view row, std::string_view field) {
  return section.id + "/" + std::string(row) + "/" + std::string(field);
}

bool check_shape(Validation& v);  // false: nothing else can be looked at
void check_schema(Validation& v);
void check_required(Validation& v);
void check_references(Validation& v);
void check_row_keys(Validation& v);
void check_rules(Validation& v);
void check_computed(Validation& v);

}  // namespace tram
