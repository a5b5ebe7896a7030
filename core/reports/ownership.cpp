#include <set>

#include "core/reports/submission.h"

namespace tram {
namespace {

// Nothing where it is absent, which is another thing than null.
const json::Value* member_of(const json::Value* object, std::string_view name) {
  if (object == nullptr || !object->is_object()) return nullptr;
  const auto found = object->find(name);
  return found == object->end() ? nullptr : &*found;
}

bool same(const json::Value* a, const json::Value* b) {
  if (a == nullptr || b == nullptr) return a == b;
  return json::print(*a) == json::print(*b);
}

// Names of both objects, each once.
std::set<std::string> names_of(const json::Value* a, const json::Value* b) {
  std::set<std::string> names;
  for (const json::Value* object : {a, b}) {
    if (object == nullptr || !object->is_object()) continue;
    for (const auto& [name, value] : object->items()) names.insert(name);
  }
  return names;
}

class Comparison {
 public:
  Comparison(const Form& form, Writer side) : form_(form), side_(side) {}

  std::vector<std::string> run(const json::Value* before, const json::Value* after) {
    for (const std::string& name : names_of(before, after)) {
      if (name == "edit") continue;  // who made the revision, whichever side it is
      if (name == "values") {
        fields(member_of(before, name), member_of(after, name), "",
               [&](std::string_view id) { return form_.field(id); });
      } else if (name == "rows") {
        rows(member_of(before, name), member_of(after, name));
      } else {
        const bool of_province = name == "review" || name == "corrections";
        note(of_province ? Writer::province : Writer::office, name, member_of(before, name), member_of(after, name));
      }
    }
    return std::move(found_);
  }

 private:
  void note(Writer writer, const std::string& path, const json::Value* before, const json::Value* after) {
    const bool mine = (writer == Writer::province) == (side_ == Writer::province);
    if (!mine && !same(before, after)) found_.push_back(path);
  }

  template <typename FieldOf>
  void fields(const json::Value* before, const json::Value* after, const std::string& prefix, const FieldOf& field_of) {
    for (const std::string& name : names_of(before, after)) {
      const FormField* field = field_of(name);
      note(field == nullptr ? Writer::office : field->writer, prefix + name, member_of(before, name),
           member_of(after, name));
    }
  }

  void rows(const json::Value* before, const json::Value* after) {
    for (const std::string& id : names_of(before, after)) {
      const FormSection* section = form_.rows_section(id);
      const json::Value *old_rows = member_of(before, id), *new_rows = member_of(after, id);
      // Rows copied from elsewhere are checked against their source, not here.
      if (section != nullptr && !section->filled_from.empty() && side_ == Writer::office) continue;
      for (const std::string& row : names_of(old_rows, new_rows)) {
        const json::Value *a = member_of(old_rows, row), *b = member_of(new_rows, row);
        const bool removed = b == nullptr || !b->is_object();
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
  return Comparison(form, side).run(&before, &after);
}

}  // namespace tram
