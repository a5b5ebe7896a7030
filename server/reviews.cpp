#include "server/reviews.h"

#include <algorithm>

#include "core/base/log.h"
#include "core/reports/state.h"
#include "server/unconfirmed.h"

namespace tram {
namespace {

Result<std::shared_ptr<Database>> database_of(Province& province, const std::string& slug) {
  if (!province.registry().office(slug)) return error(ErrorCode::not_found, "there is no office " + slug);
  return province.databases().open(office_database(slug));
}

const Form* form_of(const ReferenceData& reference, const json::Value& report) {
  const auto version = json::integer_at(report, "form_version").value_or(0);
  return version < 1 || version > INT32_MAX
             ? nullptr
             : reference.form(json::string_at(report, "form").value_or(""), static_cast<int>(version));
}

json::Value member(const json::Value& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() ? json::Value(nullptr) : *found;
}

struct Held {
  RevisionId rev;
  json::Value body;

  std::string named_in(const char* part, const char* name) const {
    const json::Value* found = json::object_at(body, part);
    return found == nullptr ? "" : json::string_at(*found, name).value_or("");
  }
};

// The report as it stands, when nothing about it waits for a person.
Result<Held> read_report(Snapshot& snapshot, const std::string& id) {
  ASSIGN_OR_RETURN(const auto record, snapshot.find(id));
  const auto key = parse_report_id(id);
  if (!record || record->tree.deleted() || !key) return error(ErrorCode::not_found, "the office has no report " + id);
  if (record->tree.live_leaves() > 1) {
    return error(ErrorCode::conflict, "two versions of the report are in conflict; the office decides first",
                 "in_conflict");
  }
  ASSIGN_OR_RETURN(const auto document, snapshot.document(*record, record->tree.winner()));
  if (!document) return error(ErrorCode::corrupt, "the body of " + id + " is gone");
  Held held{document->rev, {}};
  ASSIGN_OR_RETURN(held.body, json::parse_object(document->body));
  return held;
}

Result<bool> holds_submission(Snapshot& snapshot, const std::string& id, const std::string& digest) {
  const auto key = parse_report_id(id);
  ASSIGN_OR_RETURN(const auto frozen, snapshot.winner(submission_id(key->form, key->period, digest)));
  return frozen.has_value();
}

// One change of the province to one report.
class Writing {
 public:
  static Result<Writing> of(Province& province, const std::string& slug, const std::string& id) {
    Writing writing(slug, id);
    ASSIGN_OR_RETURN(writing.database_, database_of(province, slug));
    ASSIGN_OR_RETURN(writing.reference_, province.reference().get());
    Result<Held> read = Held{};
    RETURN_IF_ERROR(writing.database_->store->read([&](Snapshot& snapshot) -> Status {
      read = read_report(snapshot, id);
      return {};
    }));
    ASSIGN_OR_RETURN(writing.held, std::move(read));
    writing.form = form_of(*writing.reference_, writing.held.body);
    if (writing.form == nullptr) return error(ErrorCode::not_found, "the province has no form of this report");
    return writing;
  }

  Status needs_submission(const std::string& digest) const {
    bool held_here = false;
    RETURN_IF_ERROR(database_->store->read([&](Snapshot& snapshot) -> Status {
      ASSIGN_OR_RETURN(held_here, holds_submission(snapshot, id_, digest));
      return {};
    }));
    if (held_here) return {};
    return error(ErrorCode::conflict, "the submission itself has not arrived yet", "no_submission");
  }

  Result<RevisionId> save(const std::string& by, const std::string& at) {
    stamp_edit(held.body, by, "tram-server", at, "trusted");
    const Edit edit{id_, held.rev, false, json::print(held.body)};
    ASSIGN_OR_RETURN(auto written, database_->peer.edit({&edit, 1}, false));
    return std::move(written.front());
  }

  std::string_view state() const {
    return name_of(state_of(*form, held.body, reference_->two_steps.contains(slug_)).state);
  }

  Held held;
  const Form* form = nullptr;

 private:
  Writing(std::string slug, std::string id) : slug_(std::move(slug)), id_(std::move(id)) {}
  std::string slug_, id_;
  std::shared_ptr<Database> database_;
  std::shared_ptr<const ReferenceData> reference_;
};

// What is reopened comes back after its last day; any other verdict ends the reopening.
Status note_reopening(Province& province, const std::string& slug, const std::string& id, const Review& review,
                      const std::string& was) {
  if (review.verdict != "reopened") return province.rules_state().remove_reopening({slug, id});
  return province.rules_state().save_reopening({slug, id}, {review.last_day, was});
}

// Has the office sent anything since the submission `of`?
Result<bool> newer_has_come(Province& province, const std::string& slug, const std::string& id, const std::string& of) {
  const auto key = parse_report_id(id);
  ASSIGN_OR_RETURN(const auto database, database_of(province, slug));
  std::int64_t newest = 0, reviewed = 0;
  RETURN_IF_ERROR(database->store->read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const auto records, snapshot.with_prefix(submission_id(key->form, key->period, ""), SIZE_MAX));
    for (const Record& record : records) {
      ASSIGN_OR_RETURN(const auto document, snapshot.winner(record.id));
      if (!document) continue;
      ASSIGN_OR_RETURN(const json::Value body, json::parse_object(document->body));
      const std::int64_t n = json::integer_at(body, "n").value_or(0);
      newest = std::max(newest, n);
      if (record.id.ends_with(of)) reviewed = n;
    }
    return {};
  }));
  return newest > reviewed;
}

}  // namespace

