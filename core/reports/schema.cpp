#include "core/reports/schema.h"

#include <regex>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "core/base/text.h"
#include "core/reports/date.h"

namespace tram {
namespace {

using Adapter = valijson::adapters::NlohmannJsonAdapter;
constexpr std::size_t kPatternTextMax = 2000;  // std::regex walks a long text recursively

}  // namespace

// One keyword as a schema of its own, so that a fault can be told by it.
struct Schema::Keyword {
  valijson::Schema schema;
  SchemaFault fault;
};

namespace {

Error bad_keyword(std::string_view keyword) {
  return error(ErrorCode::bad_request, "schema keyword '" + std::string(keyword) + "' is unknown or malformed");
}

Result<std::size_t> size_of(const json::Value& value, std::string_view keyword) {
  if (!value.is_number_integer() || value.get<std::int64_t>() < 0) return bad_keyword(keyword);
  return value.get<std::size_t>();
}

std::optional<ValueType> type_named(const json::Value& value) {
  if (value == "string") return ValueType::string;
  if (value == "integer") return ValueType::integer;
  if (value == "number") return ValueType::number;
  if (value == "boolean") return ValueType::boolean;
  if (value == "array") return ValueType::array;
  return std::nullopt;
}

SchemaFault fault(std::string keyword, std::string vi, std::string en) {
  return {std::move(keyword), std::move(vi), std::move(en)};
}

const SchemaFault kNotInForm = {"pattern", "Không đúng mẫu quy định.", "Not in the form required."};

SchemaFault type_fault(ValueType type) {
  switch (type) {
    case ValueType::string: return fault("type", "Phải là văn bản.", "A text is needed.");
    case ValueType::integer: return fault("type", "Phải là số nguyên.", "A whole number is needed.");
    case ValueType::number: return fault("type", "Phải là số.", "A number is needed.");
    case ValueType::boolean: return fault("type", "Phải là có hoặc không.", "Yes or no is needed.");
    case ValueType::array: break;
  }
  return fault("type", "Phải là danh sách.", "A list is needed.");
}

}  // namespace

Result<Schema> Schema::load(const json::Value& schema) {
  if (!schema.is_object()) return bad_keyword("schema");
  const auto type = schema.find("type");
  const auto known = type == schema.end() ? std::nullopt : type_named(*type);
  if (!known) return bad_keyword("type");
  Schema result;
  result.type_ = *known;
  for (const auto& [keyword, value] : schema.items()) {
    if (keyword == "type") continue;
    if (keyword == "minimum" || keyword == "maximum") {
      ASSIGN_OR_RETURN(const Decimal bound, Decimal::from_json(value));
      const bool least = keyword == "minimum";
      RETURN_IF_ERROR(
          result.add(keyword, value,
                     least ? "Không được nhỏ hơn " + bound.text() + "." : "Không được lớn hơn " + bound.text() + ".",
                     (least ? "Must be at least " : "Must be at most ") + bound.text() + "."));
    } else if (keyword == "enum" && value.is_array()) {
      for (const auto& choice : value) {
        if (!choice.is_string()) return bad_keyword(keyword);
        result.choices_.push_back(choice.get<std::string>());
      }
      RETURN_IF_ERROR(result.add(keyword, value, "Không có trong danh sách lựa chọn.", "Not one of the choices."));
    } else if (keyword == "pattern" && value.is_string()) {
      try {
        (void)std::regex(value.get<std::string>());
      } catch (const std::regex_error&) {
        return bad_keyword(keyword);
      }
      result.has_pattern_ = true;
      RETURN_IF_ERROR(result.add(keyword, value, kNotInForm.message_vi, kNotInForm.message_en));
    } else if (keyword == "format" && value.is_string()) {
      result.format_ = value.get<std::string>();
      if (result.format_ != "date" && result.format_ != "uuid" && result.format_ != "gtin") return bad_keyword(keyword);
    } else if (keyword == "maxLength") {
      ASSIGN_OR_RETURN(result.length_max_, size_of(value, keyword));
      const std::string most = std::to_string(*result.length_max_);
      RETURN_IF_ERROR(
          result.add(keyword, value, "Dài quá " + most + " ký tự.", "Longer than " + most + " characters."));
    } else if (keyword == "maxItems") {
      ASSIGN_OR_RETURN(const std::size_t items_max, size_of(value, keyword));
      const std::string most = std::to_string(items_max);
      RETURN_IF_ERROR(result.add(keyword, value, "Nhiều hơn " + most + " mục.", "More than " + most + " items."));
    } else if (keyword == "uniqueItems" && value.is_boolean()) {
      RETURN_IF_ERROR(result.add(keyword, value, "Có mục bị lặp lại.", "An item is repeated."));
    } else if (keyword == "items") {
      ASSIGN_OR_RETURN(Schema items, load(value));
      result.items_ = std::make_shared<const Schema>(std::move(items));
    } else {
      return bad_keyword(keyword);
    }
  }
  return result;
}

std::optional<SchemaFault> Schema::check(const json::Value& value) const {
  switch (type_) {
    case ValueType::boolean: return value.is_boolean() ? std::nullopt : std::optional(type_fault(type_));
    case ValueType::string: return value.is_string() ? check_text(value) : std::optional(type_fault(type_));
    case ValueType::array: return value.is_array() ? check_list(value) : std::optional(type_fault(type_));
    default: return check_number(value);
  }
}

std::optional<SchemaFault> Schema::check_number(const json::Value& value) const {
  const auto text = json::number_text(value);
  if (!text) return type_fault(type_);
  const auto number = Decimal::from_json(value);
  if (!json::is_portable_number(*text) || !number) {
    return fault("range", "Số nằm ngoài phạm vi chính xác.", "The number is outside the exact range.");
  }
  if (type_ == ValueType::integer && !number->is_integer()) return type_fault(type_);
  return check_keywords(value);
}

std::optional<SchemaFault> Schema::check_text(const json::Value& value) const {
  const std::string& text = value.get_ref<const std::string&>();
  if (has_pattern_ && text.size() > kPatternTextMax) return kNotInForm;
  if (auto wrong = check_keywords(value)) return wrong;
  if (format_ == "date" && !is_date(text)) return fault("format", "Không phải là ngày hợp lệ.", "Not a valid date.");
  if (format_ == "uuid" && !is_uuid(text)) return fault("format", "Không phải là mã UUID.", "Not a UUID.");
  if (format_ == "gtin" && !is_gtin(text)) {
    return fault("format", "Mã số, mã vạch sai số kiểm tra.", "The check digit of the GTIN is wrong.");
  }
  return std::nullopt;
}

std::optional<SchemaFault> Schema::check_list(const json::Value& value) const {
  for (const auto& item : value) {
    if (auto inner = items_ ? items_->check(item) : std::nullopt) return inner;
  }
  return check_keywords(value);
}

std::optional<SchemaFault> Schema::check_keywords(const json::Value& value) const {
  // It keeps the compiled patterns.
  thread_local valijson::Validator validator;
  const Adapter adapter(value);
  for (const auto& keyword : keywords_) {
    try {
      if (!validator.validate(keyword->schema, adapter, nullptr)) return keyword->fault;
    } catch (const std::exception&) {  // a text that the pattern is too complex for
      return keyword->fault;
    }
  }
  return std::nullopt;
}

Status Schema::add(const std::string& keyword, const json::Value& value, std::string vi, std::string en) {
  const json::Value alone = {{keyword, value}};
  auto made = std::make_shared<Keyword>();
  made->fault = {keyword, std::move(vi), std::move(en)};
  try {
    valijson::SchemaParser(valijson::SchemaParser::kDraft7).populateSchema(Adapter(alone), made->schema);
  } catch (const std::exception&) {  // the library tells what it does not read by exceptions
    return bad_keyword(keyword);
  }
  keywords_.push_back(std::move(made));
  return {};
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (dash ? c != '-' : !hex) return false;
  }
  return true;
}

bool is_gtin(std::string_view text) {
  if (text.size() != 8 && (text.size() < 12 || text.size() > 14)) return false;
  int sum = 0;
  for (std::size_t from_right = 0; from_right < text.size(); ++from_right) {
    const char c = text[text.size() - 1 - from_right];
    if (c < '0' || c > '9') return false;
    sum += (c - '0') * (from_right % 2 == 1 ? 3 : 1);
  }
  return sum % 10 == 0;
}

}  // namespace tram
