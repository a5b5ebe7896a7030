#include "agent/reports.h"

#include "agent/context.h"
#include "core/reports/submission.h"
#include "sync/local_peer.h"

namespace tram::agent {
namespace {

constexpr int kTriesMax = 3;

Error not_here(std::string_view id) {
  Error missing = error(ErrorCode::not_found,
                        "there is no report " + std::string(id) + "; `tram-agent report list` shows those there are");
  missing.message_vi = "Không có báo cáo " + std::string(id);
  return missing;
}

Error changed_meanwhile(std::string_view id) {
  return error(ErrorCode::conflict, std::string(id) + " was changed meanwhile; do it again");
}

Error form_missing(const Report& report) {
  return error(ErrorCode::not_found,
               "version " + std::to_string(json::integer_at(report.body, "form_version").value_or(0)) + " of form " +
                   json::string_at(report.body, "form").value_or("?") + " has not come yet; run: tram-agent sync");
}

Result<bool> two_steps(Office& office) {
  ASSIGN_OR_RETURN(const OfficeFacts facts, office.reference().office(office.enrolment().office));
  return facts.two_steps;
}

// The state of the live revision furthest along.
Status derive_state(Office& office, Snapshot& snapshot, Report& report) {
  ASSIGN_OR_RETURN(const bool steps, two_steps(office));
  report.state = state_of(*report.form, report.body, steps);
  for (const std::int32_t leaf : report.record.tree.leaves()) {
    const Node& node = report.record.tree.at(leaf);
    if (node.deleted || node.rev == report.rev) continue;
    ASSIGN_OR_RETURN(const auto body, snapshot.body(report.record, node.rev));
    if (!body) continue;
    ASSIGN_OR_RETURN(const json::Value value, json::parse_object(body->text));
    const StateOf other = state_of(*report.form, value, steps);
    if (other.state > report.state.state) report.state = other;
  }
  return {};
}

// The live revision on which work goes on here: the one with what was last typed on this PC in it, otherwise the winner.
// Where branches cannot be merged yet, the winner may lack what its reader typed a moment ago, and who went on from it
// would contradict himself.
std::int32_t working_leaf(const RevisionTree& tree) {
  const std::int32_t winner = tree.winner();
  if (tree.live_leaves() < 2) return winner;
  std::int32_t last = Node::kNone;
  for (std::int32_t i = 0; i < static_cast<std::int32_t>(tree.nodes().size()); ++i) {
    const Node& node = tree.at(i);
    if (!node.local || node.deleted) continue;
    if (last == Node::kNone ||
        std::pair(node.arrived, node.rev) > std::pair(tree.at(last).arrived, tree.at(last).rev)) {
      last = i;
    }
  }
  if (last == Node::kNone || tree.is_ancestor(last, winner)) return winner;
  for (const std::int32_t leaf : tree.leaves()) {
    if (!tree.at(leaf).deleted && tree.is_ancestor(last, leaf)) return leaf;
  }
  return winner;
}

}  // namespace

Result<RevisionId> rewrite_report(Office& office, std::string_view id, const Author& author,
                                  const std::function<Status(Report& report, Transaction& transaction)>& work) {
  ASSIGN_OR_RETURN(const json::Value edit, edit_stamp(office, author));
  RevisionId saved;
  RETURN_IF_ERROR(office.own().write([&](Transaction& transaction) -> Status {
    RETURN_IF_ERROR(merge_document(transaction, id));
    ASSIGN_OR_RETURN(Report report, load_report(office, transaction, id));
    if (!report.form) return form_missing(report);
    RETURN_IF_ERROR(work(report, transaction));
    report.body["edit"] = edit;
    ASSIGN_OR_RETURN(saved, transaction.save(id, report.rev, false, json::print(report.body), report.attachments));
    return {};
  }));
  return saved;
}

namespace {

Error invalid(const std::vector<Finding>& findings) {
  Error wrong = error(ErrorCode::bad_request, "not submitted: " + summary_en(findings), "invalid");
  wrong.message_vi = "Chưa gửi được: " + summary_vi(findings);
  return wrong;
}

Error in_conflict(std::string_view id) {
  Error wrong = error(ErrorCode::forbidden,
                      std::string(id) + " has two versions; decide first: tram-agent conflicts resolve", "in_conflict");
  wrong.message_vi = "Báo cáo có hai phiên bản khác nhau, cần chọn trước";
  return wrong;
}

}  // namespace

Result<json::Value> edit_stamp(Office& office, const Author& author) {
  ASSIGN_OR_RETURN(const std::string clock, office.clock_quality());
  json::Value body = json::Value::object();
  stamp_edit(body, author.by, author.pc, vietnam_text(office.clock().wall_ms()), clock);
  return body["edit"];
}

Result<Report> load_report(Office& office, Snapshot& snapshot, std::string_view id) {
  if (!parse_report_id(id)) {
    return error(ErrorCode::bad_request,
                 "'" + std::string(id) + "' is no report; reports are named like report:bm02:2024Q2");
  }
  ASSIGN_OR_RETURN(auto record, snapshot.find(id));
  if (!record || record->tree.deleted()) return not_here(id);
  ASSIGN_OR_RETURN(const auto document, snapshot.document(*record, working_leaf(record->tree)));
  if (!document)
    return error(ErrorCode::conflict, std::string(id) + " has not come completely yet; run: tram-agent sync");
  Report report;
  report.rev = document->rev;
  report.attachments = document->attachments;
  ASSIGN_OR_RETURN(report.body, json::parse_object(document->body));
  report.conflict = record->tree.live_leaves() > 1 || !record->tree.open_deletions().empty();
  report.record = std::move(*record);
  auto form = office.reference().form(json::string_at(report.body, "form").value_or(""),
                                      static_cast<int>(json::integer_at(report.body, "form_version").value_or(0)));
  if (!form && form.error().code != ErrorCode::not_found) return form.error();
  if (form) {
    report.form = *form;
    RETURN_IF_ERROR(derive_state(office, snapshot, report));
  }
  return report;
}

Result<Report> read_report(Office& office, std::string_view id) {
  Report report;
  RETURN_IF_ERROR(office.own().read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(report, load_report(office, snapshot, id));
    return {};
  }));
  return report;
}

