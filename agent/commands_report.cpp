#include <map>

#include "agent/attachments.h"
#include "agent/commands.h"
#include "agent/report_view.h"
#include "agent/reports.h"
#include "agent/upgrade.h"

namespace tram::agent {
namespace {

Result<Outcome> begin(Office& office, const CommandLine& line, const Author& author) {
  ASSIGN_OR_RETURN(const std::string id, start_report(office, line.form, line.period, author));
  return say(id + "\n");
}

Result<Outcome> set(Office& office, const CommandLine& line, const Author& author) {
  ASSIGN_OR_RETURN(const RevisionId rev,
                   change_report(office, line.id, author, [&](json::Value& body, const Form& form) -> Status {
                     for (const std::string& typed : line.fields) {
                       ASSIGN_OR_RETURN(const auto field, split_field(typed));
                       RETURN_IF_ERROR(set_value(body, form, field.first, field.second));
                     }
                     for (const std::string& typed : line.remarks) {
                       ASSIGN_OR_RETURN(const auto remark, split_field(typed));
                       RETURN_IF_ERROR(set_remark(body, form, remark.first, remark.second));
                     }
                     for (const std::string& path : line.approx) {
                       const json::Value* remarks = json::object_at(body, "remarks");
                       const json::Value* before = remarks == nullptr ? nullptr : json::object_at(*remarks, path);
                       const std::string text = before == nullptr ? "" : json::string_at(*before, "text").value_or("");
                       RETURN_IF_ERROR(set_remark(body, form, path, text, true));
                     }
                     return {};
                   }));
  return say(rev.text() + "\n");
}

Result<Outcome> change_row(Office& office, const CommandLine& line, const Author& author) {
  std::string row = line.row;
  RETURN_IF_ERROR(change_report(office, line.id, author, [&](json::Value& body, const Form& form) -> Status {
    if (line.none) return set_section_touched(body, form, line.section, true);
    if (line.remove) return delete_row(body, form, line.section, line.row);
    if (line.row.empty()) {
      ASSIGN_OR_RETURN(row, add_row(body, form, line.section, office.random()));
    }
    for (const std::string& typed : line.fields) {
      ASSIGN_OR_RETURN(const auto field, split_field(typed));
      RETURN_IF_ERROR(set_row_value(body, form, line.section, row, field.first, field.second));
    }
    return {};
  }));
  return say(row.empty() || line.remove ? "" : row + "\n");
}

Result<Outcome> submit(Office& office, const CommandLine& line, const Author& author) {
  ASSIGN_OR_RETURN(const Submitted done, submit_report(office, line.id, author));
  Outcome outcome = say(done.id + "\n" + done.digest + "\n");
  if (line.json) {
    outcome = say_json({{"submission", done.id},
                        {"digest", done.digest},
                        {"rev", done.rev},
                        {"period_closed", done.closed},
                        {"awaiting_leader", done.awaiting_leader}});
  }
  if (done.closed) {
    outcome.err =
        "tram-agent: kỳ báo cáo đã khóa, Sở có thể không nhận / the period is closed as far as this PC knows; "
        "the province may refuse it\n";
  }
  if (done.awaiting_leader) {
    outcome.err +=
        "tram-agent: chờ lãnh đạo xác nhận / the leader confirms it with: tram-agent report confirm " + line.id + "\n";
  }
  return outcome;
}

Result<Outcome> confirm(Office& office, const CommandLine& line, const Author& author) {
  RETURN_IF_ERROR(confirm_report(office, line.id, author));
  return say("");
}

Result<Outcome> withdraw(Office& office, const CommandLine& line, const Author& author) {
  RETURN_IF_ERROR(withdraw_report(office, line.id, author));
  return say("");
}

Result<Outcome> remove(Office& office, const CommandLine& line, const Author& author) {
  RETURN_IF_ERROR(delete_report(office, line.id, author));
  return say("");
}

Result<Outcome> list(Office& office, const CommandLine& line, const Author&) {
  ASSIGN_OR_RETURN(const json::Value all, list_reports(office));
  return line.json ? say_json(all) : say(list_text(all));
}

Result<Outcome> show(Office& office, const CommandLine& line, const Author&) {
  ASSIGN_OR_RETURN(const json::Value report, show_document(office, line.id));
  return line.json ? say_json(report) : say(show_text(office, report));
}

Result<Outcome> history(Office& office, const CommandLine& line, const Author&) {
  ASSIGN_OR_RETURN(const json::Value revisions, history_of(office, line.id));
  return line.json ? say_json(revisions) : say(history_text(revisions));
}

Result<Outcome> check(Office& office, const CommandLine& line, const Author&) {
  ASSIGN_OR_RETURN(const auto findings, check_report(office, line.id));
  json::Value all = json::Value::array();
  std::string text;
  for (const Finding& finding : findings) {
    all.push_back(finding.to_json());
    text += std::string(finding.warning ? "! " : "✗ ") + finding.field + ": " + finding.message_vi + " / " +
            finding.message_en + "\n";
  }
  if (findings.empty()) text = "Không có lỗi (nothing wrong)\n";
  Outcome outcome = line.json ? say_json(all) : say(text);
  outcome.exit = may_be_submitted(findings) ? 0 : 1;
  return outcome;
}

Result<Outcome> upgrade(Office& office, const CommandLine& line, const Author& author) {
  ASSIGN_OR_RETURN(const Upgrade done, upgrade_report(office, line.id, line.version, line.dry_run, author));
  return line.json ? say_json(done.to_json()) : say(done.text());
}

Outcome said_revision(const CommandLine& line, const RevisionId& rev) {
  return line.json ? say_json({{"id", line.id}, {"rev", rev.text()}}) : say(rev.text() + "\n");
}

Result<Outcome> accept(Office& office, const CommandLine& line, const Author& author) {
  ASSIGN_OR_RETURN(const RevisionId rev, accept_proposed(office, line.id, author));
  return said_revision(line, rev);
}

Result<Outcome> attach(Office& office, const CommandLine& line, const Author& author) {
  ASSIGN_OR_RETURN(const RevisionId rev, attach_file(office, line.id, line.file, line.name, line.type, author));
  return said_revision(line, rev);
}

Result<Outcome> detach(Office& office, const CommandLine& line, const Author& author) {
  ASSIGN_OR_RETURN(const RevisionId rev, detach_file(office, line.id, line.name, author));
  return said_revision(line, rev);
}

Result<Outcome> attachments(Office& office, const CommandLine& line, const Author&) {
  ASSIGN_OR_RETURN(const json::Value all, list_attachments(office, line.id));
  return line.json ? say_json(all) : say(attachments_listing(all));
}

using Act = Result<Outcome> (*)(Office&, const CommandLine&, const Author&);
const std::map<std::string, Act, std::less<>> kActs = {{"report new", begin},       {"report set", set},
                                                       {"report row", change_row},  {"report submit", submit},
                                                       {"report confirm", confirm}, {"report withdraw", withdraw},
                                                       {"report delete", remove},   {"report list", list},
                                                       {"report show", show},       {"report history", history},
                                                       {"report check", check},     {"report attach", attach},
                                                       {"report detach", detach},   {"report attachments", attachments},
                                                       {"report upgrade", upgrade}, {"report accept", accept}};

}  // namespace

MaybeOutcome execute_report(Office& office, const CommandLine& line, const Caller& caller) {
  const auto act = kActs.find(line.verb);
  if (act == kActs.end()) return std::nullopt;
  CommandLine meant = line;
  if (!line.file.empty()) meant.file = absolute(caller, line.file);
  return act->second(office, meant, author_of(line, caller));
}

}  // namespace tram::agent
