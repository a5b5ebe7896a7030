// tests/sync/closed_period.h: a rule of the province, and an office that meets it. One thread.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "sync/rules.h"
#include "tests/support/office.h"

namespace tram::test {

// Refuses what an office sends of one period while that is closed.
class ClosedPeriod final : public Rules {
 public:
  std::string closed;
  std::string digest() override { return closed.empty() ? "00000000" : "0000000c"; }
  Result<std::optional<Refused>> judge(Transaction&, const Document& document, const std::optional<Record>&,
                                       bool by_office) override {
    if (!by_office || closed.empty() || document.id.find(":" + closed) == std::string::npos) {
      return std::optional<Refused>();
    }
    Refused refused;
    refused.id = document.id;
    refused.rev = document.rev.text();
    refused.code = "period_closed";
    refused.reason = "Period " + closed + " is closed.";
    refused.reason_vi = "Kỳ báo cáo " + closed + " đã khóa.";
    return std::optional(refused);
  }
  Status after(Transaction&, std::span<const std::string>) override { return {}; }
};

struct Closed {
  std::shared_ptr<ClosedPeriod> rules = std::make_shared<ClosedPeriod>();
  Province province{rules};
  Office office{province};
};

}  // namespace tram::test
