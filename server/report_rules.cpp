// Rules for `report:<form>:<period>` and `recommendation:<uuid>`: the documents that office and province both write.
#include <algorithm>
#include <array>

#include "core/reports/report.h"
#include "core/reports/state.h"
#include "core/reports/submission.h"
#include "server/judgement.h"
#include "server/unconfirmed.h"

namespace tram {
namespace {

using Changes = std::vector<std::string>;  // paths

// What is left of `changed` when a change that merely takes over another branch's value is no change.
template <typename Compare>
Result<Changes> unexplained(const Judgement& judgement, Changes changed, const Compare& compare) {
  if (changed.empty()) return changed;
  ASSIGN_OR_RETURN(const auto branches, other_branches(judgement));
  for (const json::Value& branch : branches) {
    const Changes against = compare(branch);
    std::erase_if(changed, [&](const std::string& path) {
      return std::find(against.begin(), against.end(), path) == against.end();
    });
  }
  return changed;
}

Verdict wrong_writer(const Judgement& judgement, const Changes& paths) {
  if (paths.empty()) return std::nullopt;
  std::string list;
  for (const std::string& path : paths) list += (list.empty() ? "" : ", ") + path;
  return judgement.by_office ? refuse(judgement.document, "wrong_writer", "Only the province writes: " + list + ".",
                                      "Chỉ tỉnh được ghi: " + list + ".")
                             : refuse(judgement.document, "wrong_writer", "Only the office writes: " + list + ".",
                                      "Chỉ đơn vị được ghi: " + list + ".");
}

// After a restore the province may lack its own writing: while recovery is open it takes that back, marked.
Result<Verdict> taken_in_recovery(const Judgement& judgement, const Changes& paths) {
  if (paths.empty() || !judgement.recovery || !judgement.by_office) return wrong_writer(judgement, paths);
  RETURN_IF_ERROR(mark_unconfirmed(judgement.transaction, judgement.document.id, paths));
  return Verdict{};
}

// A merge made here is not the province's own writing: it draws on both sides.
bool is_merge_here(const Judgement& judgement) {
  return !judgement.by_office && judgement.known && judgement.known->tree.live_leaves() > 1;
}

Result<Verdict> check_writers(const Judgement& judgement, const Form& form) {
  if (judgement.office.department || is_merge_here(judgement)) return Verdict{};
  ASSIGN_OR_RETURN(const json::Value before, held_before(judgement));
  if (!judgement.by_office && before.empty()) return Verdict{};
  const auto compare = [&](const json::Value& other) {
    Changes paths =
        foreign_changes(form, other, judgement.body, judgement.by_office ? Writer::office : Writer::province);
    std::erase(paths, "edit");
    return paths;
  };
  ASSIGN_OR_RETURN(const Changes left, unexplained(judgement, compare(before), compare));
  return taken_in_recovery(judgement, left);
}

// A tombstone that names a merge which the province holds closes a branch and loses nothing.
bool closes_merged_branch(const Judgement& judgement) {
  const auto into = json::string_at(judgement.body, "merged_into");
  if (!into || !judgement.known) return false;
  const auto rev = RevisionId::parse(*into);
  return rev && judgement.known->tree.find(*rev) != Node::kNone;
}

Result<Verdict> judge_deletion(const Judgement& judgement) {
  if (closes_merged_branch(judgement)) return Verdict{};
  ASSIGN_OR_RETURN(const json::Value before, held_before(judgement));
  const auto code = json::string_at(before, "form");
  const auto version = json::integer_at(before, "form_version").value_or(0);
  const Form* form = code ? judgement.reference.form(*code, static_cast<int>(version)) : nullptr;
  if (form == nullptr) return Verdict{};
  const ReportState state = state_of(*form, before).state;
  if (state != ReportState::received && state != ReportState::approved && state != ReportState::locked) {
    return Verdict{};
  }
  return Verdict{refuse(judgement.document, "locked",
                        "A report that is " + std::string(name_of(state)) + " cannot be deleted.",
                        "Không thể xóa báo cáo ở trạng thái " + std::string(label_vi(state)) + ".")};
}

// Of a recommendation the province writes the answer, the office everything else.
bool is_answer(std::string_view member) {
  return member == "state" || member == "due_date" || member.starts_with("answer_") || member.starts_with("answered_");
}

Changes changed_members(const json::Value& before, const json::Value& after, bool answers) {
  Changes changed;
  for (const json::Value* side : {&before, &after}) {
    for (const auto& [name, value] : side->items()) {
      if (is_answer(name) != answers || name == "edit" || name == "type" || name == "office") continue;
      const auto in_before = before.find(name), in_after = after.find(name);
      const bool same = in_before != before.end() && in_after != after.end() && *in_before == *in_after;
      if (!same && std::find(changed.begin(), changed.end(), name) == changed.end()) changed.push_back(name);
    }
  }
  return changed;
}

}  // namespace

Result<Verdict> judge_report(const Judgement& judgement) {
  if (judgement.document.deleted) return judge_deletion(judgement);
  const auto key = parse_report_id(judgement.document.id);
  if (!key) {
    return Verdict{refuse(judgement.document, "bad_document", "An id of a report is report:<form>:<period>.",
                          "Mã báo cáo phải có dạng report:<biểu mẫu>:<kỳ>.")};
  }
  FormAndPeriod found;
  if (Verdict no = check_form_and_period(judgement, "report", key->form, key->period, found)) return no;
  return check_writers(judgement, *found.form);
}

Result<Verdict> judge_recommendation(const Judgement& judgement) {
  if (judgement.document.deleted || judgement.office.department || is_merge_here(judgement)) return Verdict{};
  ASSIGN_OR_RETURN(const json::Value before, held_before(judgement));
  if (!judgement.by_office && before.empty()) return Verdict{};
  const auto compare = [&](const json::Value& other) {
    return changed_members(other, judgement.body, judgement.by_office);
  };
  ASSIGN_OR_RETURN(const Changes left, unexplained(judgement, compare(before), compare));
  return taken_in_recovery(judgement, left);
}

}  // namespace tram
