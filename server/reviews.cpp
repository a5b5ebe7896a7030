#include "server/reviews.h"

#include "core/base/log.h"
#include "core/reports/state.h"

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
  bool has_submission = false;
};

// The report as it stands, when nothing about it waits for a person.
Result<Held> read_report(Snapshot& snapshot, const std::string& id, const std::string& of) {
  ASSIGN_OR_RETURN(const auto record, snapshot.find(id));
  const auto key = parse_report_id(id);
  if (!record || record->tree.deleted() || !key) return error(ErrorCode::not_found, "the office has no report " + id);
  if (record->tree.live_leaves() > 1) {
    return error(ErrorCode::conflict, "two versions of the report are in conflict; the office decides first",
                 "in_conflict");
  }
  ASSIGN_OR_RETURN(const auto document, snapshot.document(*record, record->tree.winner()));
  if (!document) return error(ErrorCode::corrupt, "the body of " + id + " is gone");
  Held held{document->rev, {}, false};
  ASSIGN_OR_RETURN(held.body, json::parse_object(document->body));
  const json::Value* submission = json::object_at(held.body, "submission");
  const std::string named = submission == nullptr ? "" : json::string_at(*submission, "digest").value_or("");
  const std::string digest = of.empty() ? named : of;
  ASSIGN_OR_RETURN(const auto frozen, snapshot.winner(submission_id(key->form, key->period, digest)));
  held.has_submission = frozen.has_value();
  return held;
}

}  // namespace

Result<Review> read_review(const json::Value& body) {
  Review review;
  review.verdict = json::string_at(body, "verdict").value_or("");
  review.of = json::string_at(body, "of").value_or("");
  review.by = json::string_at(body, "by").value_or("");
  review.last_day = json::string_at(body, "last_day").value_or("");
  if (review.verdict.empty()) return error(ErrorCode::bad_request, "verdict is missing");
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
  ASSIGN_OR_RETURN(const auto database, database_of(province, slug));
  ASSIGN_OR_RETURN(const auto reference, province.reference().get());
  Result<Held> read = Held{};
  RETURN_IF_ERROR(database->store->read([&](Snapshot& snapshot) -> Status {
    read = read_report(snapshot, id, review.of);
    return {};
  }));
  ASSIGN_OR_RETURN(Held held, std::move(read));
  const Form* form = form_of(*reference, held.body);
  if (form == nullptr) return error(ErrorCode::not_found, "the province has no form of this report");
  if (review.of.empty()) {
    const json::Value* submission = json::object_at(held.body, "submission");
    review.of = submission == nullptr ? "" : json::string_at(*submission, "digest").value_or("");
  }
  review.at = vietnam_text(province.clock().wall_ms());
  RETURN_IF_ERROR(apply_review(held.body, *form, review));
  if (!held.has_submission) {
    return error(ErrorCode::conflict, "the submission itself has not arrived yet", "no_submission");
  }
  stamp_edit(held.body, review.by, "tram-server", review.at, "trusted");
  const Edit edit{id, held.rev, false, json::print(held.body)};
  ASSIGN_OR_RETURN(auto written, database->peer.edit({&edit, 1}, false));
  ASSIGN_OR_RETURN(const RevisionId rev, std::move(written.front()));
  log::info("review", {{"office", slug}, {"id", id}, {"verdict", review.verdict}, {"by", review.by}});
  const StateOf state = state_of(*form, held.body, reference->two_steps.contains(slug));
  return json::Value{{"id", id}, {"rev", rev.text()}, {"state", std::string(name_of(state.state))}};
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
      const StateOf state = form == nullptr ? StateOf{} : state_of(*form, body, reference->two_steps.contains(slug));
      list.push_back({{"id", record.id},
                      {"form", member(body, "form")},
                      {"period", member(body, "period")},
                      {"rev", document->rev.text()},
                      {"state", std::string(name_of(state.state))},
                      {"changed_since", state.changed_since},
                      {"in_conflict", record.tree.live_leaves() > 1 || !record.tree.open_deletions().empty()},
                      {"submission", member(body, "submission")},
                      {"review", member(body, "review")}});
    }
    return {};
  }));
  return list;
}

}  // namespace tram
