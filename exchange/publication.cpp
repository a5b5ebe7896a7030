#include "exchange/publication.h"

#include <algorithm>

namespace tram {
namespace {

const json::Value* member(const json::Value& body, std::string_view part, std::string_view name) {
  const json::Value* all = json::object_at(body, part);
  if (all == nullptr) return nullptr;
  const auto found = all->find(name);
  return found == all->end() ? nullptr : &*found;
}

std::string member_text(const json::Value& object, std::string_view name) {
  return json::string_at(object, name).value_or("");
}

void add_remark(const json::Value& body, const std::string& path, PublishedFigure& figure) {
  const json::Value* remark = member(body, "remarks", path);
  if (remark == nullptr) return;
  figure.remark = member_text(*remark, "text");
  figure.approx = json::boolean_at(*remark, "approx").value_or(false);
}

PublishedFigure figure_of(const FormField& field, const json::Value& body, const Figures& figures) {
  PublishedFigure figure;
  figure.field = &field;
  figure.typed = field.writer == Writer::office;
  const auto value = figures.values.find(field.id);
  figure.answered = value != figures.values.end();
  if (figure.answered) figure.value = *value;
  add_remark(body, field.id, figure);
  return figure;
}

std::string name_in(const ConsolidatedNames& names, const std::string& slug) {
  const auto found = names.offices.find(slug);
  return found == names.offices.end() || found->second.empty() ? slug : found->second;
}

std::string note_of(const Figure& figure) {
  std::string note;
  const auto add = [&](const std::string& text) { note += (note.empty() ? "" : "; ") + text; };
  if (!figure.from.empty()) add("lấy từ kỳ " + figure.from);
  if (figure.n_typed > 0) {
    add(std::to_string(figure.n_listed) + " đơn vị có danh mục, " + std::to_string(figure.n_typed) +
        " đơn vị chỉ ghi số");
  }
  if (std::any_of(figure.inputs.begin(), figure.inputs.end(), [](const auto& input) { return input.corrected; }))
    add("có số đính chính của Sở");
  return note;
}

std::string plain_value(const json::Value& value) {
  if (value.is_null()) return "";
  return value.is_string() ? value.get<std::string>() : json::print(value);
}

void add_details(Publication& out, const FormField& field, const Figure& figure, const ConsolidatedNames& names) {
  for (const Figure::Input& input : figure.inputs) {
    out.details.push_back({field.id, field.label_vi, input.office.empty() ? "" : name_in(names, input.office),
                           input.office, input.period, plain_value(input.value), input.corrected ? "đính chính" : ""});
  }
}

PublishedList list_of(const FormSection& section, const std::vector<UnitedRow>& rows, const ConsolidatedNames& names) {
  PublishedList list{&section, true, {}};
  for (const UnitedRow& row : rows) {
    PublishedRow published{row.id, row.fields, ""};
    for (const UnitedRow::Source& source : row.sources) {
      const std::string name = source.office.empty() ? source.period : name_in(names, source.office);
      published.from += (published.from.empty() ? "" : "; ") + name;
    }
    list.rows.push_back(std::move(published));
  }
  return list;
}

void add_notes(Publication& out, const Consolidation& result, const ConsolidatedNames& names) {
  std::string missing;
  for (const std::string& slug : names.missing) missing += (missing.empty() ? "" : ", ") + name_in(names, slug);
  if (!missing.empty()) out.notes.push_back("Chưa có báo cáo: " + missing + ".");
  for (const Difference& difference : result.differences) {
    std::string values;
    for (const Figure::Input& given : difference.values)
      values += (values.empty() ? "" : "; ") + name_in(names, given.office) + ": " + plain_value(given.value);
    out.notes.push_back("Khác nhau ở " + difference.section + "/" + difference.row + "/" + difference.field + ": " +
                        values + ".");
  }
  for (const json::Value& conflict : result.request.conflicts) {
    out.notes.push_back("Báo cáo đang mâu thuẫn: " + name_in(names, member_text(conflict, "office")) + " (" +
                        member_text(conflict, "id") + ").");
  }
}

}  // namespace

Publication publish_report(const Form& form, const json::Value& body, const Figures& figures, const Period& period,
                           const Window& window, std::string_view base, std::string_view state) {
  Publication out;
  out.form = &form;
  out.period = period;
  out.window = window;
  const json::Value* unit = json::object_at(body, "unit");
  const std::string name = unit == nullptr ? "" : member_text(*unit, "name_vi"), office = member_text(body, "office");
  out.organisation = name.empty() ? office : "Ủy ban nhân dân " + name;
  out.subtitle = (name.empty() ? office : name) + " · " + std::string(state);
  for (const FormSection& section : form.sections) {
    if (!section.rows) {
      PublishedGroup group{&section, {}};
      for (const FormField& field : section.fields) {
        if (!field.needs_province) group.figures.push_back(figure_of(field, body, figures));
      }
      out.groups.push_back(std::move(group));
      continue;
    }
    PublishedList list{&section, false, {}};
    if (const json::Value* rows = json::object_at(figures.rows, section.id)) {
      list.answered = true;
      for (const auto& [id, row] : rows->items()) list.rows.push_back({id, row, ""});
    }
    out.lists.push_back(std::move(list));
  }
  const json::Value* edit = json::object_at(body, "edit");
  const json::Value* submission = json::object_at(body, "submission");
  out.sources = {{"Nội dung", "Giá trị"},
                 {"Báo cáo", "report:" + form.code + ":" + period.id},
                 {"Phiên bản", std::string(base)},
                 {"Trạng thái", std::string(state)}};
  if (edit != nullptr) {
    out.sources.push_back({"Người nhập", member_text(*edit, "by")});
    out.sources.push_back({"Lúc", member_text(*edit, "at")});
  }
  if (submission != nullptr) {
    out.sources.push_back({"Bản gửi", member_text(*submission, "digest")});
    out.complete_day = member_text(*submission, "at").substr(0, 10);
  }
  out.marks = {{"format", "tram-report/1"}, {"form", form.code}, {"version", std::to_string(form.version)},
               {"period", period.id},       {"office", office},  {"base", std::string(base)}};
  out.org_unit = office;
  std::transform(out.org_unit.begin(), out.org_unit.end(), out.org_unit.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return out;
}

Publication publish_consolidation(const Form& form, const Consolidation& result, const ConsolidatedNames& names) {
  Publication out;
  out.form = &form;
  out.period = result.request.period;
  out.window = result.request.window;
  out.consolidated = true;
  out.parent_organisation = "Ủy ban nhân dân tỉnh " + names.province;
  out.organisation = "Sở Khoa học và Công nghệ";
  out.place = names.province;
  out.subtitle = std::string(result.request.kind == "official" ? "Tổng hợp chính thức" : "Tổng hợp xem thử") + " · " +
                 std::to_string(result.sources.size()) + " báo cáo";
  add_notes(out, result, names);
  out.details = {{"Mã chỉ tiêu", "Chỉ tiêu", "Đơn vị", "Mã đơn vị", "Kỳ", "Giá trị", "Ghi chú"}};
  for (const FormSection& section : form.sections) {
    if (section.rows) {
      const auto rows = result.rows.find(section.id);
      if (rows != result.rows.end()) out.lists.push_back(list_of(section, rows->second, names));
      continue;
    }
    PublishedGroup group{&section, {}};
    for (const FormField& field : section.fields) {
      const auto found = result.values.find(field.id);
      if (found == result.values.end()) continue;
      const Figure& figure = found->second;
      group.figures.push_back({&field, !figure.value.is_null(), figure.value, figure.approx, false, "", note_of(figure),
                               figure.n_reported, figure.n_expected});
      add_details(out, field, figure, names);
    }
    if (!group.figures.empty()) out.groups.push_back(std::move(group));
  }
  out.sources = {{"Đơn vị", "Mã đơn vị", "Bản gửi"}};
  for (const auto& [office, submission] : result.sources)
    out.sources.push_back({name_in(names, office), office, submission});
  for (const std::string& slug : names.missing) out.sources.push_back({name_in(names, slug), slug, "chưa có báo cáo"});
  out.org_unit = names.province_code.empty() ? "VN" : "VN-" + names.province_code;
  return out;
}

}  // namespace tram
