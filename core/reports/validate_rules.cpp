#include <algorithm>
#include <map>

#include "core/reports/validate_parts.h"

namespace tram {
namespace {

// The day on which a reference must hold: the end of the data window, or what a field beside it says.
std::string day_of(const Validation& v, const FormField& field, const json::Value& beside) {
  const std::string end = v.context.around.window.end.text();
  if (field.reference.valid_on.empty() || field.reference.valid_on == "period.end") return end;
  return json::string_at(beside, field.reference.valid_on).value_or(end);
}

void check_unit(Validation& v, const FormField& field, const std::string& path, const json::Value& value,
                const json::Value& beside) {
  if (v.context.units == nullptr) return;
  const std::string day = day_of(v, field, beside);
  const auto check = [&](const json::Value& code) {
    if (!code.is_string() || v.context.units->find(code.get<std::string>(), day) != nullptr) return;
    const std::string name = code.get<std::string>();
    v.add_error(path, "reference",
                {"Mã đơn vị " + name + " không có hiệu lực ngày " + day + ".",
                 "Unit " + name + " is not valid on " + day + "."});
  };
  if (!value.is_array()) return check(value);
  for (const auto& code : value) check(code);
}

bool names_row(const json::Value& rows, const std::string& wanted) {
  for (const auto& [id, row] : rows.items()) {
    if (id == wanted) return true;
    for (const auto& value : row) {
      if (value == wanted) return true;
    }
  }
  return false;
}

void check_row_reference(Validation& v, const FormField& field, const std::string& path, const json::Value& value) {
  const auto other = v.context.around.others.find(field.reference.form);
  if (!value.is_string() || other == v.context.around.others.end() || other->second == nullptr) return;
  const auto* rows = json::object_at(other->second->rows, field.reference.section);
  if (rows != nullptr && names_row(*rows, value.get<std::string>())) return;
  v.add_warning({path}, "reference",
                {"Không tìm thấy dòng được dẫn chiếu ở biểu " + field.reference.form + ".",
                 "The row referred to is not in form " + field.reference.form + "."});
}

void check_reference(Validation& v, const FormField& field, const std::string& path, const json::Value& beside) {
  const auto found = beside.find(field.id);
  if (found == beside.end() || found->is_null()) return;
  if (field.reference.to == "unit") check_unit(v, field, path, *found, beside);
  if (field.reference.to == "rows") check_row_reference(v, field, path, *found);
}

// Who follows, by the map of the reform; empty: not known.
std::string followers(const UnitLinks* links) {
  std::string names;
  if (links == nullptr) return names;
  for (const auto& [code, link] : links->successors)
    names += (names.empty() ? "" : ", ") + link.name + " (" + code + ")";
  return names;
}

void check_own_unit(Validation& v) {
  const auto* unit = json::object_at(v.body, "unit");
  if (unit == nullptr || v.context.units == nullptr) return;
  const std::string code = json::string_at(*unit, "code").value_or("");
  const Unit* known = v.context.units->exact(code, json::string_at(*unit, "valid_from").value_or(""));
  const std::string day = v.context.around.window.end.text();
  if (known != nullptr && known->valid_on(day)) return;
  Words message{"Đơn vị " + code + " không có hiệu lực ngày " + day + ".",
                "Unit " + code + " is not valid on " + day + "."};
  if (known != nullptr && !known->valid_to.empty() && known->valid_to < day) {
    const std::string names = followers(v.context.links);
    message = {"Đơn vị " + known->name_vi + " (" + code + ") đã kết thúc ngày " + known->valid_to +
                   "; kỳ này do đơn vị kế tiếp báo cáo" +
                   (names.empty() ? "." : ", theo danh mục sắp xếp: " + names + "."),
               "Unit " + known->name_vi + " (" + code + ") ended on " + known->valid_to +
                   "; its successor reports this period" +
                   (names.empty() ? "." : ", by the list of the reform: " + names + ".")};
  }
  v.add_error("", "reference", message);
}

// Paths of the fields that a rule names in its own scope.
std::vector<std::string> fields_of(const FormRule& rule, const std::string& prefix) {
  std::vector<std::string> paths;
  for (const NameUse& use : rule.assertion->names()) {
    if (use.aggregate || !use.within.empty() || use.path.size() != 1 || use.path[0] == "today") continue;
    const std::string path = prefix + use.path[0];
    if (std::find(paths.begin(), paths.end(), path) == paths.end()) paths.push_back(path);
  }
  return paths;
}

void judge(Validation& v, const FormRule& rule, const Scope& scope, const std::string& prefix) {
  const auto result = rule.assertion->evaluate(scope);
  if (!result && v.ill_typed) return;
  if (result && !is_false(*result)) return;
  Words words{rule.message_vi, rule.message_en};
  if (!result)
    words = {"Không tính được điều kiện kiểm tra.", "The rule cannot be evaluated: " + result.error().message + "."};
  auto fields = fields_of(rule, prefix);
  if (rule.warning) return v.add_warning(std::move(fields), rule.id, std::move(words));
  v.add_error(fields.empty() ? "" : fields.front(), rule.id, std::move(words));
  if (!fields.empty()) v.findings.back().fields = std::move(fields);
}

}  // namespace

void check_references(Validation& v) {
  check_own_unit(v);
  for (const FormSection& section : v.form.sections) {
    for (const FormField& field : section.fields) {
      if (field.reference.to.empty()) continue;
      if (!section.rows) {
        check_reference(v, field, field.id, v.part("values"));
        continue;
      }
      const auto* rows = json::object_at(v.part("rows"), section.id);
      if (rows == nullptr) continue;
      for (const auto& [row_id, row] : rows->items()) {
        if (row.is_object()) check_reference(v, field, row_path(section, row_id, field.id), row);
      }
    }
  }
}

void check_row_keys(Validation& v) {
  for (const FormSection& section : v.form.sections) {
    const auto* rows = section.rows ? json::object_at(v.part("rows"), section.id) : nullptr;
    if (rows == nullptr) continue;
    std::map<std::string, std::string> seen;
    for (const auto& [row_id, row] : rows->items()) {
      const auto key = row.is_object() ? row_key(section, row) : std::nullopt;
      if (!key) continue;
      const auto [first, fresh] = seen.emplace(*key, row_id);
      if (fresh) continue;
      v.add_error(section.id + "/" + row_id, "row_key",
                  {"Trùng với dòng " + first->second + ".", "The same thing as row " + first->second + "."});
    }
  }
}

void check_rules(Validation& v) {
  const ReportScope report(v.figures, v.context.around);
  for (const FormRule& rule : v.form.rules) {
    if (rule.scope == "report") {
      judge(v, rule, report, "");
      continue;
    }
    const auto* rows = json::object_at(v.figures.rows, rule.scope);
    if (rows == nullptr) continue;
    for (const auto& [row_id, row] : rows->items()) {
      if (row.is_object()) judge(v, rule, RowScope(row, report), rule.scope + "/" + row_id + "/");
    }
  }
}

namespace {

const Words kTyped = {"Chỉ tiêu được tính tự động, không nhập.", "This field is computed and cannot be typed."};
const Words kOther = {"Giá trị tính không khớp với biểu.", "The computed value is not what the form computes."};

// In a report a computed field must be absent; in a submission it must be what the form computes.
void check_computed_in(Validation& v, const std::vector<FormField>& fields, const json::Value& given,
                       const json::Value& right, const std::string& prefix) {
  for (const FormField& field : fields) {
    if (!field.computed) continue;
    const auto typed = given.find(field.id);
    if (!v.is_submission) {
      if (typed != given.end()) v.add_error(prefix + field.id, "computed", kTyped);
      continue;
    }
    const auto computed = right.find(field.id);
    const bool both = typed != given.end() && computed != right.end();
    const bool same =
        both ? json::print(*typed) == json::print(*computed) : (typed == given.end()) == (computed == right.end());
    if (!same) v.add_error(prefix + field.id, "computed", kOther);
  }
}

void check_listed(Validation& v, const FormField& field) {
  const auto typed = v.part("values").find(field.id);
  const auto listed = v.figures.listed.find(field.id);
  if (typed == v.part("values").end() || listed == v.figures.listed.end() || typed->is_null()) return;
  if (json::print(*typed) == json::print(*listed)) return;
  const std::string right = json::print(*listed);
  v.add_warning({field.id}, "listed",
                {"Khác với số tính từ danh mục (" + right + ").", "Differs from what the list gives (" + right + ")."});
}

}  // namespace

void check_computed(Validation& v) {
  for (const FormSection& section : v.form.sections) {
    if (!section.rows) {
      check_computed_in(v, section.fields, v.part("values"), v.figures.values, "");
      for (const FormField& field : section.fields) {
        if (field.computed_if_listed) check_listed(v, field);
      }
      continue;
    }
    const auto* rows = json::object_at(v.part("rows"), section.id);
    if (rows == nullptr) continue;
    for (const auto& [row_id, row] : rows->items()) {
      if (!row.is_object()) continue;
      check_computed_in(v, section.fields, row, v.figures.rows.at(section.id).at(row_id),
                        section.id + "/" + row_id + "/");
    }
  }
  for (const auto& failure : v.figures.failures) {
    if (!v.ill_typed)
      v.add_error(failure.field, "computed", {"Không tính được.", "Cannot be computed: " + failure.message + "."});
  }
}

}  // namespace tram
