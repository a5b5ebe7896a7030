// core/reports/schema.h: the part of JSON Schema draft 7 that fields use: type, minimum, maximum, enum, pattern,
// maxLength, format, items, uniqueItems, maxItems, and our formats date, uuid, gtin. Any other keyword is refused at
// load. Single values are held to their type, exact range and our formats here, to the other keywords by valijson.
// Lengths count code points; patterns are byte-wise ECMAScript and search, as the standard says. Any thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/reports/decimal.h"

namespace tram {

enum class ValueType { string, integer, number, boolean, array };

// Why a value does not fit: the keyword that says no, and words for people.
struct SchemaFault {
  std::string keyword;
  std::string message_vi, message_en;
};

class Schema {
 public:
  // Error bad_request names the keyword that is unknown or malformed.
  static Result<Schema> load(const json::Value& schema);

  // Nothing when the value fits. The value is not null.
  std::optional<SchemaFault> check(const json::Value& value) const;

  ValueType type() const { return type_; }
  std::string_view format() const { return format_; }
  const std::vector<std::string>& choices() const { return choices_; }  // of enum; empty without one
  const Schema* items() const { return items_.get(); }
  std::optional<std::size_t> length_max() const { return length_max_; }

 private:
  struct Keyword;
  Status add(const std::string& keyword, const json::Value& value, std::string vi, std::string en);
  std::optional<SchemaFault> check_keywords(const json::Value& value) const;
  std::optional<SchemaFault> check_number(const json::Value& value) const;
  std::optional<SchemaFault> check_text(const json::Value& value) const;
  std::optional<SchemaFault> check_list(const json::Value& value) const;

  ValueType type_ = ValueType::string;
  std::vector<std::string> choices_;
  std::vector<std::shared_ptr<const Keyword>> keywords_;  // in order of their names
  std::string format_;
  std::optional<std::size_t> length_max_;
  bool has_pattern_ = false;
  std::shared_ptr<const Schema> items_;
};

bool is_uuid(std::string_view text);  // lower- or upper-case hex in 8-4-4-4-12
bool is_gtin(std::string_view text);  // 8, 12, 13 or 14 digits with the right check digit (GS1)

}  // namespace tram
