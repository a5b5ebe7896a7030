// exchange/workbook.h: spreadsheets (XLSX, Office Open XML) as plain tables: what we write, and what we read.
//
// Written by libxlsxwriter; read by libarchive (zip) and pugixml, with limits on what a file may unpack to. Texts are
// always texts: what begins like a formula is marked as text, and codes keep their zeros. Any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"

namespace tram {

enum class CellKind { blank, text, number, day };
enum class CellLook { plain, title, subtitle, header, group, input, wrapped, note };

struct SheetCell {
  CellKind kind = CellKind::blank;
  std::string text;  // a number's canonical text, a day as ISO
  CellLook look = CellLook::plain;

  static SheetCell words(std::string words, CellLook look = CellLook::plain) {
    return {CellKind::text, std::move(words), look};
  }
};

struct Sheet {
  std::string name;  // at most 31 characters, none of []:*?/\ ; made so when written
  std::vector<std::vector<SheetCell>> rows;
  std::vector<double> widths;  // of columns, in characters
  std::vector<int> hidden_rows, hidden_columns;
  int frozen_rows = 0;       // header, repeated on each printed page
  int repeated_columns = 0;  // that name a row: on each page of a sheet wider than the paper
  bool hidden = false;
  bool landscape = true;
};

// created: ISO day, kept in the file's properties, so that the same tables give the same bytes.
// Errors: storage_error, disk_full (libxlsxwriter works with temporary files).
Result<std::string> write_workbook(const std::vector<Sheet>& sheets, std::string_view title, std::string_view created);

struct ReadCell {
  enum class Kind { text, number, boolean, error };
  Kind kind = Kind::text;
  std::string text;  // a number in at most 15 digits; "true"; "#DIV/0!"
  std::string font;
};
struct ReadSheet {
  std::string name;
  std::map<std::pair<int, int>, ReadCell> cells;  // (row, column), from 0; empty ones are not there
  int rows = 0;
  const ReadCell* at(int row, int column) const;
};
struct Workbook {
  std::vector<ReadSheet> sheets;
  bool days_from_1904 = false;
  const ReadSheet* sheet(std::string_view name) const;
};
// Errors bad_request: not_xlsx (with what is wrong), too_large (16 MB, 32 MB unpacked, 20,000 rows, 500 columns).
Result<Workbook> read_workbook(std::string_view bytes);

std::string cell_name(int row, int column);  // (6, 3) is "D7"

}  // namespace tram
