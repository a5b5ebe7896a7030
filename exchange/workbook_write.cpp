#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/base/text.h"
#include "core/reports/date.h"
#include "exchange/workbook.h"

namespace tram {
namespace {

constexpr std::size_t kSheetNamePoints = 31;
constexpr double kPaperCharacters = 150;  // across A4 in landscape, still legible

// A file that is only in memory: libxlsxwriter writes to a path.
class MemoryFile {
 public:
  MemoryFile() : descriptor_(::memfd_create("workbook", MFD_CLOEXEC)) {}
  ~MemoryFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  bool good() const { return descriptor_ >= 0; }
  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }
  Result<std::string> bytes() const {
    const off_t size = ::lseek(descriptor_, 0, SEEK_END);
    if (size <= 0) return error(ErrorCode::storage_error, "the workbook could not be written");
    std::string bytes(static_cast<std::size_t>(size), '\0');
    for (std::size_t done = 0; done < bytes.size();) {
      const ssize_t got = ::pread(descriptor_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(done));
      if (got <= 0) return error(ErrorCode::storage_error, "the workbook could not be read back");
      done += static_cast<std::size_t>(got);
    }
    return bytes;
  }

 private:
  int descriptor_;
};

class BookWriter {
 public:
  explicit BookWriter(lxw_workbook* book) : book_(book) {}

  void add(const Sheet& sheet) {
    lxw_worksheet* out = workbook_add_worksheet(book_, name_of(sheet.name).c_str());
    if (out == nullptr) return;
    set_page(out, sheet);
    for (std::size_t column = 0; column < sheet.widths.size(); ++column) {
      const auto at = static_cast<lxw_col_t>(column);
      const bool hidden = std::find(sheet.hidden_columns.begin(), sheet.hidden_columns.end(),
                                    static_cast<int>(column)) != sheet.hidden_columns.end();
      lxw_row_col_options options = {};
      options.hidden = hidden ? 1 : 0;
      worksheet_set_column_opt(out, at, at, sheet.widths[column], nullptr, &options);
    }
    for (std::size_t row = 0; row < sheet.rows.size(); ++row) {
      for (std::size_t column = 0; column < sheet.rows[row].size(); ++column) {
        write(out, static_cast<lxw_row_t>(row), static_cast<lxw_col_t>(column), sheet.rows[row][column]);
      }
    }
    set_heights(out, sheet);
    for (const int row : sheet.hidden_rows) {
      lxw_row_col_options options = {};
      options.hidden = 1;
      worksheet_set_row_opt(out, static_cast<lxw_row_t>(row), LXW_DEF_ROW_HEIGHT, nullptr, &options);
    }
    if (sheet.hidden) worksheet_hide(out);
  }

 private:
  // Excel allows each name once.
  std::string name_of(std::string_view wanted) {
    std::u32string points = decode(wanted);
    std::replace_if(
        points.begin(), points.end(),
        [](char32_t c) { return std::u32string_view(U"[]:*?/\\'").find(c) != std::u32string_view::npos; }, U' ');
    points = points.substr(0, kSheetNamePoints);
    std::string name = encode(points);
    for (int n = 2; std::find(names_.begin(), names_.end(), fold(name)) != names_.end(); ++n) {
      name = encode(points.substr(0, kSheetNamePoints - 4)) + " " + std::to_string(n);
    }
    names_.push_back(fold(name));
    return name;
  }

  // Rows of wrapped texts: not every program finds their height by itself.
  static void set_heights(lxw_worksheet* out, const Sheet& sheet) {
    for (std::size_t row = 0; row < sheet.rows.size(); ++row) {
      if (std::find(sheet.hidden_rows.begin(), sheet.hidden_rows.end(), static_cast<int>(row)) !=
          sheet.hidden_rows.end()) {
        continue;
      }
      double lines = 1;
      for (std::size_t column = 0; column < sheet.rows[row].size() && column < sheet.widths.size(); ++column) {
        const SheetCell& cell = sheet.rows[row][column];
        if (cell.kind != CellKind::text || cell.look == CellLook::plain || !in_table(cell.look)) continue;
        const auto breaks = std::count(cell.text.begin(), cell.text.end(), '\n');
        const double length = static_cast<double>(code_points(cell.text)) * 0.92;
        lines = std::max(lines, std::ceil(length / sheet.widths[column]) + static_cast<double>(breaks));
      }
      if (lines > 1) worksheet_set_row(out, static_cast<lxw_row_t>(row), 16.0 * std::min(lines, 20.0), nullptr);
    }
  }

  static bool in_table(CellLook look) {
    return look != CellLook::title && look != CellLook::subtitle && look != CellLook::note;
  }

  static void set_page(lxw_worksheet* out, const Sheet& sheet) {
    worksheet_set_paper(out, 9);  // A4
    if (sheet.landscape) worksheet_set_landscape(out);
    worksheet_set_margins(out, 1.2, 0.6, 0.8, 0.8);  // inches: 30, 15, 20, 20 mm
    fit_width(out, sheet);
    worksheet_set_footer(out, "&C&P/&N");
    if (sheet.frozen_rows == 0) return;
    const auto rows = static_cast<lxw_row_t>(sheet.frozen_rows);
    worksheet_freeze_panes(out, rows, 0);
    worksheet_repeat_rows(out, 0, rows - 1);
  }

