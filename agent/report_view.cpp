#include "agent/report_view.h"

#include <map>

#include "agent/answer.h"
#include "agent/conflicts.h"
#include "agent/line.h"
#include "agent/reports.h"
#include "core/reports/submission.h"
#include "sync/ledger.h"

namespace tram::agent {
namespace {

constexpr std::size_t kReportsMax = 100'000;

std::string text_at(const json::Value& value, std::string_view name) {
  return json::string_at(value, name).value_or("");
}

std::uint64_t sent_until(const Office& office) { return office.line() == nullptr ? 0 : office.line()->sent_until(); }

// The fate of the newest local write of each document.
Result<std::map<std::string, std::string, std::less<>>> fates(Office& office, const std::string& id = {}) {
  LedgerOptions options;
  options.id = id;
  options.sent_until = sent_until(office);
  ASSIGN_OR_RETURN(const auto rows, read_ledger(office.own(), options));
  std::map<std::string, std::string, std::less<>> newest;
  for (const LedgerRow& row : rows) newest[row.id] = name_of(row.fate);
  return newest;
}

json::Value fate_in(const std::map<std::string, std::string, std::less<>>& newest, std::string_view id) {
  const auto found = newest.find(id);
  return found == newest.end() ? json::Value(nullptr) : json::Value(found->second);
}

// What is derived of a report, beside its content.
void add_state(json::Value& out, const Report& report) {
  out["state"] = report.form ? json::Value(name_of(report.state.state)) : json::Value(nullptr);
  out["conflict"] = report.conflict;
  out["changed_since"] = report.state.changed_since;
  out["awaiting_leader"] = report.state.awaiting_leader;
  out["withdrawal_asked"] = report.state.withdrawal_asked;
}

// When the province received what this report was last submitted as: the time of its receipt, null while there is none.
Result<json::Value> receipt_at(Snapshot& snapshot, const Report& report) {
  const json::Value* submission = json::object_at(report.body, "submission");
  const auto key = parse_report_id(report.record.id);
  if (submission == nullptr || !key) return json::Value(nullptr);
  const std::string id = arrival_id(key->form, key->period, text_at(*submission, "digest"));
  ASSIGN_OR_RETURN(const auto receipt, snapshot.winner(id));
  if (!receipt) return json::Value(nullptr);
  ASSIGN_OR_RETURN(const json::Value body, json::parse_object(receipt->body));
  return json::Value(text_at(body, "at"));
}

json::Value row_of(const Report& report) {
  json::Value row = {{"id", report.record.id},
                     {"form", text_at(report.body, "form")},
                     {"period", text_at(report.body, "period")},
                     {"rev", report.rev.text()}};
  add_state(row, report);
  if (const json::Value* edit = json::object_at(report.body, "edit")) {
    row["by"] = text_at(*edit, "by");
    row["at"] = text_at(*edit, "at");
  }
  return row;
}

Result<json::Value> other_document(Snapshot& snapshot, std::string_view id) {
  ASSIGN_OR_RETURN(const auto document, snapshot.winner(id));
  if (!document) {
    return error(ErrorCode::not_found,
                 "there is no document " + std::string(id) + "; `tram-agent report list` shows the reports there are");
  }
  ASSIGN_OR_RETURN(json::Value value, json::parse_object(document->body));
  value["_id"] = document->id;
  value["_rev"] = document->rev.text();
  return value;
}

json::Value conflicting_revisions(const RevisionTree& tree, const RevisionId& shown) {
  json::Value list = json::Value::array();
  for (const std::int32_t leaf : tree.leaves()) {
    if (!tree.at(leaf).deleted && tree.at(leaf).rev != shown) list.push_back(tree.at(leaf).rev.text());
  }
  for (const std::int32_t tombstone : tree.open_deletions()) list.push_back(tree.at(tombstone).rev.text());
  return list;
}

// values, rows or remarks of a report; empty where it lacks them.
const json::Value& part(const json::Value& report, std::string_view name) {
  static const json::Value kNone = json::Value::object();
  const json::Value* found = json::object_at(report, name);
  return found == nullptr ? kNone : *found;
}

std::string unit_name(const json::Value& report) {
  const json::Value* unit = json::object_at(report, "unit");
  return unit == nullptr ? "?" : text_at(*unit, "name_vi") + " (" + text_at(*unit, "code") + ")";
}

std::string state_text(const json::Value& report) {
  const std::string name = text_at(report, "state");
  for (int i = 0; i <= static_cast<int>(ReportState::locked); ++i) {
    const auto state = static_cast<ReportState>(i);
    if (name_of(state) != name) continue;
    std::string text = std::string(label_vi(state)) + " (" + name + ")";
    if (report["changed_since"] == true) text += ", sửa sau khi gửi (changed since)";
    if (report["awaiting_leader"] == true) text += ", chờ lãnh đạo (awaiting the leader)";
    if (report["conflict"] == true) text += ", mâu thuẫn (in conflict)";
    return text;
  }
  return "chưa có biểu mẫu (form not here yet)";
}

std::string rows_text(const FormSection& section, const json::Value& rows) {
  std::string text;
  for (const auto& [id, row] : rows.items()) {
    text += "  " + id + "\n";
    for (const auto& [name, value] : row.items()) {
      const FormField* field = section.field(name);
      text += "    " + name + " = " + value_text(&value) + (field == nullptr ? "" : "   " + field->label_vi) + "\n";
    }
  }
  return rows.empty() ? "  không có (none)\n" : text;
}

std::string section_text(const FormSection& section, const json::Value& report) {
  std::string text = "\n" + section.label_vi + " / " + section.label_en + "  [" + section.id + "]\n";
  if (section.rows) {
    const json::Value* rows = json::object_at(part(report, "rows"), section.id);
    return text + (rows == nullptr ? "  chưa trả lời (not answered)\n" : rows_text(section, *rows));
  }
  const json::Value& values = part(report, "values");
  for (const FormField& field : section.fields) {
    if (field.writer == Writer::program) continue;
    const auto value = values.find(field.id);
    text +=
        "  " + field.id + " = " + value_text(value == values.end() ? nullptr : &*value) + "   " + field.label_vi + "\n";
  }
  return text;
}

}  // namespace

std::string value_text(const json::Value* value) {
  if (value == nullptr) return "–";
  if (value->is_null()) return "null";
  return value->is_string() ? value->get<std::string>() : json::print(*value);
}

Result<json::Value> list_reports(Office& office) {
  ASSIGN_OR_RETURN(const auto newest, fates(office));
  json::Value list = json::Value::array();
  RETURN_IF_ERROR(office.own().read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const auto records, snapshot.with_prefix("report:", kReportsMax));
    for (const Record& record : records) {
      if (record.tree.deleted() || !parse_report_id(record.id)) continue;
      ASSIGN_OR_RETURN(const Report report, load_report(office, snapshot, record.id));
      json::Value row = row_of(report);
      row["fate"] = fate_in(newest, record.id);
      ASSIGN_OR_RETURN(row["receipt_at"], receipt_at(snapshot, report));
      list.push_back(std::move(row));
    }
    return {};
  }));
  return list;
}

