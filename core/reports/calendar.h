// core/reports/calendar.h: working days, and the day a report is due. Both come from data (`holidays:vn`,
// `periods:vn`); a day or a swap whose status is not "sure" does not count until somebody confirms it. Pure; any thread.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/reports/period.h"

namespace tram {

class Calendar {
 public:
  Calendar() = default;  // weekends only
  // The content of holidays_vn.json. Error bad_request names what is wrong with it.
  static Result<Calendar> load(const json::Value& holidays);

  bool is_working_day(Date day) const;
  Date next_working_day(Date day) const;                    // the day itself when it is one
  Date add_working_days(Date day, int days) const;          // the nth working day after day, days >= 1
  int working_days_between(Date after, Date before) const;  // strictly between

 private:
  std::set<int> weekend_ = {6, 7};
  std::set<std::pair<int, int>> fixed_;  // (month, day)
  std::set<Date> off_;
  std::set<Date> worked_;  // Saturdays worked instead
};

// Default deadlines by tier, the content of periods.json.
class DueRules {
 public:
  static Result<DueRules> load(const json::Value& periods);

  struct Due {
    Date day;
    std::string time;  // "17:00", +07:00
  };
  // Nothing for a tier that is not in the data. An ad hoc period is due on the next working day after its window.
  std::optional<Due> due(std::string_view tier, const Period& period, const Window& window,
                         const Calendar& calendar) const;
  int answer_working_days() const { return answer_working_days_; }  // for recommendations

 private:
  struct Tier {
    std::string name;
    int day = 0;
    std::string time;
    bool rolls = false;
  };
  std::vector<Tier> tiers_;
  int between_min_ = 1;
  int answer_working_days_ = 15;
};

inline constexpr std::string_view kOfficeTier = "office_to_department";

}  // namespace tram
