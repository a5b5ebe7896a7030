// core/reports/upgrade.h: a report moves to another version of its form (nâng cấp mẫu): what the two versions differ in,
// and what that does to what was typed. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/reports/form.h"

namespace tram {

struct FieldDifference {
  enum class What { added, removed, changed } what = What::changed;
  std::string path;  // "models_count", "tasks" for a whole list, "tasks/status" for a field of its rows
  std::string label_vi, label_en;
  std::vector<std::string> keys;  // changed: which parts of its definition, sorted ("choices", "schema")
};
// Both are documents as load_form takes them. In order of the newer form, what it has no more at the end.
std::vector<FieldDifference> compare_forms(const json::Value& from, const json::Value& to);

struct LostValue {
  std::string path;  // "models_count", "tasks/0001-5f0c9a21/status", "tasks" for all rows of a list
  json::Value value;
};
// The report becomes one of version `to`. What has no place there any more, or is computed there, is taken out with its
// remarks and answered; history keeps it. Everything else stays as typed, for validation to judge.
std::vector<LostValue> move_to_form(json::Value& report, const Form& to);

}  // namespace tram
