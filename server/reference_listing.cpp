#include "server/reference_listing.h"

#include <algorithm>
#include <array>

namespace tram {
namespace {

constexpr std::array kKinds = {"answer", "campaign", "form", "guidance", "office", "target", "tbt_notice"};
constexpr std::size_t kDocumentsMax = 10'000;

Result<json::Value> with_id(const Document& document) {
  ASSIGN_OR_RETURN(json::Value body, json::parse_object(document.body));
  body["_id"] = document.id;
  body["_rev"] = document.rev.text();
  return body;
}

}  // namespace

Result<json::Value> list_forms(Province& province) {
  ASSIGN_OR_RETURN(const auto reference, province.reference().get());
  json::Value list = json::Value::array();
  for (const std::string& code : reference->form_codes()) {
    const Form& form = *reference->newest_form(code);
    json::Value frequencies = json::Value::array();
    for (const PeriodKind kind : form.frequencies) frequencies.push_back(std::string(name_of(kind)));
    list.push_back({{"code", form.code},
                    {"version", form.version},
                    {"status", form.status},
                    {"label_vi", form.label_vi},
                    {"label_en", form.label_en},
                    {"frequencies", std::move(frequencies)}});
  }
  return list;
}

Result<json::Value> list_reference(Province& province, const std::string& kind) {
  if (std::find(kKinds.begin(), kKinds.end(), kind) == kKinds.end()) {
    return error(ErrorCode::bad_request, "kind is one of answer, campaign, form, guidance, office, target, tbt_notice");
  }
  json::Value list = json::Value::array();
  RETURN_IF_ERROR(province.reference_store().read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const auto records, snapshot.with_prefix(kind + ":", kDocumentsMax));
    for (const Record& record : records) {
      ASSIGN_OR_RETURN(const auto document, snapshot.winner(record.id));
      if (!document) continue;
      ASSIGN_OR_RETURN(json::Value body, with_id(*document));
      list.push_back(std::move(body));
    }
    return {};
  }));
  return list;
}

Result<json::Value> reference_document(Province& province, const std::string& id) {
  std::optional<Document> document;
  RETURN_IF_ERROR(province.reference_store().read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(document, snapshot.winner(id));
    return {};
  }));
  if (!document) return error(ErrorCode::not_found, "the province has published no " + id);
  return with_id(*document);
}

}  // namespace tram
