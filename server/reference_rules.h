// server/reference_rules.h: what the database `reference` takes: only the administrator writes it, and what offices
// calculate with is refused when it does not load.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "sync/rules.h"

namespace tram {

// Codes: scope (an office writes), bad_form, bad_unit, bad_campaign, bad_target, bad_notice, bad_calendar, bad_document. Any thread.
class ReferenceRules final : public Rules {
 public:
  std::string digest() override { return "00000001"; }
  Result<std::optional<Refused>> judge(Transaction& transaction, const Document& document,
                                       const std::optional<Record>& known, bool by_office) override;
  Status after(Transaction&, std::span<const std::string>) override { return {}; }
};

}  // namespace tram
