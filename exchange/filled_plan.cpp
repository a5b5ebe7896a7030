#include <algorithm>

#include "core/base/text.h"
#include "core/base/vietnamese.h"
#include "core/reports/report.h"
#include "exchange/filled.h"

namespace tram {
namespace {

constexpr std::size_t kCellPointsMax = 32'767;  // a spreadsheet keeps no more of a text

using MaybeValue = std::optional<json::Value>;  // nothing: unanswered

MaybeValue value_in(const json::Value* object, std::string_view name) {
  if (object == nullptr) return std::nullopt;
  const auto found = object->find(name);
  return found == object->end() ? MaybeValue() : MaybeValue(*found);
}

const json::Value* part_of(const json::Value& body, std::string_view part, std::string_view name) {
  const json::Value* all = json::object_at(body, part);
  return all == nullptr ? nullptr : json::object_at(*all, name);
}

// Is it the text that was there, as a spreadsheet gives it back?
bool same_text(const json::Value& before, const json::Value& after) {
  if (!before.is_string() || !after.is_string()) return false;
  const auto cleaned = clean(before.get_ref<const std::string&>(), Lines::many);
  if (!cleaned) return false;
  std::u32string points = decode(cleaned->text);
  const std::string whole = encode(points), cut = encode(points.substr(0, kCellPointsMax));
  const auto& text = after.get_ref<const std::string&>();
  const auto one_line = clean(before.get_ref<const std::string&>(), Lines::one);
  return text == whole || text == cut || (one_line && one_line->text == text);
}

bool same(const MaybeValue& before, const MaybeValue& after) {
  if (before == after) return true;
  return before && after && same_text(*before, *after);
}

class Planner {
 public:
  Planner(const Form& form, const json::Value& base, const Filled& filled, const ImportOptions& options, Random& random,
          ImportPlan& plan)
      : form_(form), base_(base), filled_(filled), options_(options), random_(random), plan_(plan) {}

  void run() {
    for (const FilledCell& cell : filled_.figures) plan_figure(cell);
    for (const FilledCell& cell : filled_.approximations) plan_approximation(cell);
    for (const FilledCell& cell : filled_.remarks) plan_remark(cell);
    for (const auto& [id, list] : filled_.lists) plan_list(*form_.rows_section(id), list);
  }

 private:
  void problem(const std::string& place, const std::string& path, const Error& wrong) {
    plan_.problems.push_back({place, path, std::string(wrong.what_name()), wrong.message, wrong.message_vi});
  }

  // The text of a cell as Unicode; nothing when it is of an old font and nobody asked for its conversion.
  std::optional<std::string> unicode_text(const FilledCell& cell) {
    const LegacyEncoding encoding = recognise(cell.text, cell.font);
    if (encoding == LegacyEncoding::none) return cell.text;
    const std::string converted = convert(cell.text, encoding);
    plan_.legacy.push_back({cell.place, std::string(name_of(encoding)), cell.text, converted});
    if (options_.convert) return converted;
    Error old =
        error(ErrorCode::bad_request,
              "the text is written in an old font; look at the preview, then import with --convert", "legacy_text");
    old.message_vi = "chữ theo phông cũ (" + std::string(name_of(encoding)) + "); xem trước rồi nhập với --convert.";
    problem(cell.place, cell.field, old);
    return std::nullopt;
  }

  // What a cell says for a field. False: it is a problem, or says nothing that can be used.
  bool read(const FilledCell& cell, const FormField& field, MaybeValue& value, bool& approx) {
    if (cell.text.empty()) return true;
    if (cell.kind == FilledCell::Kind::wrong) {
      Error wrong =
          error(ErrorCode::bad_request, field.id + ": the formula failed (" + cell.text + ")", "formula_error");
      wrong.message_vi = field.label_vi + ": công thức lỗi (" + cell.text + ").";
      problem(cell.place, field.id, wrong);
      return false;
    }
    const auto text = cell.kind == FilledCell::Kind::exact ? cell.text : unicode_text(cell);
    if (!text) return false;
    const auto cleaned = clean(*text, Lines::many);
    if (cleaned && fold(cleaned->text) == "chua co so lieu") {
      value = nullptr;
      return true;
    }
    const auto typed = cell.kind == FilledCell::Kind::exact ? read_exact(cell, field)
                                                            : read_typed(field, *text, filled_.style, filled_.serials);
    if (!typed) {
      problem(cell.place, field.id, typed.error());
      return false;
    }
    value = typed->value;
    approx = typed->approx;
    return true;
  }

