#include "core/reports/consolidate_parts.h"

namespace tram {
namespace {

struct Member {
  const ReadyInput* from;
  std::string row;
  const json::Value* fields;
};

struct Group {
  std::string id;
  std::vector<Member> members;
};

// Rows with one key, in the order in which they were first seen.
std::vector<Group> grouped(const FormSection& section, const std::vector<ReadyInput>& inputs) {
  std::vector<Group> groups;
  std::map<std::string, std::size_t> by_key;
  std::set<std::string> ids;
  for (const ReadyInput& input : inputs) {
    const auto* rows = json::object_at(input.figures.rows, section.id);
    if (rows == nullptr) continue;
    for (const auto& [row_id, row] : rows->items()) {
      if (!row.is_object()) continue;
      const std::string& office = input.input->office;
      const std::string key = row_key(section, row).value_or("~" + office + "/" + row_id);
      const auto [found, fresh] = by_key.emplace(key, groups.size());
      if (fresh) {
        std::string id = row_id;
        for (int copy = 1; !ids.insert(id).second; ++copy)
          id = row_id + "@" + office + (copy > 1 ? std::to_string(copy) : "");
        groups.push_back({std::move(id), {}});
      }
      groups[found->second].members.push_back({&input, row_id, &row});
    }
  }
  return groups;
}

std::vector<Given> values_of(const Group& group, const std::string& field) {
  std::vector<Given> given;
  for (const Member& member : group.members) {
    const auto found = member.fields->find(field);
    if (found != member.fields->end() && !found->is_null()) given.push_back({member.from, *found});
  }
  return given;
}

bool all_equal(const std::vector<Given>& given) {
  for (const Given& one : given) {
    if (json::print(one.value) != json::print(given.front().value)) return false;
  }
  return true;
}

}  // namespace

void unite_rows(const FormSection& section, const std::vector<ReadyInput>& inputs, Axis axis, Consolidation& result) {
  std::vector<UnitedRow> united;
  bool touched = false;
  for (const ReadyInput& input : inputs)
    touched = touched || json::object_at(input.figures.rows, section.id) != nullptr;
  for (const Group& group : grouped(section, inputs)) {
    UnitedRow row{group.id, json::Value::object(), {}};
    for (const Member& member : group.members) {
      row.sources.push_back({member.from->input->office, member.from->input->period.id, member.row});
    }
    for (const FormField& field : section.fields) {
      const Combine rule = rule_of(field, axis);
      if (field.computed || field.writer == Writer::province || rule == Combine::none) continue;
      const auto given = values_of(group, field.id);
      if (given.empty()) continue;
      row.fields[field.id] = combine(rule, given);
      if (rule != Combine::same || all_equal(given)) continue;
      Difference difference{section.id, group.id, field.id, {}};
      for (const Given& one : given) difference.values.push_back(shown(one));
      result.differences.push_back(std::move(difference));
    }
    united.push_back(std::move(row));
  }
  if (touched) result.rows[section.id] = std::move(united);
}

}  // namespace tram
