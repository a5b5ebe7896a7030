// agent/context.h: what a report is judged by and filled from beside itself: its period's days, the report before it,
// the other forms of the same period, units, and recommendations.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "agent/office.h"
#include "core/reports/validate.h"

namespace tram::agent {

// Owns what a ValidationContext points to; not to be copied or moved once filled.
struct Context {
  std::optional<Campaign> campaign;
  Figures previous;
  std::map<std::string, Figures, std::less<>> others;
  std::shared_ptr<const UnitTree> units;
  UnitLinks links;
  ValidationContext validation;
};
Status fill_context(Office& office, const Form& form, const json::Value& report, Context& context);

// Copies the documents that sections with `filled_from` are made of (recommendations: those sent, open or answered
// within the window) into the report's rows.
Status fill_rows(Office& office, const Form& form, const Window& window, json::Value& report);

}  // namespace tram::agent
