#include <set>

#include "core/reports/submission.h"

namespace tram {
namespace {

// Absent is another thing than null: it is `discarded` here.
json::Value member_or_absent(const json::Value& object, std::string_view name) {
  if (!object.is_object()) return json::Value(json::Value::value_t::discarded);
  const auto found = object.find(name);
  return found == object.end() ? json::Value(json::Value::value_t::discarded) : *found;
}

bool same(const json::Value& a, const json::Value& b) {
  if (a.is_discarded() || b.is_discarded()) return a.is_discarded() == b.is_discarded();
  return json::print(a) == json::print(b);
}

// Names of both objects, each once.
std::set<std::string> names_of(const json::Value& a, const json::Value& b) {
  std::set<std::string> names;
  for (const json::Value* object : {&a, &b}) {
    if (!object->is_object()) continue;
    for (const auto& [name, value] : object->items()) names.insert(name);
  }
  return names;
}

class Comparison {
 public:
  Comparison(const Form& form, Writer side) : form_(form), side_(side) {}

  std::vector<std::string> run(const json::Value& before, const json::Value& after) {
    for (const std::string& name : names_of(before, after)) {
      if (name == "edit") continue;  // who made the revision, whichever side it is
      if (name == "values") {
        fields(member_or_absent(before, name), member_or_absent(after, name), "",
               [&](std::string_view id) { return form_.field(id); });
      } else if (name == "rows") {
        rows(member_or_absent(before, name), member_or_absent(after, name));
      } else {
        const bool of_province = name == "review" || name == "corrections";
        note(of_province ? Writer::province : Writer::office, name, member_or_absent(before, name),
             member_or_absent(after, name));
      }
    }
    return std::move(found_);
  }

 private:
  void note(Writer writer, const std::string& path, const json::Value& before, const json::Value& after) {
    const bool mine = (writer == Writer::province) == (side_ == Writer::province);
    if (!mine && !same(before, after)) found_.push_back(path);
  }

  template <typename FieldOf>
  void fields(const json::Value& before, const json::Value& after, const std::string& prefix, const FieldOf& field_of) {
    for (const std::string& name : names_of(before, after)) {
      const FormField* field = field_of(name);
      note(field == nullptr ? Writer::office : field->writer, prefix + name, member_or_absent(before, name),
           member_or_absent(after, name));
    }
  }

  void rows(const json::Value& before, const json::Value& after) {
    for (const std::string& id : names_of(before, after)) {
      const FormSection* section = form_.rows_section(id);
      const json::Value old_rows = member_or_absent(before, id), new_rows = member_or_absent(after, id);
      // Rows copied from elsewhere are checked against their source, not here.
      if (section != nullptr && !section->filled_from.empty() && side_ == Writer::office) continue;
      for (const std::string& row : names_of(old_rows, new_rows)) {
        const json::Value a = member_or_absent(old_rows, row), b = member_or_absent(new_rows, row);
        const bool removed = b.is_discarded() || !b.is_object();
        if (removed && side_ == Writer::office) continue;
        fields(a, b, id + "/" + row + "/",
               [&](std::string_view name) { return section == nullptr ? nullptr : section->field(name); });
      }
    }
  }

  const Form& form_;
  Writer side_;
  std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> foreign_changes(const Form& form, const json::Value& before, const json::Value& after,
                                         Writer side) {
  return Comparison(form, side).run(before, after);
}

}  // namespace tram
