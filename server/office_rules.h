// server/office_rules.h: the rules of the province for the database of one office (docs/reporting.md).
//
// A refusal carries a code, an English and a Vietnamese sentence. Codes: scope (office or unit of another), bad_document
// (id and content do not belong together), unknown_form, unknown_form_version, bad_period, wrong_writer (a field that the
// other side writes), locked (deleting what the province has received, or submitting again what it has approved),
// bad_digest, immutable, invalid (with the list of errors), period_closed. Documents of a type that is not known here are
// taken; only their scope is checked. No answer depends on a clock or on the order in which an office's documents arrive.
// Any thread.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>

#include "core/base/clock.h"
#include "server/judgement.h"
#include "server/reference_data.h"
#include "server/rules_state.h"
#include "sync/rules.h"

namespace tram {

struct OfficeRulesOptions {
  OfficeFacts office;
  ReferenceView* reference = nullptr;  // required, as key and clock; they outlive the rules
  const SigningKey* key = nullptr;
  Clock* clock = nullptr;
  const RulesState* state = nullptr;                    // may be absent
  std::function<void(const Refused&)> on_refused = {};  // quick; inside the write transaction
};

class OfficeRules final : public Rules {
 public:
  explicit OfficeRules(OfficeRulesOptions options) : options_(std::move(options)) {}

  // Of these rules and their state, the office's scope, and the forms, units and campaigns as they stand.
  std::string digest() override;
  Result<std::optional<Refused>> judge(Transaction& transaction, const Document& document,
                                       const std::optional<Record>& known, bool by_office) override;
  std::vector<bool> takes_when_new(std::span<const Document> documents) override;
  // Writes the province's signed receipt `arrival:…` for each submission that has none.
  Status after(Transaction& transaction, std::span<const std::string> ids) override;
  bool acts_on(std::string_view id) const override { return id.starts_with("submission:"); }

 private:
  Result<Verdict> judge_known_type(const Judgement& judgement);
  Status write_arrival(Transaction& transaction, const std::string& id);

  const OfficeRulesOptions options_;
};

}  // namespace tram