Result<json::Value> show_document(Office& office, std::string_view id) {
  json::Value value;
  FormPtr form;
  RETURN_IF_ERROR(office.own().read([&](Snapshot& snapshot) -> Status {
    if (!parse_report_id(id)) {
      ASSIGN_OR_RETURN(value, other_document(snapshot, id));
      return {};
    }
    ASSIGN_OR_RETURN(const Report report, load_report(office, snapshot, id));
    form = report.form;
    value = report.body;
    value["_id"] = id;
    value["_rev"] = report.rev.text();
    add_state(value, report);
    value["_conflicts"] = conflicting_revisions(report.record.tree, report.rev);
    ASSIGN_OR_RETURN(value["conflicts"], conflicts_of(snapshot, report.record));
    ASSIGN_OR_RETURN(value["receipt_at"], receipt_at(snapshot, report));
    return {};
  }));
  if (!value.contains("state")) return value;
  ASSIGN_OR_RETURN(const auto newest, fates(office, std::string(id)));
  value["fate"] = fate_in(newest, id);
  value["findings"] = json::Value::array();
  if (!form) return value;
  ASSIGN_OR_RETURN(const auto findings, check_report(office, id));
  for (const Finding& finding : findings) value["findings"].push_back(finding.to_json());
  return value;
}

std::string list_text(const json::Value& list) {
  if (list.empty()) return "Chưa có báo cáo nào (no reports yet); bắt đầu (begin): tram-agent report new FORM PERIOD\n";
  std::string text;
  for (const json::Value& row : list) {
    text += text_at(row, "id") + "  " + state_text(row);
    if (row["fate"].is_string()) text += "  " + row["fate"].get<std::string>();
    text += "\n";
  }
  return text;
}

std::string show_text(Office& office, const json::Value& report) {
  if (!report.contains("state")) return json::print(report) + "\n";
  std::string text = text_at(report, "_id") + "  " + text_at(report, "_rev") + "\n";
  text += line("Đơn vị", "unit", unit_name(report));
  text += line("Trạng thái", "state", state_text(report));
  if (const json::Value* review = json::object_at(report, "review")) {
    for (const json::Value& reason : review->value("reasons", json::Value::array())) {
      text += line("Lý do", "reason", text_at(reason, "field") + " " + text_at(reason, "text"));
    }
  }
  const auto form = office.reference().form(text_at(report, "form"),
                                            static_cast<int>(json::integer_at(report, "form_version").value_or(0)));
  if (!form) return text;
  for (const FormSection& section : (*form)->sections) text += section_text(section, report);
  for (const auto& [path, remark] : part(report, "remarks").items()) {
    text += "\n" + line("Ghi chú", "remark", path + ": " + text_at(remark, "text"));
  }
  for (const json::Value& finding : report["findings"]) {
    text += "\n" + std::string(text_at(finding, "level") == "warning" ? "! " : "✗ ") + text_at(finding, "field") +
            ": " + text_at(finding, "message_vi") + " / " + text_at(finding, "message_en");
  }
  return text + (report["findings"].empty() ? "" : "\n");
}

}  // namespace tram::agent
