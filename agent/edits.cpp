#include "agent/edits.h"

#include "core/reports/report.h"

namespace tram::agent {
namespace {

// "tasks/0001-5f0c9a21/status" in three, "models_count" in one.
std::vector<std::string> parts_of(const std::string& path) {
  std::vector<std::string> parts(1);
  for (const char c : path) {
    if (c == '/')
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

const json::Value* at(const json::Value* object, const std::string& name) {
  if (object == nullptr || !object->is_object()) return nullptr;
  const auto found = object->find(name);
  return found == object->end() ? nullptr : &*found;
}

const json::Value* value_at(const json::Value& body, const std::vector<std::string>& parts) {
  if (parts.size() == 1) return at(at(&body, "values"), parts[0]);
  if (parts.size() != 3) return nullptr;
  return at(at(at(at(&body, "rows"), parts[0]), parts[1]), parts[2]);
}

json::Value seen(const json::Value* value) {
  return value == nullptr ? json::Value::object() : json::Value{{"value", *value}};
}

Error unknown_field(const std::string& path) {
  Error wrong = error(ErrorCode::bad_request, "this form has no field " + path, "unknown_field");
  wrong.message_vi = "Biểu không có chỉ tiêu " + path;
  return wrong;
}

// As programs write it, for set_value.
std::string program_text(const json::Value& value) {
  return value.is_string() ? value.get<std::string>() : json::print(value);
}

class Applying {
 public:
  Applying(json::Value& body, const Form& form, NumberStyle style, Random& random)
      : body_(body), form_(form), style_(style), random_(random) {}

  Status apply(const json::Value& edit) {
    path_ = json::string_at(edit, "path").value_or("");
    parts_ = parts_of(path_);
    now_ = nullptr;
    if (const auto text = json::string_at(edit, "text")) return type(edit, *text);
    if (const auto row = json::string_at(edit, "row")) return change_row(*row);
    if (const auto section = json::string_at(edit, "section")) {
      return set_section_touched(body_, form_, path_, *section == "none");
    }
    if (const auto remark = json::string_at(edit, "remark")) return set_remark(body_, form_, path_, *remark);
    if (const auto approx = json::boolean_at(edit, "approx")) {
      return set_remark(body_, form_, path_, remark_text(), *approx);
    }
    return error(ErrorCode::bad_request, "an edit says text, row, section, remark or approx");
  }
  const std::string& path() const { return path_; }
  const json::Value& now() const { return now_; }  // after changed_elsewhere

 private:
  Status type(const json::Value& edit, const std::string& text) {
    const FormField* field = form_.field_at(path_);
    if (field == nullptr) return unknown_field(path_);
    TypedField typed;
    if (!text.empty()) {
      ASSIGN_OR_RETURN(typed, read_typed(*field, text, style_));
    }
    const json::Value* current = value_at(body_, parts_);
    const bool same = text.empty() ? current == nullptr : current != nullptr && *current == typed.value;
    const auto was = edit.find("was");
    if (!same && was != edit.end() && !json::boolean_at(edit, "force").value_or(false) && *was != seen(current)) {
      now_ = seen(current);
      Error changed = error(ErrorCode::conflict, "this was changed elsewhere meanwhile", "changed_elsewhere");
      changed.message_vi = "Ô này vừa được sửa ở nơi khác";
      return changed;
    }
    RETURN_IF_ERROR(put(text.empty() ? "" : program_text(typed.value)));
    return typed.approx ? set_remark(body_, form_, path_, remark_text(), true) : Status();
  }

  Status put(const std::string& text) {
    if (parts_.size() == 1) return set_value(body_, form_, path_, text);
    return set_row_value(body_, form_, parts_[0], parts_[1], parts_[2], text);
  }

  Status change_row(const std::string& what) {
    if (parts_.size() != 2) return unknown_field(path_);
    if (what == "add") return put_row(body_, form_, parts_[0], parts_[1], random_);
    const json::Value* row = at(at(at(&body_, "rows"), parts_[0]), parts_[1]);
    return row == nullptr ? Status() : delete_row(body_, form_, parts_[0], parts_[1]);
  }

  std::string remark_text() const {
    const json::Value* remark = at(at(&body_, "remarks"), path_);
    return remark == nullptr ? "" : json::string_at(*remark, "text").value_or("");
  }

  json::Value& body_;
  const Form& form_;
  const NumberStyle style_;
  Random& random_;
  std::string path_;
  std::vector<std::string> parts_;
  json::Value now_;
};

}  // namespace

json::Value EditProblem::to_json() const {
  json::Value value = {{"path", path}, {"code", code}, {"message", message}, {"message_vi", message_vi}};
  if (now.is_object()) value["now"] = now;
  return value;
}

std::vector<EditProblem> apply_edits(json::Value& body, const Form& form, const json::Value& edits, NumberStyle style,
                                     Random& random) {
  std::vector<EditProblem> problems;
  Applying applying(body, form, style, random);
  for (std::size_t i = 0; i < edits.size(); ++i) {
    const Status done = applying.apply(edits[i]);
    if (done.ok()) continue;
    const Error& wrong = done.error();
    problems.push_back({i, applying.path(), std::string(wrong.what_name()), wrong.message,
                        wrong.message_vi.empty() ? wrong.message : wrong.message_vi, applying.now()});
  }
  return problems;
}

}  // namespace tram::agent