Result<json::Value> blank_report(Office& office, std::string_view form_code, std::string_view period_id) {
  ASSIGN_OR_RETURN(const Period period, parse_period(period_id));
  ASSIGN_OR_RETURN(const auto campaign, office.reference().campaign(form_code, period.id));
  ASSIGN_OR_RETURN(const FormPtr form, office.reference().form(form_code, campaign ? campaign->form_version : 0));
  ASSIGN_OR_RETURN(const Window window, window_of(period, form->cutoff, campaign ? campaign->window : std::nullopt));
  ASSIGN_OR_RETURN(json::Value unit, office.unit_stamp(window.end.text()));
  return new_report(*form, period, office.enrolment().office, std::move(unit));
}

Result<std::string> start_report(Office& office, std::string_view form_code, std::string_view period_id,
                                 const Author& author) {
  ASSIGN_OR_RETURN(json::Value body, blank_report(office, form_code, period_id));
  ASSIGN_OR_RETURN(body["edit"], edit_stamp(office, author));
  const std::string id = report_id(json::string_at(body, "form").value_or(""), period_id);
  RETURN_IF_ERROR(office.own().write([&](Transaction& transaction) -> Status {
    ASSIGN_OR_RETURN(const auto record, transaction.find(id));
    if (record && !record->tree.deleted()) {
      Error exists = error(ErrorCode::conflict, id + " exists already; change it with: tram-agent report set " + id,
                           "file_exists");
      exists.message_vi = "Đã có báo cáo " + id;
      return exists;
    }
    const auto saved = transaction.save(id, {}, false, json::print(body));
    return saved ? Status() : Status(saved.error());
  }));
  return id;
}

Result<RevisionId> change_report(Office& office, std::string_view id, const Author& author, const Change& change) {
  return rewrite_report(office, id, author, [&](Report& report, Transaction&) -> Status {
    RETURN_IF_ERROR(may_edit(report.state));
    return change(report.body, *report.form);
  });
}

Status delete_report(Office& office, std::string_view id, const Author& author) {
  ASSIGN_OR_RETURN(const json::Value edit, edit_stamp(office, author));
  return office.own().write([&](Transaction& transaction) -> Status {
    RETURN_IF_ERROR(merge_document(transaction, id));
    ASSIGN_OR_RETURN(const Report report, load_report(office, transaction, id));
    RETURN_IF_ERROR(may_edit(report.state));
    if (report.conflict) return in_conflict(id);
    if (report.state.state != ReportState::draft || report.body.contains("submission")) {
      Error sent =
          error(ErrorCode::forbidden, std::string(id) + " was submitted; only a draft never submitted can be deleted");
      sent.message_vi = "Chỉ xóa được bản nháp chưa gửi lần nào";
      return sent;
    }
    // A tombstone with `edit` tells everybody that a person deleted it.
    const auto saved = transaction.save(id, report.rev, true, json::print({{"edit", edit}}));
    return saved ? Status() : Status(saved.error());
  });
}

Result<std::vector<Finding>> check_report(Office& office, std::string_view id) {
  ASSIGN_OR_RETURN(Report report, read_report(office, id));
  if (!report.form) return form_missing(report);
  Context context;
  RETURN_IF_ERROR(fill_context(office, *report.form, report.body, context));
  RETURN_IF_ERROR(fill_rows(office, *report.form, context.validation.around.window, report.body));
  return validate(*report.form, report.body, context.validation);
}

