#include "core/reports/report.h"

#include <array>

#include "core/reports/unit.h"

namespace tram {
namespace {

Error refused(std::string en, std::string vi) {
  Error result = error(ErrorCode::bad_request, std::move(en));
  result.message_vi = std::move(vi);
  return result;
}

Status check_writable(const FormField* field, std::string_view name, bool by_province) {
  if (field == nullptr)
    return refused(std::string(name) + ": the form has no such field",
                   std::string(name) + ": biểu không có chỉ tiêu này.");
  if (field->writer == Writer::program) {
    return refused(field->id + ": this field is computed", field->label_vi + ": chỉ tiêu được tính tự động.");
  }
  if (field->writer == Writer::province && !by_province) {
    return refused(field->id + ": the province fills this field in", field->label_vi + ": do Sở nhập.");
  }
  return {};
}

Result<const FormSection*> typed_section(const Form& form, std::string_view id) {
  const FormSection* section = form.rows_section(id);
  const std::string name(id);
  if (section == nullptr) return refused(name + ": the form has no such list", name + ": biểu không có danh mục này.");
  if (!section->filled_from.empty()) {
    return refused(name + ": this list is filled in from " + section->filled_from,
                   name + ": danh mục được lấy tự động.");
  }
  return section;
}

// The object under body[name][...], made where it is missing or was something else.
json::Value& object_in(json::Value& parent, std::string_view name) {
  json::Value& found = parent[std::string(name)];
  if (!found.is_object()) found = json::Value::object();
  return found;
}

json::Value* find_row(json::Value& body, std::string_view section, std::string_view row) {
  json::Value& rows = object_in(object_in(body, "rows"), section);
  const auto found = rows.find(row);
  return found == rows.end() || !found->is_object() ? nullptr : &*found;
}

Error no_such_row(std::string_view section, std::string_view row) {
  Error result = error(ErrorCode::not_found, std::string(section) + " has no row " + std::string(row));
  result.message_vi = "Danh mục không có dòng này.";
  return result;
}

Status put(json::Value& object, const FormField& field, std::string_view text) {
  if (text.empty()) {
    object.erase(field.id);
    return {};
  }
  ASSIGN_OR_RETURN(object[field.id], parse_field(field, text));
  return {};
}

std::string new_uuid(Random& random) {
  std::array<std::uint8_t, 16> bytes{};
  random.fill(bytes);
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0F) | 0x40);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3F) | 0x80);
  static constexpr std::string_view kHex = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += kHex[bytes[i] >> 4];
    text += kHex[bytes[i] & 15];
  }
  return text;
}

bool is_row_id(std::string_view id) {
  constexpr std::size_t kDigits = 4, kHex = 8;
  if (id.size() != kDigits + 1 + kHex || id[kDigits] != '-') return false;
  const auto all = [](std::string_view part, std::string_view of) { return part.find_first_not_of(of) == part.npos; };
  return all(id.substr(0, kDigits), "0123456789") && all(id.substr(kDigits + 1), "0123456789abcdef");
}

std::string new_row_id(const json::Value& rows, Random& random) {
  int greatest = 0;
  for (const auto& [id, row] : rows.items()) {
    const auto dash = id.find('-');
    if (dash == 0 || dash > 6 || id.find_first_not_of("0123456789") != dash) continue;
    greatest = std::max(greatest, std::stoi(id.substr(0, dash)));
  }
  std::string number = std::to_string(greatest + 1);
  number.insert(0, number.size() < 4 ? 4 - number.size() : 0, '0');
  return number + "-" + random.hex(4);
}

}  // namespace

std::string report_id(std::string_view form, std::string_view period) {
  return "report:" + std::string(form) + ":" + std::string(period);
}

std::optional<ReportKey> parse_report_id(std::string_view id) {
  if (!id.starts_with("report:")) return std::nullopt;
  id.remove_prefix(7);
  const auto colon = id.find(':');
  if (colon == 0 || colon == std::string_view::npos) return std::nullopt;
  ReportKey key{std::string(id.substr(0, colon)), std::string(id.substr(colon + 1)), ""};
  if (!parse_period(key.period)) return std::nullopt;
  return key;
}

Result<json::Value> new_report(const Form& form, const Period& period, std::string_view office, json::Value unit) {
  if (!form.allows(period.kind)) {
    return refused(form.code + " is not asked for a period such as " + period.id,
                   "Biểu " + form.code + " không báo cáo theo kỳ " + period.id + ".");
  }
  json::Value body = {{"type", "report"},
                      {"form", form.code},
                      {"form_version", form.version},
                      {"period", period.id},
                      {"office", std::string(office)}};
  body["unit"] = std::move(unit);
  for (const char* part : {"values", "rows", "remarks"}) body[part] = json::Value::object();
  return body;
}

