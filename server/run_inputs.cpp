#include "server/run_inputs.h"

#include <algorithm>
#include <tuple>

#include "core/records/resolve.h"
#include "core/reports/report.h"
#include "core/reports/state.h"
#include "core/reports/submission.h"
#include "server/instant.h"

namespace tram {
namespace {

struct Frozen {
  std::string id, digest;
  std::int64_t n = 0;
  json::Value body;
};

class Reading {
 public:
  Reading(Snapshot& snapshot, const ReferenceData& reference, const Form& form, const Office& office,
          const RunRequest& request)
      : snapshot_(snapshot), reference_(reference), form_(form), office_(office), request_(request) {}

  Status run(OfficePartOfRun& part) {
    ASSIGN_OR_RETURN(record_, snapshot_.find(report_id(request_.form, request_.period.id)));
    RETURN_IF_ERROR(read_leaves());
    RETURN_IF_ERROR(read_submissions());
    const Frozen* chosen = request_.official ? approved() : newest();
    if (chosen != nullptr) part.input = input_of(*chosen);
    return read_conflict(part);
  }

 private:
  // The report as it was: of each live leaf the newest version whose review was known by then.
  Status read_leaves() {
    if (!record_) return {};
    for (const auto leaf : record_->tree.leaves()) {
      if (record_->tree.at(leaf).deleted) continue;
      for (auto at = leaf; at != Node::kNone; at = record_->tree.at(at).parent) {
        ASSIGN_OR_RETURN(const auto body, snapshot_.body(*record_, record_->tree.at(at).rev));
        if (!body) continue;
        ASSIGN_OR_RETURN(json::Value report, json::parse_object(body->text));
        if (!known_by_then(json::object_at(report, "review"))) continue;
        reports_.push_back(std::move(report));
        break;
      }
    }
    return {};
  }

  Status read_submissions() {
    const std::string prefix = submission_id(request_.form, request_.period.id, "");
    ASSIGN_OR_RETURN(const auto records, snapshot_.with_prefix(prefix, SIZE_MAX));
    for (const Record& record : records) {
      if (record.tree.deleted()) continue;
      Frozen frozen{record.id, record.id.substr(prefix.size()), 0, {}};
      ASSIGN_OR_RETURN(const bool arrived, had_arrived(frozen.digest));
      if (!arrived) continue;
      ASSIGN_OR_RETURN(const auto document, snapshot_.document(record, record.tree.winner()));
      if (!document) continue;
      ASSIGN_OR_RETURN(frozen.body, json::parse_object(document->body));
      frozen.n = json::integer_at(frozen.body, "n").value_or(0);
      submissions_.push_back(std::move(frozen));
    }
    return {};
  }

  Result<bool> had_arrived(const std::string& digest) {
    if (!request_.as_of_ms) return true;
    ASSIGN_OR_RETURN(const auto arrival, snapshot_.winner(arrival_id(request_.form, request_.period.id, digest)));
    if (!arrival) return false;
    ASSIGN_OR_RETURN(const json::Value body, json::parse_object(arrival->body));
    return known_by_then(&body);
  }

  // `part` has its time in `at`; without a part there is nothing that could come too late.
  bool known_by_then(const json::Value* part) const {
    if (!request_.as_of_ms || part == nullptr) return true;
    const auto at = parse_instant(json::string_at(*part, "at").value_or(""));
    return at && *at <= *request_.as_of_ms;
  }

  const Frozen* with_digest(std::string_view digest) const {
    for (const Frozen& frozen : submissions_) {
      if (frozen.digest == digest) return &frozen;
    }
    return nullptr;
  }

  bool is_named(const Frozen& frozen) const {
    return std::any_of(reports_.begin(), reports_.end(), [&](const json::Value& report) {
      const json::Value* submission = json::object_at(report, "submission");
      return submission != nullptr && json::string_at(*submission, "digest") == frozen.digest;
    });
  }

  const Frozen* newest() const {
    const Frozen* best = nullptr;
    const auto rank = [&](const Frozen& frozen) { return std::tuple(frozen.n, is_named(frozen), frozen.digest); };
    for (const Frozen& frozen : submissions_) {
      if (best == nullptr || rank(*best) < rank(frozen)) best = &frozen;
    }
    return best == nullptr || !counts(*best) ? nullptr : best;
  }

