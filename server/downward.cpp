#include "server/downward.h"

#include <algorithm>
#include <array>

#include "core/base/log.h"
#include "core/reports/report.h"
#include "core/reports/unit.h"
#include "server/instant.h"
#include "server/office_order.h"

namespace tram {
namespace {

constexpr std::array kTold = {"guidance:", "tbt_notice:", "answer:"};

std::string told(const json::Value& object, const char* name) { return json::string_at(object, name).value_or(""); }

Result<std::string> id_of(const json::Value& body) {
  if (const auto id = json::string_at(body, "_id")) return *id;
  const std::string type = told(body, "type");
  const auto version = json::integer_at(body, "version");
  if (body.contains("sections") && version) return "form:" + told(body, "code") + ":" + std::to_string(*version);
  if (type == "campaign") return "campaign:" + told(body, "form") + ":" + told(body, "period");
  if (type == "unit") {
    ASSIGN_OR_RETURN(const Unit unit, unit_from_document(body));
    return unit.id();
  }
  if (type == "target" && body.contains("province")) return "target:" + told(body, "province") + ":" + told(body, "id");
  return error(ErrorCode::bad_request, "the document needs an _id, for instance guidance:kh-2026-12");
}

struct HeldDocument {
  RevisionId rev;
  json::Value body;
};

Result<std::optional<HeldDocument>> held_in(Store& store, const std::string& id) {
  std::optional<Document> document;
  RETURN_IF_ERROR(store.read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(document, snapshot.winner(id));
    return {};
  }));
  if (!document) return std::optional<HeldDocument>();
  ASSIGN_OR_RETURN(json::Value body, json::parse_object(document->body));
  return std::optional(HeldDocument{document->rev, std::move(body)});
}

Result<RevisionId> write_one(Database& database, const std::string& id, const RevisionId& above,
                             const json::Value& body) {
  const Edit edit{id, above, false, json::print(body)};
  ASSIGN_OR_RETURN(auto written, database.peer.edit({&edit, 1}, false));
  return std::move(written.front());
}

json::Value reads_of(const json::Value& receipt, const std::string& by_when, bool& late) {
  json::Value list = json::Value::array();
  late = !by_when.empty();
  const json::Value* reads = json::object_at(receipt, "reads");
  if (reads == nullptr) return list;
  for (const auto& [person, read] : reads->items()) {
    list.push_back({{"person", person},
                    {"at", told(read, "at")},
                    {"forwarded", read.contains("forwarded") ? read.at("forwarded") : json::Value()}});
    if (told(read, "at").substr(0, 10) <= by_when) late = false;
  }
  return list;
}

// "moi" where nobody has looked at it; an office that was not satisfied asks once more.
std::string state_of_recommendation(const json::Value& body) {
  const std::string state = told(body, "state");
  if (state.empty()) return "moi";
  const bool answered = state == "da_tra_loi" || state == "tu_choi";
  const bool again = answered && json::boolean_at(body, "satisfied") == false && !body.contains("answered_again");
  return again ? "mo_lai" : state;
}

bool may_follow(const std::string& from, const std::string& to) {
  static const std::map<std::string, std::vector<std::string>> kNext = {
      {"moi", {"da_tiep_nhan", "dang_xu_ly", "da_tra_loi", "tu_choi"}},
      {"da_tiep_nhan", {"dang_xu_ly", "da_tra_loi", "tu_choi"}},
      {"dang_xu_ly", {"da_tra_loi", "tu_choi"}},
      {"mo_lai", {"dang_xu_ly", "da_tra_loi", "tu_choi", "dong"}},
      {"da_tra_loi", {"dong"}},
      {"tu_choi", {"dong"}}};
  const auto found = kNext.find(from);
  return from == to ||
         (found != kNext.end() && std::find(found->second.begin(), found->second.end(), to) != found->second.end());
}

