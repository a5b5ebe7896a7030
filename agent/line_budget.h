// agent/line_budget.h: how much the line may carry in a day, as the office decided, and how much it has carried today.
//
// Beyond it nothing goes by itself until the next day in Viet Nam; a round that somebody asks for goes all the same, and one
// that has begun is finished. Kept in DATA/line.json. Wall time decides here alone, as it does for who sells the line.
// Any thread.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/result.h"

namespace tram::agent {

class LineBudget {
 public:
  LineBudget(std::string folder, Clock& clock);  // what cannot be read is no limit

  // carried: by this program since it started, both ways.
  bool is_spent(std::uint64_t carried);
  Status set_day_limit(std::uint64_t bytes);  // 0: none; durable when it returns
  // {"day_limit_bytes","used_today_bytes","spent"}
  json::Value to_json(std::uint64_t carried);

 private:
  void count(std::uint64_t carried);
  bool spent() const { return day_limit_ != 0 && used_ >= day_limit_; }
  Status save();

  const std::string file_;
  Clock& clock_;
  std::mutex mutex_;
  std::uint64_t day_limit_ = 0, used_ = 0, saved_ = 0;
  std::uint64_t carried_ = 0;  // of this program, as counted last
  std::string day_;            // "2026-11-28"
};

}  // namespace tram::agent
