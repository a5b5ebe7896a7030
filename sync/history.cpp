#include "sync/history.h"

#include <algorithm>

namespace tram {
namespace {

void note_change(json::Value& changes, const std::string& path, const json::Value* before, const json::Value* after) {
  json::Value change = {{"path", path}};
  if (before != nullptr) change["before"] = *before;
  if (after != nullptr) change["after"] = *after;
  changes.push_back(std::move(change));
}

const json::Value* member_of(const json::Value& object, const std::string& name) {
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

// Walks both objects; what differs below is told by its path, `edit` (who and when) aside.
void compare_members(const std::string& path, const json::Value& before, const json::Value& after,
                     json::Value& changes) {
  const auto at = [&](const std::string& name) { return path.empty() ? name : path + "/" + name; };
  for (const auto& [name, value] : before.items()) {
    if (path.empty() && name == "edit") continue;
    const json::Value* now = member_of(after, name);
    if (now != nullptr && now->is_object() && value.is_object())
      compare_members(at(name), value, *now, changes);
    else if (now == nullptr || *now != value)
      note_change(changes, at(name), &value, now);
  }
  for (const auto& [name, value] : after.items()) {
    if ((path.empty() && name == "edit") || before.contains(name)) continue;
    if (value.is_object() && !value.empty())
      compare_members(at(name), json::Value::object(), value, changes);
    else
      note_change(changes, at(name), nullptr, &value);
  }
}

Result<std::optional<json::Value>> content_of(Snapshot& snapshot, const Record& record, std::int32_t index) {
  if (index == Node::kNone) return std::optional<json::Value>(json::Value::object());
  ASSIGN_OR_RETURN(const auto body, snapshot.body(record, record.tree.at(index).rev));
  if (!body) return std::optional<json::Value>();
  ASSIGN_OR_RETURN(json::Value value, json::parse_object(body->text));
  return std::optional<json::Value>(std::move(value));
}

Result<json::Value> revision_json(Snapshot& snapshot, const Record& record, std::int32_t index) {
  const Node& node = record.tree.at(index);
  ASSIGN_OR_RETURN(const auto after, content_of(snapshot, record, index));
  ASSIGN_OR_RETURN(const auto before, content_of(snapshot, record, node.parent));
  json::Value value = {{"rev", node.rev.text()},
                       {"deleted", node.deleted},
                       {"leaf", record.tree.is_leaf(index)},
                       {"local", node.local},
                       {"kept", after.has_value()}};
  value["parent"] =
      node.parent == Node::kNone ? json::Value(nullptr) : json::Value(record.tree.at(node.parent).rev.text());
  if (!node.merged_into.empty()) value["merged_into"] = node.merged_into;
  if (!after) return value;
  if (const json::Value* edit = json::object_at(*after, "edit")) {
    for (const char* name : {"by", "pc", "at", "clock"}) value[name] = json::string_at(*edit, name).value_or("");
  }
  value["changes"] = json::Value::array();
  if (before && !node.deleted) compare_members("", *before, *after, value["changes"]);
  return value;
}

}  // namespace

Result<json::Value> history_of(Store& store, std::string_view id) {
  json::Value list = json::Value::array();
  RETURN_IF_ERROR(store.read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const auto record, snapshot.find(id));
    if (!record) return error(ErrorCode::not_found, "there is no document " + std::string(id));
    const auto count = static_cast<std::int32_t>(record->tree.nodes().size());
    for (std::int32_t index = 0; index < count; ++index) {
      ASSIGN_OR_RETURN(json::Value revision, revision_json(snapshot, *record, index));
      list.push_back(std::move(revision));
    }
    return {};
  }));
  std::stable_sort(list.begin(), list.end(), [](const json::Value& a, const json::Value& b) {
    const auto rev = [](const json::Value& v) { return RevisionId::parse(v["rev"].get<std::string>()).value_or({}); };
    return rev(a) < rev(b);
  });
  return list;
}

}  // namespace tram
