// Print view after decree 30/2020/NĐ-CP, appendix I: paper and margins, national heading, blanks for number, date and
// signature. Sizes and blocks follow its samples; a province confirms them.
#include "core/reports/consolidate_print.h"
#include "exchange/publication.h"

namespace tram {
namespace {

constexpr std::string_view kStyle = R"(
@page { size: A4 portrait; margin: 20mm 15mm 20mm 30mm; @top-center { content: counter(page); } }
@page :first { @top-center { content: normal; } }
body { font-family: "Times New Roman", "Liberation Serif", Tinos, serif; font-size: 14pt; color: #000; line-height: 1.25;
  max-width: 170mm; margin: 0 auto; }
table { border-collapse: collapse; width: 100%; }
.head td, .foot td { vertical-align: top; text-align: center; padding: 0 2mm; }
.head .parent, .head .nation { font-size: 13pt; text-transform: uppercase; }
.head .own { font-weight: bold; font-size: 13pt; text-transform: uppercase; }
.head .nation { font-weight: bold; white-space: nowrap; }
.head .motto { font-weight: bold; font-size: 14pt; }
.line { display: inline-block; border-top: 1px solid #000; width: 40%; height: 0; }
.date { font-style: italic; }
h1 { text-align: center; font-size: 14pt; margin: 8mm 0 0; text-transform: uppercase; }
.subtitle { text-align: center; font-weight: bold; margin: 0 0 6mm; }
.draft { text-align: center; font-style: italic; }
.data { font-size: 12pt; margin: 2mm 0 5mm; }
.data th, .data td { border: 1px solid #000; padding: 1mm 1.5mm; vertical-align: top; }
.data thead { display: table-header-group; } .data tr { break-inside: avoid; }
.data td.number { text-align: right; white-space: nowrap; }
.data td.group { font-weight: bold; }
.list { table-layout: fixed; width: auto; font-size: 11pt; overflow-wrap: break-word; } .list td.number { white-space: normal; }
.foot { margin-top: 8mm; break-inside: avoid; } .foot .copies { text-align: left; font-size: 11pt; }
.sign { font-weight: bold; text-transform: uppercase; } .space { height: 28mm; }
.appendix { break-before: page; } .appendix h2 { text-align: center; font-size: 13pt; }
.part { font-size: 11pt; font-style: italic; margin: 2mm 0 0; break-after: avoid; }
.notes { font-size: 12pt; font-style: italic; }
@media screen { .appendix { border-top: 1px dashed #999; margin-top: 10mm; overflow-x: auto; } }
)";

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\n': out += "<br>"; break;
      default: out += c;
    }
  }
  return out;
}

std::string shown_in_html(const FormField& field, bool answered, const json::Value& value, bool approx) {
  if (!answered) return "";
  if (value.is_null()) return "chưa có số liệu";
  return (approx ? "khoảng " : "") + escaped(display_vi(field, value));
}

std::string day_text(const Date& day) {
  const std::string iso = day.text();
  return iso.substr(8, 2) + "/" + iso.substr(5, 2) + "/" + iso.substr(0, 4);
}

std::string cell(const FormField& field, const std::string& text) {
  const bool number =
      field.schema && (field.schema->type() == ValueType::integer || field.schema->type() == ValueType::number);
  return std::string("<td") + (number ? " class=\"number\">" : ">") + text + "</td>";
}

std::string heading(const Publication& publication) {
  std::string text = "<table class=\"head\"><tr><td style=\"width:42%\">";
  if (!publication.parent_organisation.empty())
    text += "<div class=\"parent\">" + escaped(publication.parent_organisation) + "</div>";
  text += "<div class=\"own\">" + escaped(publication.organisation) +
          "</div><div class=\"line\"></div></td><td>"
          "<div class=\"nation\">Cộng hòa xã hội chủ nghĩa Việt Nam</div>"
          "<div class=\"motto\">Độc lập - Tự do - Hạnh phúc</div><div class=\"line\"></div></td></tr>";
  text += "<tr><td>Số:&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;&nbsp;/BC-" +
          std::string(publication.consolidated ? "SKHCN" : "UBND") + "</td><td class=\"date\">" +
          (publication.place.empty() ? "................" : escaped(publication.place)) +
          ", ngày ...... tháng ...... năm ..........</td></tr></table>\n";
  return text;
}

std::string figures_table(const Publication& publication) {
  const bool many = publication.consolidated;
  std::string text =
      "<table class=\"data\"><thead><tr><th>TT</th><th>Chỉ tiêu</th><th>Đơn vị tính</th><th>Giá trị</th>";
  text += many ? "<th>Số đơn vị</th><th>Ghi chú</th></tr></thead>\n" : "<th>Ghi chú</th></tr></thead>\n";
  int number = 0;
  for (const PublishedGroup& group : publication.groups) {
    text += "<tr><td class=\"group\" colspan=\"" + std::string(many ? "6" : "5") + "\">" +
            escaped(group.section->label_vi) + "</td></tr>\n";
    for (const PublishedFigure& figure : group.figures) {
      const bool shown = figure.answered && (!many || !figure.value.is_null());
      text += "<tr><td>" + std::to_string(++number) + "</td><td>" + escaped(figure.field->label_vi) + "</td><td>" +
              escaped(figure.field->unit) + "</td>" +
              cell(*figure.field, shown_in_html(*figure.field, shown, figure.value, figure.approx));
      if (many)
        text += "<td class=\"number\">" + std::to_string(figure.n_reported) + "/" + std::to_string(figure.n_expected) +
                "</td>";
      text += "<td>" + escaped(many ? figure.note : figure.remark) + "</td></tr>\n";
    }
  }
  return text + "</table>\n";
}

// Millimetres that a column wants on paper.
int width_of(const FormField& field) {
  if (field.kind == "longtext") return 48;
  if (field.kind == "text") return 32;
  if (field.kind == "date") return 23;
  if (field.kind == "money") return 30;
  return field.choices.empty() ? 18 : 22;
}

using PrintedColumns = std::vector<const FormField*>;

// A list that is wider than the paper is printed in parts, each beginning with the column that names the row. Upright
// like the rest: browsers lay out pages that lie on their side in the width of the first, and leave a third of them
// white. What a program made up (the id of a row) says nothing to who reads paper.
std::vector<PrintedColumns> parts_of_list(const FormSection& section) {
  constexpr int kPaperMm = 154;  // less the column of numbers and the lines
  PrintedColumns columns;
  for (const FormField& field : section.fields) {
    if (field.generated != "uuid") columns.push_back(&field);
  }
  std::vector<PrintedColumns> parts(1);
  int used = 0;
  for (const FormField* field : columns) {
    const int width = width_of(*field);
    if (used + width > kPaperMm && parts.back().size() > 1) {
      parts.push_back({columns.front()});
      used = width_of(*columns.front());
    }
    parts.back().push_back(field);
    used += width;
  }
  return parts;
}

std::string head_of(const PrintedColumns& columns, bool with_source) {
  std::string widths = "<colgroup><col style=\"width:10mm\">", head = "<thead><tr><th>TT</th>";
  for (const FormField* field : columns) {
    widths += "<col style=\"width:" + std::to_string(width_of(*field)) + "mm\">";
    head +=
        "<th>" + escaped(field->label_vi) + (field->unit.empty() ? "" : " (" + escaped(field->unit) + ")") + "</th>";
  }
  if (with_source) {
    widths += "<col style=\"width:32mm\">";
    head += "<th>Đơn vị báo cáo</th>";
  }
  return widths + "</colgroup>" + head + "</tr></thead>\n";
}

std::string part_of_appendix(const PublishedList& list, const PrintedColumns& columns, bool with_source) {
  std::string text = "<table class=\"data list\">" + head_of(columns, with_source);
  int row_number = 0;
  for (const PublishedRow& row : list.rows) {
    text += "<tr><td>" + std::to_string(++row_number) + "</td>";
    for (const FormField* field : columns) {
      const auto value = row.fields.find(field->id);
      const bool answered = value != row.fields.end();
      text += cell(*field, shown_in_html(*field, answered, answered ? *value : json::Value(), false));
    }
    text += (with_source ? "<td>" + escaped(row.from) + "</td>" : "") + "</tr>\n";
  }
  return text + "</table>";
}

std::string appendix(const Publication& publication, const PublishedList& list, int number) {
  const std::string title = "Phụ lục " + std::to_string(number) + "<br>" + escaped(list.section->label_vi);
  const std::string begin = "<section class=\"appendix\"><h2>" + title;
  if (list.rows.empty())
    return begin + "</h2>\n<p>" + (list.answered ? "Không phát sinh." : "Chưa trả lời.") + "</p></section>\n";
  const std::vector<PrintedColumns> parts = parts_of_list(*list.section);
  std::string text = begin + "</h2>\n";
  for (std::size_t part = 0; part < parts.size(); ++part) {
    const bool last = part + 1 == parts.size();
    if (parts.size() > 1)
      text += "<p class=\"part\">Phần " + std::to_string(part + 1) + "/" + std::to_string(parts.size()) + "</p>\n";
    text += part_of_appendix(list, parts[part], publication.consolidated && last);
  }
  return text + "</section>\n";
}

}  // namespace

std::string publication_html(const Publication& publication) {
  const std::string title = publication.form->label_vi;
  std::string text = "<!DOCTYPE html>\n<html lang=\"vi\"><head><meta charset=\"utf-8\"><title>" + escaped(title) + " " +
                     escaped(publication.period.id) + "</title><style>" + std::string(kStyle) +
                     "</style></head><body>\n";
  text += heading(publication) + "<h1>Báo cáo</h1><p class=\"subtitle\">" + escaped(title) + "<br>" +
          escaped(label_vi(publication.period)) + "</p>\n";
  if (publication.form->status == "draft") text += "<p class=\"draft\">(mẫu dự thảo)</p>\n";
  text += "<p>Số liệu từ ngày " + day_text(publication.window.start) + " đến ngày " + day_text(publication.window.end) +
          ". " + escaped(publication.subtitle) + ".</p>\n";
  text += figures_table(publication);
  if (!publication.notes.empty()) {
    text += "<div class=\"notes\">";
    for (const std::string& note : publication.notes) text += "<p>" + escaped(note) + "</p>";
    text += "</div>\n";
  }
  text +=
      "<table class=\"foot\"><tr><td class=\"copies\"><b><i>Nơi nhận:</i></b><br>- ................;<br>- Lưu: VT.</td>"
      "<td><div class=\"sign\">Quyền hạn, chức vụ của người ký</div><i>(Chữ ký, dấu)</i><div class=\"space\"></div>"
      "Họ và tên</td></tr></table>\n";
  int number = 0;
  for (const PublishedList& list : publication.lists) text += appendix(publication, list, ++number);
  return text + "</body></html>\n";
}

}  // namespace tram