  Result<TypedField> read_exact(const FilledCell& cell, const FormField& field) const {
    const std::string& text = cell.number.empty() ? cell.text : cell.number;
    const bool day = field.schema->type() == ValueType::string && field.schema->format() == "date";
    const bool choice = field.schema->type() == ValueType::string && !field.choices.empty();
    if (day) return read_typed(field, text.substr(0, text.find('.')), filled_.style, filled_.serials);
    const bool is_figure = field.schema->type() == ValueType::integer || field.schema->type() == ValueType::number ||
                           field.schema->type() == ValueType::boolean;
    if (choice || !is_figure) return read_typed(field, cell.text, filled_.style, filled_.serials);
    ASSIGN_OR_RETURN(json::Value value, parse_field(field, text));
    return TypedField{std::move(value), false};
  }

  void changed(const FilledCell& cell, const std::string& path, const FormField& field, const MaybeValue& before,
               const MaybeValue& after, const char* what) {
    plan_.changes.push_back({cell.place, path, field.label_vi, before.value_or(nullptr), after.value_or(nullptr),
                             before.has_value(), after.has_value(), what});
  }

  // Puts one value where the file changed it; `target` is the object in the new body.
  void put(const FilledCell& cell, const std::string& path, const FormField& field, const MaybeValue& before,
           const MaybeValue& after, json::Value& target) {
    if (same(before, after)) return;
    const MaybeValue now = value_in(&target, field.id);
    if (!same(before, now) && !same(now, after)) {
      Error both = error(ErrorCode::conflict, path + " was changed in the report and in the file", "both_changed");
      both.message_vi = field.label_vi + ": đã sửa cả trong báo cáo và trong tệp.";
      problem(cell.place, path, both);
      return;
    }
    changed(cell, path, field, before, after, "value");
    if (after)
      target[field.id] = *after;
    else
      target.erase(field.id);
  }

  void plan_figure(const FilledCell& cell) {
    const FormField& field = *form_.field(cell.field);
    MaybeValue value;
    bool approx = false;
    if (!read(cell, field, value, approx)) return;
    if (field.computed_if_listed && same(value_in(&options_.shown, field.id), value)) return;
    put(cell, field.id, field, value_in(json::object_at(base_, "values"), field.id), value, plan_.body["values"]);
    if (approx) {
      approximate_.insert(field.id);
      set_approximate(cell, field, true);
    }
  }

  json::Value base_remark(const std::string& field) const {
    const json::Value* remark = part_of(base_, "remarks", field);
    return remark == nullptr ? json::Value::object() : *remark;
  }

  void set_approximate(const FilledCell& cell, const FormField& field, bool approx) {
    const json::Value before = base_remark(field.id);
    if (before.value("approx", false) == approx) return;
    const json::Value* now = part_of(plan_.body, "remarks", field.id);
    const std::string text = now == nullptr ? "" : json::string_at(*now, "text").value_or("");
    const Status set = set_remark(plan_.body, form_, field.id, text, approx);
    if (!set) return problem(cell.place, field.id, set.error());
    changed(cell, field.id, field, !approx, approx, "approx");
  }

  void plan_approximation(const FilledCell& cell) {
    if (approximate_.contains(cell.field)) return;
    const auto cleaned = clean(cell.text, Lines::one);
    const std::string word = cleaned ? fold(cleaned->text) : "";
    const bool yes = word == "x" || word == "true" || word == "co" || word == "khoang";
    set_approximate(cell, *form_.field(cell.field), yes);
  }

  void plan_remark(const FilledCell& cell) {
    const FormField& field = *form_.field(cell.field);
    const auto text = unicode_text(cell);
    if (!text) return;
    auto after = clean(*text, Lines::many);
    if (!after) return problem(cell.place, field.id, after.error());
    const std::string before = base_remark(field.id).value("text", "");
    if (before == after->text || same_text(before, after->text)) return;
    const json::Value* now = part_of(plan_.body, "remarks", field.id);
    const std::string current = now == nullptr ? "" : json::string_at(*now, "text").value_or("");
    if (current != before && current != after->text) {
      Error both = error(ErrorCode::conflict, "the remark was changed in the report and in the file", "both_changed");
      both.message_vi = field.label_vi + ": ghi chú đã sửa cả trong báo cáo và trong tệp.";
      return problem(cell.place, field.id, both);
    }
    const Status set = set_remark(plan_.body, form_, field.id, after->text);
    if (!set) return problem(cell.place, field.id, set.error());
    changed(cell, field.id, field, MaybeValue(before), MaybeValue(after->text), "remark");
  }

  void plan_list(const FormSection& section, const Filled::List& list) {
    const json::Value none = json::Value::object();
    const json::Value* known = part_of(base_, "rows", section.id);
    const json::Value& before = known == nullptr ? none : *known;
    std::set<std::string> seen;
    for (const Filled::Row& row : list.rows) {
      const bool is_new = row.id.empty() || row.id.starts_with('+') || !seen.insert(row.id).second;
      if (is_new) {
        add(section, row);
      } else if (const json::Value* fields = json::object_at(before, row.id)) {
        change(section, row, *fields);
      } else {
        Error unknown = error(ErrorCode::bad_request, section.id + " has no row " + row.id, "unknown_row");
        unknown.message_vi = section.label_vi + ": không có dòng " + row.id + ".";
        problem(row.place, section.id, unknown);
      }
    }
    if (!list.whole) return;
    for (const auto& [id, fields] : before.items()) {
      if (!seen.contains(id)) remove(section, id, fields);
    }
    if (!list.none || !list.rows.empty() || known != nullptr) return;
    plan_.body["rows"][section.id] = json::Value::object();
    plan_.changes.push_back({"", section.id, section.label_vi, nullptr, json::Value::object(), false, true, "none"});
  }

