// core/reports/filled.h: a row of a section with `filled_from` is the copy of a document, made when a report is
// submitted. Agents make it, the province compares it. Pure.
#pragma once

#include <string>
#include <string_view>

#include "core/base/json.h"
#include "core/reports/form.h"

namespace tram {

// The row's id, named by the document "<filled_from>:<uuid>": the same document gives the same row on every PC.
std::string filled_row_id(std::string_view uuid);
json::Value filled_row(const FormSection& section, std::string_view uuid, const json::Value& document);
// The field that keeps the uuid; null: the section has none.
const FormField* uuid_field(const FormSection& section);

}  // namespace tram