  // Does this submission stand, by what the report says of it?
  bool counts(const Frozen& frozen) const {
    const bool two_steps = reference_.two_steps.contains(office_.slug);
    for (const json::Value& report : reports_) {
      const json::Value* review = json::object_at(report, "review");
      const auto verdict = review == nullptr || json::string_at(*review, "of") != frozen.digest
                               ? std::nullopt
                               : json::string_at(*review, "verdict");
      if (verdict == "received" || verdict == "approved" || verdict == "locked") return true;
      if (verdict == "returned" || verdict == "reopened") return false;
      const json::Value* submission = json::object_at(report, "submission");
      if (submission == nullptr || json::string_at(*submission, "digest") != frozen.digest) continue;
      const auto withdrawn = submission->find("withdrawn");
      if (withdrawn != submission->end() && !withdrawn->is_null() && *withdrawn != false) return false;
      if (two_steps && !submission->contains("confirmed")) return false;
    }
    return true;
  }

  const Frozen* approved() const {
    for (const json::Value& report : reports_) {
      const json::Value* review = json::object_at(report, "review");
      if (review == nullptr) continue;
      const auto verdict = json::string_at(*review, "verdict");
      if (verdict != "approved" && verdict != "locked") continue;
      if (const Frozen* frozen = with_digest(json::string_at(*review, "of").value_or(""))) return frozen;
    }
    return nullptr;
  }

  ConsolidationInput input_of(const Frozen& frozen) const {
    ConsolidationInput input;
    input.office = office_.slug;
    const json::Value* stamp = json::object_at(frozen.body, "unit");
    input.unit_code = stamp == nullptr ? office_.unit : json::string_at(*stamp, "code").value_or("");
    const auto window = reference_.window(form_, request_.period);
    const Unit* unit = window ? reference_.units.find(input.unit_code, window->end.text()) : nullptr;
    if (unit == nullptr) unit = reference_.units.newest(input.unit_code);
    if (stamp != nullptr) input.unit_name = json::string_at(*stamp, "name_vi").value_or("");
    if (input.unit_name.empty()) input.unit_name = unit != nullptr ? unit->name_vi : office_.name;
    input.order = unit != nullptr ? unit->order : 0;
    input.period = request_.period;
    input.source = frozen.id;
    input.body = frozen.body;
    for (const json::Value& report : reports_) {
      if (const json::Value* corrections = json::object_at(report, "corrections")) input.corrections = *corrections;
    }
    return input;
  }

  Status read_conflict(OfficePartOfRun& part) {
    if (!record_ || (record_->tree.live_leaves() < 2 && record_->tree.open_deletions().empty())) return {};
    ASSIGN_OR_RETURN(const auto open, open_conflicts(record_->tree, [&](const RevisionId& rev) {
                       return snapshot_.body(*record_, rev);
                     }));
    if (open.empty()) return {};
    json::Value leaves = json::Value::array(), fields = json::Value::array();
    leaves.push_back(open.front().ours.text());
    for (const Conflict& conflict : open) {
      leaves.push_back(conflict.theirs.text());
      for (const Clash& clash : conflict.merge.clashes) fields.push_back(clash.path_text());
    }
    part.conflict = json::Value{{"office", office_.slug}, {"id", record_->id}, {"leaves", leaves}, {"fields", fields}};
    return {};
  }

  Snapshot& snapshot_;
  const ReferenceData& reference_;
  const Form& form_;
  const Office& office_;
  const RunRequest& request_;
  std::optional<Record> record_;
  std::vector<json::Value> reports_;
  std::vector<Frozen> submissions_;
};

}  // namespace

Result<OfficePartOfRun> part_of_office(Province& province, const ReferenceData& reference, const Form& form,
                                       const Office& office, const RunRequest& request) {
  ASSIGN_OR_RETURN(const auto database, province.databases().open(office_database(office.slug)));
  OfficePartOfRun part;
  RETURN_IF_ERROR(database->store->read(
      [&](Snapshot& snapshot) { return Reading(snapshot, reference, form, office, request).run(part); }));
  return part;
}

}  // namespace tram
