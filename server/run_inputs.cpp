#include "server/run_inputs.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "core/records/resolve.h"
#include "core/reports/report.h"
#include "core/reports/state.h"
#include "core/reports/submission.h"
#include "server/instant.h"
#include "server/unconfirmed.h"

namespace tram {
namespace {

struct Frozen {
  std::string id, digest;
  std::int64_t n = 0;
  json::Value body;
  std::string arrived_at;
};

class Reading {
 public:
  Reading(Snapshot& snapshot, const ReferenceData& reference, const Form& form, const Office& office,
          const Period& period, std::optional<std::int64_t> as_of_ms)
      : snapshot_(snapshot),
        reference_(reference),
        form_(form),
        office_(office),
        period_(period),
        as_of_ms_(as_of_ms) {}

  Status run(OfficeParts& parts) {
    const std::string id = report_id(form_.code, period_.id);
    ASSIGN_OR_RETURN(record_, snapshot_.find(id));
    ASSIGN_OR_RETURN(unconfirmed_, unconfirmed_paths(snapshot_, id));
    RETURN_IF_ERROR(read_leaves());
    RETURN_IF_ERROR(read_submissions());
    if (const Frozen* chosen = newest()) parts.preview = input_of(*chosen);
    if (const Frozen* chosen = approved()) parts.official = input_of(*chosen);
    RETURN_IF_ERROR(read_conflict(parts));
    return read_status(parts);
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
        for (const std::string& path : unconfirmed_) report.erase(path);  // does not count until it is confirmed
        reports_.push_back(std::move(report));
        break;
      }
    }
    return {};
  }

  Status read_submissions() {
    const std::string prefix = submission_id(form_.code, period_.id, "");
    ASSIGN_OR_RETURN(const auto records, snapshot_.with_prefix(prefix, SIZE_MAX));
    for (const Record& record : records) {
      if (record.tree.deleted()) continue;
      Frozen frozen{record.id, record.id.substr(prefix.size()), 0, {}, {}};
      ASSIGN_OR_RETURN(const bool arrived, had_arrived(frozen));
      if (!arrived) continue;
      ASSIGN_OR_RETURN(const auto document, snapshot_.document(record, record.tree.winner()));
      if (!document) continue;
      ASSIGN_OR_RETURN(frozen.body, json::parse_object(document->body));
      frozen.n = json::integer_at(frozen.body, "n").value_or(0);
      submissions_.push_back(std::move(frozen));
    }
    return {};
  }

  Result<bool> had_arrived(Frozen& frozen) {
    ASSIGN_OR_RETURN(const auto arrival, snapshot_.winner(arrival_id(form_.code, period_.id, frozen.digest)));
    if (!arrival) return !as_of_ms_;
    ASSIGN_OR_RETURN(const json::Value body, json::parse_object(arrival->body));
    frozen.arrived_at = json::string_at(body, "at").value_or("");
    return known_by_then(&body);
  }

  // `part` has its time in `at`; without a part there is nothing that could come too late.
  bool known_by_then(const json::Value* part) const {
    if (!as_of_ms_ || part == nullptr) return true;
    const auto at = parse_instant(json::string_at(*part, "at").value_or(""));
    return at && *at <= *as_of_ms_;
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
    if (stamp != nullptr) input.unit_name = json::string_at(*stamp, "name_vi").value_or("");
    input.period = period_;
    input.source = frozen.id;
    input.body = frozen.body;
    for (const json::Value& report : reports_) {
      if (const json::Value* corrections = json::object_at(report, "corrections")) input.corrections = *corrections;
    }
    // A correction speaks of the submission that it names; what the office sends afterwards is its own word again.
    for (auto at = input.corrections.begin(); at != input.corrections.end();) {
      const auto of = at->is_object() ? json::string_at(*at, "of") : std::nullopt;
      at = of && *of != frozen.digest ? input.corrections.erase(at) : std::next(at);
    }
    return input;
  }

