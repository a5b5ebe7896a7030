// core/reports/report.h: the body of an open report (docs/reporting.md, A report) and edits to it.
//
// Empty is not zero: a key that is absent was not answered, 0 says nothing happened, null says that no figure is
// available. A rows section is absent until touched; {} says there is none. Every function leaves the body as it was
// when it answers with an error. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/json.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "core/reports/form.h"
#include "core/reports/period.h"

namespace tram {

// What the id of a report, submission or arrival says.
struct ReportKey {
  std::string form, period;
  std::string digest;  // empty for a report
  bool operator==(const ReportKey&) const = default;
};
std::string report_id(std::string_view form, std::string_view period);
std::optional<ReportKey> parse_report_id(std::string_view id);  // "report:bm02:2024Q2"

// unit: Unit::stamp(), or null when the PC does not know its unit yet. Error bad_request: the form is not asked for
// this kind of period.
Result<json::Value> new_report(const Form& form, const Period& period, std::string_view office, json::Value unit);

// One value as programs write it, typed by the form: 1234.5, true, 2024-06-17, a choice's code; a list as JSON or
// separated by ";" or ",". "null": no figure is available. Texts are put in NFC. Errors, named by the field:
// bad_request for another type, a date that does not exist, a choice that is not offered, control characters, more
// decimals than the form has, a number outside ±(2^53-1). Limits of the schema are not judged here: a draft may be
// wrong. The text is not empty.
Result<json::Value> parse_field(const FormField& field, std::string_view text);

// Sets report field `field` ("" makes it unanswered). Errors of parse_field, and bad_request for an unknown, a
// computed or a province's field. by_province: the province's own report, where it is the writer.
Status set_value(json::Value& body, const Form& form, std::string_view field, std::string_view text,
                 bool by_province = false);

// Adds an empty row with a new id (greatest number of the section plus one, eight random hex digits), ids that the
// form generates filled in, and answers its id. Error bad_request: no such section, or it is full or filled in by the
// program.
Result<std::string> add_row(json::Value& body, const Form& form, std::string_view section, Random& random);
// The same with an id that was made elsewhere (a page, before it was saved); a row that is there stays as it is.
Status put_row(json::Value& body, const Form& form, std::string_view section, std::string_view row, Random& random);
// Sets a field of a row; error not_found when there is no such row.
Status set_row_value(json::Value& body, const Form& form, std::string_view section, std::string_view row,
                     std::string_view field, std::string_view text, bool by_province = false);
// Removes a row and the remarks on it; the section stays touched.
Status delete_row(json::Value& body, const Form& form, std::string_view section, std::string_view row);
// Says that a section has no rows ({}), or with touched = false that it was not answered. Error when it has rows.
Status set_section_touched(json::Value& body, const Form& form, std::string_view section, bool touched);

// A comment on a field (path as in Form::field_at) and, with approx, that its figure is approximate ("khoảng"); an empty
// text without approx removes it. approx absent: as it was.
Status set_remark(json::Value& body, const Form& form, std::string_view path, std::string_view text,
                  std::optional<bool> approx = {});

// Who made this revision, where and when; clock: "trusted" or what the caller knows of its clock. Decides nothing.
void stamp_edit(json::Value& body, std::string_view by, std::string_view pc, std::string_view at,
                std::string_view clock);

// Texts as they are stored: those of clean() in core/base/vietnamese.h. Errors: its own.
Result<std::string> clean_text(std::string_view text, bool many_lines);

}  // namespace tram
