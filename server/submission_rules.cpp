// Rules for `submission:<form>:<period>:<digest>` and `arrival:<form>:<period>:<digest>`.
#include <algorithm>

#include "core/reports/submission.h"
#include "core/reports/validate.h"
#include "server/judgement.h"

namespace tram {
namespace {

constexpr std::size_t kReasonMax = 2000;  // bytes; a ledger row, not a report

std::string shortened(std::string text) {
  if (text.size() <= kReasonMax) return text;
  std::size_t cut = kReasonMax;
  while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;
  return text.substr(0, cut) + "…";
}

// Errors refuse a submission; a warning is for the officer who reads it. Nothing that depends on the day, or on what
// else has arrived, enters here.
Verdict check_validity(const Judgement& judgement, const FormAndPeriod& found, const Window& window) {
  ValidationContext context;
  context.around.period = found.period;
  context.around.window = window;
  context.units = &judgement.reference.units;
  context.by_province = judgement.office.department;
  auto findings = validate(*found.form, judgement.body, context);
  std::erase_if(findings, [](const Finding& finding) { return finding.warning; });
  if (findings.empty()) return std::nullopt;
  return refuse(judgement.document, "invalid", shortened(summary_en(findings)), shortened(summary_vi(findings)));
}

// What is approved or locked is submitted again only after it was reopened. An earlier submission that comes back (after
// a restore) changes nothing and is welcome.
Result<Verdict> check_not_locked(const Judgement& judgement, const ReportKey& key) {
  ASSIGN_OR_RETURN(const auto report, judgement.transaction.winner(report_id(key.form, key.period)));
  if (!report || judgement.office.department) return Verdict{};
  ASSIGN_OR_RETURN(const json::Value body, json::parse_object(report->body));
  const json::Value* review = json::object_at(body, "review");
  const std::string verdict = review == nullptr ? "" : json::string_at(*review, "verdict").value_or("");
  if (verdict != "approved" && verdict != "locked") return Verdict{};
  const std::string of = json::string_at(*review, "of").value_or("");
  ASSIGN_OR_RETURN(const auto frozen, judgement.transaction.winner(submission_id(key.form, key.period, of)));
  if (!frozen || of == key.digest) return Verdict{};
  ASSIGN_OR_RETURN(const json::Value approved, json::parse_object(frozen->body));
  const auto n = [](const json::Value& submission) { return json::integer_at(submission, "n").value_or(0); };
  if (n(judgement.body) <= n(approved)) return Verdict{};
  return Verdict{refuse(judgement.document, "locked",
                        "The report is " + verdict + "; ask the province to reopen it before submitting again.",
                        "Báo cáo đã duyệt hoặc đã khóa; đề nghị Sở mở khóa trước khi gửi lại.")};
}

Verdict immutable(const Judgement& judgement) {
  return refuse(judgement.document, "immutable", "A submission is never changed or deleted; submit again instead.",
                "Bản đã gửi không được sửa hay xóa; hãy gửi bản mới.");
}

}  // namespace

Result<Verdict> judge_submission(const Judgement& judgement) {
  const Document& document = judgement.document;
  if (document.deleted || document.rev.generation != 1 || judgement.known) return immutable(judgement);
  const auto key = parse_submission_id(document.id);
  if (!key) {
    return Verdict{refuse(document, "bad_document", "An id of a submission is submission:<form>:<period>:<digest>.",
                          "Mã bản gửi phải có dạng submission:<biểu mẫu>:<kỳ>:<mã băm>.")};
  }
  FormAndPeriod found;
  if (Verdict no = check_form_and_period(judgement, "submission", key->form, key->period, found)) return no;
  const auto window = judgement.reference.window(*found.form, found.period);
  if (!window) {
    return Verdict{refuse(document, "bad_period", window.error().message,
                          "Kỳ báo cáo " + key->period + " chưa có ngày bắt đầu và kết thúc.")};
  }
  if (auto same = check_submission(*found.form, document.id, judgement.body, found.period, *window); !same) {
    return Verdict{
        refuse(document, "bad_digest", same.error().message, "Nội dung bản gửi không khớp với mã băm của nó.")};
  }
  if (Verdict no = check_validity(judgement, found, *window)) return no;
  const Campaign* campaign = judgement.reference.campaign(key->form, key->period);
  if (auto open = check_open(campaign, key->period, judgement.office.slug); !open) {
    return Verdict{refuse(document, "period_closed", open.error().message, open.error().message_vi)};
  }
  return check_not_locked(judgement, *key);
}

Result<Verdict> judge_arrival(const Judgement& judgement) {
  if (!judgement.by_office) return Verdict{};
  const auto key = parse_arrival_id(judgement.document.id);
  const bool genuine =
      !judgement.document.deleted && key && json::string_at(judgement.body, "office") == judgement.office.slug &&
      json::string_at(judgement.body, "submission") == submission_id(key->form, key->period, key->digest) &&
      is_signed_by(judgement.body, judgement.key);
  if (genuine) return Verdict{};
  return Verdict{refuse(judgement.document, "wrong_writer", "Only the province writes receipts.",
                        "Chỉ tỉnh được ghi giấy báo nhận.")};
}

}  // namespace tram
