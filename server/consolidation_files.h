// server/consolidation_files.h: a run as a file: workbook, CSV, print view, DHIS2 (exchange/publication.h). Any thread.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "server/consolidate_run.h"
#include "server/province.h"

namespace tram {

struct ConsolidationFile {
  std::string bytes, content_type;
  std::string note;  // for people, beside the file; may be empty
};

// "csv", "xlsx", "html", "dhis2", "dhis2-csv"; "table" and "json" are printed by who asks.
bool is_file_format(std::string_view format);

// separator: of csv. Error unsupported: DHIS2 has no such period.
Result<ConsolidationFile> consolidation_file(Province& province, const Run& run, std::string_view format,
                                             char separator);

}  // namespace tram
