#include "server/consolidation_files.h"

#include <algorithm>
#include <array>

#include "exchange/publication.h"

namespace tram {
namespace {

// The province's own unit: above the first office whose unit is known.
std::string province_code(const ReferenceData& reference, const std::vector<Office>& offices, const std::string& day) {
  for (const Office& office : offices) {
    const Unit* newest = reference.units.newest(office.unit);
    if (newest == nullptr) continue;
    const std::string when = newest->valid_on(day) || newest->valid_to.empty() ? day : newest->valid_to;
    const std::string code = reference.units.province_of(office.unit, when);
    if (!code.empty()) return code;
  }
  return "";
}

}  // namespace

bool is_file_format(std::string_view format) {
  static constexpr std::array<std::string_view, 5> kFormats = {"csv", "xlsx", "html", "dhis2", "dhis2-csv"};
  return std::find(kFormats.begin(), kFormats.end(), format) != kFormats.end();
}

Result<ConsolidationFile> consolidation_file(Province& province, const Run& run, std::string_view format,
                                             char separator) {
  ConsolidatedNames names;
  const auto offices = province.registry().offices();
  names.province = province.name();
  names.province_code = province_code(*run.reference, offices, run.result.request.window.end.text());
  for (const Office& office : offices) names.offices[office.slug] = office.name;
  names.missing = run.missing;
  const Publication publication = publish_consolidation(*run.form, run.result, names);
  if (format == "csv") return ConsolidationFile{publication_csv(publication, separator), "text/csv; charset=utf-8", ""};
  if (format == "html") return ConsolidationFile{publication_html(publication), "text/html; charset=utf-8", ""};
  if (format == "dhis2") {
    ASSIGN_OR_RETURN(std::string text, publication_dhis2(publication));
    return ConsolidationFile{std::move(text), "application/json", dhis2_note(publication)};
  }
  if (format == "dhis2-csv") {
    ASSIGN_OR_RETURN(std::string text, publication_dhis2_csv(publication));
    return ConsolidationFile{std::move(text), "text/csv; charset=utf-8", dhis2_note(publication)};
  }
  if (format != "xlsx") return error(ErrorCode::bad_request, "no format is called " + std::string(format));
  ASSIGN_OR_RETURN(std::string bytes, publication_xlsx(publication));
  return ConsolidationFile{std::move(bytes), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ""};
}

}  // namespace tram