namespace {

// Everything but the writing: outside the transaction, for it reads much.
struct Prepared {
  RevisionId rev;
  json::Value report;
  Submission submission;
  bool closed = false;
};

Result<Prepared> prepare(Office& office, std::string_view id, const Author& author) {
  ASSIGN_OR_RETURN(Report report, read_report(office, id));
  if (!report.form) return form_missing(report);
  if (report.conflict) return in_conflict(id);
  Context context;
  RETURN_IF_ERROR(fill_context(office, *report.form, report.body, context));
  const Surroundings& around = context.validation.around;
  ASSIGN_OR_RETURN(const bool steps, two_steps(office));
  RETURN_IF_ERROR(may_submit(state_of(*report.form, report.body, steps)));
  if (report.body["unit"].is_null()) {
    ASSIGN_OR_RETURN(report.body["unit"], office.unit_stamp(around.window.end.text()));
  }
  // Copied rows belong to the frozen content alone; the open report keeps what was typed.
  json::Value filled = report.body;
  RETURN_IF_ERROR(fill_rows(office, *report.form, around.window, filled));
  const auto findings = validate(*report.form, filled, context.validation);
  if (!may_be_submitted(findings)) return invalid(findings);

  Prepared prepared;
  prepared.rev = report.rev;
  prepared.submission = make_submission(*report.form, filled, around.period, around.window);
  mark_submitted(report.body, prepared.submission, author.by, vietnam_text(office.clock().wall_ms()));
  prepared.report = std::move(report.body);
  prepared.closed =
      !check_open(context.campaign ? &*context.campaign : nullptr, around.period.id, office.enrolment().office).ok();
  return prepared;
}

Status store_submission(Transaction& transaction, const Submission& submission) {
  ASSIGN_OR_RETURN(const auto known, transaction.find(submission.id));
  if (known && !known->tree.deleted()) return {};  // this content came from another PC of the office
  ASSIGN_OR_RETURN(const RevisionId rev, transaction.save(submission.id, {}, false, json::print(submission.body)));
  CHECK(!rev.empty());
  return {};
}

// A new submission takes the place of those that the province refused, and a withdrawal asks for none of them any more:
// their rows in the ledger are no task for a person from here on.
Status set_aside_refused(Transaction& transaction, std::string_view report_id) {
  constexpr std::string_view kReport = "report:";
  const std::string prefix = "submission:" + std::string(report_id.substr(kReport.size())) + ":";
  ASSIGN_OR_RETURN(const std::vector<Refusal> open, transaction.refusals(true));
  for (const Refusal& refusal : open) {
    if (!refusal.push || !refusal.id.starts_with(prefix)) continue;
    RETURN_IF_ERROR(transaction.close_refusal(refusal.n, RefusalState::superseded));
  }
  return {};
}

}  // namespace

Result<Submitted> submit_report(Office& office, std::string_view id, const Author& author) {
  for (int tries = 0; tries < kTriesMax; ++tries) {
    RETURN_IF_ERROR(office.own().write([&](Transaction& transaction) { return merge_document(transaction, id); }));
    ASSIGN_OR_RETURN(Prepared prepared, prepare(office, id, author));
    auto saved = rewrite_report(office, id, author, [&](Report& report, Transaction& transaction) -> Status {
      if (report.rev != prepared.rev) return changed_meanwhile(id);
      report.body = prepared.report;
      RETURN_IF_ERROR(set_aside_refused(transaction, id));
      return store_submission(transaction, prepared.submission);
    });
    if (!saved && saved.error().code == ErrorCode::conflict) continue;
    if (!saved) return saved.error();
    ASSIGN_OR_RETURN(const bool steps, two_steps(office));
    return Submitted{prepared.submission.id, prepared.submission.digest, saved->text(), prepared.closed, steps};
  }
  return changed_meanwhile(id);
}

Status confirm_report(Office& office, std::string_view id, const Author& leader) {
  auto saved = rewrite_report(office, id, leader, [&](Report& report, Transaction&) -> Status {
    if (!report.state.awaiting_leader) {
      return error(ErrorCode::forbidden, std::string(id) + " does not wait for a leader's confirmation");
    }
    confirm_submission(report.body, leader.by, vietnam_text(office.clock().wall_ms()));
    return {};
  });
  return saved ? Status() : Status(saved.error());
}

Result<RevisionId> accept_proposed(Office& office, std::string_view id, const Author& author) {
  return change_report(office, id, author, [](json::Value& body, const Form& form) -> Status {
    const auto taken = take_proposed(body, form);
    return taken ? Status() : Status(taken.error());
  });
}

Status withdraw_report(Office& office, std::string_view id, const Author& author) {
  auto saved = rewrite_report(office, id, author, [&](Report& report, Transaction& transaction) -> Status {
    RETURN_IF_ERROR(may_withdraw(report.state));
    withdraw_submission(report.body, author.by, vietnam_text(office.clock().wall_ms()));
    return set_aside_refused(transaction, id);
  });
  return saved ? Status() : Status(saved.error());
}

}  // namespace tram::agent
