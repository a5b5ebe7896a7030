#include <array>
#include <optional>

#include "core/base/text.h"
#include "core/base/vietnamese.h"
#include "core/reports/date.h"
#include "core/reports/report.h"
#include "core/reports/typed.h"

namespace tram {
namespace {

Error no_day(std::string_view name, std::string en, std::string vi) {
  Error result = error(ErrorCode::bad_request, std::move(en), std::string(name));
  result.message_vi = std::move(vi);
  return result;
}

Error not_a_day(std::string_view text) {
  return no_day("not_a_date", quoted_text(text) + " is not a day; write it as 17/07/2024",
                "không phải là ngày; hãy viết như 17/07/2024.");
}

// The numbers of a text in order, where only the allowed words and marks stand between them.
struct Numbers {
  std::array<int, 3> value{};
  std::array<std::size_t, 3> digits{};
  std::size_t count = 0;
};

std::optional<Numbers> numbers_of(std::string_view folded) {
  Numbers numbers;
  for (std::size_t at = 0; at < folded.size();) {
    const auto end = std::min(folded.find_first_not_of("0123456789", at), folded.size());
    if (end > at) {
      if (numbers.count == 3 || end - at > 4) return std::nullopt;
      numbers.value[numbers.count] = std::stoi(std::string(folded.substr(at, end - at)));
      numbers.digits[numbers.count++] = end - at;
      at = end;
      continue;
    }
    bool known = false;
    for (const std::string_view word : {"ngay", "thang", "nam", "/", "-", ".", " ", ","}) {
      if (!folded.substr(at).starts_with(word)) continue;
      at += word.size();
      known = true;
      break;
    }
    if (!known) return std::nullopt;
  }
  return numbers;
}

Result<std::string> day_of(int year, int month, int day) {
  if (month < 1 || month > 12) {
    return no_day("no_such_month", "there is no month " + std::to_string(month) + "; the day stands first",
                  "không có tháng " + std::to_string(month) + "; ngày viết trước tháng.");
  }
  const std::string text = Date{year, month, day}.text();
  if (!is_date(text)) return no_day("no_such_day", "there is no such day: " + text, "không có ngày này.");
  return text;
}

Result<std::string> from_serial(std::string_view text, Serials serials) {
  const int serial = std::stoi(std::string(text));
  const bool old_mac = serials == Serials::excel1904;
  // Excel counts a 29/02/1900 that never was; days before it are one off.
  if (serial < 1 || serial > 401'769 || (!old_mac && serial == 60)) return not_a_day(text);
  const Date start = old_mac ? Date{1904, 1, 1} : Date{1900, 1, 1};
  return add_days(start, old_mac ? serial : serial - (serial > 60 ? 2 : 1)).text();
}

Result<json::Value> choice_of(const FormField& field, std::string_view text) {
  ASSIGN_OR_RETURN(const CleanText cleaned, clean(text, Lines::one));
  const std::string wanted = fold(cleaned.text);
  for (const Choice& choice : field.choices) {
    if (choice.value == cleaned.text) return json::Value(choice.value);
  }
  for (const Choice& choice : field.choices) {
    if (fold(choice.label_vi) == wanted || fold(choice.label_en) == wanted) return json::Value(choice.value);
  }
  return parse_field(field, cleaned.text);
}

Result<json::Value> yes_or_no(const FormField& field, std::string_view text) {
  ASSIGN_OR_RETURN(const CleanText cleaned, clean(text, Lines::one));
  const std::string folded = fold(cleaned.text);
  if (folded == "co" || folded == "x" || folded == "yes" || folded == "true") return json::Value(true);
  if (folded == "khong" || folded == "no" || folded == "false") return json::Value(false);
  return parse_field(field, text);
}

bool says_no_figure(std::string_view text) {
  const auto cleaned = clean(text, Lines::one);
  return cleaned && (fold(cleaned->text) == "chua co so lieu" || cleaned->text == "null");
}

Result<TypedNumber> read_figure(const FormField& field, std::string_view text, NumberStyle style) {
  if (field.kind == "money") return read_money(text, style);
  if (field.kind == "percent" && text.ends_with('%')) text.remove_suffix(1);
  return read_number(text, style);
}

}  // namespace

Result<std::string> read_day(std::string_view text, Serials serials) {
  ASSIGN_OR_RETURN(const CleanText cleaned, clean(text, Lines::one));
  const std::string folded = fold(cleaned.text);
  if (is_date(folded)) return folded;
  const bool bare = !folded.empty() && folded.find_first_not_of("0123456789") == std::string::npos;
  if (bare && serials != Serials::none && folded.size() < 7) return from_serial(folded, serials);
  const auto numbers = numbers_of(folded);
  if (!numbers || bare || numbers->count < 2) return not_a_day(text);
  if (numbers->count == 2) {
    if (numbers->digits[1] == 4)
      return no_day("day_missing", "the day is missing; write it as 17/07/2024", "thiếu ngày.");
    return no_day("year_missing", "the year is missing; write it as 17/07/2024", "thiếu năm.");
  }
  if (numbers->digits[0] > 2 || numbers->digits[1] > 2 || numbers->digits[2] == 3) return not_a_day(text);
  int year = numbers->value[2];
  if (numbers->digits[2] <= 2) year += year < 70 ? 2000 : 1900;
  return day_of(year, numbers->value[1], numbers->value[0]);
}

Result<TypedField> read_typed(const FormField& field, std::string_view text, NumberStyle style, Serials serials) {
  const auto named = [&](Error wrong) {
    wrong.message = field.id + ": " + wrong.message;
    wrong.message_vi = (field.label_vi.empty() ? field.id : field.label_vi) + ": " + wrong.message_vi;
    return wrong;
  };
  const ValueType type = field.schema->type();
  if (type == ValueType::integer || type == ValueType::number) {
    auto number = read_figure(field, text, style);
    if (!number) return named(number.error());
    if (number->value.is_null()) return TypedField{nullptr, number->approx};
    // The form's own limits on decimals and range, with its own words.
    ASSIGN_OR_RETURN(json::Value value, parse_field(field, json::print(number->value)));
    return TypedField{std::move(value), number->approx};
  }
  if (type == ValueType::boolean || !field.choices.empty() || field.kind == "date") {
    if (says_no_figure(text)) return TypedField{nullptr, false};
  }
  if (type == ValueType::boolean) {
    ASSIGN_OR_RETURN(json::Value value, yes_or_no(field, text));
    return TypedField{std::move(value), false};
  }
  if (type == ValueType::string && field.schema->format() == "date") {
    auto day = read_day(text, serials);
    if (!day) return named(day.error());
    return TypedField{json::Value(*day), false};
  }
  if (type == ValueType::string && !field.choices.empty()) {
    ASSIGN_OR_RETURN(json::Value value, choice_of(field, text));
    return TypedField{std::move(value), false};
  }
  ASSIGN_OR_RETURN(json::Value value, parse_field(field, text));
  return TypedField{std::move(value), false};
}

}  // namespace tram
