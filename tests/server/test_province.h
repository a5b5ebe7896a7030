// tests/server/test_province.h: a province in a folder of its own, and what its offices send to it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/reports/submission.h"
#include "server/province.h"
#include "tests/support/check.h"
#include "tests/support/fakes.h"
#include "tests/support/temp_folder.h"

namespace tram::test {

inline constexpr const char* kAdminPassword = "mot-mat-khau-tot";

// All forms, the calendar, and the units of Cao Bằng: quick to store, and enough.
const std::vector<ReferenceDocument>& small_reference();
// The same with the units of another province.
std::vector<ReferenceDocument> reference_of(const std::string& province);
const std::string& admin_hash();

class TestProvince {
 public:
  // of: the code of the province whose units it knows.
  explicit TestProvince(const std::string& of = "04");
  Province& operator*() { return *province_; }
  Province* operator->() { return province_.get(); }
  const std::string& folder() const { return data_; }
  void close() { province_.reset(); }
  void reopen();

  ManualClock clock;
  SeededRandom random{4127};

 private:
  TempFolder temp_;
  std::string data_;
  std::unique_ptr<Province> province_;
};

// A document as an office would send it: `parent` is the revision it grew from.
Document revision(const std::string& id, const json::Value& body, const Document* parent = nullptr,
                  bool deleted = false);

// An office of the province that writes documents without an agent: it sends them as a batch.
class TestOffice {
 public:
  TestOffice(TestProvince& province, std::string slug);

  const std::string slug;
  std::string token;
  std::string unit() const { return slug.substr(6); }

  // Empty: taken. Otherwise the code of the refusal.
  std::string send(const Document& document, bool by_office = true);
  std::optional<Refused> refusal(const Document& document, bool by_office = true);
  std::shared_ptr<Database> database();
  std::optional<json::Value> stored(const std::string& id);
  std::string current(const std::string& id);  // winning revision

  // A report of bm09 with all figures: facilities, and licensed among them, the rest 0.
  json::Value report(const std::string& period, int facilities, int licensed, const std::string& form = "bm09");
  // Its frozen copy; `body` gets its part `submission`.
  Document submission(json::Value& body);
  // Sends report and submission, which must be taken; answers the report as sent.
  Document submits(const std::string& period, int facilities, int licensed);
  // The province's verdict on what is stored.
  void reviewed(const std::string& report, const std::string& verdict);

 private:
  TestProvince& province_;
};

}  // namespace tram::test
