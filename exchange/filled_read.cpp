#include <algorithm>

#include "core/base/text.h"
#include "core/base/vietnamese.h"
#include "exchange/csv.h"
#include "exchange/filled.h"
#include "exchange/workbook.h"

namespace tram {
namespace {

constexpr int kHeaderRowsMax = 12;

using Marks = std::map<std::string, std::string, std::less<>>;

bool is_workbook(std::string_view bytes) { return bytes.starts_with("PK\x03\x04"); }

std::string folded(std::string_view text) {
  const auto cleaned = clean(text, Lines::one);
  return fold(cleaned ? cleaned->text : std::string(text));
}

Error wrong_file(const Form& form) {
  Error result =
      error(ErrorCode::bad_request,
            "nothing in this file belongs to form " + form.code + "; take a template: tram-agent report template",
            "wrong_file");
  result.message_vi = "Tệp không có nội dung nào của biểu " + form.code;
  return result;
}

Marks marks_of(const Workbook& book) {
  Marks marks;
  const ReadSheet* sheet = book.sheet("_tram");
  for (int row = 0; sheet != nullptr && row < sheet->rows; ++row) {
    const ReadCell *name = sheet->at(row, 0), *value = sheet->at(row, 1);
    if (name != nullptr) marks[name->text] = value == nullptr ? "" : value->text;
  }
  return marks;
}

std::string text_at(const ReadSheet& sheet, int row, int column) {
  const ReadCell* cell = sheet.at(row, column);
  return cell == nullptr ? "" : cell->text;
}

FilledCell cell_at(const ReadSheet& sheet, int row, int column, std::string section, std::string row_id,
                   std::string field) {
  FilledCell filled;
  filled.place = sheet.name + "!" + cell_name(row, column);
  filled.section = std::move(section);
  filled.row = std::move(row_id);
  filled.field = std::move(field);
  const ReadCell* cell = sheet.at(row, column);
  if (cell == nullptr) return filled;
  filled.text = cell->text;
  filled.font = cell->font;
  if (cell->kind == ReadCell::Kind::error) filled.kind = FilledCell::Kind::wrong;
  if (cell->kind == ReadCell::Kind::number || cell->kind == ReadCell::Kind::boolean)
    filled.kind = FilledCell::Kind::exact;
  return filled;
}

// Columns by what they hold, and the row from which the data goes on.
struct Columns {
  std::map<std::string, int, std::less<>> at;
  int data = -1;
};

Columns columns_by_ids(const ReadSheet& sheet, const std::string& mark) {
  Columns columns;
  for (int row = 0; row < std::min(sheet.rows, kHeaderRowsMax); ++row) {
    if (text_at(sheet, row, 0) != mark) continue;
    columns.at["#id"] = 0;
    for (auto it = sheet.cells.lower_bound({row, 1}); it != sheet.cells.end() && it->first.first == row; ++it)
      columns.at[it->second.text] = it->first.second;
    columns.data = row + 1;
  }
  return columns;
}

// The first row in which two labels (or the only one) stand. `names`: folded label -> what the column holds.
Columns columns_by_labels(const ReadSheet& sheet, const std::map<std::string, std::string>& names) {
  for (int row = 0; row < std::min(sheet.rows, kHeaderRowsMax); ++row) {
    Columns columns;
    for (auto it = sheet.cells.lower_bound({row, 0}); it != sheet.cells.end() && it->first.first == row; ++it) {
      const auto known = names.find(folded(it->second.text));
      if (known != names.end()) columns.at.emplace(known->second, it->first.second);
    }
    if (columns.at.size() < std::min<std::size_t>(names.size(), 2)) continue;
    columns.data = row + 1;
    return columns;
  }
  return {};
}

const std::map<std::string, std::string>& figure_labels() {
  static const std::map<std::string, std::string> labels = {
      {"chi tieu", "label"}, {"gia tri", "value"}, {"so lieu", "value"}, {"ghi chu", "remark"}, {"khoang", "approx"}};
  return labels;
}

class SheetReader {
 public:
  SheetReader(const Form& form, Filled& filled) : form_(form), filled_(filled) {}
  bool found() const { return found_; }

  void read(const ReadSheet& sheet) {
    for (const FormSection& section : form_.sections) {
      if (!section.rows || !section.filled_from.empty()) continue;
      if (read_list(sheet, section)) return;
    }
    read_figures(sheet);
  }

