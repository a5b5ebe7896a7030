// agent/report_files.h: reports of this office as files: workbook, CSV, print view, DHIS2; and filled templates taken
// back. Any thread. Errors beside those of reports.h are named where they are declared.
#pragma once

#include <string>
#include <string_view>

#include "agent/reports.h"
#include "exchange/filled.h"

namespace tram::agent {

struct FileFormat {
  std::string name;      // "xlsx", "csv", "json", "dhis2", "dhis2-csv", "html"
  char separator = ',';  // of csv
};
struct ReportFile {
  std::string bytes, content_type;
  std::string note;  // for people, beside the file; may be empty
};
// Error unsupported: DHIS2 has no such period.
Result<ReportFile> export_report(Office& office, std::string_view id, const FileFormat& format);
// The report as it stands, or an empty one where there is none yet, to be filled in. format: xlsx or csv.
Result<ReportFile> report_template(Office& office, std::string_view form, std::string_view period,
                                   const FileFormat& format);

struct ImportRequest {
  std::string id;  // empty: what the file says
  bool dry_run = false, convert = false, merge = false;
};
struct ImportResult {
  std::string id, rev;  // rev: empty when nothing was stored
  bool begins = false;  // the report is, or would be, a new one
  ImportPlan plan;

  json::Value to_json() const;  // the plan's, with id, new, and rev (null when nothing was stored)
};
inline constexpr std::size_t kImportBytesMax = 16 << 20;
// All or nothing: with a problem in the plan nothing is stored. Errors bad_request: those of read_filled; wrong_office;
// other_version (of the form); id_needed; import_problems (the first is told, the plan of a dry run has all). conflict:
// base_changed (the report was changed since the template was taken: `merge` takes over what the file changed),
// base_unknown (so long ago that it is no longer kept).
Result<ImportResult> import_report(Office& office, std::string_view bytes, const ImportRequest& request,
                                   const Author& author);

}  // namespace tram::agent