  void add(const FormSection& section, const Filled::Row& row) {
    const auto id = add_row(plan_.body, form_, section.id, random_);
    if (!id) return problem(row.place, section.id, id.error());
    json::Value& target = plan_.body["rows"][section.id][*id];
    plan_.changes.push_back(
        {row.place, section.id + "/" + *id, section.label_vi, nullptr, nullptr, false, true, "new_row"});
    for (const FilledCell& cell : row.cells) {
      const FormField& field = *section.field(cell.field);
      MaybeValue value;
      bool approx = false;
      if (!read(cell, field, value, approx)) continue;
      put(cell, section.id + "/" + *id + "/" + field.id, field, value_in(&target, field.id), value, target);
    }
  }

  void change(const FormSection& section, const Filled::Row& row, const json::Value& before) {
    json::Value* target = nullptr;
    const json::Value* rows = part_of(plan_.body, "rows", section.id);
    if (rows != nullptr && rows->contains(row.id)) target = &plan_.body["rows"][section.id][row.id];
    for (const FilledCell& cell : row.cells) {
      const FormField& field = *section.field(cell.field);
      MaybeValue value;
      bool approx = false;
      const std::string path = section.id + "/" + row.id + "/" + field.id;
      if (!read(cell, field, value, approx)) continue;
      const MaybeValue had = value_in(&before, field.id);
      if (target != nullptr) {
        put(cell, path, field, had, value, *target);
      } else if (!same(had, value)) {
        Error gone = error(ErrorCode::conflict, path + ": the row was deleted in the report meanwhile", "both_changed");
        gone.message_vi = section.label_vi + ": dòng đã bị xóa trong báo cáo.";
        problem(cell.place, path, gone);
      }
    }
  }

  void remove(const FormSection& section, const std::string& id, const json::Value& before) {
    const json::Value* rows = part_of(plan_.body, "rows", section.id);
    const MaybeValue now = value_in(rows, id);
    if (!now) return;
    if (*now != before) {
      Error both = error(ErrorCode::conflict,
                         section.id + "/" + id + " was changed in the report and deleted in the file", "both_changed");
      both.message_vi = section.label_vi + ": dòng đã sửa trong báo cáo nhưng bị xóa trong tệp.";
      return problem(section.label_vi, section.id + "/" + id, both);
    }
    const Status gone = delete_row(plan_.body, form_, section.id, id);
    if (!gone) return problem(section.label_vi, section.id + "/" + id, gone.error());
    plan_.changes.push_back({"", section.id + "/" + id, section.label_vi, before, nullptr, true, false, "deleted_row"});
  }

  const Form& form_;
  const json::Value& base_;
  const Filled& filled_;
  const ImportOptions& options_;
  Random& random_;
  ImportPlan& plan_;
  std::set<std::string, std::less<>> approximate_;
};

}  // namespace

json::Value ImportPlan::to_json() const {
  json::Value out = {
      {"changes", json::Value::array()}, {"problems", json::Value::array()}, {"legacy", json::Value::array()}};
  for (const ImportChange& change : changes) {
    json::Value item = {{"place", change.place}, {"path", change.path}, {"label", change.label}, {"what", change.what}};
    if (change.had) item["before"] = change.before;
    if (change.has) item["after"] = change.after;
    out["changes"].push_back(std::move(item));
  }
  for (const ImportProblem& problem : problems) {
    out["problems"].push_back({{"place", problem.place},
                               {"path", problem.path},
                               {"code", problem.code},
                               {"message", problem.message},
                               {"message_vi", problem.message_vi}});
  }
  for (const LegacyText& text : legacy) {
    out["legacy"].push_back(
        {{"place", text.place}, {"encoding", text.encoding}, {"before", text.before}, {"after", text.after}});
  }
  return out;
}

ImportPlan plan_import(const Form& form, const json::Value& base, const json::Value& current, const Filled& filled,
                       const ImportOptions& options, Random& random) {
  ImportPlan plan;
  plan.body = current;
  for (const char* part : {"values", "rows", "remarks"}) {
    if (!plan.body.contains(part) || !plan.body[part].is_object()) plan.body[part] = json::Value::object();
  }
  Planner(form, base, filled, options, random, plan).run();
  return plan;
}

}  // namespace tram
