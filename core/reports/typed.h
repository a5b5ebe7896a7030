// core/reports/typed.h: figures, money and days as people type them, read as programs write them (docs/reporting.md,
// Vietnamese text). What could mean two things is asked back, never guessed. Pure functions; any thread.
//
// Errors are bad_request, named: ambiguous_number ("1.5" on a Vietnamese page), bad_grouping ("12.34.567"),
// not_a_number, ambiguous_dash ("-"), comparison_not_a_value ("trên 50%": belongs to targets), range_not_a_value
// ("1-3"), other_currency, not_whole_dong, no_such_day, no_such_month, day_missing, year_missing, not_a_date.
#pragma once

#include <string>
#include <string_view>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/reports/decimal.h"
#include "core/reports/form.h"

namespace tram {

// How numbers are grouped: 1.234.567,8 on Vietnamese pages, 1,234,567.8 on English ones.
enum class NumberStyle { vi, en };

struct TypedNumber {
  json::Value value;    // null: "chưa có số liệu", a comment is asked for
  bool approx = false;  // "khoảng"
};

Result<TypedNumber> read_number(std::string_view text, NumberStyle style = NumberStyle::vi);
// Whole đồng: "4 tỷ", "2 tỷ 350 triệu", "4.000.000.000 đ".
Result<TypedNumber> read_money(std::string_view text, NumberStyle style = NumberStyle::vi);

enum class Serials { none, excel1900, excel1904 };  // what a bare number is, when days are read from a workbook
// "17/07/2024", "5/2/24", "17-7-2024", "ngày 17 tháng 7 năm 2024", "2024-07-17": as ISO text. The day stands first.
Result<std::string> read_day(std::string_view text, Serials serials = Serials::none);

// One cell for one field of a form, by its kind: numbers, money and days as above, yes and no as "Có", "Không", "x",
// choices by their code or their label, lists by ";". "chưa có số liệu" is null for every kind but texts.
struct TypedField {
  json::Value value;
  bool approx = false;
};
Result<TypedField> read_typed(const FormField& field, std::string_view text, NumberStyle style = NumberStyle::vi,
                              Serials serials = Serials::none);

}  // namespace tram
