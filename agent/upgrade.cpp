#include "agent/upgrade.h"

#include "agent/answer.h"

namespace tram::agent {
namespace {

using What = FieldDifference::What;

Result<FormPtr> form_to(Office& office, const std::string& code, const std::string& period, int version) {
  if (version == 0) {
    ASSIGN_OR_RETURN(const auto campaign, office.reference().campaign(code, period));
    if (campaign) version = campaign->form_version;
  }
  return office.reference().form(code, version);
}

Error same_version(std::string_view id, int version) {
  Error same =
      error(ErrorCode::conflict, std::string(id) + " has version " + std::to_string(version) + " of its form already",
            "same_version");
  same.message_vi = "Báo cáo đã theo phiên bản " + std::to_string(version) + " của biểu mẫu";
  return same;
}

json::Value listed(const std::vector<FieldDifference>& all, What what) {
  json::Value list = json::Value::array();
  for (const FieldDifference& one : all) {
    if (one.what != what) continue;
    json::Value item = {{"path", one.path}, {"label_vi", one.label_vi}, {"label_en", one.label_en}};
    if (what == What::changed) item["keys"] = one.keys;
    list.push_back(std::move(item));
  }
  return list;
}

}  // namespace

json::Value Upgrade::to_json() const {
  json::Value gone = json::Value::array();
  for (const LostValue& one : lost) gone.push_back({{"path", one.path}, {"value", one.value}});
  return {{"id", id},
          {"rev", rev.empty() ? json::Value(nullptr) : json::Value(rev)},
          {"from", from},
          {"to", to},
          {"added", listed(differences, What::added)},
          {"removed", listed(differences, What::removed)},
          {"changed", listed(differences, What::changed)},
          {"lost", std::move(gone)}};
}

std::string Upgrade::text() const {
  std::string text = id + "  " + std::to_string(from) + " → " + std::to_string(to) + "\n";
  for (const FieldDifference& one : differences) {
    text += one.what == What::added ? "  + " : one.what == What::removed ? "  - " : "  ~ ";
    text += one.path + "  " + one.label_vi;
    for (const std::string& key : one.keys) text += (&key == &one.keys.front() ? "  (" : ", ") + key;
    text += one.keys.empty() ? "\n" : ")\n";
  }
  for (const LostValue& one : lost) text += "  ! " + one.path + " = " + json::print(one.value) + ": bỏ (left out)\n";
  return text;
}

Result<Upgrade> upgrade_report(Office& office, std::string_view id, int version, bool dry_run, const Author& author) {
  ASSIGN_OR_RETURN(Report report, read_report(office, id));
  const auto key = parse_report_id(id);
  Upgrade done{
      std::string(id), "", static_cast<int>(json::integer_at(report.body, "form_version").value_or(0)), 0, {}, {}};
  ASSIGN_OR_RETURN(const FormPtr to, form_to(office, key->form, key->period, version));
  done.to = to->version;
  if (done.to == done.from) return same_version(id, done.to);
  ASSIGN_OR_RETURN(const json::Value before, office.reference().form_document(key->form, done.from));
  ASSIGN_OR_RETURN(const json::Value after, office.reference().form_document(key->form, done.to));
  done.differences = compare_forms(before, after);
  if (dry_run) {
    RETURN_IF_ERROR(may_edit(report.state));
    done.lost = move_to_form(report.body, *to);
    return done;
  }
  ASSIGN_OR_RETURN(const RevisionId rev,
                   change_report(office, id, author, [&](json::Value& body, const Form& from) -> Status {
                     if (from.version != done.from)
                       return error(ErrorCode::conflict, std::string(id) + " was changed meanwhile; do it again");
                     done.lost = move_to_form(body, *to);
                     return {};
                   }));
  done.rev = rev.text();
  return done;
}

}  // namespace tram::agent