 private:
  const FormField* field_of(const ReadSheet& sheet, int row, const Columns& columns) const {
    if (columns.at.contains("#id")) return form_.field(text_at(sheet, row, 0));
    const std::string label = folded(text_at(sheet, row, columns.at.at("label")));
    for (const FormSection& section : form_.sections) {
      for (const FormField& field : section.fields) {
        if (!section.rows && !label.empty() && (folded(field.label_vi) == label || field.id == label)) return &field;
      }
    }
    return nullptr;
  }

  void read_figures(const ReadSheet& sheet) {
    Columns columns = columns_by_ids(sheet, "#id");
    if (columns.data < 0) columns = columns_by_labels(sheet, figure_labels());
    if (columns.data < 0 || !columns.at.contains("value") ||
        (!columns.at.contains("#id") && !columns.at.contains("label")))
      return;
    for (int row = columns.data; row < sheet.rows; ++row) {
      const FormField* field = field_of(sheet, row, columns);
      if (field == nullptr || field->writer != Writer::office) continue;
      found_ = true;
      const auto take = [&](const char* name, std::vector<FilledCell>& into) {
        const auto column = columns.at.find(name);
        if (column != columns.at.end()) into.push_back(cell_at(sheet, row, column->second, "", "", field->id));
      };
      take("value", filled_.figures);
      take("remark", filled_.remarks);
      take("approx", filled_.approximations);
    }
  }

  bool read_list(const ReadSheet& sheet, const FormSection& section) {
    Columns columns = columns_by_ids(sheet, "#id:" + section.id);
    if (columns.data < 0) {
      const std::string name = fold(sheet.name);
      if (name != section.id && !fold(section.label_vi).starts_with(name)) return false;
      std::map<std::string, std::string> names;
      for (const FormField& field : section.fields) {
        names[folded(field.label_vi)] = names[field.id] = field.id;
        if (!field.unit.empty()) names[folded(field.label_vi + " (" + field.unit + ")")] = field.id;
      }
      columns = columns_by_labels(sheet, names);
    } else {
      ++columns.data;  // the labels stand below the ids
    }
    if (columns.data < 0) return false;
    found_ = true;
    Filled::List& list = filled_.lists[section.id];
    list.whole = true;
    for (int row = columns.data; row < sheet.rows; ++row) read_row(sheet, row, section, columns, list);
    return true;
  }

  static void read_row(const ReadSheet& sheet, int row, const FormSection& section, const Columns& columns,
                       Filled::List& list) {
    Filled::Row filled{
        sheet.name + "!" + std::to_string(row + 1), columns.at.contains("#id") ? text_at(sheet, row, 0) : "", {}};
    bool empty = true, none = false;
    for (const FormField& field : section.fields) {
      const auto column = columns.at.find(field.id);
      if (column == columns.at.end() || field.writer != Writer::office) continue;
      filled.cells.push_back(cell_at(sheet, row, column->second, section.id, filled.id, field.id));
      empty = empty && filled.cells.back().text.empty();
      none = none || folded(filled.cells.back().text) == "khong phat sinh";
    }
    if (none) list.none = true;
    if (!empty && !none) list.rows.push_back(std::move(filled));
  }

  const Form& form_;
  Filled& filled_;
  bool found_ = false;
};

// Columns of a CSV by name, ours or the labels that people give.
std::map<std::string, std::size_t> csv_columns(const CsvLine& header) {
  static const std::map<std::string, std::string> kNames = {
      {"field", "field"},      {"ma chi tieu", "field"}, {"label_vi", "label"}, {"chi tieu", "label"},
      {"value", "value"},      {"gia tri", "value"},     {"so lieu", "value"},  {"remark", "remark"},
      {"ghi chu", "remark"},   {"approx", "approx"},     {"khoang", "approx"},  {"section", "section"},
      {"danh muc", "section"}, {"row", "row"},           {"dong", "row"}};
  std::map<std::string, std::size_t> columns;
  for (std::size_t i = 0; i < header.cells.size(); ++i) {
    const auto known = kNames.find(folded(header.cells[i]));
    if (known != kNames.end()) columns.emplace(known->second, i);
  }
  return columns;
}

class CsvFilled {
 public:
  CsvFilled(const Form& form, const CsvTable& table, Filled& filled) : form_(form), table_(table), filled_(filled) {}

  Status read() {
    if (table_.lines.empty()) return wrong_file(form_);
    columns_ = csv_columns(table_.lines.front());
    if (!columns_.contains("value") || (!columns_.contains("field") && !columns_.contains("label")))
      return wrong_file(form_);
    filled_.style = table_.separator == ',' ? NumberStyle::en : NumberStyle::vi;
    for (std::size_t i = 1; i < table_.lines.size(); ++i) read_line(table_.lines[i]);
    return found_ ? Status() : Status(wrong_file(form_));
  }

