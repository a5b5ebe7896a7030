#include "core/reports/state.h"

#include <array>

#include "core/reports/submission.h"

namespace tram {
namespace {

struct StateName {
  ReportState state;
  std::string_view name, vi, en;
};
constexpr std::array<StateName, 7> kStates = {{{ReportState::draft, "draft", "Nháp", "Draft"},
                                               {ReportState::returned, "returned", "Trả lại", "Returned"},
                                               {ReportState::reopened, "reopened", "Mở khóa", "Reopened"},
                                               {ReportState::submitted, "submitted", "Đã gửi", "Submitted"},
                                               {ReportState::received, "received", "Đã nhận", "Received"},
                                               {ReportState::approved, "approved", "Đã duyệt", "Approved"},
                                               {ReportState::locked, "locked", "Khóa", "Locked"}}};

const StateName& entry(ReportState state) {
  for (const StateName& known : kStates) {
    if (known.state == state) return known;
  }
  return kStates[0];
}

std::optional<ReportState> by_verdict(std::string_view verdict) {
  for (const StateName& known : kStates) {
    const bool of_province = known.state != ReportState::draft && known.state != ReportState::submitted;
    if (of_province && known.name == verdict) return known.state;
  }
  return std::nullopt;
}

Status refuse(bool allowed, const StateOf& state, std::string_view en, std::string_view vi) {
  if (allowed) return {};
  Error locked = error(ErrorCode::forbidden,
                       "the report is " + std::string(name_of(state.state)) + "; " + std::string(en), "locked");
  locked.message_vi = "Báo cáo đang ở trạng thái “" + std::string(label_vi(state.state)) + "”; " + std::string(vi);
  return locked;
}

}  // namespace

StateOf state_of(const Form& form, const json::Value& report, bool two_steps) {
  StateOf result;
  const auto* submission = json::object_at(report, "submission");
  if (submission == nullptr) return result;
  const std::string digest = json::string_at(*submission, "digest").value_or("");
  const std::int64_t n = json::integer_at(*submission, "n").value_or(1);
  const bool unchanged = content_digest(form, report, n) == digest;
  const auto withdrawn = submission->find("withdrawn");
  const bool is_withdrawn = withdrawn != submission->end() && !withdrawn->is_null() && *withdrawn != false;

  const auto* review = json::object_at(report, "review");
  const bool reviewed = review != nullptr && json::string_at(*review, "of") == digest;
  const auto verdict = reviewed ? by_verdict(json::string_at(*review, "verdict").value_or("")) : std::nullopt;
  if (verdict && *verdict >= ReportState::received) {
    result.state = *verdict;
    result.changed_since = !unchanged;
    result.withdrawal_asked = is_withdrawn;
    return result;
  }
  if (!unchanged) return result;
  if (verdict) {
    result.state = *verdict;
  } else if (!is_withdrawn) {
    const auto confirmed = submission->find("confirmed");
    result.awaiting_leader = two_steps && (confirmed == submission->end() || confirmed->is_null());
    if (!result.awaiting_leader) result.state = ReportState::submitted;
  }
  return result;
}

Status may_edit(const StateOf& state) {
  return refuse(state.state < ReportState::received, state, "ask the province to return or reopen it before editing",
                "đề nghị Sở trả lại hoặc mở khóa trước khi sửa.");
}

Status may_submit(const StateOf& state) {
  const bool sent_already = state.state == ReportState::submitted || state.awaiting_leader;
  const bool again = state.state == ReportState::received && state.changed_since;
  return refuse((state.state < ReportState::submitted && !sent_already) || again, state,
                "there is nothing new to submit", "không có nội dung mới để gửi.");
}

Status may_withdraw(const StateOf& state) {
  return refuse(state.state == ReportState::submitted || state.state == ReportState::received || state.awaiting_leader,
                state, "only what was submitted and is not approved can be withdrawn",
                "chỉ rút lại được khi đã gửi và chưa duyệt.");
}

std::string_view name_of(ReportState state) { return entry(state).name; }
std::string_view label_vi(ReportState state) { return entry(state).vi; }
std::string_view label_en(ReportState state) { return entry(state).en; }

}  // namespace tram
