#include "core/reports/form_check.h"

#include <functional>
#include <set>

namespace tram {
namespace {

// What an expression may name: a computed field this report and `period` alone, so that every copy computes alike.
enum class Reach { this_report, anything };

Error unknown_name(const Expression& expression, const NamePath& path) {
  std::string name;
  for (const std::string& step : path) name += (name.empty() ? "" : ".") + step;
  return error(ErrorCode::bad_request, "'" + expression.text() + "' names '" + name + "', which is not known here");
}

bool known_value(const Form& form, const NamePath& path, const FormSection* row_scope, Reach reach) {
  if (path.size() == 1) {
    if (path[0] == "today") return reach == Reach::anything;
    return row_scope != nullptr ? row_scope->field(path[0]) != nullptr : form.field(path[0]) != nullptr;
  }
  if (path.size() != 2) return false;
  const std::string& first = path[0];
  if (first == "period") return path[1] == "start" || path[1] == "end" || path[1] == "year" || path[1] == "kind";
  if (reach == Reach::this_report) return false;
  if (first == "prev") return form.field(path[1]) != nullptr;
  return first == "given" || form.section(first) == nullptr;  // else another form, which check_other_forms looks up
}

Status check_names(const Form& form, const Expression& expression, const FormSection* row_scope, Reach reach) {
  for (const NameUse& use : expression.names()) {
    if (use.aggregate) {
      if (use.path.size() == 2 && reach == Reach::anything) continue;
      const FormSection* section = use.path.size() == 1 ? form.rows_section(use.path[0]) : nullptr;
      if (section == nullptr) return unknown_name(expression, use.path);
      if (!use.field.empty() && section->field(use.field) == nullptr)
        return unknown_name(expression, {use.path[0], use.field});
      continue;
    }
    if (use.within.size() == 2 && use.path.size() == 1) continue;  // a row of another form
    const FormSection* scope = use.within.empty() ? row_scope : form.rows_section(use.within[0]);
    if (!known_value(form, use.path, scope, reach)) return unknown_name(expression, use.path);
  }
  return {};
}

Status check_field(const Form& form, const FormSection& section, const FormField& field) {
  const FormSection* row_scope = section.rows ? &section : nullptr;
  if (field.required_if) RETURN_IF_ERROR(check_names(form, *field.required_if, row_scope, Reach::anything));
  if (field.computed && field.computed_if_listed) {
    return error(ErrorCode::bad_request, "has both computed and computed_if_listed");
  }
  if (field.computed_if_listed) {
    if (section.rows) return error(ErrorCode::bad_request, "computed_if_listed belongs to fields outside rows");
    RETURN_IF_ERROR(check_names(form, *field.computed_if_listed, nullptr, Reach::this_report));
  }
  if (field.computed) {
    RETURN_IF_ERROR(check_names(form, *field.computed, row_scope, Reach::this_report));
    for (const NameUse& use : field.computed->names()) {
      if (section.rows && use.aggregate)
        return error(ErrorCode::bad_request, "a row is computed from its own fields only");
    }
  }
  const bool recomputes = field.across_units == Combine::recompute || field.across_time == Combine::recompute;
  if (recomputes && !field.computed && !field.computed_if_listed) {
    return error(ErrorCode::bad_request, "recompute needs computed or computed_if_listed");
  }
  const std::string& day = field.reference.valid_on;
  const FormField* beside = section.rows ? section.field(day) : form.field(day);
  if (!day.empty() && day != "period.end" && beside == nullptr) {
    return error(ErrorCode::bad_request, "ref.valid_on names '" + day + "', which is not known here");
  }
  return {};
}

const Expression* calculation_of(const FormField& field) {
  if (field.computed) return &*field.computed;
  return field.computed_if_listed ? &*field.computed_if_listed : nullptr;
}

// Depth-first order of `wanted`, each after what it reads; read(i) lists the others that i reads.
Result<std::vector<std::size_t>> in_order(std::size_t count,
                                          const std::function<std::vector<std::size_t>(std::size_t)>& read) {
  enum class Mark { fresh, open, done };
  std::vector<Mark> marks(count, Mark::fresh);
  std::vector<std::size_t> order;
  std::function<bool(std::size_t)> visit = [&](std::size_t i) {
    if (marks[i] == Mark::done) return true;
    if (marks[i] == Mark::open) return false;
    marks[i] = Mark::open;
    for (const std::size_t other : read(i)) {
      if (!visit(other)) return false;
    }
    marks[i] = Mark::done;
    order.push_back(i);
    return true;
  };
  for (std::size_t i = 0; i < count; ++i) {
    if (!visit(i)) return error(ErrorCode::bad_request, "computed fields run in a circle");
  }
  return order;
}

// Indices into `fields` of the calculated fields that the expression reads by plain names.
std::vector<std::size_t> reads(const std::vector<const FormField*>& fields, const Expression& expression) {
  std::vector<std::size_t> found;
  for (const NameUse& use : expression.names()) {
    if (use.aggregate || !use.within.empty() || use.path.size() != 1) continue;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (fields[i]->id == use.path[0]) found.push_back(i);
    }
  }
  return found;
}

Result<std::vector<std::size_t>> order_fields(const std::vector<const FormField*>& calculated) {
  return in_order(calculated.size(), [&](std::size_t i) { return reads(calculated, *calculation_of(*calculated[i])); });
}

Status order_rows(FormSection& section) {
  std::vector<const FormField*> calculated;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < section.fields.size(); ++i) {
    if (!section.fields[i].computed) continue;
    calculated.push_back(&section.fields[i]);
    places.push_back(i);
  }
  ASSIGN_OR_RETURN(const auto order, order_fields(calculated));
  for (const std::size_t i : order) section.computing_order.push_back(places[i]);
  return {};
}