Status apply_answer(const json::Value& answer, const std::string& by, const std::string& today, json::Value& body) {
  const std::string from = state_of_recommendation(body);
  const std::string to = told(answer, "state").empty() ? from : told(answer, "state");
  if (to != from && !may_follow(from, to))
    return error(ErrorCode::forbidden, "from " + from + " a recommendation does not become " + to, "bad_state");
  for (const char* name : {"answer_text", "answer_doc", "due_date"}) {
    const auto text = json::string_at(answer, name);
    if (!text) continue;
    if (std::string_view(name) == "due_date" && !is_date(*text))
      return error(ErrorCode::bad_request, "due_date is not a day");
    ASSIGN_OR_RETURN(body[name], clean_text(*text, true));
  }
  const bool answers = to == "da_tra_loi" || to == "tu_choi";
  if (answers && told(body, "answer_text").empty()) return error(ErrorCode::bad_request, "an answer needs answer_text");
  if (to != "mo_lai" && to != "moi") body["state"] = to;
  if (answers && to != from) {
    if (from == "mo_lai" || body.contains("answered_date")) body["answered_again"] = true;
    body["answered_by"] = by;
    body["answered_date"] = today;
  }
  return {};
}

// Names of other forms, which a document alone cannot know.
Status check_among_others(const ReferenceData& reference, const std::string& id, const json::Value& body) {
  FormsByCode by_code;
  for (const std::string& code : reference.form_codes()) by_code[code] = reference.newest_form(code);
  Error refused = error(ErrorCode::forbidden, "", "bad_form");
  Status checked;
  if (id.starts_with("form:")) {
    auto form = load_form(body);
    if (form) {
      by_code[form->code] = &*form;
      checked = check_other_forms(*form, by_code);
    }
  } else if (id.starts_with("target:")) {
    refused.name = "bad_target";
    auto formula = Expression::parse(told(body, "formula"));
    if (formula) checked = check_formula(*formula, by_code);
  }
  if (checked.ok()) return {};
  refused.message = checked.error().message;
  refused.message_vi = "Không nạp được: " + checked.error().message;
  return refused;
}

}  // namespace

Result<json::Value> publish(Province& province, json::Value body, const std::string& by) {
  if (!body.is_object()) return error(ErrorCode::bad_request, "a document is a JSON object");
  ASSIGN_OR_RETURN(const std::string id, id_of(body));
  body.erase("_id");
  body.erase("_rev");
  const std::string prefix = id.substr(0, id.find(':'));
  if (!body.contains("type")) body["type"] = prefix;
  ASSIGN_OR_RETURN(const auto reference, province.reference().get());
  RETURN_IF_ERROR(check_among_others(*reference, id, body));
  ASSIGN_OR_RETURN(const auto database, province.databases().open("reference"));
  ASSIGN_OR_RETURN(const auto held, held_in(*database->store, id));
  const bool is_told = std::any_of(kTold.begin(), kTold.end(), [&](const char* kind) { return id.starts_with(kind); });
  if (is_told && !body.contains("published"))
    body["published"] = held && held->body.contains("published")
                            ? held->body.at("published")
                            : json::Value{{"by", by}, {"at", utc_text(province.clock().wall_ms())}};
  if (held && json::print(held->body) == json::print(body))
    return json::Value{{"id", id}, {"rev", held->rev.text()}, {"changed", false}};
  ASSIGN_OR_RETURN(const RevisionId rev, write_one(*database, id, held ? held->rev : RevisionId{}, body));
  log::info("published", {{"id", id}, {"by", by}});
  return json::Value{{"id", id}, {"rev", rev.text()}, {"changed", true}};
}

Result<json::Value> readings(Province& province, const std::string& id) {
  ASSIGN_OR_RETURN(const auto document, held_in(province.reference_store(), id));
  if (!document) return error(ErrorCode::not_found, "the province has published no " + id);
  const json::Value* published = json::object_at(document->body, "published");
  const std::string at = published == nullptr ? "" : told(*published, "at");
  const std::string by_when = told(document->body, "acknowledge_by");
  json::Value offices = json::Value::array();
  std::size_t delivered = 0, read = 0;
  const std::string today = vietnam_text(province.clock().wall_ms()).substr(0, 10);
  for (const Office& office : by_name(province.registry().offices())) {
    ASSIGN_OR_RETURN(const auto database, province.databases().open(office_database(office.slug)));
    ASSIGN_OR_RETURN(const auto receipt, held_in(*database->store, "receipt:" + id));
    bool late = false;
    json::Value reads = reads_of(receipt ? receipt->body : json::Value::object(), by_when, late);
    const Contact contact = province.registry().contact(office.slug);
    const bool came = !reads.empty() || (!contact.at.empty() && contact.at >= at);
    delivered += came ? 1 : 0;
    read += reads.empty() ? 0 : 1;
    offices.push_back({{"office", office.slug},
                       {"name", office.name},
                       {"delivered", came},
                       {"reads", std::move(reads)},
                       {"late", late && today > by_when}});
  }
  return json::Value{{"id", id},
                     {"published_at", at},
                     {"acknowledge_by", by_when.empty() ? json::Value() : json::Value(by_when)},
                     {"n_offices", offices.size()},
                     {"n_delivered", delivered},
                     {"n_read", read},
                     {"offices", std::move(offices)}};
}

