// core/reports/consolidate.h: many reports become one, across units or across time (docs/reporting.md, Consolidation).
//
// A consolidated report has the shape of a report, so computed fields are simply calculated again on it, and it can be
// consolidated further. Inputs are frozen submissions; the caller has chosen them. The same inputs give the same
// result byte by byte, in whatever order they come. What the province itself fills in is left out. Pure; any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/reports/contribution.h"
#include "core/reports/figures.h"
#include "core/reports/form.h"
#include "core/reports/period.h"

namespace tram {

enum class Axis { units, time };

struct ConsolidationRequest {
  Period period;  // of the result
  Window window;
  Axis axis = Axis::units;
  std::string kind = "preview";        // or "official"; only printed
  std::size_t n_expected = 0;          // offices asked, or periods that make up the result
  std::vector<json::Value> conflicts;  // reports in conflict, as the caller describes them; only printed
  // Across units, stocks (latest over time, summed over units): an office without a figure now counts with its newest
  // one from here, and the result says so. Newest period first.
  std::vector<Contribution> carried;
};

// One number of the result and where it comes from.
struct Figure {
  json::Value value;  // null: nobody reported it
  std::size_t n_reported = 0, n_expected = 0;
  bool approx = false;
  json::Value added;                      // the part that was typed without a list; null: none
  std::size_t n_listed = 0, n_typed = 0;  // of a field with computed_if_listed: counted from lists, added as typed
  std::string from;                       // across time: the period a `latest` comes from
  struct Input {
    std::string office, period;
    json::Value value;
    bool corrected = false;
    bool carried = false;  // from an earlier period
  };
  std::vector<Input> inputs;  // those that reported, in order
  std::size_t n_carried = 0;  // of them, not counted in n_reported
};

// A row of many: rows with one key are one. differing fields are listed, nothing is dropped.
struct UnitedRow {
  std::string id;
  json::Value fields;
  struct Source {
    std::string office, period, row;
  };
  std::vector<Source> sources;
};

struct Difference {
  std::string section, row, field;
  std::vector<Figure::Input> values;  // every value given, in order; the first is shown
};

struct Consolidation {
  std::string form;
  int form_version = 1;
  ConsolidationRequest request;
  std::map<std::string, Figure, std::less<>> values;  // by field, fields that are left out are not there
  std::map<std::string, std::vector<UnitedRow>, std::less<>> rows;
  std::vector<Difference> differences;
  // What a reader must know and no figure shows: {"code","field","office","message_vi","message_en",…}. Codes: overflow
  // and not_computed (the figure is empty for that reason), other_version (an input was written with another version of
  // the form), and what the caller adds.
  std::vector<json::Value> warnings;
  std::vector<std::pair<std::string, std::string>> sources;  // (office, submission id), in order

  // The shape of a report: {values, rows, remarks}, to consolidate further or to evaluate formulas on; `added` keeps
  // what was typed without a list, so that counting the united rows again does not lose it.
  json::Value body() const;
  // {"form","period","scenario","kind","values","rows","differences","warnings","conflicts","sources"}; values are in the
  // order of their names, as canonical JSON has them. with_inputs: each value with what it was made of.
  json::Value to_json(bool with_inputs = false) const;
};

Consolidation consolidate(const Form& form, std::vector<ConsolidationInput> inputs, ConsolidationRequest request);
// The same from what was made ready before: contributions of this very form, in any order.
Consolidation consolidate(const Form& form, std::vector<Contribution> inputs, ConsolidationRequest request);

}  // namespace tram
