// core/reports/campaign.h: a campaign (đợt báo cáo): who is asked for a form and period, until when, and whether the
// period is closed. An officer closes a period, never the clock; without a campaign it is open. Pure; any thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/reports/calendar.h"
#include "core/reports/period.h"

namespace tram {

struct Campaign {
  std::string form, period;  // period id, with the scenario's suffix
  int form_version = 0;      // 0: any
  std::string open;          // ISO day on which it is announced; display only
  bool closed = false;
  struct Exception {
    std::string office, reason, last_day;
  };
  std::vector<Exception> except;                        // offices that may still send although it is closed
  std::vector<std::string> expected;                    // slugs; empty: every office
  std::vector<Exception> exempt;                        // owe nothing this time, with the reason
  std::map<std::string, std::string, std::less<>> due;  // tier -> ISO day; overrides the default deadlines
  std::optional<Window> window;                         // for CUSTOM and ad hoc periods
  std::optional<int> minimum_pct;                       // least coverage of a run

  std::string id() const;  // "campaign:bm02:2024Q2"
  bool closed_for(std::string_view office) const;
  bool expects(std::string_view office) const;
  const Exception* exemption(std::string_view office) const;  // null: none
  const Exception* extension(std::string_view office) const;  // an exception with a last day; null: none
};

// Body of `campaign:<form>:<period>`: {form, form_version, period, open, closed, except: [slug | {office, reason,
// last_day}], expected: [slug],
// exempt: [{office, reason}], due: {tier: day} | day, window: {start, end}, minimum_pct}. Error bad_request.
Result<Campaign> campaign_from_document(const json::Value& body);
json::Value campaign_document(const Campaign& campaign);

// Error forbidden named "period_closed", in both languages, when the period is closed for the office. campaign may be
// null: open.
Status check_open(const Campaign* campaign, std::string_view period, std::string_view office);

// The day an office's report is due: that of the campaign, else by the rules. Nothing when neither says.
std::optional<DueRules::Due> due_of(const Campaign* campaign, const DueRules& rules, const Calendar& calendar,
                                    const Period& period, const Window& window, std::string_view tier = kOfficeTier);

}  // namespace tram
