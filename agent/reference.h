// agent/reference.h: forms, units and campaigns as this PC knows them: those the province sent, and until all of them
// have come, for what is missing, those shipped with the program.
//
// Forms and units are loaded when first asked for and kept until the pulled copy changes: whoever types has a report
// checked every second or so, and there are some 1,800 units. Any thread. Errors: those of the store; bad_request for a
// form this program cannot read.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/reports/calendar.h"
#include "core/reports/campaign.h"
#include "core/reports/form.h"
#include "core/reports/unit.h"
#include "core/reports/unit_links.h"
#include "storage/store.h"

namespace tram::agent {

using FormPtr = std::shared_ptr<const Form>;

// What `office:<slug>` says, when it has come.
struct OfficeFacts {
  bool known = false;
  std::string name, unit;  // unit: its code; empty when not told
  bool two_steps = false;  // a leader confirms submissions
};

class Reference {
 public:
  // The store outlives this. shipped: the folder of the data that came with the program.
  Reference(Store& store, std::filesystem::path shipped) : store_(store), shipped_(std::move(shipped)) {}

  // version 0: the newest. Error not_found names the forms there are.
  Result<FormPtr> form(std::string_view code, int version = 0);
  // The document of a form, as pages are made from; version 0: the newest.
  Result<json::Value> form_document(std::string_view code, int version);
  // Codes of all forms, sorted.
  Result<std::vector<std::string>> form_codes();

  // The unit of this code valid on a day, else the newest of this code, else nothing.
  Result<std::optional<Unit>> unit(std::string_view code, std::string_view day);
  Result<std::shared_ptr<const UnitTree>> units();
  // What the province's maps of reforms say of a code; before the first of them came, the shipped one.
  Result<UnitLinks> links(std::string_view code);

  Result<std::optional<Campaign>> campaign(std::string_view form, std::string_view period);
  Result<std::vector<Campaign>> campaigns();  // all of them, in order of id
  Result<OfficeFacts> office(std::string_view slug);
  // Working days and default deadlines.
  Result<Calendar> calendar();
  Result<DueRules> due_rules();

  // Has anything come from the province yet?
  bool pulled() const { return store_.sequence() > 0; }

 private:
  Result<bool> whole();  // everything has come from the province at least once
  Result<std::optional<json::Value>> document(const std::string& id);
  Result<json::Value> document_or_shipped(const std::string& id, const char* file);
  Result<FormPtr> load(std::string_view code, int version);
  Result<UnitTree> load_units(bool all_there);
  void forget_if_changed();  // under mutex_
  Result<json::Value> shipped_document(std::string_view code, int version);

  Store& store_;
  const std::filesystem::path shipped_;
  std::mutex mutex_;
  std::uint64_t loaded_at_ = 0;                                        // sequence that what is kept belongs to
  std::map<std::pair<std::string, int>, FormPtr, std::less<>> forms_;  // (code, version asked for)
  std::shared_ptr<const UnitTree> units_;
  bool units_whole_ = false;  // of which nothing is shipped
};

}  // namespace tram::agent