Status order_report(Form& form) {
  std::vector<const FormField*> calculated;
  std::vector<std::pair<std::size_t, std::size_t>> places;
  for (std::size_t s = 0; s < form.sections.size(); ++s) {
    for (std::size_t f = 0; f < form.sections[s].fields.size(); ++f) {
      const FormField& field = form.sections[s].fields[f];
      if (form.sections[s].rows || calculation_of(field) == nullptr) continue;
      calculated.push_back(&field);
      places.emplace_back(s, f);
    }
  }
  ASSIGN_OR_RETURN(const auto order, order_fields(calculated));
  for (const std::size_t i : order) form.computing_order.push_back(places[i]);
  return {};
}

// Rows copied from elsewhere carry the province's fields with them, so those are there to be read.
bool is_of_province(const FormSection& section, const FormField* field) {
  if (field == nullptr || section.filled_from.size() > 0) return false;
  return field->writer == Writer::province || field->needs_province;
}

bool reads_province(const Form& form, const FormSection& section, const Expression& expression) {
  for (const NameUse& use : expression.names()) {
    const FormSection* rows = use.aggregate         ? form.rows_section(use.path[0])
                              : !use.within.empty() ? form.rows_section(use.within[0])
                              : section.rows        ? &section
                                                    : nullptr;
    const std::string& name = use.aggregate ? use.field : use.path[0];
    if (rows != nullptr ? is_of_province(*rows, rows->field(name)) : is_of_province(section, form.field(name)))
      return true;
  }
  return false;
}

void mark_province(Form& form) {
  for (FormSection& section : form.sections) {
    for (const std::size_t f : section.computing_order) {
      section.fields[f].needs_province = reads_province(form, section, *section.fields[f].computed);
    }
  }
  for (const auto& [s, f] : form.computing_order) {
    FormField& field = form.sections[s].fields[f];
    if (field.computed) field.needs_province = reads_province(form, form.sections[s], *field.computed);
  }
}

Error at(const Form& form, const std::string& place, const Error& cause) {
  return cause.within(form.code + " " + place);
}

Status check_ids(const Form& form) {
  std::set<std::string> sections, fields = {"today", "period", "prev", "given"};
  for (const FormSection& section : form.sections) {
    if (!sections.insert(section.id).second) {
      return error(ErrorCode::bad_request, form.code + ": section " + section.id + " is there twice");
    }
    for (const FormField& field : section.fields) {
      if (!fields.insert(field.id).second) {
        return error(ErrorCode::bad_request,
                     form.code + ": field " + field.id + " is there twice, or its name is reserved");
      }
    }
    for (const auto& alternative : section.row_key) {
      for (const std::string& name : alternative) {
        if (section.field(name) == nullptr) {
          return error(ErrorCode::bad_request, form.code + " " + section.id + ": row_key names '" + name + "'");
        }
      }
    }
  }
  return {};
}

Status check_use_elsewhere(const NameUse& use, const FormsByCode& forms) {
  const NamePath& path = use.aggregate || use.within.empty() ? use.path : use.within;
  if (path.size() < 2 || path[0] == "period" || path[0] == "prev" || path[0] == "given") return {};
  const auto other = forms.find(path[0]);
  bool known = other != forms.end() && path.size() == 2;
  if (known && (use.aggregate || !use.within.empty())) {
    const FormSection* section = other->second->rows_section(path[1]);
    const std::string& name = use.aggregate ? use.field : use.path[0];
    known = section != nullptr && (name.empty() || name == "today" || use.path.size() > 1 + (use.aggregate ? 1u : 0u) ||
                                   section->field(name) != nullptr);
  } else if (known) {
    known = other->second->field(path[1]) != nullptr;
  }
  if (known) return {};
  return error(ErrorCode::bad_request,
               "names '" + path[0] + "." + (path.size() > 1 ? path[1] : "") + "', which no form has");
}

}  // namespace

Status check_form(Form& form) {
  RETURN_IF_ERROR(check_ids(form));
  for (FormSection& section : form.sections) {
    for (const FormField& field : section.fields) {
      if (Status checked = check_field(form, section, field); !checked)
        return at(form, section.id + "/" + field.id, checked.error());
    }
    if (Status ordered = section.rows ? order_rows(section) : Status{}; !ordered)
      return at(form, section.id, ordered.error());
  }
  if (Status ordered = order_report(form); !ordered) return ordered.error().within(form.code);
  mark_province(form);
  for (const FormRule& rule : form.rules) {
    const FormSection* scope = rule.scope == "report" ? nullptr : form.rows_section(rule.scope);
    if (rule.scope != "report" && scope == nullptr)
      return error(ErrorCode::bad_request, rule.id + ": unknown scope " + rule.scope);
    if (Status checked = check_names(form, *rule.assertion, scope, Reach::anything); !checked) {
      return at(form, "rule " + rule.id, checked.error());
    }
  }
  return {};
}

Status check_formula(const Expression& formula, const FormsByCode& forms) {
  for (const NameUse& use : formula.names()) {
    if (Status known = check_use_elsewhere(use, forms); !known) return known.error().within("'" + formula.text() + "'");
  }
  return {};
}

Status check_other_forms(const Form& form, const FormsByCode& forms) {
  for (const FormRule& rule : form.rules) {
    if (Status known = check_formula(*rule.assertion, forms); !known) return at(form, "rule " + rule.id, known.error());
  }
  for (const FormSection& section : form.sections) {
    for (const FormField& field : section.fields) {
      if (!field.required_if) continue;
      if (Status known = check_formula(*field.required_if, forms); !known)
        return at(form, section.id + "/" + field.id, known.error());
    }
  }
  return {};
}

}  // namespace tram