Result<json::Value> list_recommendations(Province& province, const std::string& slug) {
  if (!slug.empty() && !province.registry().office(slug))
    return error(ErrorCode::not_found, "there is no office " + slug);
  ASSIGN_OR_RETURN(const auto reference, province.reference().get());
  const std::string today = vietnam_text(province.clock().wall_ms()).substr(0, 10);
  std::vector<json::Value> all;
  for (const Office& office : by_name(province.registry().offices())) {
    if (!slug.empty() && office.slug != slug) continue;
    ASSIGN_OR_RETURN(const auto database, province.databases().open(office_database(office.slug)));
    RETURN_IF_ERROR(database->store->read([&](Snapshot& snapshot) -> Status {
      ASSIGN_OR_RETURN(const auto records, snapshot.with_prefix("recommendation:", SIZE_MAX));
      for (const Record& record : records) {
        ASSIGN_OR_RETURN(const auto document, snapshot.winner(record.id));
        if (!document) continue;
        ASSIGN_OR_RETURN(json::Value body, json::parse_object(document->body));
        const std::string state = state_of_recommendation(body);
        const bool open = state == "moi" || state == "da_tiep_nhan" || state == "dang_xu_ly" || state == "mo_lai";
        const auto sent = parse_date(told(body, "sent_date"));
        std::string due = told(body, "due_date");
        if (due.empty() && sent)
          due = reference->calendar.add_working_days(*sent, reference->due.answer_working_days()).text();
        body["office"] = office.slug;
        body["name"] = office.name;
        body["id"] = record.id;
        body["rev"] = document->rev.text();
        body["state"] = state;
        body["due_date"] = due;
        body["late"] = open && !due.empty() && today > due;
        all.push_back(std::move(body));
      }
      return {};
    }));
  }
  std::stable_sort(all.begin(), all.end(), [](const json::Value& a, const json::Value& b) {
    return told(a, "due_date") < told(b, "due_date");
  });
  json::Value list = json::Value::array();
  for (json::Value& one : all) list.push_back(std::move(one));
  return list;
}

Result<json::Value> answer_recommendation(Province& province, const std::string& slug, const std::string& id,
                                          const json::Value& answer, const std::string& by) {
  if (!province.registry().office(slug)) return error(ErrorCode::not_found, "there is no office " + slug);
  ASSIGN_OR_RETURN(const auto reference, province.reference().get());
  ASSIGN_OR_RETURN(const auto database, province.databases().open(office_database(slug)));
  ASSIGN_OR_RETURN(auto held, id.starts_with("recommendation:") ? held_in(*database->store, id)
                                                                : Result<std::optional<HeldDocument>>(std::nullopt));
  if (!held) return error(ErrorCode::not_found, "office " + slug + " has no recommendation " + id);
  const std::string at = vietnam_text(province.clock().wall_ms());
  RETURN_IF_ERROR(apply_answer(answer, by, at.substr(0, 10), held->body));
  const auto sent = parse_date(told(held->body, "sent_date"));
  if (!held->body.contains("due_date") && sent)
    held->body["due_date"] = reference->calendar.add_working_days(*sent, reference->due.answer_working_days()).text();
  stamp_edit(held->body, by, "tram-server", at, "trusted");
  ASSIGN_OR_RETURN(const RevisionId rev, write_one(*database, id, held->rev, held->body));
  return json::Value{{"id", id}, {"rev", rev.text()}, {"state", state_of_recommendation(held->body)}};
}

}  // namespace tram
