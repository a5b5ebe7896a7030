// server/rules_state.h: what makes the province judge an office's documents otherwise than before, beside its reference
// data: reports that were reopened until a day, and recovery after a restore. Kept in province.db as _local documents,
// and in memory. Any thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/result.h"
#include "storage/store.h"

namespace tram {

class RulesState {
 public:
  static Result<std::unique_ptr<RulesState>> open(Store& store);

  using ReportOfOffice = std::pair<std::string, std::string>;  // slug, id
  struct Reopening {
    std::string last_day, verdict;  // the verdict that comes back after that day
  };
  std::map<ReportOfOffice, Reopening> reopenings() const;
  Status save_reopening(const ReportOfOffice& report, const Reopening& reopening);
  Status remove_reopening(const ReportOfOffice& report);

  // While recovery is open, offices may bring back what the province itself wrote and has lost.
  bool recovery() const;
  Status set_recovery(bool open);

  // What was refused to this office is to be offered once more.
  Status judge_again(const std::string& slug);
  // Another text after judge_again, and whenever recovery was opened or closed; empty before the first time.
  std::string mark(std::string_view slug) const;

 private:
  explicit RulesState(Store& store) : store_(store) {}
  Status load();
  Status put(const std::string& id, const json::Value& body);

  Store& store_;
  mutable std::mutex mutex_;
  std::map<ReportOfOffice, Reopening> reopenings_;
  std::map<std::string, std::int64_t, std::less<>> judged_again_;  // slug -> how often
  std::int64_t recoveries_ = 0;                                    // opened and closed how often; odd: open
};

}  // namespace tram