Result<Review> read_review(const json::Value& body) {
  Review review;
  review.verdict = json::string_at(body, "verdict").value_or("");
  review.of = json::string_at(body, "of").value_or("");
  review.by = json::string_at(body, "by").value_or("");
  review.last_day = json::string_at(body, "last_day").value_or("");
  if (review.verdict.empty()) return error(ErrorCode::bad_request, "verdict is missing");
  if (const json::Value* proposed = json::object_at(body, "proposed")) review.proposed = *proposed;
  if (const json::Value* reasons = json::array_at(body, "reasons")) {
    for (const json::Value& reason : *reasons) {
      const auto text = json::string_at(reason, "text");
      if (!text) return error(ErrorCode::bad_request, "a reason has a text");
      review.reasons.push_back({json::string_at(reason, "field").value_or(""), *text});
    }
  }
  return review;
}

Result<json::Value> write_review(Province& province, const std::string& slug, const std::string& id, Review review) {
  ASSIGN_OR_RETURN(Writing writing, Writing::of(province, slug, id));
  const bool reopens = review.verdict == "reopened";
  if (review.of.empty())
    review.of = reopens ? writing.held.named_in("review", "of") : writing.held.named_in("submission", "digest");
  const std::string was = writing.held.named_in("review", "verdict");
  review.at = vietnam_text(province.clock().wall_ms());
  RETURN_IF_ERROR(apply_review(writing.held.body, *writing.form, review));
  RETURN_IF_ERROR(writing.needs_submission(review.of));
  RETURN_IF_ERROR(note_reopening(province, slug, id, review, was));
  ASSIGN_OR_RETURN(const RevisionId rev, writing.save(review.by, review.at));
  if (reopens) RETURN_IF_ERROR(province.rules_state().judge_again(slug));
  log::info("review", {{"office", slug}, {"id", id}, {"verdict", review.verdict}, {"by", review.by}});
  return json::Value{{"id", id}, {"rev", rev.text()}, {"state", std::string(writing.state())}};
}

Result<json::Value> write_correction(Province& province, const std::string& slug, const std::string& id,
                                     Correction correction) {
  ASSIGN_OR_RETURN(Writing writing, Writing::of(province, slug, id));
  const std::string verdict = writing.held.named_in("review", "verdict");
  if (correction.of.empty() && (verdict == "approved" || verdict == "locked"))
    correction.of = writing.held.named_in("review", "of");
  if (correction.of.empty()) correction.of = writing.held.named_in("submission", "digest");
  correction.at = vietnam_text(province.clock().wall_ms());
  RETURN_IF_ERROR(apply_correction(writing.held.body, *writing.form, correction));
  RETURN_IF_ERROR(writing.needs_submission(correction.of));
  ASSIGN_OR_RETURN(const RevisionId rev, writing.save(correction.by, correction.at));
  log::info("correction", {{"office", slug}, {"id", id}, {"field", correction.path}, {"by", correction.by}});
  return json::Value{{"id", id}, {"rev", rev.text()}, {"corrections", writing.held.body["corrections"]}};
}

Result<std::size_t> close_reopenings(Province& province) {
  const std::string at = vietnam_text(province.clock().wall_ms());
  std::size_t closed = 0;
  for (const auto& [report, reopening] : province.rules_state().reopenings()) {
    if (at.substr(0, 10) <= reopening.last_day) continue;
    auto writing = Writing::of(province, report.first, report.second);
    if (!writing && writing.error().code == ErrorCode::conflict) continue;  // a person decides first
    const bool still = writing && writing->held.named_in("review", "verdict") == "reopened";
    const std::string of = still ? writing->held.named_in("review", "of") : "";
    ASSIGN_OR_RETURN(const bool newer, newer_has_come(province, report.first, report.second, of));
    if (still && !newer) {
      writing->held.body["review"] = {
          {"of", of},
          {"verdict", reopening.verdict},
          {"by", "tram-server"},
          {"at", at},
          {"reasons",
           {{{"field", ""}, {"text", "Hết hạn mở khóa " + reopening.last_day + ", không có bản gửi mới."}}}}};
      RETURN_IF_ERROR(writing->save("tram-server", at));
      log::info("reopening_ended", {{"office", report.first}, {"id", report.second}});
      ++closed;
    }
    RETURN_IF_ERROR(province.rules_state().remove_reopening(report));
  }
  return closed;
}

Result<json::Value> list_reports(Province& province, const std::string& slug) {
  ASSIGN_OR_RETURN(const auto database, database_of(province, slug));
  ASSIGN_OR_RETURN(const auto reference, province.reference().get());
  json::Value list = json::Value::array();
  RETURN_IF_ERROR(database->store->read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const auto records, snapshot.with_prefix("report:", SIZE_MAX));
    for (const Record& record : records) {
      if (record.tree.deleted()) continue;
      ASSIGN_OR_RETURN(const auto document, snapshot.document(record, record.tree.winner()));
      if (!document) continue;
      ASSIGN_OR_RETURN(const json::Value body, json::parse_object(document->body));
      const Form* form = form_of(*reference, body);
      ASSIGN_OR_RETURN(const auto unconfirmed, unconfirmed_paths(snapshot, record.id));
      const StateOf state = form == nullptr ? StateOf{} : state_of(*form, body, reference->two_steps.contains(slug));
      list.push_back({{"id", record.id},
                      {"form", member(body, "form")},
                      {"period", member(body, "period")},
                      {"rev", document->rev.text()},
                      {"state", std::string(name_of(state.state))},
                      {"changed_since", state.changed_since},
                      {"in_conflict", record.tree.live_leaves() > 1 || !record.tree.open_deletions().empty()},
                      {"unconfirmed", unconfirmed},
                      {"submission", member(body, "submission")},
                      {"review", member(body, "review")}});
    }
    return {};
  }));
  return list;
}

}  // namespace tram
