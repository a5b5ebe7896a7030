#include "core/reports/filled.h"

#include <algorithm>

#include "core/base/digest.h"

namespace tram {

std::string filled_row_id(std::string_view uuid) { return "0000-" + sha256_hex(uuid).substr(0, 8); }

json::Value filled_row(const FormSection& section, std::string_view uuid, const json::Value& document) {
  json::Value row = json::Value::object();
  for (const FormField& field : section.fields) {
    if (const auto value = document.find(field.id); value != document.end())
      row[field.id] = *value;
    else if (field.generated == "uuid")
      row[field.id] = std::string(uuid);
  }
  return row;
}

const FormField* uuid_field(const FormSection& section) {
  const auto found = std::find_if(section.fields.begin(), section.fields.end(),
                                  [](const FormField& field) { return field.generated == "uuid"; });
  return found == section.fields.end() ? nullptr : &*found;
}

}  // namespace tram
