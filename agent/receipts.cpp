#include "agent/receipts.h"

#include "core/base/signature.h"
#include "core/reports/submission.h"

namespace tram::agent {
namespace {

Result<std::optional<json::Value>> body_of(Snapshot& snapshot, const std::string& id) {
  ASSIGN_OR_RETURN(const auto document, snapshot.winner(id));
  if (!document) return std::optional<json::Value>();
  ASSIGN_OR_RETURN(json::Value body, json::parse_object(document->body));
  return std::optional<json::Value>(std::move(body));
}

// The key that the province published; empty while reference has not come.
Result<std::string> key_of_province(Office& office) {
  std::string key;
  RETURN_IF_ERROR(office.reference_store().read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const auto body, body_of(snapshot, "province:key"));
    if (body) key = json::string_at(*body, "key").value_or("");
    return {};
  }));
  return key;
}

struct Fault {
  std::string vi, en;
};

std::optional<Fault> fault_of(const Office& office, const Record& submission, const ReportKey& key,
                              const json::Value& receipt, const std::string& province) {
  if (province.empty()) return Fault{"Chưa nhận được khóa của tỉnh.", "The province's key has not come yet."};
  if (!record_is_signed(receipt, province)) return Fault{"Chữ ký không đúng.", "The signature does not hold."};
  if (json::string_at(receipt, "office") != office.enrolment().office)
    return Fault{"Giấy báo nhận của đơn vị khác.", "It is another office's receipt."};
  if (json::string_at(receipt, "submission") != submission_id(key.form, key.period, key.digest))
    return Fault{"Giấy báo nhận của bản gửi khác.", "It speaks of another submission."};
  const auto rev = RevisionId::parse(json::string_at(receipt, "rev").value_or(""));
  if (!rev || submission.tree.find(*rev) == Node::kNone)
    return Fault{"Tỉnh nhận nội dung khác với bản ở đây.", "The province received another content than is held here."};
  return std::nullopt;
}

bool is_asked(std::string_view id, const std::string& submission, const std::string& report,
              const std::string& arrival) {
  return id.empty() || id == submission || id == report || id == arrival;
}

}  // namespace

Result<json::Value> verify_receipts(Office& office, std::string_view id) {
  ASSIGN_OR_RETURN(const std::string province, key_of_province(office));
  json::Value list = json::Value::array();
  RETURN_IF_ERROR(office.own().read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const auto records, snapshot.with_prefix("submission:", SIZE_MAX));
    for (const Record& record : records) {
      const auto key = parse_submission_id(record.id);
      if (!key || record.tree.deleted()) continue;
      const std::string report = report_id(key->form, key->period);
      const std::string arrival = arrival_id(key->form, key->period, key->digest);
      if (!is_asked(id, record.id, report, arrival)) continue;
      json::Value line = {{"submission", record.id}, {"report", report},    {"receipt", nullptr},
                          {"at", nullptr},           {"valid", nullptr},    {"key", nullptr},
                          {"reason_vi", nullptr},    {"reason_en", nullptr}};
      ASSIGN_OR_RETURN(const auto receipt, body_of(snapshot, arrival));
      if (receipt) {
        line["receipt"] = arrival;
        line["at"] = json::string_at(*receipt, "at").value_or("");
        line["key"] = json::string_at(*receipt, "key").value_or("");
        const auto fault = fault_of(office, record, *key, *receipt, province);
        line["valid"] = !fault.has_value();
        if (fault) {
          line["reason_vi"] = fault->vi;
          line["reason_en"] = fault->en;
        }
      }
      list.push_back(std::move(line));
    }
    return {};
  }));
  if (!id.empty() && list.empty())
    return error(ErrorCode::not_found, "this office submitted nothing under " + std::string(id));
  return list;
}

std::string receipts_text(const json::Value& receipts) {
  std::string text;
  for (const json::Value& line : receipts) {
    const auto member = [&](const char* name) { return json::string_at(line, name).value_or(""); };
    text += member("submission") + "  ";
    if (line["receipt"].is_null())
      text += "chưa có giấy báo nhận (no receipt yet)";
    else if (line["valid"] == true)
      text += "tỉnh nhận lúc (received at) " + member("at") + ", chữ ký đúng (valid)";
    else
      text += "KHÔNG HỢP LỆ (not valid): " + member("reason_vi") + " / " + member("reason_en");
    text += "\n";
  }
  return text.empty() ? "Chưa gửi báo cáo nào (nothing submitted)\n" : text;
}

}  // namespace tram::agent
