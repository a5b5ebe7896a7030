#include <unordered_map>
#include <unordered_set>

#include "core/reports/consolidate_parts.h"

namespace tram {
namespace {

struct Member {
  const Contribution* from;
  const ContributedRow* row;
};

struct Group {
  std::string id;
  std::vector<Member> members;
};

const ContributedSection* section_in(const Contribution& input, std::uint32_t number) {
  for (const ContributedSection& section : input.sections) {
    if (section.section == number) return &section;
  }
  return nullptr;
}

// Rows with one key, in the order in which they were first seen.
std::vector<Group> grouped(std::uint32_t number, const std::vector<Contribution>& inputs) {
  std::vector<Group> groups;
  std::unordered_map<std::string, std::size_t> by_key;
  std::unordered_set<std::string> ids;
  for (const Contribution& input : inputs) {
    const ContributedSection* section = section_in(input, number);
    if (section == nullptr) continue;
    for (const ContributedRow& row : section->rows) {
      const auto [found, fresh] =
          by_key.emplace(row.key.empty() ? "~" + input.office + "/" + row.id : row.key, groups.size());
      if (fresh) {
        std::string id = row.id;
        for (int copy = 1; !ids.insert(id).second; ++copy)
          id = row.id + "@" + input.office + (copy > 1 ? std::to_string(copy) : "");
        groups.push_back({std::move(id), {}});
      }
      groups[found->second].members.push_back({&input, &row});
    }
  }
  return groups;
}

std::vector<Given> values_of(const Group& group, std::uint32_t field) {
  std::vector<Given> given;
  for (const Member& member : group.members) {
    for (const auto& [place, value] : member.row->fields) {
      if (place == field) given.push_back({member.from, &value, nullptr, false});
    }
  }
  return given;
}

bool all_equal(const std::vector<Given>& given) {
  for (const Given& one : given) {
    if (*one.value != *given.front().value) return false;
  }
  return true;
}

}  // namespace

void unite_rows(const FormSection& section, std::uint32_t number, std::uint32_t first,
                const std::vector<Contribution>& inputs, Axis axis, Consolidation& result) {
  bool touched = false;
  for (const Contribution& input : inputs) touched = touched || section_in(input, number) != nullptr;
  if (!touched) return;
  std::vector<UnitedRow>& united = result.rows[section.id];
  for (const Group& group : grouped(number, inputs)) {
    UnitedRow row{group.id, json::Value::object(), {}};
    for (const Member& member : group.members) {
      row.sources.push_back({member.from->office, member.from->period.id, member.row->id});
    }
    std::uint32_t place = first;
    for (const FormField& field : section.fields) {
      const std::uint32_t here = place++;
      const Combine rule = rule_of(field, axis);
      if (field.computed || field.writer == Writer::province || rule == Combine::none) continue;
      const auto given = values_of(group, here);
      if (given.empty()) continue;
      bool overflow = false;
      row.fields[field.id] = combine(rule, given, overflow);
      if (overflow) result.warnings.push_back(overflow_warning(section.id + "/" + group.id + "/" + field.id));
      if (rule != Combine::same || all_equal(given)) continue;
      Difference difference{section.id, group.id, field.id, {}};
      for (const Given& one : given) difference.values.push_back(shown(one));
      result.differences.push_back(std::move(difference));
    }
    united.push_back(std::move(row));
  }
}

}  // namespace tram
