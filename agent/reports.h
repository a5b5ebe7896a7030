// agent/reports.h: what people do with the reports of this office. Each change is one durable revision, stamped with
// who made it, where and when.
//
// Any thread. Errors beside those of the store: not_found (no such report), forbidden named locked (the province has
// it), conflict (somebody saved meanwhile: do it again), bad_request with the field and what was expected.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/office.h"
#include "core/reports/report.h"
#include "core/reports/state.h"
#include "core/reports/validate.h"

namespace tram::agent {

struct Author {
  std::string by, pc;
};

// A report as held: the live revision on which work goes on at this PC (the winner; while there are others, the one with
// what was typed here last), and what follows from all its live revisions.
struct Report {
  Record record;
  RevisionId rev;
  json::Value body;
  std::vector<Attachment> attachments;
  FormPtr form;           // null: this version of the form has not come yet
  StateOf state;          // of the revision furthest along
  bool conflict = false;  // more than one live revision, or an open deletion
};
Result<Report> load_report(Office& office, Snapshot& snapshot, std::string_view id);
Result<Report> read_report(Office& office, std::string_view id);

// A report of this office with nothing answered, by the form's version that the campaign names, else the newest; not
// stored. Errors: not_found (form), bad_request (period).
Result<json::Value> blank_report(Office& office, std::string_view form, std::string_view period);

// Answers the id. Error conflict named file_exists when there is one already.
Result<std::string> start_report(Office& office, std::string_view form, std::string_view period, const Author& author);

using Change = std::function<Status(json::Value& body, const Form& form)>;
Result<RevisionId> change_report(Office& office, std::string_view id, const Author& author, const Change& change);

// In one transaction: the report as it stands, merged, changed by `work`, stamped and saved.
Result<RevisionId> rewrite_report(Office& office, std::string_view id, const Author& author,
                                  const std::function<Status(Report& report, Transaction& transaction)>& work);

// Only a draft that was never submitted.
Status delete_report(Office& office, std::string_view id, const Author& author);

// What is wrong with it, judged as at submission.
Result<std::vector<Finding>> check_report(Office& office, std::string_view id);

struct Submitted {
  std::string id, digest, rev;
  bool closed = false;  // as far as this PC knows the province has closed the period
  bool awaiting_leader = false;
};
// Freezes the content: the submission and the report that names it are stored together or not at all. Error
// bad_request named invalid lists what is in the way.
Result<Submitted> submit_report(Office& office, std::string_view id, const Author& author);
Status confirm_report(Office& office, std::string_view id, const Author& leader);
// Takes over what the province proposed with its return; answers the new revision.
Result<RevisionId> accept_proposed(Office& office, std::string_view id, const Author& author);
Status withdraw_report(Office& office, std::string_view id, const Author& author);

// {"by","pc","at","clock"}: what a revision says of its making.
Result<json::Value> edit_stamp(Office& office, const Author& author);

}  // namespace tram::agent
