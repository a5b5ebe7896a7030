#include "server/office_rules.h"

#include "core/base/digest.h"
#include "core/reports/submission.h"
#include "server/begun_report.h"

namespace tram {
namespace {

// Raised when judge() changes its mind about documents, so that what was refused is offered again.
constexpr std::string_view kRulesVersion = "tram-office-rules-2";

}  // namespace

std::string OfficeRules::digest() {
  const auto reference = options_.reference->get();
  const OfficeFacts& office = options_.office;
  return sha256_hex(std::string(kRulesVersion) + "\n" + office.slug + "\n" + office.unit + "\n" +
                    (office.department ? "department\n" : "\n") + (reference ? (*reference)->digest : "") +
                    (options_.state == nullptr ? "" : options_.state->mark(office.slug)))
      .substr(0, 8);
}

Result<std::optional<Refused>> OfficeRules::judge(Transaction& transaction, const Document& document,
                                                  const std::optional<Record>& known, bool by_office) {
  if (known) {
    const auto node = known->tree.find(document.rev);
    if (node != Node::kNone && known->tree.at(node).has_body) return Verdict{};
  }
  ASSIGN_OR_RETURN(const auto reference, options_.reference->get());
  const auto body = json::parse_object(document.body);
  Result<Verdict> verdict = Verdict{};
  if (body) {
    verdict = judge_known_type({*reference, options_.office, *options_.key, transaction, document, known, *body,
                                by_office, options_.state != nullptr && options_.state->recovery()});
  } else {
    verdict = Verdict{refuse(document, "bad_document", body.error().message, "Nội dung không phải JSON hợp lệ.")};
  }
  if (verdict && *verdict && options_.on_refused) options_.on_refused(**verdict);
  return verdict;
}

std::vector<bool> OfficeRules::takes_when_new(std::span<const Document> documents) {
  std::vector<bool> taken;
  const auto reference = options_.reference->get();
  if (!reference) return taken;
  taken.reserve(documents.size());
  for (const Document& document : documents) {
    taken.push_back(!document.deleted && is_plain_begun_report(**reference, options_.office, document));
  }
  return taken;
}

Result<Verdict> OfficeRules::judge_known_type(const Judgement& judgement) {
  const std::string_view id = judgement.document.id;
  const auto office = json::string_at(judgement.body, "office");
  if (office && *office != options_.office.slug) {
    return Verdict{
        refuse(judgement.document, "scope", "The document belongs to another office.", "Văn bản thuộc đơn vị khác.")};
  }
  if (id.starts_with("report:")) return judge_report(judgement);
  if (id.starts_with("submission:")) return judge_submission(judgement);
  if (id.starts_with("arrival:")) return judge_arrival(judgement);
  if (id.starts_with("recommendation:")) return judge_recommendation(judgement);
  return Verdict{};
}

Status OfficeRules::after(Transaction& transaction, std::span<const std::string> ids) {
  for (const std::string& id : ids) {
    if (id.starts_with("submission:")) RETURN_IF_ERROR(write_arrival(transaction, id));
  }
  return {};
}

Status OfficeRules::write_arrival(Transaction& transaction, const std::string& id) {
  const auto key = parse_submission_id(id);
  if (!key) return {};
  const std::string arrival = arrival_id(key->form, key->period, key->digest);
  ASSIGN_OR_RETURN(const auto submission, transaction.winner(id));
  ASSIGN_OR_RETURN(const auto held, transaction.find(arrival));
  if (!submission || held) return {};
  json::Value receipt = make_arrival(options_.office.slug, *key, utc_text(options_.clock->wall_ms()));
  receipt["rev"] = submission->rev.text();
  sign_record(receipt, *options_.key);
  RETURN_IF_ERROR(transaction.save(arrival, {}, false, json::print(receipt)));
  return {};
}

}  // namespace tram