  Status read_conflict(OfficeParts& part) {
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

  bool has_unlike_submissions() const {
    std::int64_t n = 0;
    for (const Frozen& frozen : submissions_) n = std::max(n, frozen.n);
    return std::count_if(submissions_.begin(), submissions_.end(), [&](const Frozen& f) { return f.n == n; }) > 1;
  }

  Status read_status(OfficeParts& parts) const {
    if (reports_.empty() && submissions_.empty()) return {};
    ReportStatus status;
    StateOf best;
    for (const json::Value& report : reports_) {
      const StateOf state = state_of(own_form(report), report, reference_.two_steps.contains(office_.slug));
      if (further(best.state, state.state) == state.state) best = state;
      const json::Value* submission = json::object_at(report, "submission");
      if (submission != nullptr) status.sent_at = json::string_at(*submission, "at").value_or("");
    }
    // The frozen copy may arrive before the report that names it.
    if (reports_.empty()) best.state = ReportState::submitted;
    status.state = name_of(best.state);
    status.changed_since = best.changed_since;
    status.in_conflict = parts.conflict.has_value();
    status.send_again = best.state == ReportState::draft && has_unlike_submissions();
    status.n = static_cast<std::int64_t>(submissions_.size());
    for (const Frozen& frozen : submissions_) {
      const std::string& at = frozen.arrived_at;
      if (!at.empty() && (status.first_arrival.empty() || at < status.first_arrival)) status.first_arrival = at;
      if (at > status.last_arrival) status.last_arrival = at;
    }
    parts.status = std::move(status);
    return {};
  }

  // The digest of a report is taken with the version it was written with.
  const Form& own_form(const json::Value& report) const {
    const auto version = json::integer_at(report, "form_version").value_or(form_.version);
    const Form* own =
        version > 0 && version <= INT32_MAX ? reference_.form(form_.code, static_cast<int>(version)) : nullptr;
    return own == nullptr ? form_ : *own;
  }

  Snapshot& snapshot_;
  const ReferenceData& reference_;
  const Form& form_;
  const Office& office_;
  const Period& period_;
  const std::optional<std::int64_t> as_of_ms_;
  std::optional<Record> record_;
  std::set<std::string> unconfirmed_;
  std::vector<json::Value> reports_;
  std::vector<Frozen> submissions_;
};

}  // namespace

json::Value ReportStatus::to_json() const {
  return {{"state", state},
          {"changed_since", changed_since},
          {"in_conflict", in_conflict},
          {"n", n},
          {"sent_at", sent_at},
          {"first_arrival", first_arrival},
          {"last_arrival", last_arrival},
          {"send_again", send_again}};
}

ReportStatus ReportStatus::from_json(const json::Value& value) {
  ReportStatus status;
  status.state = json::string_at(value, "state").value_or("draft");
  status.changed_since = json::boolean_at(value, "changed_since").value_or(false);
  status.in_conflict = json::boolean_at(value, "in_conflict").value_or(false);
  status.send_again = json::boolean_at(value, "send_again").value_or(false);
  status.n = json::integer_at(value, "n").value_or(0);
  status.sent_at = json::string_at(value, "sent_at").value_or("");
  status.first_arrival = json::string_at(value, "first_arrival").value_or("");
  status.last_arrival = json::string_at(value, "last_arrival").value_or("");
  return status;
}

Result<OfficeParts> parts_of_office(Snapshot& snapshot, const ReferenceData& reference, const Form& form,
                                    const Office& office, const Period& period, std::optional<std::int64_t> as_of_ms) {
  OfficeParts parts;
  RETURN_IF_ERROR(Reading(snapshot, reference, form, office, period, as_of_ms).run(parts));
  return parts;
}

PlaceOfUnit place_of(const ReferenceData& reference, const Window& window, const Office& office,
                     const std::string& unit_code) {
  const Unit* unit = reference.units.find(unit_code, window.end.text());
  if (unit == nullptr) unit = reference.units.newest(unit_code);
  if (unit == nullptr) return {0, office.name};
  return {unit->order, unit->name_vi};
}

}  // namespace tram