Status set_value(json::Value& body, const Form& form, std::string_view name, std::string_view text, bool by_province) {
  const FormField* field = form.field(name);
  RETURN_IF_ERROR(check_writable(field, name, by_province));
  return put(object_in(body, "values"), *field, text);
}

Status put_row(json::Value& body, const Form& form, std::string_view id, std::string_view row_id, Random& random) {
  ASSIGN_OR_RETURN(const FormSection* section, typed_section(form, id));
  json::Value& rows = object_in(object_in(body, "rows"), id);
  if (rows.contains(row_id)) return {};
  if (!is_row_id(row_id)) {
    return refused("'" + std::string(row_id) + "' is no row's id: four digits, a dash, eight hex digits",
                   "Mã dòng sai.");
  }
  if (rows.size() >= section->rows_max) {
    return refused(std::string(id) + " has " + std::to_string(rows.size()) + " rows, no more are allowed",
                   "Danh mục đã đầy.");
  }
  json::Value row = json::Value::object();
  for (const FormField& field : section->fields) {
    if (field.generated == "uuid") row[field.id] = new_uuid(random);
  }
  rows[std::string(row_id)] = std::move(row);
  return {};
}

Result<std::string> add_row(json::Value& body, const Form& form, std::string_view id, Random& random) {
  RETURN_IF_ERROR(typed_section(form, id));
  std::string row_id = new_row_id(object_in(object_in(body, "rows"), id), random);
  RETURN_IF_ERROR(put_row(body, form, id, row_id, random));
  return row_id;
}

Status set_row_value(json::Value& body, const Form& form, std::string_view id, std::string_view row_id,
                     std::string_view name, std::string_view text, bool by_province) {
  ASSIGN_OR_RETURN(const FormSection* section, typed_section(form, id));
  json::Value* row = find_row(body, id, row_id);
  if (row == nullptr) return no_such_row(id, row_id);
  const FormField* field = section->field(name);
  RETURN_IF_ERROR(check_writable(field, std::string(id) + "/" + std::string(name), by_province));
  return put(*row, *field, text);
}

Status delete_row(json::Value& body, const Form& form, std::string_view id, std::string_view row_id) {
  RETURN_IF_ERROR(typed_section(form, id));
  if (find_row(body, id, row_id) == nullptr) return no_such_row(id, row_id);
  body["rows"][std::string(id)].erase(std::string(row_id));
  const std::string prefix = std::string(id) + "/" + std::string(row_id) + "/";
  json::Value& remarks = object_in(body, "remarks");
  for (auto it = remarks.begin(); it != remarks.end();)
    it = it.key().starts_with(prefix) ? remarks.erase(it) : std::next(it);
  return {};
}

Status set_section_touched(json::Value& body, const Form& form, std::string_view id, bool touched) {
  RETURN_IF_ERROR(typed_section(form, id));
  json::Value& rows = object_in(body, "rows");
  const auto found = rows.find(id);
  if (found != rows.end() && !found->empty()) {
    return refused(std::string(id) + " has rows; delete them first", "Danh mục đang có dòng; hãy xóa trước.");
  }
  if (touched)
    rows[std::string(id)] = json::Value::object();
  else if (found != rows.end())
    rows.erase(found);
  return {};
}

Status set_remark(json::Value& body, const Form& form, std::string_view path, std::string_view text,
                  std::optional<bool> approx) {
  if (form.field_at(path) == nullptr) {
    return refused(std::string(path) + ": the form has no such field",
                   std::string(path) + ": biểu không có chỉ tiêu này.");
  }
  auto cleaned = clean_text(text, true);
  if (!cleaned) return cleaned.error().within(path);
  json::Value& remarks = object_in(body, "remarks");
  json::Value remark = json::Value::object();
  if (const auto* before = json::object_at(remarks, path)) remark = *before;
  if (approx) remark["approx"] = *approx;
  remark["text"] = *cleaned;
  const bool says_nothing = cleaned->empty() && !json::boolean_at(remark, "approx").value_or(false);
  if (says_nothing)
    remarks.erase(std::string(path));
  else
    remarks[std::string(path)] = std::move(remark);
  return {};
}

void stamp_edit(json::Value& body, std::string_view by, std::string_view pc, std::string_view at,
                std::string_view clock) {
  body["edit"] = {
      {"by", std::string(by)}, {"pc", std::string(pc)}, {"at", std::string(at)}, {"clock", std::string(clock)}};
}

}  // namespace tram