 private:
  std::string at(const CsvLine& line, const char* name) const {
    const auto column = columns_.find(name);
    if (column == columns_.end() || column->second >= line.cells.size()) return "";
    return std::string(without_guard(line.cells[column->second]));
  }

  FilledCell cell(const CsvLine& line, const char* name, const std::string& field) const {
    FilledCell filled{"line " + std::to_string(line.number),
                      at(line, "section"),
                      at(line, "row"),
                      field,
                      at(line, name),
                      "",
                      FilledCell::Kind::text,
                      ""};
    // Ours: exact, with a decimal comma where the separator is a semicolon. What is not is read as typed.
    if (!filled_.marks.contains("format")) return filled;
    std::string number = filled.text;
    if (table_.separator == ';') {
      if (number.find('.') != std::string::npos) return filled;
      std::replace(number.begin(), number.end(), ',', '.');
    }
    const bool is_number = Decimal::parse(number).ok();
    if (!is_number && number != "null" && number != "true" && number != "false") return filled;
    filled.kind = FilledCell::Kind::exact;
    filled.number = number;
    return filled;
  }

  void read_line(const CsvLine& line) {
    const std::string section = at(line, "section"), name = at(line, "field");
    if (section == "#") {
      filled_.marks[name] = at(line, "value");
      return;
    }
    if (!section.empty()) {
      read_row_cell(line, section, name);
      return;
    }
    const FormField* field = form_.field(name);
    const std::string label = folded(at(line, "label"));
    for (const FormSection& part : form_.sections) {
      for (const FormField& candidate : part.fields) {
        if (field == nullptr && !part.rows && !label.empty() && folded(candidate.label_vi) == label) field = &candidate;
      }
    }
    if (field == nullptr || field->writer != Writer::office) return;
    found_ = true;
    filled_.figures.push_back(cell(line, "value", field->id));
    if (columns_.contains("remark")) filled_.remarks.push_back(cell(line, "remark", field->id));
    if (columns_.contains("approx")) filled_.approximations.push_back(cell(line, "approx", field->id));
  }

  void read_row_cell(const CsvLine& line, const std::string& section_id, const std::string& name) {
    const FormSection* section = form_.rows_section(section_id);
    const FormField* field = section == nullptr ? nullptr : section->field(name);
    if (field == nullptr || field->writer != Writer::office || !section->filled_from.empty()) return;
    found_ = true;
    Filled::List& list = filled_.lists[section_id];
    const std::string id = at(line, "row");
    if (list.rows.empty() || list.rows.back().id != id)
      list.rows.push_back({"line " + std::to_string(line.number), id, {}});
    list.rows.back().cells.push_back(cell(line, "value", name));
  }

  const Form& form_;
  const CsvTable& table_;
  Filled& filled_;
  std::map<std::string, std::size_t> columns_;
  bool found_ = false;
};

}  // namespace

Result<Marks> read_marks(std::string_view bytes) {
  if (is_workbook(bytes)) {
    ASSIGN_OR_RETURN(const Workbook book, read_workbook(bytes));
    return marks_of(book);
  }
  ASSIGN_OR_RETURN(const CsvTable table, read_csv(bytes));
  Marks marks;
  if (table.lines.empty()) return marks;
  const auto columns = csv_columns(table.lines.front());
  const auto at = [&](const CsvLine& line, const char* name) {
    const auto column = columns.find(name);
    return column == columns.end() || column->second >= line.cells.size() ? "" : line.cells[column->second];
  };
  for (const CsvLine& line : table.lines) {
    if (at(line, "section") == "#") marks[at(line, "field")] = at(line, "value");
  }
  return marks;
}

Result<Filled> read_filled(const Form& form, std::string_view bytes) {
  Filled filled;
  if (!is_workbook(bytes)) {
    ASSIGN_OR_RETURN(const CsvTable table, read_csv(bytes));
    RETURN_IF_ERROR(CsvFilled(form, table, filled).read());
    return filled;
  }
  ASSIGN_OR_RETURN(const Workbook book, read_workbook(bytes));
  filled.marks = marks_of(book);
  filled.serials = book.days_from_1904 ? Serials::excel1904 : Serials::excel1900;
  SheetReader reader(form, filled);
  for (const ReadSheet& sheet : book.sheets) {
    if (sheet.name != "_tram") reader.read(sheet);
  }
  if (!reader.found()) return wrong_file(form);
  return filled;
}

}  // namespace tram
