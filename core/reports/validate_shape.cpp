#include "core/reports/validate_parts.h"

namespace tram {
namespace {

void shape(Validation& v, std::string field, std::string vi, std::string en) {
  v.ill_typed = true;
  v.add_error(std::move(field), "shape", {std::move(vi), std::move(en)});
}

void check_remark(Validation& v, const std::string& path, const json::Value& remark) {
  const FormField* field = v.form.field_at(path);
  if (field == nullptr)
    return shape(v, path, "Ghi chú cho chỉ tiêu không có trong biểu.",
                 "A remark on a field that the form does not have.");
  if (!remark.is_object()) return shape(v, path, "Ghi chú không đúng.", "The remark is malformed.");
  for (const auto& [name, value] : remark.items()) {
    const bool sound = (name == "text" && value.is_string()) || (name == "approx" && value.is_boolean());
    if (!sound) shape(v, path, "Ghi chú không đúng.", "The remark is malformed.");
  }
}

void check_section_rows(Validation& v, const std::string& id, const json::Value& rows) {
  const FormSection* section = v.form.rows_section(id);
  if (section == nullptr) return shape(v, id, "Biểu không có danh mục này.", "The form has no such list.");
  if (!rows.is_object()) return shape(v, id, "Danh mục không đúng.", "The list is malformed.");
  if (rows.size() > section->rows_max) {
    const std::string most = std::to_string(section->rows_max);
    shape(v, id, "Nhiều hơn " + most + " dòng.", "More than " + most + " rows.");
  }
  for (const auto& [row_id, row] : rows.items()) {
    if (!row.is_object()) {
      shape(v, id + "/" + row_id, "Dòng không đúng.", "The row is malformed.");
      continue;
    }
    for (const auto& [name, value] : row.items()) {
      if (section->field(name) == nullptr) {
        shape(v, row_path(*section, row_id, name), "Biểu không có chỉ tiêu này.", "The form has no such field.");
      }
    }
  }
}

void check_one(Validation& v, const FormField& field, const std::string& path, const json::Value& value) {
  if (field.computed) return;
  if (value.is_null()) {
    if (!v.has_remark(path)) {
      v.add_error(path, "no_figure",
                  {"Chưa có số liệu: cần ghi chú lý do.", "No figure is available: a remark must say why."});
    }
    return;
  }
  if (const auto fault = field.schema->check(value)) {
    v.ill_typed = v.ill_typed || fault->keyword == "type" || fault->keyword == "range";
    return v.add_error(path, "schema", {fault->message_vi, fault->message_en});
  }
  if (!field.decimals || !json::is_number(value)) return;
  const auto number = Decimal::from_json(value);
  if (number && number->decimals() > *field.decimals) {
    const std::string most = std::to_string(*field.decimals);
    v.add_error(path, "schema", {"Nhiều nhất " + most + " chữ số thập phân.", "At most " + most + " decimals."});
  }
}

bool answered(const json::Value& object, const std::string& name) { return object.contains(name); }

bool is_required(const FormField& field, const Scope& scope) {
  if (field.required == Required::submit) return true;
  if (!field.required_if) return false;
  const auto asked = field.required_if->evaluate(scope);
  return asked && is_true(*asked);
}

void missing(Validation& v, std::string path) {
  v.add_error(std::move(path), "required", {"Chưa nhập.", "Not answered."});
}

}  // namespace

bool check_shape(Validation& v) {
  for (const char* part : {"values", "rows", "remarks"}) {
    if (json::object_at(v.body, part) == nullptr) {
      shape(v, "", std::string("Thiếu phần ") + part + ".", std::string(part) + " is missing.");
      return false;
    }
  }
  if (json::string_at(v.body, "form") != v.form.code || json::integer_at(v.body, "form_version") != v.form.version) {
    shape(v, "", "Không đúng biểu hoặc phiên bản biểu.", "Another form, or another version of it.");
  }
  if (json::string_at(v.body, "period") != v.context.around.period.id)
    shape(v, "", "Không đúng kỳ báo cáo.", "Another period.");
  if (!v.form.allows(v.context.around.period.kind)) {
    shape(v, "", "Biểu không báo cáo theo kỳ này.", "The form is not asked for this kind of period.");
  }
  for (const auto& [name, value] : v.part("values").items()) {
    if (v.form.field(name) == nullptr) shape(v, name, "Biểu không có chỉ tiêu này.", "The form has no such field.");
  }
  for (const auto& [id, rows] : v.part("rows").items()) check_section_rows(v, id, rows);
  for (const auto& [path, remark] : v.part("remarks").items()) check_remark(v, path, remark);
  return true;
}

void check_schema(Validation& v) {
  for (const auto& [name, value] : v.part("values").items()) {
    if (const FormField* field = v.form.field(name)) check_one(v, *field, name, value);
  }
  for (const auto& [id, rows] : v.part("rows").items()) {
    const FormSection* section = v.form.rows_section(id);
    if (section == nullptr || !rows.is_object()) continue;
    for (const auto& [row_id, row] : rows.items()) {
      if (!row.is_object()) continue;
      for (const auto& [name, value] : row.items()) {
        if (const FormField* field = section->field(name))
          check_one(v, *field, row_path(*section, row_id, name), value);
      }
    }
  }
}

void check_required(Validation& v) {
  const ReportScope report(v.figures, v.context.around);
  for (const FormSection& section : v.form.sections) {
    if (!section.rows) {
      for (const FormField& field : section.fields) {
        const bool there = answered(v.part("values"), field.id) || answered(v.figures.listed, field.id);
        if (!there && v.is_asked(section, field) && is_required(field, report)) missing(v, field.id);
      }
      continue;
    }
    const auto* rows = json::object_at(v.figures.rows, section.id);
    if (rows == nullptr) {
      if (section.required) missing(v, section.id);
      continue;
    }
    for (const auto& [row_id, row] : rows->items()) {
      if (!row.is_object()) continue;
      for (const FormField& field : section.fields) {
        const bool there = answered(row, field.id);
        if (!there && v.is_asked(section, field) && is_required(field, RowScope(row, report))) {
          missing(v, row_path(section, row_id, field.id));
        }
      }
    }
  }
}

}  // namespace tram
