// server/filled_rows.h: rows of a section with `filled_from` are copies of the office's own documents (bm12 of its
// recommendations). An officer is told which of them are not what their document says, or ever said: a copy that is
// merely older than the document is an honest one. Such a row is shown and not refused, for the revision that it was
// copied from may be one whose body is not kept any more.
#pragma once

#include <vector>

#include "core/reports/validate.h"
#include "storage/snapshot.h"

namespace tram {

// Adds a warning "filled" for each row that no kept revision of its document agrees with. Any thread.
Status check_filled_rows(Snapshot& snapshot, const Form& form, const json::Value& report,
                         std::vector<Finding>& findings);

}  // namespace tram
