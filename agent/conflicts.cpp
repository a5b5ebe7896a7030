#include "agent/conflicts.h"

#include <algorithm>

#include "agent/answer.h"
#include "agent/report_view.h"
#include "core/records/resolve.h"

namespace tram::agent {
namespace {

constexpr std::size_t kConflictsMax = 10'000;

BodyLookup lookup(Snapshot& snapshot, const Record& record) {
  return [&snapshot, &record](const RevisionId& rev) { return snapshot.body(record, rev); };
}

// "values/models_count" -> "models_count", "rows/tasks/1/status" -> "tasks/1/status": as people name fields.
std::string field_of(std::string_view path) {
  for (const std::string_view part : {"values/", "rows/", "remarks/"}) {
    if (path.starts_with(part) && part != "remarks/") return std::string(path.substr(part.size()));
  }
  return std::string(path);
}

json::Value clash_json(const Clash& clash) {
  json::Value value = {{"path", clash.path_text()}, {"field", field_of(clash.path_text())}};
  if (clash.in_base) value["base"] = clash.base;
  if (clash.in_x) value["ours"] = clash.x;
  if (clash.in_y) value["theirs"] = clash.y;
  return value;
}

json::Value conflict_json(const std::string& id, const Conflict& conflict) {
  json::Value value = {{"id", id},
                       {"ours", conflict.ours.text()},
                       {"theirs", conflict.theirs.text()},
                       {"deletion", conflict.deletion},
                       {"clashes", json::Value::array()},
                       {"parallel", json::Value::array()}};
  value["base"] = conflict.base ? json::Value(conflict.base->text()) : json::Value(nullptr);
  for (const Clash& clash : conflict.merge.clashes) value["clashes"].push_back(clash_json(clash));
  for (const auto& [path, by_ours] : conflict.merge.parallel) {
    value["parallel"].push_back({{"path", path}, {"by", by_ours ? "ours" : "theirs"}});
  }
  return value;
}

// The field that a path of a report's body speaks of; null for other paths.
const FormField* field_at(const Form* form, std::string_view path) {
  return form == nullptr ? nullptr : form->field_at(field_of(path));
}

// As typed, or with the part of the body put before it: whichever clashes.
std::string path_among(const std::vector<std::string>& clashing, const std::string& typed) {
  for (const char* part : {"", "values/", "rows/"}) {
    const std::string path = part + typed;
    if (std::find(clashing.begin(), clashing.end(), path) != clashing.end()) return path;
  }
  return {};
}

Result<std::optional<json::Value>> typed_value(const Form* form, const std::string& path, const std::string& text) {
  if (text.empty()) return std::optional<json::Value>();
  if (const FormField* field = field_at(form, path)) {
    ASSIGN_OR_RETURN(json::Value value, parse_field(*field, text));
    return std::optional<json::Value>(std::move(value));
  }
  auto value = json::parse(text);  // no field of a form: JSON, else a text
  return std::optional<json::Value>(value ? std::move(*value) : json::Value(text));
}

Result<Decision> decision_of(const Choice& choice, const std::vector<Conflict>& open, const Form* form) {
  Decision decision;
  if (choice.keep) {
    ASSIGN_OR_RETURN(decision.keep, RevisionId::parse(*choice.keep));
    return decision;
  }
  std::vector<std::string> clashing;
  for (const Conflict& conflict : open) {
    for (const Clash& clash : conflict.merge.clashes) clashing.push_back(clash.path_text());
  }
  for (const auto& [typed, text] : choice.set) {
    const std::string path = path_among(clashing, typed);
    if (path.empty()) {
      std::string list;
      for (const std::string& one : clashing) list += (list.empty() ? "" : ", ") + field_of(one);
      return error(ErrorCode::bad_request, "'" + typed + "' does not clash here; to be decided: " +
                                               (list.empty() ? "which revision to --keep" : list));
    }
    ASSIGN_OR_RETURN(auto value, typed_value(form, path, text));
    decision.set.emplace_back(path, std::move(value));
  }
  return decision;
}

Error nothing_open(std::string_view id) {
  return error(ErrorCode::not_found,
               std::string(id) + " has no conflict; `tram-agent conflicts` lists those there are");
}

}  // namespace

Result<json::Value> conflicts_of(Snapshot& snapshot, const Record& record) {
  ASSIGN_OR_RETURN(const auto open, open_conflicts(record.tree, lookup(snapshot, record)));
  json::Value list = json::Value::array();
  for (const Conflict& conflict : open) list.push_back(conflict_json(record.id, conflict));
  return list;
}

Result<json::Value> list_conflicts(Office& office) {
  json::Value list = json::Value::array();
  RETURN_IF_ERROR(office.own().read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(auto records, snapshot.in_conflict(kConflictsMax));
    std::sort(records.begin(), records.end(), [](const Record& a, const Record& b) { return a.id < b.id; });
    for (const Record& record : records) {
      ASSIGN_OR_RETURN(const json::Value open, conflicts_of(snapshot, record));
      for (const json::Value& conflict : open) list.push_back(conflict);
    }
    return {};
  }));
  return list;
}

std::string conflicts_text(const json::Value& conflicts) {
  if (conflicts.empty()) return "Không có mâu thuẫn (no conflicts)\n";
  std::string text;
  for (const json::Value& conflict : conflicts) {
    const auto member = [&](const char* name) { return json::string_at(conflict, name).value_or(""); };
    text += member("id") + "\n  A " + member("ours") + "\n  B " + member("theirs") +
            (conflict["deletion"] == true ? "  đã xóa (deleted)\n" : "\n");
    for (const json::Value& clash : conflict["clashes"]) {
      const auto value = [&](const char* name) {
        const auto found = clash.find(name);
        return value_text(found == clash.end() ? nullptr : &*found);
      };
      text += "    " + clash["field"].get<std::string>() + ": A " + value("ours") + " | B " + value("theirs") +
              " | trước (before) " + value("base") + "\n";
    }
    text += "  chọn (decide): tram-agent conflicts resolve " + member("id") + " --keep REV | --set FIELD=VALUE...\n";
  }
  return text;
}

Result<RevisionId> resolve_conflict(Office& office, std::string_view id, const Choice& choice, const Author& author) {
  ASSIGN_OR_RETURN(const json::Value edit, edit_stamp(office, author));
  RevisionId winner;
  RETURN_IF_ERROR(office.own().write([&](Transaction& transaction) -> Status {
    ASSIGN_OR_RETURN(const auto record, transaction.find(id));
    if (!record) return error(ErrorCode::not_found, "there is no document " + std::string(id));
    const BodyLookup body = lookup(transaction, *record);
    ASSIGN_OR_RETURN(const auto open, open_conflicts(record->tree, body));
    if (open.empty()) return nothing_open(id);
    FormPtr form;
    if (parse_report_id(id)) {
      ASSIGN_OR_RETURN(const Report report, load_report(office, transaction, id));
      form = report.form;
    }
    ASSIGN_OR_RETURN(const Decision decision, decision_of(choice, open, form.get()));
    ASSIGN_OR_RETURN(const Resolution resolution, decide(id, record->tree, body, decision, edit));
    RETURN_IF_ERROR(transaction.put_own(resolution.revisions));
    ASSIGN_OR_RETURN(const auto after, transaction.find(id));
    winner = after->tree.at(after->tree.winner()).rev;
    return {};
  }));
  return winner;
}

}  // namespace tram::agent
