// core/reports/validate.h: everything that can be wrong with a report or a submission; the same code in agent and
// server. Order: shape, schema, required, references, rules, computed (docs/reporting.md, Validation).
//
// A draft may be wrong and is saved anyway; errors, and warnings without a remark, keep it from being submitted.
// Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/reports/figures.h"
#include "core/reports/form.h"
#include "core/reports/unit.h"
#include "core/reports/unit_links.h"

namespace tram {

struct Finding {
  bool warning = false;  // else an error
  std::string field;     // path ("tasks_applied_count", "tasks/0001-5f0c9a21/status"); empty: the report
  std::string rule;      // the form's rule id, or shape, schema, required, reference, computed, listed,
                         // no_figure, row_key
  std::string message_vi, message_en;
  std::vector<std::string> fields;  // all paths a rule speaks of; a remark on any of them answers a warning
  bool remarked = false;            // a warning that has its remark

  bool blocks() const { return !warning || !remarked; }
  json::Value to_json() const;  // {"level","field","fields","rule","message_vi","message_en","remarked"}
};

struct ValidationContext {
  Surroundings around;
  const UnitTree* units = nullptr;   // null: references to units are not checked
  const UnitLinks* links = nullptr;  // of the report's own unit, to say who follows where it has ended; null: not known
  bool by_province = false;          // the Department's own report: sections asked of the province are its own
};

// body: a report, or a submission (recognised by its `type`), whose computed values must then be the right ones.
std::vector<Finding> validate(const Form& form, const json::Value& body, const ValidationContext& context);

// True when nothing keeps it from being submitted.
bool may_be_submitted(const std::vector<Finding>& findings);
// The findings that block, one line each, as a refusal's reason.
std::string summary_vi(const std::vector<Finding>& findings);
std::string summary_en(const std::vector<Finding>& findings);

}  // namespace tram
