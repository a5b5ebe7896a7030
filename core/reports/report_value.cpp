#include "core/base/text.h"
#include "core/base/vietnamese.h"
#include "core/reports/date.h"
#include "core/reports/report.h"

namespace tram {
namespace {

Error refused(const FormField& field, const std::string& en, const std::string& vi) {
  Error result = error(ErrorCode::bad_request, field.id + ": " + en);
  result.message_vi = (field.label_vi.empty() ? field.id : field.label_vi) + ": " + vi;
  return result;
}

Result<json::Value> parse_number(const FormField& field, std::string_view text) {
  const auto value = json::parse(text);
  if (!value || !json::is_number(*value)) {
    return refused(field, quoted_text(text) + " is not a number; write it as 1234.5", "không phải là số.");
  }
  const auto number = Decimal::from_json(*value);
  if (!json::is_portable_number(json::number_text(*value).value_or("")) || !number) {
    return refused(field, "the number is outside the exact range", "số nằm ngoài phạm vi chính xác.");
  }
  if (field.schema->type() == ValueType::integer && !number->is_integer()) {
    return refused(field, "a whole number is needed", "phải là số nguyên.");
  }
  if (field.decimals && number->decimals() > *field.decimals) {
    const std::string most = std::to_string(*field.decimals);
    return refused(field, "at most " + most + " decimals", "nhiều nhất " + most + " chữ số thập phân.");
  }
  return number->to_json();
}

Result<json::Value> parse_text(const FormField& field, const Schema& schema, std::string_view text) {
  auto cleaned = clean_text(text, field.kind == "longtext");
  if (!cleaned) return refused(field, cleaned.error().message, cleaned.error().message_vi);
  if (schema.format() == "date" && !is_date(*cleaned)) {
    return refused(field, "'" + *cleaned + "' is not a day; write it as 2024-06-17", "không phải là ngày hợp lệ.");
  }
  const auto& choices = schema.choices();
  if (!choices.empty() && std::find(choices.begin(), choices.end(), *cleaned) == choices.end()) {
    std::string offered;
    for (const std::string& choice : choices) offered += (offered.empty() ? "" : ", ") + choice;
    return refused(field, "'" + *cleaned + "' is not one of " + offered, "không có trong danh sách lựa chọn.");
  }
  return json::Value(*cleaned);
}

Result<json::Value> parse_list(const FormField& field, std::string_view text) {
  json::Value list = json::Value::array();
  if (text.starts_with('[')) {
    const auto parsed = json::parse(text);
    if (!parsed || !parsed->is_array()) return refused(field, "the list is not JSON", "danh sách không đúng.");
    list = *parsed;
  } else {
    while (!text.empty()) {
      const auto end = std::min(text.find_first_of(";,"), text.size());
      std::string_view item = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
      while (item.starts_with(' ')) item.remove_prefix(1);
      while (item.ends_with(' ')) item.remove_suffix(1);
      if (!item.empty()) list.push_back(std::string(item));
    }
  }
  for (auto& item : list) {
    if (!item.is_string()) return refused(field, "the list holds something else than texts", "danh sách không đúng.");
    ASSIGN_OR_RETURN(item, parse_text(field, field.schema->items() != nullptr ? *field.schema->items() : *field.schema,
                                      std::string(item.get<std::string>())));
  }
  return list;
}

}  // namespace

Result<std::string> clean_text(std::string_view text, bool many_lines) {
  ASSIGN_OR_RETURN(CleanText cleaned, clean(text, many_lines ? Lines::many : Lines::one));
  return std::move(cleaned.text);
}

Result<json::Value> parse_field(const FormField& field, std::string_view text) {
  if (text == "null") return json::Value(nullptr);
  switch (field.schema->type()) {
    case ValueType::integer:
    case ValueType::number: return parse_number(field, text);
    case ValueType::boolean:
      if (text == "true" || text == "false") return json::Value(text == "true");
      return refused(field, "write true or false", "phải là có (true) hoặc không (false).");
    case ValueType::array: return parse_list(field, text);
    case ValueType::string: break;
  }
  return parse_text(field, *field.schema, text);
}

}  // namespace tram
