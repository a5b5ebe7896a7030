#include "core/reports/typed.h"

#include <array>
#include <vector>

#include "core/base/text.h"
#include "core/base/vietnamese.h"
#include "core/reports/date.h"
#include "core/reports/report.h"

namespace tram {
namespace {

Error not_read(std::string_view name, std::string en, std::string vi) {
  Error result = error(ErrorCode::bad_request, std::move(en), std::string(name));
  result.message_vi = std::move(vi);
  return result;
}

bool digits_only(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// Folded, one line, no blanks at the ends: words are compared in this form.
Result<std::string> tidy(std::string_view text) {
  ASSIGN_OR_RETURN(const CleanText cleaned, clean(text, Lines::one));
  return fold(cleaned.text);
}

bool take_word(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  while (text.starts_with(' ')) text.remove_prefix(1);
  return true;
}

bool drop_word_at_end(std::string_view& text, std::string_view word) {
  if (!text.ends_with(word)) return false;
  text.remove_suffix(word.size());
  while (text.ends_with(' ')) text.remove_suffix(1);
  return true;
}

Error ambiguous(std::string_view text) {
  return not_read("ambiguous_number",
                  quoted_text(text) + " can be read in two ways; write 1234567 or 1.234.567, and decimals as 1,5",
                  "số này đọc được hai cách; hãy viết 1234567 hoặc 1.234.567, phần thập phân viết 1,5.");
}

Error not_number(std::string_view text) {
  return not_read("not_a_number", quoted_text(text) + " is not a number", "không phải là số.");
}

// Groups of three behind a first one of up to three digits.
bool well_grouped(const std::vector<std::string_view>& groups) {
  if (groups.front().empty() || groups.front().size() > 3) return false;
  for (std::size_t i = 1; i < groups.size(); ++i) {
    if (groups[i].size() != 3) return false;
  }
  return groups.size() == 1 || groups.front()[0] != '0';
}

std::vector<std::string_view> split(std::string_view text, char mark) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto at = text.find(mark);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::string joined(const std::vector<std::string_view>& parts) {
  std::string text;
  for (const std::string_view part : parts) text += part;
  return text;
}

// Digits, groups and one decimal mark, without a sign; the canonical text of the number.
Result<std::string> read_digits(std::string_view text, NumberStyle style) {
  const char group = style == NumberStyle::vi ? '.' : ',', point = style == NumberStyle::vi ? ',' : '.';
  if (text.empty() || text.find_first_not_of("0123456789., ") != std::string_view::npos) return not_number(text);
  const auto halves = split(text, point);
  if (halves.size() > 2) return well_grouped(split(text, point)) ? ambiguous(text) : not_number(text);
  std::string_view whole = halves[0];
  const char blank = whole.find(' ') != std::string_view::npos ? ' ' : group;
  const auto groups = split(whole, blank);
  for (const std::string_view part : groups) {
    if (!digits_only(part)) return not_number(text);
  }
  if (groups.size() > 1 && !well_grouped(groups)) {
    // One mark with something else than three digits behind it is the other style's decimal mark.
    if (groups.size() == 2 && halves.size() == 1 && blank == group) return ambiguous(text);
    return not_read("bad_grouping", quoted_text(text) + " is not grouped by threes", "nhóm chữ số không đúng.");
  }
  std::string number = joined(groups);
  if (halves.size() == 2) {
    if (!digits_only(halves[1])) return not_number(text);
    // "1,234": one and a bit, or the other style's thousands?
    const bool like_a_group = halves[1].size() == 3 && groups.size() == 1 && whole.size() <= 3 && whole[0] != '0';
    if (like_a_group) return ambiguous(text);
    number += "." + std::string(halves[1]);
  }
  number.erase(0, std::min(number.find_first_not_of('0'), number.size()));
  if (number.empty() || number[0] == '.') number.insert(0, "0");
  return number;
}

// What stands where a figure belongs without being one.
Status refuse_words(std::string_view folded) {
  if (folded == "-" || folded == "–" || folded == "—") {
    return not_read("ambiguous_dash", "a dash is no figure; write 0 (nothing happened) or 'chưa có số liệu'",
                    "dấu gạch không phải là số; hãy viết 0 (không phát sinh) hoặc 'chưa có số liệu'.");
  }
  static constexpr std::array<std::string_view, 14> kComparisons = {
      "tren ",     "duoi ",      "hon ",      "tu ", "it nhat", "toi thieu", "toi da",
      "khong qua", "khong duoi", "khong hon", ">",   "<",       "≥",         "≤"};
  for (const std::string_view word : kComparisons) {
    if (!folded.starts_with(word)) continue;
    return not_read("comparison_not_a_value", quoted_text(folded) + " is a comparison; a figure is one number",
                    "đây là so sánh, không phải một số.");
  }
  std::string_view rest = folded;
  while (!rest.empty() && std::string_view("0123456789., %").find(rest[0]) != std::string_view::npos)
    rest.remove_prefix(1);
  if (rest.size() == folded.size()) return {};
  for (const std::string_view word : {"-", "–", "—", "den ", "~"}) {
    if (!rest.starts_with(word)) continue;
    return not_read("range_not_a_value", quoted_text(folded) + " is a range; a figure is one number",
                    "đây là khoảng giá trị, không phải một số.");
  }
  return {};
}

// Words that stand for a figure, and "khoảng" before one. True: `number` is complete.
bool read_words(std::string_view& folded, TypedNumber& number) {
  number.approx = take_word(folded, "khoang ") || take_word(folded, "~");
  number.value = folded == "khong phat sinh" ? json::Value(0) : json::Value(nullptr);
  return folded == "khong phat sinh" || folded == "chua co so lieu" || folded == "null";
}

Result<json::Value> exact(const std::string& number, std::string_view text) {
  const auto value = Decimal::parse(number);
  if (!value) return not_number(text);
  return value->to_json();
}

}  // namespace

Result<TypedNumber> read_number(std::string_view text, NumberStyle style) {
  ASSIGN_OR_RETURN(const std::string folded, tidy(text));
  std::string_view rest = folded;
  TypedNumber number;
  if (read_words(rest, number)) return number;
  RETURN_IF_ERROR(refuse_words(rest));
  const bool negative = rest.size() > 1 && (take_word(rest, "-") || take_word(rest, "−"));
  ASSIGN_OR_RETURN(const std::string digits, read_digits(rest, style));
  ASSIGN_OR_RETURN(number.value, exact((negative ? "-" : "") + digits, text));
  return number;
}

Result<TypedNumber> read_money(std::string_view text, NumberStyle style) {
  ASSIGN_OR_RETURN(const std::string folded, tidy(text));
  std::string_view rest = folded;
  TypedNumber number;
  if (read_words(rest, number)) return number;
  RETURN_IF_ERROR(refuse_words(rest));
  for (const std::string_view other : {"usd", "eur", "do la", "$", "€", "jpy", "cny", "kip", "nhan dan te"}) {
    if (rest.find(other) != std::string_view::npos) {
      return not_read("other_currency", quoted_text(text) + " is not in đồng", "không phải là tiền đồng Việt Nam.");
    }
  }
  for (const std::string_view unit : {"viet nam dong", "dong", "vnd", "₫", "d"}) {
    if (drop_word_at_end(rest, unit)) break;
  }
  struct Multiple {
    std::string_view word;
    std::int64_t times;
  };
  static constexpr std::array<Multiple, 7> kMultiples = {{{"nghin ty", 1'000'000'000'000},
                                                          {"ty", 1'000'000'000},
                                                          {"ti", 1'000'000'000},
                                                          {"trieu", 1'000'000},
                                                          {"tr", 1'000'000},
                                                          {"nghin", 1'000},
                                                          {"ngan", 1'000}}};
  Decimal sum;
  std::int64_t last = 0;
  bool more = true;
  while (more) {
    const auto end = std::min(rest.find_first_not_of("0123456789., "), rest.size());
    std::string_view digits = rest.substr(0, end);
    while (digits.ends_with(' ')) digits.remove_suffix(1);
    rest.remove_prefix(end);
    ASSIGN_OR_RETURN(const std::string part, read_digits(digits, style));
    std::int64_t times = 1;
    for (const Multiple& multiple : kMultiples) {
      if (!take_word(rest, multiple.word)) continue;
      times = multiple.times;
      break;
    }
    // Parts grow smaller ("2 tỷ 350 triệu"), and only words separate them.
    if ((last != 0 && times >= last) || (times == 1 && !rest.empty())) return not_number(text);
    last = times;
    const auto value = Decimal::parse(part);
    const auto scaled = value ? Decimal::multiply(*value, Decimal::of(times)) : std::nullopt;
    const auto added = scaled ? Decimal::add(sum, *scaled) : std::nullopt;
    if (!added) return not_number(text);
    sum = *added;
    more = !rest.empty();
  }
  if (!sum.is_integer()) {
    return not_read("not_whole_dong", quoted_text(text) + " is not a whole number of đồng", "phải là số đồng nguyên.");
  }
  number.value = sum.to_json();
  return number;
}

}  // namespace tram
