// tests/bench/report.h: the document that is measured: a report of about 1 kB with 25 Vietnamese and numeric fields.
#pragma once

#include <string>
#include <vector>

#include "tests/bench/offices.h"

namespace tram::bench {

std::string report_id(int n);  // one a day, from 1970 on: report:bm09:19700101, ...
// Canonical JSON; another edition differs in one field.
std::string report_body(int n, int edition = 0, const NamedOffice& office = kOffice);

struct NamedBody {
  std::string id, body;
};
std::vector<NamedBody> report_bodies(int count, const NamedOffice& office = kOffice);

}  // namespace tram::bench
