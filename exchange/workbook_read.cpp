#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <optional>
#include <pugixml.hpp>

#include "core/base/text.h"
#include "exchange/csv.h"
#include "exchange/workbook.h"

namespace tram {
namespace {

constexpr std::size_t kUnpackedMax = 32 << 20;
constexpr int kEntriesMax = 500;
constexpr int kRowsMax = 20'000, kColumnsMax = 500;

Error not_xlsx(std::string why) {
  Error result = error(ErrorCode::bad_request, "this is no XLSX workbook: " + why, "not_xlsx");
  result.message_vi = "Tệp không phải bảng tính XLSX đọc được.";
  return result;
}

Error beyond(std::string_view what) {
  Error result = error(ErrorCode::bad_request, "the workbook is too large: " + std::string(what), "too_large");
  result.message_vi = "Bảng tính quá lớn.";
  return result;
}

using Parts = std::map<std::string, std::string, std::less<>>;  // by name in the zip

Result<Parts> unpack(std::string_view bytes) {
  const std::unique_ptr<archive, decltype(&archive_read_free)> zip(archive_read_new(), archive_read_free);
  archive_read_support_format_zip(zip.get());
  if (archive_read_open_memory(zip.get(), bytes.data(), bytes.size()) != ARCHIVE_OK) {
    return not_xlsx("it is no zip file");
  }
  Parts parts;
  std::size_t total = 0;
  archive_entry* entry = nullptr;
  for (int count = 0;; ++count) {
    const int next = archive_read_next_header(zip.get(), &entry);
    if (next == ARCHIVE_EOF) return parts;
    if (next < ARCHIVE_WARN) return not_xlsx("its zip directory is damaged");
    if (count == kEntriesMax) return beyond("too many parts");
    const char* name = archive_entry_pathname_utf8(entry);
    const std::string_view path = name == nullptr ? "" : name;
    if (!path.starts_with("xl/") || !(path.ends_with(".xml") || path.ends_with(".rels"))) continue;
    std::string& text = parts[std::string(path)];
    std::array<char, 16384> block{};
    while (true) {
      const la_ssize_t got = archive_read_data(zip.get(), block.data(), block.size());
      if (got == 0) break;
      if (got < 0) return not_xlsx("its part " + std::string(path) + " is damaged");
      total += static_cast<std::size_t>(got);
      if (total > kUnpackedMax) return beyond("it unpacks to more than 32 MB");
      text.append(block.data(), static_cast<std::size_t>(got));
    }
  }
}

Status load(pugi::xml_document& document, const Parts& parts, std::string_view name) {
  const auto part = parts.find(name);
  if (part == parts.end()) return not_xlsx("it has no part " + std::string(name));
  const auto parsed = document.load_buffer(part->second.data(), part->second.size(),
                                           pugi::parse_default | pugi::parse_ws_pcdata_single);
  return parsed ? Status() : Status(not_xlsx("its part " + std::string(name) + " is not XML"));
}

// All the text below an element: plain, or in runs; phonetic guides left out.
std::string text_of(const pugi::xml_node& node) {
  std::string text = node.child("t").text().get();
  for (const pugi::xml_node run : node.children("r")) text += run.child("t").text().get();
  return text;
}

// "D7" as (6, 3).
std::optional<std::pair<int, int>> place_of(std::string_view name) {
  int column = 0, row = 0;
  std::size_t at = 0;
  for (; at < name.size() && name[at] >= 'A' && name[at] <= 'Z' && column < 100'000; ++at)
    column = column * 26 + (name[at] - 'A' + 1);
  const auto read = std::from_chars(name.data() + at, name.data() + name.size(), row);
  if (at == 0 || read.ec != std::errc() || read.ptr != name.data() + name.size() || row < 1) return std::nullopt;
  return std::pair{row - 1, column - 1};
}

// Excel writes 0.1 as 0.1 and 0.1+0.2 as 0.30000000000000004; it shows, and means, at most 15 digits.
std::string tidy_number(std::string_view text) {
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::string(text);
  std::array<char, 64> short_text{};
  const auto written =
      std::to_chars(short_text.data(), short_text.data() + short_text.size(), value, std::chars_format::general, 15);
  return {short_text.data(), written.ptr};
}

class BookReader {
 public:
  explicit BookReader(const Parts& parts) : parts_(parts) {}

  Result<Workbook> read() {
    pugi::xml_document book, links;
    RETURN_IF_ERROR(load(book, parts_, "xl/workbook.xml"));
    RETURN_IF_ERROR(load(links, parts_, "xl/_rels/workbook.xml.rels"));
    RETURN_IF_ERROR(read_strings());
    RETURN_IF_ERROR(read_fonts());
    Workbook workbook;
    const std::string_view old = book.child("workbook").child("workbookPr").attribute("date1904").value();
    workbook.days_from_1904 = old == "1" || old == "true";
    for (const pugi::xml_node sheet : book.child("workbook").child("sheets").children("sheet")) {
      const std::string id = sheet.attribute("r:id").value();
      const pugi::xml_node link = links.child("Relationships").find_child_by_attribute("Id", id.c_str());
      std::string target = link.attribute("Target").value();
      target = target.starts_with('/') ? target.substr(1) : "xl/" + target;
      ASSIGN_OR_RETURN(ReadSheet read, read_sheet(target));
      read.name = sheet.attribute("name").value();
      if (!is_utf8(read.name)) return not_xlsx("a sheet's name is not UTF-8");
      workbook.sheets.push_back(std::move(read));
    }
    if (workbook.sheets.empty()) return not_xlsx("it has no sheets");
    return workbook;
  }

 private:
  Status read_strings() {
    if (!parts_.contains("xl/sharedStrings.xml")) return {};
    pugi::xml_document document;
    RETURN_IF_ERROR(load(document, parts_, "xl/sharedStrings.xml"));
    for (const pugi::xml_node item : document.child("sst").children("si")) strings_.push_back(text_of(item));
    return {};
  }

  Status read_fonts() {
    if (!parts_.contains("xl/styles.xml")) return {};
    pugi::xml_document document;
    RETURN_IF_ERROR(load(document, parts_, "xl/styles.xml"));
    std::vector<std::string> names;
    const pugi::xml_node sheet = document.child("styleSheet");
    for (const pugi::xml_node font : sheet.child("fonts").children("font"))
      names.emplace_back(font.child("name").attribute("val").value());
    for (const pugi::xml_node style : sheet.child("cellXfs").children("xf")) {
      const std::size_t font = style.attribute("fontId").as_uint();
      fonts_.push_back(font < names.size() ? names[font] : std::string());
    }
    return {};
  }

  Result<ReadSheet> read_sheet(const std::string& part) {
    pugi::xml_document document;
    RETURN_IF_ERROR(load(document, parts_, part));
    ReadSheet sheet;
    int row = -1;
    for (const pugi::xml_node line : document.child("worksheet").child("sheetData").children("row")) {
      row = line.attribute("r").as_int(row + 2) - 1;
      int column = -1;
      for (const pugi::xml_node cell : line.children("c")) {
        ++column;
        if (const auto place = place_of(cell.attribute("r").value())) {
          row = place->first;
          column = place->second;
        }
        if (row < 0 || row >= kRowsMax || column >= kColumnsMax) {
          return beyond(cell_name(std::max(row, 0), column) + " lies outside 20,000 rows and 500 columns");
        }
        ASSIGN_OR_RETURN(ReadCell read, read_cell(cell));
        if (read.text.empty()) continue;
        sheet.rows = std::max(sheet.rows, row + 1);
        sheet.cells[{row, column}] = std::move(read);
      }
    }
    return sheet;
  }

  Result<ReadCell> read_cell(const pugi::xml_node& cell) const {
    ReadCell read;
    const std::string_view type = cell.attribute("t").value();
    const std::string value = cell.child("v").text().get();
    const std::size_t style = cell.attribute("s").as_uint();
    if (style < fonts_.size()) read.font = fonts_[style];
    if (type == "s") {
      std::size_t index = strings_.size();
      std::from_chars(value.data(), value.data() + value.size(), index);
      if (index >= strings_.size()) return not_xlsx("a cell names a text that is not there");
      read.text = strings_[index];
    } else if (type == "inlineStr") {
      read.text = text_of(cell.child("is"));
    } else if (type == "b") {
      read = {ReadCell::Kind::boolean, value == "1" ? "true" : "false", read.font};
    } else if (type == "e") {
      read = {ReadCell::Kind::error, value, read.font};
    } else if (type == "str" || type == "d") {
      read.text = value;
    } else if (!value.empty()) {
      read = {ReadCell::Kind::number, tidy_number(value), read.font};
    }
    if (!is_utf8(read.text) || !is_utf8(read.font)) return not_xlsx("a text is not UTF-8");
    return read;
  }

  const Parts& parts_;
  std::vector<std::string> strings_, fonts_;
};

}  // namespace

const ReadCell* ReadSheet::at(int row, int column) const {
  const auto found = cells.find({row, column});
  return found == cells.end() ? nullptr : &found->second;
}

const ReadSheet* Workbook::sheet(std::string_view name) const {
  const auto found = std::find_if(sheets.begin(), sheets.end(), [&](const ReadSheet& s) { return s.name == name; });
  return found == sheets.end() ? nullptr : &*found;
}

std::string cell_name(int row, int column) {
  std::string letters;
  for (int at = column + 1; at > 0; at = (at - 1) / 26)
    letters.insert(letters.begin(), static_cast<char>('A' + (at - 1) % 26));
  return letters + std::to_string(row + 1);
}

Result<Workbook> read_workbook(std::string_view bytes) {
  if (bytes.size() > kSheetBytesMax) return beyond("more than 16 MB");
  ASSIGN_OR_RETURN(const Parts parts, unpack(bytes));
  return BookReader(parts).read();
}

}  // namespace tram
