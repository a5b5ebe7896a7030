// agent/office.h: an office's data folder, open: its own documents, the province's reference, and what every command
// needs beside them. Whoever holds an Office holds the lock of its folder.
//
//   office.db     what this office writes, and what the province answers to it
//   reference.db  forms, units, campaigns, notices: a copy of the province's, never written here
//
// Any thread, once open; a Line is set before use.
#pragma once

#include <memory>
#include <string>

#include "agent/config.h"
#include "agent/reference.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/base/result.h"
#include "storage/data_folder.h"
#include "storage/store.h"

namespace tram::agent {

class Line;

inline constexpr const char* kOwnFile = "office.db";
inline constexpr const char* kReferenceFile = "reference.db";
inline constexpr const char* kSocketFile = "tram.sock";

StoreOptions own_store_options(Clock& clock, Random& random);
StoreOptions reference_store_options(Clock& clock, Random& random);

class Office {
 public:
  // Errors: not_found (`init` was not run), newer_schema, corrupt, storage_error, disk_full.
  static Result<std::unique_ptr<Office>> open(DataFolder folder, Clock& clock, Random& random);

  const std::string& folder() const { return folder_.path(); }
  const Enrolment& enrolment() const { return enrolment_; }
  Store& own() { return *own_; }
  Store& reference_store() { return *reference_store_; }
  const std::shared_ptr<Store>& shared_own() const { return own_; }
  const std::shared_ptr<Store>& shared_reference() const { return reference_store_; }
  Reference& reference() { return *reference_; }
  Clock& clock() { return clock_; }
  Random& random() { return random_; }

  // The unit of this office on a day: of `office:<slug>`, else of --unit, else of the slug; null when nobody knows.
  Result<json::Value> unit_stamp(std::string_view day);
  // Null while its unit stands, or nobody knows it; else {"code","name_vi","valid_to","successors":[{"code","name"}]}.
  Result<json::Value> ended_unit();

  // What this PC may say of its own clock: "trusted"; "unknown" before the first contact with the province; "wrong"
  // when it shows a time before the last contact.
  Result<std::string> clock_quality();

  // The daemon's line to the province; null while no daemon runs.
  Line* line() const { return line_; }
  void set_line(Line* line) { line_ = line; }

 private:
  Office(DataFolder folder, Enrolment enrolment, Clock& clock, Random& random)
      : folder_(std::move(folder)), enrolment_(std::move(enrolment)), clock_(clock), random_(random) {}

  DataFolder folder_;
  Enrolment enrolment_;
  Clock& clock_;
  Random& random_;
  std::shared_ptr<Store> own_, reference_store_;
  std::unique_ptr<Reference> reference_;
  Line* line_ = nullptr;
};

}  // namespace tram::agent
