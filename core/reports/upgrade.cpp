#include "core/reports/upgrade.h"

#include <algorithm>
#include <set>

namespace tram {
namespace {

using What = FieldDifference::What;

const json::Value kNothing = json::Value::array();

const json::Value& list_in(const json::Value& object, std::string_view name) {
  const json::Value* found = json::array_at(object, name);
  return found == nullptr ? kNothing : *found;
}

std::string text_in(const json::Value& object, std::string_view name) {
  return json::string_at(object, name).value_or("");
}

bool is_list(const json::Value& section) { return text_in(section, "kind") == "rows"; }

// Path -> definition: fields of the report alone, lists and the fields of their rows.
std::vector<std::pair<std::string, json::Value>> definitions(const json::Value& form) {
  std::vector<std::pair<std::string, json::Value>> all;
  for (const json::Value& section : list_in(form, "sections")) {
    const std::string id = text_in(section, "id");
    if (is_list(section)) {
      json::Value list = section;
      list.erase("fields");
      all.emplace_back(id, std::move(list));
    }
    for (const json::Value& field : list_in(section, "fields"))
      all.emplace_back((is_list(section) ? id + "/" : "") + text_in(field, "id"), field);
  }
  return all;
}

const json::Value* definition(const std::vector<std::pair<std::string, json::Value>>& all, const std::string& path) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.first == path; });
  return found == all.end() ? nullptr : &found->second;
}

std::vector<std::string> differing_keys(const json::Value& a, const json::Value& b) {
  std::set<std::string> keys;
  for (const auto& [one, other] : {std::pair(&a, &b), std::pair(&b, &a)}) {
    for (const auto& [name, value] : one->items()) {
      const auto found = other->find(name);
      if (found == other->end() || *found != value) keys.insert(name);
    }
  }
  return {keys.begin(), keys.end()};
}

FieldDifference difference(What what, const std::string& path, const json::Value& definition) {
  return {what, path, text_in(definition, "label_vi"), text_in(definition, "label_en"), {}};
}

bool has_place(const FormField* field) { return field != nullptr && !field->computed; }

class Moving {
 public:
  Moving(json::Value& report, const Form& to) : report_(report), to_(to) {}

  std::vector<LostValue> run() {
    if (json::object_at(report_, "values") != nullptr)
      take_fields(report_["values"], "", [&](const std::string& id) { return to_.field(id); });
    if (json::object_at(report_, "rows") != nullptr) take_lists(report_["rows"]);
    if (json::object_at(report_, "remarks") != nullptr) take_remarks(report_["remarks"]);
    report_["form_version"] = to_.version;
    return std::move(lost_);
  }

 private:
  template <typename FieldOf>
  void take_fields(json::Value& object, const std::string& prefix, const FieldOf& field_of) {
    for (auto at = object.begin(); at != object.end();) {
      if (has_place(field_of(at.key()))) {
        ++at;
        continue;
      }
      lost_.push_back({prefix + at.key(), *at});
      at = object.erase(at);
    }
  }

  void take_lists(json::Value& lists) {
    for (auto at = lists.begin(); at != lists.end();) {
      const FormSection* section = to_.rows_section(at.key());
      if (section == nullptr) {
        lost_.push_back({at.key(), *at});
        at = lists.erase(at);
        continue;
      }
      for (auto row = at->begin(); row != at->end(); ++row) {
        if (row->is_object())
          take_fields(*row, section->id + "/" + row.key() + "/",
                      [&](const std::string& id) { return section->field(id); });
      }
      ++at;
    }
  }

  void take_remarks(json::Value& remarks) {
    for (auto at = remarks.begin(); at != remarks.end();) {
      if (to_.field_at(at.key()) != nullptr) {
        ++at;
        continue;
      }
      lost_.push_back({"remarks/" + at.key(), *at});
      at = remarks.erase(at);
    }
  }

  json::Value& report_;
  const Form& to_;
  std::vector<LostValue> lost_;
};

}  // namespace

std::vector<FieldDifference> compare_forms(const json::Value& from, const json::Value& to) {
  const auto before = definitions(from), after = definitions(to);
  std::vector<FieldDifference> differences;
  for (const auto& [path, now] : after) {
    const json::Value* was = definition(before, path);
    if (was == nullptr) {
      differences.push_back(difference(What::added, path, now));
    } else if (*was != now) {
      differences.push_back(difference(What::changed, path, now));
      differences.back().keys = differing_keys(*was, now);
    }
  }
  for (const auto& [path, was] : before) {
    if (definition(after, path) == nullptr) differences.push_back(difference(What::removed, path, was));
  }
  return differences;
}

std::vector<LostValue> move_to_form(json::Value& report, const Form& to) { return Moving(report, to).run(); }

}  // namespace tram
