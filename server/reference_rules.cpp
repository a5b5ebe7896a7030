#include "server/reference_rules.h"

#include "core/base/json.h"
#include "core/reports/calendar.h"
#include "core/reports/campaign.h"
#include "core/reports/form.h"
#include "core/reports/target.h"
#include "core/reports/unit.h"
#include "server/judgement.h"

namespace tram {
namespace {

template <typename T>
Status id_matches(const Result<T>& loaded, const Document& document) {
  if (!loaded) return loaded.error();
  if (loaded->id() == document.id) return {};
  return error(ErrorCode::bad_request, "the content belongs under the id " + loaded->id());
}

// Days that programs compare with.
Status check_notice(const json::Value& body) {
  for (const char* name : {"date", "acknowledge_by", "comment_deadline"}) {
    const auto day = json::string_at(body, name);
    if (day && !is_date(*day)) return error(ErrorCode::bad_request, std::string(name) + " is not a day");
  }
  return {};
}

// What the programs calculate with: the kind of mistake, and what is wrong.
std::pair<std::string, Status> check(const Document& document, const json::Value& body) {
  const std::string_view id = document.id;
  if (id.starts_with("form:")) return {"bad_form", id_matches(load_form(body), document)};
  if (id.starts_with("unit:")) return {"bad_unit", id_matches(unit_from_document(body), document)};
  if (id.starts_with("campaign:")) return {"bad_campaign", id_matches(campaign_from_document(body), document)};
  if (id.starts_with("target:")) {
    auto target = load_target(body);
    return {"bad_target", target ? Status() : Status(target.error())};
  }
  for (const char* told : {"guidance:", "tbt_notice:", "answer:"}) {
    if (id.starts_with(told)) return {"bad_notice", check_notice(body)};
  }
  if (id == "holidays:vn") {
    auto calendar = Calendar::load(body);
    return {"bad_calendar", calendar ? Status() : Status(calendar.error())};
  }
  if (id == "periods:vn") {
    auto rules = DueRules::load(body);
    return {"bad_calendar", rules ? Status() : Status(rules.error())};
  }
  return {};
}

}  // namespace

Result<std::optional<Refused>> ReferenceRules::judge(Transaction&, const Document& document,
                                                     const std::optional<Record>&, bool by_office) {
  if (by_office) {
    return {refuse(document, "scope", "Only the province writes in reference.",
                   "Chỉ tỉnh được ghi vào dữ liệu dùng chung.")};
  }
  if (document.deleted) return std::optional<Refused>{};
  const auto body = json::parse_object(document.body);
  if (!body) {
    return {refuse(document, "bad_document", body.error().message, "Nội dung không phải JSON hợp lệ.")};
  }
  const auto [code, checked] = check(document, *body);
  if (checked.ok()) return std::optional<Refused>{};
  return {refuse(document, code, checked.error().message, "Không nạp được: " + checked.error().message)};
}

}  // namespace tram
