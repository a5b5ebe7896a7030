// server/reference_data.h: what `reference` says, loaded once and read by many.
//
// A ReferenceData is immutable. ReferenceView hands out the newest one and loads it anew when the store has moved.
// Any thread; it may be asked inside a write transaction of another store, never of its own.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/result.h"
#include "core/reports/calendar.h"
#include "core/reports/campaign.h"
#include "core/reports/form.h"
#include "core/reports/unit.h"
#include "storage/store.h"

namespace tram {

struct ReferenceData {
  std::map<std::pair<std::string, int>, Form> forms;       // (code, version)
  std::map<std::string, Campaign, std::less<>> campaigns;  // by document id
  std::set<std::string, std::less<>> two_steps;            // offices whose leader confirms what is submitted
  UnitTree units;
  Calendar calendar;
  DueRules due;
  std::map<std::pair<std::string, int>, std::string> form_revisions;  // of the documents of `forms`
  std::vector<json::Value> targets;                                   // bodies of target:…, in order of id
  std::map<std::string, json::Value, std::less<>> offices;            // bodies of office:…, by slug
  std::string digest;  // of forms, units and campaigns: what a judgement of an office's document may rest on

  bool knows_form(std::string_view code) const;
  const Form* form(std::string_view code, int version) const;
  const Form* newest_form(std::string_view code) const;
  // The version that a period is reported and consolidated with: the campaign's, else the newest. Null: no such form.
  const Form* form_for(std::string_view code, std::string_view period) const;
  std::vector<std::string> form_codes() const;
  const Campaign* campaign(std::string_view form, std::string_view period) const;
  // Days the period covers, the campaign's where it names some. Error bad_request as window_of.
  Result<Window> window(const Form& form, const Period& period) const;
};

class ReferenceView {
 public:
  explicit ReferenceView(Store& store) : store_(store) {}
  Result<std::shared_ptr<const ReferenceData>> get();

 private:
  Store& store_;
  std::mutex mutex_;
  std::shared_ptr<const ReferenceData> data_;
  std::uint64_t sequence_ = 0;
};

// Loads all of it. Documents that do not load (an older program's, or half a form) are left out and logged.
Result<std::shared_ptr<const ReferenceData>> load_reference(Store& store);

}  // namespace tram
