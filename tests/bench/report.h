// tests/bench/report.h: the document that is measured: a report of about 1 kB with 25 Vietnamese and numeric fields.
#pragma once

#include <string>

namespace tram::bench {

std::string report_id(int n);                     // one a day, from 1970 on: report:bm09:19700101, ...
std::string report_body(int n, int edition = 0);  // canonical JSON; another edition differs in one field

}  // namespace tram::bench
