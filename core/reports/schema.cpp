#include "core/reports/schema.h"

#include <regex>
#include <set>

#include "core/base/text.h"
#include "core/reports/date.h"

namespace tram {

// std::regex walks a long text recursively, hence the limit.
struct Schema::Pattern {
  static constexpr std::size_t kTextMax = 2000;
  std::regex expression;
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
      ASSIGN_OR_RETURN((keyword == "minimum" ? result.minimum_ : result.maximum_), Decimal::from_json(value));
    } else if (keyword == "enum" && value.is_array()) {
      for (const auto& choice : value) {
        if (!choice.is_string()) return bad_keyword(keyword);
        result.choices_.push_back(choice.get<std::string>());
      }
    } else if (keyword == "pattern" && value.is_string()) {
      try {
        result.pattern_ = std::make_shared<const Pattern>(Pattern{std::regex(value.get<std::string>())});
      } catch (const std::regex_error&) {
        return bad_keyword(keyword);
      }
    } else if (keyword == "format" && value.is_string()) {
      result.format_ = value.get<std::string>();
      if (result.format_ != "date" && result.format_ != "uuid" && result.format_ != "gtin") return bad_keyword(keyword);
    } else if (keyword == "maxLength") {
      ASSIGN_OR_RETURN(result.length_max_, size_of(value, keyword));
    } else if (keyword == "maxItems") {
      ASSIGN_OR_RETURN(result.items_max_, size_of(value, keyword));
    } else if (keyword == "uniqueItems" && value.is_boolean()) {
      result.unique_ = value.get<bool>();
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
    case ValueType::string:
      return value.is_string() ? check_text(value.get_ref<const std::string&>()) : std::optional(type_fault(type_));
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
  if (minimum_ && *number < *minimum_) {
    return fault("minimum", "Không được nhỏ hơn " + minimum_->text() + ".",
                 "Must be at least " + minimum_->text() + ".");
  }
  if (maximum_ && *number > *maximum_) {
    return fault("maximum", "Không được lớn hơn " + maximum_->text() + ".",
                 "Must be at most " + maximum_->text() + ".");
  }
  return std::nullopt;
}

std::optional<SchemaFault> Schema::check_text(const std::string& text) const {
  if (length_max_ && code_points(text) > *length_max_) {
    const std::string most = std::to_string(*length_max_);
    return fault("maxLength", "Dài quá " + most + " ký tự.", "Longer than " + most + " characters.");
  }
  if (!choices_.empty() && std::find(choices_.begin(), choices_.end(), text) == choices_.end()) {
    return fault("enum", "Không có trong danh sách lựa chọn.", "Not one of the choices.");
  }
  if (pattern_ && (text.size() > Pattern::kTextMax || !std::regex_search(text, pattern_->expression))) {
    return fault("pattern", "Không đúng mẫu quy định.", "Not in the form required.");
  }
  if (format_ == "date" && !is_date(text)) return fault("format", "Không phải là ngày hợp lệ.", "Not a valid date.");
  if (format_ == "uuid" && !is_uuid(text)) return fault("format", "Không phải là mã UUID.", "Not a UUID.");
  if (format_ == "gtin" && !is_gtin(text)) {
    return fault("format", "Mã số, mã vạch sai số kiểm tra.", "The check digit of the GTIN is wrong.");
  }
  return std::nullopt;
}

std::optional<SchemaFault> Schema::check_list(const json::Value& value) const {
  if (items_max_ && value.size() > *items_max_) {
    const std::string most = std::to_string(*items_max_);
    return fault("maxItems", "Nhiều hơn " + most + " mục.", "More than " + most + " items.");
  }
  std::set<std::string> seen;
  for (const auto& item : value) {
    if (items_) {
      if (auto inner = items_->check(item)) return inner;
    }
    if (unique_ && !seen.insert(json::print(item)).second) {
      return fault("uniqueItems", "Có mục bị lặp lại.", "An item is repeated.");
    }
  }
  return std::nullopt;
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
