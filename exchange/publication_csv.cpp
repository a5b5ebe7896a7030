#include "exchange/csv.h"
#include "exchange/publication.h"

namespace tram {
namespace {

// As programs write it; a decimal comma for spreadsheets of Viet Nam.
std::string csv_value(const json::Value& value, char separator) {
  if (value.is_null()) return "null";
  if (value.is_string()) return value.get<std::string>();
  std::string text = json::print(value);
  const auto point = json::is_number(value) && separator == ';' ? text.find('.') : std::string::npos;
  if (point != std::string::npos) text[point] = ',';
  return text;
}

void add_figures(const PublishedGroup& group, bool consolidated, char separator, std::string& text) {
  for (const PublishedFigure& figure : group.figures) {
    const auto count = [&](std::size_t n) { return consolidated ? std::to_string(n) : std::string(); };
    const bool empty = !figure.answered || (consolidated && figure.value.is_null());
    text += csv_line({figure.field->id, figure.field->label_vi, empty ? "" : csv_value(figure.value, separator),
                      figure.field->unit, count(figure.n_reported), count(figure.n_expected),
                      figure.approx ? "true" : "false", "", "", consolidated ? figure.note : figure.remark},
                     separator);
  }
}

void add_rows(const PublishedList& list, char separator, std::string& text) {
  for (const PublishedRow& row : list.rows) {
    for (const FormField& field : list.section->fields) {
      const auto value = row.fields.find(field.id);
      if (value == row.fields.end()) continue;
      text += csv_line({field.id, field.label_vi, csv_value(*value, separator), field.unit, "", "", "",
                        list.section->id, row.id, row.from},
                       separator);
    }
  }
}

}  // namespace

std::string publication_csv(const Publication& publication, char separator) {
  std::string text(kByteOrderMark);
  text +=
      csv_line({"field", "label_vi", "value", "unit", "n_reported", "n_expected", "approx", "section", "row", "remark"},
               separator);
  for (const auto& [name, value] : publication.marks)
    text += csv_line({name, "", value, "", "", "", "", "#", "", ""}, separator);
  for (const PublishedGroup& group : publication.groups) add_figures(group, publication.consolidated, separator, text);
  for (const PublishedList& list : publication.lists) add_rows(list, separator, text);
  return text;
}

}  // namespace tram
