// tests/agent/office_pc.h: an office's PC without a line, in this process: commands as a clerk types them.
#pragma once

#include <string>
#include <vector>

#include "agent/answer.h"
#include "agent/office.h"
#include "core/base/json.h"
#include "core/base/system.h"
#include "tests/support/temp_folder.h"

namespace tram::test {

class OfficePc {
 public:
  explicit OfficePc(const std::string& office = "vn-04-049", bool initialise = true);

  // The command and its arguments, without --data.
  agent::Outcome run(std::vector<std::string> words);
  // As run, which must succeed; what it printed, without the line break at its end.
  std::string out(std::vector<std::string> words);
  // As out, with --json, parsed.
  json::Value json(std::vector<std::string> words);
  // The exit code alone; what was printed must be right for it: no output and one line of error, or none.
  int exit(std::vector<std::string> words);

  const std::string& data() const { return data_; }
  std::string file(const std::string& name) const { return folder_.file(name); }
  // The folder opened as a command opens it; nothing else may use the PC meanwhile.
  std::unique_ptr<agent::Office> open();

 private:
  TempFolder folder_;
  std::string data_;
  SystemClock clock_;
  SystemRandom random_;
};

// A report of bm02, with every figure that must be there.
inline const std::vector<std::string> kWholeBm02 = {
    "tasks_national_count=0",   "tasks_provincial_count=2", "tasks_base_count=3",
    "tasks_new_count=1",        "tasks_accepted_count=1",   "tasks_state_completed_count=28",
    "tasks_applied_count=12",   "models_count=4",           "enterprise_funded_entities_count=0",
    "unit_funded_tasks_count=0"};
std::string whole_report(OfficePc& pc, const std::string& period = "2024Q2");

// Everything that `from` holds, put into `to` as replication would; `merged` false: stopped before merging.
void carry(OfficePc& from, OfficePc& to, bool merged = true);

// A document as the province would have put it there.
void receive(OfficePc& pc, bool reference, const std::string& id, const json::Value& body);

// The ledger's row as a round leaves it when the province did not take a document.
void refuse(OfficePc& pc, const std::string& id, const std::string& code);

}  // namespace tram::test
