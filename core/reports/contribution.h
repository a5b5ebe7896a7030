// core/reports/contribution.h: what one report adds to a consolidation, made ready once: its figures completed and
// corrected, typed, in the order of the form, each row with the key that says which rows are the same thing.
//
// A contribution depends on nothing but the form, its input and its window, so it may be kept beside the report and used
// for as long as these stay; encode() makes a few hundred bytes of it. Contributions of another form are not to be mixed
// in (fields are named by their place in the form). Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/reports/decimal.h"
#include "core/reports/form.h"
#include "core/reports/period.h"

namespace tram {

// One report to be consolidated, as documents have it.
struct ConsolidationInput {
  std::string office;                               // slug
  std::string unit_code, unit_name;                 // name as the report keeps it; collated texts stand under it
  int order = 0;                                    // official order; equal: by unit code, then office
  Period period;                                    // of this input; matters across time
  std::string source;                               // id of the submission
  json::Value body;                                 // values, rows, remarks
  json::Value corrections = json::Value::object();  // {field: {value, …}} of the report, which win
};

// Numbers, yes or no, texts; lists and whatever else stay JSON.
using Datum = std::variant<Decimal, bool, std::string, json::Value>;
Datum datum_from_json(const json::Value& value);
json::Value datum_to_json(const Datum& datum);

struct ContributedValue {
  std::uint32_t field = 0;  // place among all fields of the form, sections in their order
  Datum value;
  bool approx = false, corrected = false;
  bool listed = false;  // of computed_if_listed: counted from rows
  bool typed = false;   // of a listed one: something typed without a list is in it (of a consolidation)
  Decimal added;        // that part
};

struct ContributedRow {
  std::string id, key;  // key: empty when only the row's own id tells it apart
  std::vector<std::pair<std::uint32_t, Datum>> fields;
};

struct ContributedSection {
  std::uint32_t section = 0;          // place in the form; a section that is here was touched
  std::vector<std::uint32_t> approx;  // fields that are approximate in some row
  std::vector<ContributedRow> rows;   // in order of their ids
};

struct Contribution {
  std::string office, unit_code, unit_name;
  int order = 0;
  Period period;
  std::string source;
  int form_version = 0;     // the version it was written with
  std::string corrections;  // as canonical JSON; empty: none. They are in the values already
  std::vector<ContributedValue> values;
  std::vector<ContributedSection> sections;
};

Contribution contribute(const Form& form, const ConsolidationInput& input, const Window& window);

// Everything but office, order and period, which whoever keeps it knows. decode: error corrupt.
std::string encode(const Contribution& contribution);
Result<Contribution> decode_contribution(std::string_view bytes);

}  // namespace tram
