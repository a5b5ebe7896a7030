#include "core/reports/consolidate_print.h"

#include <algorithm>

#include "core/base/text.h"

namespace tram {
namespace {

std::string padded(std::string text, std::size_t width, bool right) {
  const std::size_t length = code_points(text);
  if (length >= width) return text;
  const std::string blanks(width - length, ' ');
  return right ? blanks + text : text + blanks;
}

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

struct Line {
  const FormField* field;
  const Figure* figure;
};

std::vector<Line> lines_of(const FormSection& section, const Consolidation& result) {
  std::vector<Line> lines;
  for (const FormField& field : section.fields) {
    const auto found = result.values.find(field.id);
    if (!section.rows && found != result.values.end()) lines.push_back({&field, &found->second});
  }
  return lines;
}

std::string shown_value(const Line& line) {
  if (line.figure->value.is_null()) return "–";
  std::string text = one_line(display_vi(*line.field, line.figure->value));
  if (line.figure->approx) text.insert(0, "khoảng ");
  return line.field->unit.empty() ? text : text + " " + line.field->unit;
}

std::string plain(const json::Value& value) {
  if (value.is_null()) return "";
  return value.is_string() ? value.get<std::string>() : json::print(value);
}

}  // namespace

std::string number_vi(std::string_view canonical) {
  if (canonical.find_first_of("eE") != std::string_view::npos) return std::string(canonical);
  const bool negative = canonical.starts_with('-');
  if (negative) canonical.remove_prefix(1);
  const auto point = std::min(canonical.find('.'), canonical.size());
  std::string whole(canonical.substr(0, point));
  for (std::size_t at = whole.size(); at > 3;) whole.insert(at -= 3, ".");
  std::string text = (negative ? "-" : "") + whole;
  if (point < canonical.size()) text += "," + std::string(canonical.substr(point + 1));
  return text;
}

std::string display_vi(const FormField& field, const json::Value& value) {
  if (value.is_null()) return "";
  if (value.is_boolean()) return value.get<bool>() ? "Có" : "Không";
  if (const auto number = json::number_text(value)) return number_vi(*number);
  if (value.is_array()) {
    std::string text;
    for (const auto& item : value) text += (text.empty() ? "" : "; ") + plain(item);
    return text;
  }
  if (!value.is_string()) return json::print(value);
  const auto& text = value.get_ref<const std::string&>();
  if (field.kind == "date") {
    if (is_date(text)) return text.substr(8, 2) + "/" + text.substr(5, 2) + "/" + text.substr(0, 4);
  }
  return std::string(field.choice_label_vi(text));
}

std::string consolidation_table(const Form& form, const Consolidation& result) {
  const Period& period = result.request.period;
  std::string text = form.label_vi + "\n" + label_vi(period) + " · " +
                     (result.request.kind == "official" ? "chính thức" : "xem thử") + " · " +
                     std::to_string(result.sources.size()) + " báo cáo\n";
  for (const FormSection& section : form.sections) {
    const auto lines = lines_of(section, result);
    if (lines.empty()) continue;
    std::size_t label_width = 0, value_width = 0;
    for (const Line& line : lines) {
      label_width = std::max(label_width, code_points(line.field->label_vi));
      if (line.field->kind != "longtext") value_width = std::max(value_width, code_points(shown_value(line)));
    }
    text += "\n" + section.label_vi + "\n";
    for (const Line& line : lines) {
      text += "  " + padded(line.field->label_vi, label_width, false) + "  " +
              padded(shown_value(line), value_width, true) + "  " + std::to_string(line.figure->n_reported) + "/" +
              std::to_string(line.figure->n_expected) + "\n";
    }
  }
  for (const auto& [id, rows] : result.rows) {
    const FormSection* section = form.section(id);
    text += "\n" + (section == nullptr ? id : section->label_vi) + ": " + std::to_string(rows.size()) + " dòng\n";
  }
  if (!result.differences.empty())
    text += "\nKhác nhau giữa các đơn vị: " + std::to_string(result.differences.size()) + "\n";
  return text;
}

}  // namespace tram