  // What is wider than the paper goes on beside it, on as many pages as keep it legible.
  static void fit_width(lxw_worksheet* out, const Sheet& sheet) {
    double width = 0, repeated = 0;
    for (std::size_t column = 0; column < sheet.widths.size(); ++column) {
      const bool hidden = std::find(sheet.hidden_columns.begin(), sheet.hidden_columns.end(),
                                    static_cast<int>(column)) != sheet.hidden_columns.end();
      if (hidden) continue;
      width += sheet.widths[column];
      if (static_cast<int>(column) < sheet.repeated_columns) repeated += sheet.widths[column];
    }
    const double more = std::max(0.0, width - kPaperCharacters);
    const auto pages = 1 + static_cast<int>(std::ceil(more / (kPaperCharacters - repeated)));
    worksheet_fit_to_pages(out, static_cast<std::uint16_t>(pages), 0);
    if (pages > 1 && sheet.repeated_columns > 0)
      worksheet_repeat_columns(out, 0, static_cast<lxw_col_t>(sheet.repeated_columns - 1));
  }

  lxw_format* format(const SheetCell& cell) {
    const bool whole = cell.text.find('.') == std::string::npos;
    const int kind = cell.kind == CellKind::number ? (whole ? 1 : 2) : cell.kind == CellKind::day ? 3 : 0;
    lxw_format*& made = formats_[{cell.look, kind}];
    if (made != nullptr) return made;
    made = workbook_add_format(book_);
    format_set_font_name(made, "Times New Roman");
    format_set_font_size(made, cell.look == CellLook::title ? 14 : 12);
    format_set_align(made, LXW_ALIGN_VERTICAL_TOP);
    // 42A is Vietnamese of Viet Nam: 1.234,5 and 17/07/2024 whatever the PC's own settings.
    if (kind == 1) format_set_num_format(made, "[$-42A]#,##0");
    if (kind == 2) format_set_num_format(made, "[$-42A]#,##0.0#####");
    if (kind == 3) format_set_num_format(made, "[$-42A]dd/mm/yyyy");
    // As text, so that "=1+1" stays a text even when somebody edits the cell.
    if (kind == 0) format_set_num_format(made, "@");
    if (cell.look == CellLook::title || cell.look == CellLook::header || cell.look == CellLook::group)
      format_set_bold(made);
    if (cell.look == CellLook::subtitle || cell.look == CellLook::note) format_set_italic(made);
    if (cell.look == CellLook::header) {
      format_set_align(made, LXW_ALIGN_CENTER);
      format_set_bg_color(made, 0xE7EDF5);
    }
    if (cell.look == CellLook::group) format_set_bg_color(made, 0xF3F3F3);
    if (cell.look == CellLook::input) format_set_bg_color(made, 0xFFFBE6);
    const bool table = in_table(cell.look);
    if (table) format_set_border(made, LXW_BORDER_THIN);
    if (table && kind == 0) format_set_text_wrap(made);
    return made;
  }

  void write(lxw_worksheet* out, lxw_row_t row, lxw_col_t column, const SheetCell& cell) {
    switch (cell.kind) {
      case CellKind::blank:
        if (cell.look != CellLook::plain) worksheet_write_blank(out, row, column, format(cell));
        return;
      case CellKind::number: worksheet_write_number(out, row, column, std::stod(cell.text), format(cell)); return;
      case CellKind::day: {
        const auto day = parse_date(cell.text);
        if (!day) break;
        // Days as Excel counts them: 1 is 01/01/1900, and a 29/02/1900 that never was.
        const int serial = days_between(Date{1899, 12, 31}, *day);
        worksheet_write_number(out, row, column, serial > 59 ? serial + 1 : serial, format(cell));
        return;
      }
      case CellKind::text: break;
    }
    // Excel takes no more in a cell.
    const std::u32string points = decode(cell.text);
    const std::string text = points.size() > 32'767 ? encode(points.substr(0, 32'767)) : cell.text;
    worksheet_write_string(out, row, column, text.c_str(), format(SheetCell{CellKind::text, "", cell.look}));
  }

  lxw_workbook* book_;
  std::vector<std::string> names_;
  std::map<std::pair<CellLook, int>, lxw_format*> formats_;
};

}  // namespace

Result<std::string> write_workbook(const std::vector<Sheet>& sheets, std::string_view title, std::string_view created) {
  const MemoryFile file;
  if (!file.good()) return error(ErrorCode::storage_error, "there is no room for a workbook");
  const std::string path = file.path(), name(title);
  lxw_workbook* book = workbook_new(path.c_str());
  if (book == nullptr) return error(ErrorCode::storage_error, "the workbook could not be begun");
  lxw_doc_properties properties = {};
  std::string told = name;
  properties.title = told.data();
  const auto day = parse_date(created);
  properties.created = static_cast<time_t>(day ? days_between(Date{1970, 1, 1}, *day) : 1) * 86'400 + 1;
  workbook_set_properties(book, &properties);
  BookWriter writer(book);
  for (const Sheet& sheet : sheets) writer.add(sheet);
  const lxw_error done = workbook_close(book);
  if (done != LXW_NO_ERROR) {
    return error(done == LXW_ERROR_CREATING_TMPFILE ? ErrorCode::disk_full : ErrorCode::storage_error,
                 std::string("the workbook could not be written: ") + lxw_strerror(done));
  }
  return file.bytes();
}

}  // namespace tram
