#include "core/reports/form.h"

#include <algorithm>

namespace tram {

std::string_view FormField::choice_label_vi(std::string_view value) const {
  for (const Choice& choice : choices) {
    if (choice.value == value && !choice.label_vi.empty()) return choice.label_vi;
  }
  return value;
}

const FormField* FormSection::field(std::string_view wanted) const {
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const FormField& f) { return f.id == wanted; });
  return found == fields.end() ? nullptr : &*found;
}

std::string Form::id() const { return "form:" + code + ":" + std::to_string(version); }

bool Form::allows(PeriodKind kind) const {
  return std::find(frequencies.begin(), frequencies.end(), kind) != frequencies.end();
}

const FormSection* Form::section(std::string_view wanted) const {
  const auto found =
      std::find_if(sections.begin(), sections.end(), [&](const FormSection& s) { return s.id == wanted; });
  return found == sections.end() ? nullptr : &*found;
}

const FormSection* Form::rows_section(std::string_view wanted) const {
  const FormSection* found = section(wanted);
  return found != nullptr && found->rows ? found : nullptr;
}

const FormField* Form::field(std::string_view wanted) const {
  const FormSection* holder = section_of(wanted);
  return holder == nullptr ? nullptr : holder->field(wanted);
}

const FormSection* Form::section_of(std::string_view field_id) const {
  for (const FormSection& candidate : sections) {
    if (!candidate.rows && candidate.field(field_id) != nullptr) return &candidate;
  }
  return nullptr;
}

std::optional<FieldPath> FieldPath::parse(std::string_view path) {
  const auto first = path.find('/');
  if (first == std::string_view::npos) return FieldPath{{}, {}, path};
  const auto second = path.find('/', first + 1);
  if (first == 0 || second == std::string_view::npos) return std::nullopt;
  return FieldPath{path.substr(0, first), path.substr(first + 1, second - first - 1), path.substr(second + 1)};
}

const FormField* Form::field_at(std::string_view path) const {
  const auto parts = FieldPath::parse(path);
  if (!parts) return nullptr;
  if (parts->section.empty()) return field(parts->field);
  const FormSection* holder = rows_section(parts->section);
  return holder == nullptr ? nullptr : holder->field(parts->field);
}

std::string_view name_of(Combine combine) {
  switch (combine) {
    case Combine::none: return "none";
    case Combine::sum: return "sum";
    case Combine::max: return "max";
    case Combine::min: return "min";
    case Combine::latest: return "latest";
    case Combine::union_rows: return "union";
    case Combine::same: return "same";
    case Combine::recompute: return "recompute";
    case Combine::collate: return "collate";
  }
  return "";
}

}  // namespace tram
