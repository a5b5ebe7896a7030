#include <algorithm>

#include "core/reports/consolidate_print.h"
#include "exchange/publication.h"
#include "exchange/workbook.h"

namespace tram {
namespace {

// A value in a cell: numbers and days as such, the rest as people read it.
SheetCell cell_of(const FormField& field, bool answered, const json::Value& value, CellLook look) {
  if (!answered) return {CellKind::blank, "", look};
  if (value.is_null()) return SheetCell::words("chưa có số liệu", look);
  if (const auto number = json::number_text(value)) return {CellKind::number, *number, look};
  if (value.is_string() && field.kind == "date" && is_date(value.get_ref<const std::string&>())) {
    return {CellKind::day, value.get<std::string>(), look};
  }
  return SheetCell::words(display_vi(field, value), look);
}

std::vector<SheetCell> texts(const std::vector<std::string>& words, CellLook look) {
  std::vector<SheetCell> cells;
  for (const std::string& word : words) cells.push_back(SheetCell::words(word, look));
  return cells;
}

void add_head(const Publication& publication, const std::string& title, Sheet& sheet) {
  sheet.rows.push_back({SheetCell(), SheetCell::words(title, CellLook::title)});
  sheet.rows.push_back(
      {SheetCell(), SheetCell::words(label_vi(publication.period) + " · " + publication.subtitle, CellLook::subtitle)});
}

Sheet figures_sheet(const Publication& publication) {
  Sheet sheet;
  sheet.name = publication.consolidated ? "Tổng hợp" : "Báo cáo";
  sheet.hidden_columns = {0};
  const bool many = publication.consolidated;
  sheet.widths = many ? std::vector<double>{8, 60, 14, 20, 10, 36} : std::vector<double>{8, 60, 14, 22, 9, 36};
  add_head(publication, publication.form->label_vi, sheet);
  if (publication.form->status == "draft")
    sheet.rows.push_back({SheetCell(), SheetCell::words("Mẫu dự thảo", CellLook::note)});
  if (!many) {
    sheet.rows.push_back(
        {SheetCell(), SheetCell::words("Không phát sinh ghi 0; chưa có số liệu ghi \"chưa có số liệu\" và "
                                       "nêu lý do; số khoảng ghi x.",
                                       CellLook::note)});
  }
  sheet.hidden_rows = {static_cast<int>(sheet.rows.size())};
  sheet.rows.push_back(texts({"#id", "label", "unit", "value", many ? "coverage" : "approx", many ? "note" : "remark"},
                             CellLook::plain));
  sheet.rows.push_back(
      texts({"", "Chỉ tiêu", "Đơn vị tính", "Giá trị", many ? "Số đơn vị" : "Khoảng", "Ghi chú"}, CellLook::header));
  sheet.frozen_rows = static_cast<int>(sheet.rows.size());
  for (const PublishedGroup& group : publication.groups) {
    sheet.rows.push_back(texts({"", group.section->label_vi, "", "", "", ""}, CellLook::group));
    for (const PublishedFigure& figure : group.figures) {
      const CellLook look = figure.typed && !many ? CellLook::input : CellLook::wrapped;
      const std::string coverage = std::to_string(figure.n_reported) + "/" + std::to_string(figure.n_expected);
      std::string note = many ? figure.note : figure.remark;
      if (many && figure.approx) note.insert(0, note.empty() ? "khoảng" : "khoảng; ");
      const bool shown = figure.answered && (!many || !figure.value.is_null());
      sheet.rows.push_back(
          {SheetCell::words(figure.field->id), SheetCell::words(figure.field->label_vi, CellLook::wrapped),
           SheetCell::words(figure.field->unit, CellLook::wrapped), cell_of(*figure.field, shown, figure.value, look),
           SheetCell::words(many            ? coverage
                            : figure.approx ? "x"
                                            : "",
                            look),
           SheetCell::words(note, look)});
    }
  }
  for (const std::string& note : publication.notes)
    sheet.rows.push_back({SheetCell(), SheetCell::words(note, CellLook::note)});
  return sheet;
}

Sheet list_sheet(const Publication& publication, const PublishedList& list) {
  const FormSection& section = *list.section;
  Sheet sheet;
  sheet.name = section.label_vi;
  sheet.hidden_columns = {0};
  sheet.widths = {18};
  add_head(publication, section.label_vi, sheet);
  sheet.hidden_rows = {2};
  std::vector<std::string> ids = {"#id:" + section.id}, labels = {""};
  for (const FormField& field : section.fields) {
    ids.push_back(field.id);
    labels.push_back(field.unit.empty() ? field.label_vi : field.label_vi + " (" + field.unit + ")");
    sheet.widths.push_back(field.kind == "longtext" || field.kind == "text" ? 32 : 18);
  }
  if (publication.consolidated) {
    ids.emplace_back("");
    labels.emplace_back("Đơn vị báo cáo");
    sheet.widths.push_back(28);
  }
  sheet.rows.push_back(texts(ids, CellLook::plain));
  sheet.rows.push_back(texts(labels, CellLook::header));
  sheet.frozen_rows = 4;
  sheet.repeated_columns = 3;  // the hidden ids, and the two that name a row
  for (const PublishedRow& row : list.rows) {
    std::vector<SheetCell> cells = {SheetCell::words(row.id)};
    for (const FormField& field : section.fields) {
      const auto value = row.fields.find(field.id);
      const bool typed = field.writer == Writer::office && !publication.consolidated && section.filled_from.empty();
      cells.push_back(cell_of(field, value != row.fields.end(), value == row.fields.end() ? json::Value() : *value,
                              typed ? CellLook::input : CellLook::wrapped));
    }
    if (publication.consolidated) cells.push_back(SheetCell::words(row.from, CellLook::wrapped));
    sheet.rows.push_back(std::move(cells));
  }
  if (list.answered && list.rows.empty())
    sheet.rows.push_back({SheetCell(), SheetCell::words("không phát sinh", CellLook::input)});
  return sheet;
}

Sheet plain_sheet(const std::string& name, const std::vector<std::vector<std::string>>& table) {
  Sheet sheet;
  sheet.name = name;
  sheet.frozen_rows = 1;
  for (std::size_t row = 0; row < table.size(); ++row) {
    sheet.rows.push_back(texts(table[row], row == 0 ? CellLook::header : CellLook::wrapped));
    sheet.widths.resize(std::max(sheet.widths.size(), table[row].size()), 32);
  }
  return sheet;
}

}  // namespace

Result<std::string> publication_xlsx(const Publication& publication) {
  std::vector<Sheet> sheets = {figures_sheet(publication)};
  for (const PublishedList& list : publication.lists) sheets.push_back(list_sheet(publication, list));
  sheets.push_back(plain_sheet("Nguồn số liệu", publication.sources));
  if (publication.details.size() > 1) sheets.push_back(plain_sheet("Chi tiết nguồn", publication.details));
  if (!publication.marks.empty()) {
    Sheet marks = plain_sheet("_tram", {});
    for (const auto& [name, value] : publication.marks) marks.rows.push_back(texts({name, value}, CellLook::plain));
    marks.hidden = true;
    marks.frozen_rows = 0;
    sheets.push_back(std::move(marks));
  }
  return write_workbook(sheets, publication.form->label_vi + " " + publication.period.id,
                        publication.window.end.text());
}

}  // namespace tram
