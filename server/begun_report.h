// server/begun_report.h: thousands of reports come at once after months without a line, nearly all of them begun at the
// office and written as an agent writes them. Whether the rules take such a one is seen in one look at the members that
// were noted when it was read.
#pragma once

#include "server/judgement.h"

namespace tram {

// The first revision, by the office, of a report with the members of its body. True: the rules (judge_report) take it.
// False: they must be asked. Any thread.
bool is_plain_begun_report(const ReferenceData& reference, const OfficeFacts& office, const Document& document);

}  // namespace tram
