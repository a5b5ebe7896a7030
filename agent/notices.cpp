#include "agent/notices.h"

#include <algorithm>
#include <array>

#include "sync/local_peer.h"

namespace tram::agent {
namespace {

constexpr std::array kDownward = {"guidance:", "tbt_notice:", "answer:"};

Result<std::optional<Document>> winner_in(Store& store, const std::string& id) {
  std::optional<Document> held;
  RETURN_IF_ERROR(store.read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(held, snapshot.winner(id));
    return {};
  }));
  return held;
}

bool is_downward(std::string_view id) {
  return std::any_of(kDownward.begin(), kDownward.end(), [&](const char* prefix) { return id.starts_with(prefix); });
}

std::string receipt_of(std::string_view id) { return "receipt:" + std::string(id); }

Result<json::Value> reads_of(Office& office, std::string_view id) {
  ASSIGN_OR_RETURN(const auto receipt, winner_in(office.own(), receipt_of(id)));
  if (!receipt) return json::Value::object();
  ASSIGN_OR_RETURN(const json::Value body, json::parse_object(receipt->body));
  const json::Value* reads = json::object_at(body, "reads");
  return reads == nullptr ? json::Value::object() : *reads;
}

// Changes a document that may not be there yet, in one transaction.
Status change_document(Office& office, const std::string& id, const Author& author,
                       const std::function<Status(json::Value& body, bool fresh)>& change) {
  ASSIGN_OR_RETURN(const json::Value edit, edit_stamp(office, author));
  return office.own().write([&](Transaction& transaction) -> Status {
    RETURN_IF_ERROR(merge_document(transaction, id));
    ASSIGN_OR_RETURN(const auto held, transaction.winner(id));
    json::Value body = json::Value::object();
    if (held) {
      ASSIGN_OR_RETURN(body, json::parse_object(held->body));
    }
    RETURN_IF_ERROR(change(body, !held));
    body["edit"] = edit;
    RETURN_IF_ERROR(transaction.save(id, held ? held->rev : RevisionId{}, false, json::print(body),
                                     held ? held->attachments : std::vector<Attachment>{}));
    return {};
  });
}

// The list that bm12 is filled from says what a recommendation has.
Result<FormPtr> petition_form(Office& office) {
  ASSIGN_OR_RETURN(const auto codes, office.reference().form_codes());
  for (const std::string& code : codes) {
    ASSIGN_OR_RETURN(FormPtr form, office.reference().form(code));
    for (const FormSection& section : form->sections) {
      if (section.filled_from == "recommendation") return form;
    }
  }
  return error(ErrorCode::not_found, "no form lists recommendations; run: tram-agent sync");
}

const FormSection& petitions_of(const Form& form) {
  const auto found = std::find_if(form.sections.begin(), form.sections.end(),
                                  [](const FormSection& section) { return section.filled_from == "recommendation"; });
  CHECK(found != form.sections.end());
  return *found;
}

Status set_fields(const Form& form, const Fields& fields, json::Value& body) {
  for (const auto& [name, value] : fields) {
    const FormField* field = petitions_of(form).field(name);
    if (field == nullptr) return error(ErrorCode::bad_request, "a recommendation has no field " + name);
    if (field->writer == Writer::province)
      return error(ErrorCode::forbidden, "the province writes " + name, "wrong_writer");
    if (value.empty()) {
      body.erase(name);
      continue;
    }
    ASSIGN_OR_RETURN(body[name], parse_field(*field, value));
  }
  return {};
}

Status check_complete(const Form& form, const json::Value& body) {
  for (const FormField& field : petitions_of(form).fields) {
    const bool ours = field.writer == Writer::office && field.generated.empty() && field.required == Required::submit;
    if (ours && !body.contains(field.id))
      return error(ErrorCode::bad_request, "a recommendation needs " + field.id + "; " + field.label_vi);
  }
  return {};
}

}  // namespace

Result<json::Value> list_notices(Office& office) {
  json::Value list = json::Value::array();
  for (const char* prefix : kDownward) {
    RETURN_IF_ERROR(office.reference_store().read([&](Snapshot& snapshot) -> Status {
      ASSIGN_OR_RETURN(const auto records, snapshot.with_prefix(prefix, SIZE_MAX));
      for (const Record& record : records) {
        ASSIGN_OR_RETURN(const auto document, snapshot.winner(record.id));
        if (!document) continue;
        ASSIGN_OR_RETURN(const json::Value body, json::parse_object(document->body));
        json::Value line = {{"id", record.id}};
        for (const char* name : {"type", "number", "date", "abstract", "acknowledge_by", "comment_deadline"})
          line[name] = body.contains(name) ? body.at(name) : json::Value();
        list.push_back(std::move(line));
      }
      return {};
    }));
  }
  for (json::Value& line : list) {
    ASSIGN_OR_RETURN(line["read"], reads_of(office, line["id"].get<std::string>()));
  }
  std::stable_sort(list.begin(), list.end(), [](const json::Value& a, const json::Value& b) {
    return json::string_at(a, "date").value_or("") > json::string_at(b, "date").value_or("");
  });
  return list;
}

Result<json::Value> show_notice(Office& office, std::string_view id) {
  ASSIGN_OR_RETURN(const auto held, is_downward(id) ? winner_in(office.reference_store(), std::string(id))
                                                    : Result<std::optional<Document>>(std::nullopt));
  if (!held) return error(ErrorCode::not_found, "the province has sent no " + std::string(id));
  ASSIGN_OR_RETURN(json::Value body, json::parse_object(held->body));
  body["_id"] = id;
  ASSIGN_OR_RETURN(body["read"], reads_of(office, id));
  return body;
}

Status read_notice(Office& office, std::string_view id, const Author& author, std::optional<std::int64_t> forwarded) {
  RETURN_IF_ERROR(show_notice(office, id));
  return change_document(office, receipt_of(id), author, [&](json::Value& body, bool fresh) -> Status {
    if (fresh)
      body = {{"type", "receipt"}, {"of", id}, {"office", office.enrolment().office}, {"reads", json::Value::object()}};
    json::Value& read = body["reads"][author.by + "@" + author.pc];
    if (!read.is_object()) read = {{"at", vietnam_text(office.clock().wall_ms())}};
    if (forwarded) read["forwarded"] = *forwarded;
    return {};
  });
}

Result<std::string> new_recommendation(Office& office, const Fields& fields, const Author& author) {
  ASSIGN_OR_RETURN(const FormPtr form, petition_form(office));
  std::string hex = office.random().hex(16);
  hex[12] = '4';  // RFC 9562: version 4, variant 10
  hex[16] = "89ab"[(hex[16] >= 'a' ? hex[16] - 'a' + 10 : hex[16] - '0') % 4];
  const std::string uuid = hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" +
                           hex.substr(16, 4) + "-" + hex.substr(20);
  const std::string id = "recommendation:" + uuid;
  RETURN_IF_ERROR(change_document(office, id, author, [&](json::Value& body, bool) -> Status {
    body = {{"type", "recommendation"},
            {"office", office.enrolment().office},
            {"sent_date", vietnam_day(office.clock().wall_ms())}};
    RETURN_IF_ERROR(set_fields(*form, fields, body));
    return check_complete(*form, body);
  }));
  return id;
}

Status set_recommendation(Office& office, std::string_view id, const Fields& fields, const Author& author) {
  if (!id.starts_with("recommendation:"))
    return error(ErrorCode::bad_request, std::string(id) + " is no recommendation");
  ASSIGN_OR_RETURN(const FormPtr form, petition_form(office));
  return change_document(office, std::string(id), author, [&](json::Value& body, bool fresh) -> Status {
    if (fresh) return error(ErrorCode::not_found, "there is no " + std::string(id));
    const bool was_unsatisfied = json::boolean_at(body, "satisfied") == false;
    const bool answered = body.contains("answer_text") || json::string_at(body, "state") == "tu_choi";
    RETURN_IF_ERROR(set_fields(*form, fields, body));
    if (json::boolean_at(body, "satisfied") == false && !was_unsatisfied && !answered)
      return error(ErrorCode::forbidden, "it has no answer yet", "no_answer");
    if (was_unsatisfied && json::boolean_at(body, "satisfied") == false)
      return error(ErrorCode::forbidden, "it was reopened once already", "reopened_once");
    return check_complete(*form, body);
  });
}

Result<json::Value> list_recommendations(Office& office) {
  json::Value list = json::Value::array();
  RETURN_IF_ERROR(office.own().read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const auto records, snapshot.with_prefix("recommendation:", SIZE_MAX));
    for (const Record& record : records) {
      ASSIGN_OR_RETURN(const auto document, snapshot.winner(record.id));
      if (!document) continue;
      ASSIGN_OR_RETURN(json::Value body, json::parse_object(document->body));
      body["_id"] = record.id;
      list.push_back(std::move(body));
    }
    return {};
  }));
  return list;
}

std::string notices_text(const json::Value& notices) {
  std::string text;
  for (const json::Value& line : notices) {
    const auto member = [&](const char* name) { return json::string_at(line, name).value_or(""); };
    text += std::string(line["read"].empty() ? "● " : "  ") + member("id") + "  " + member("date") + "  " +
            member("number") + "  " + member("abstract") + "\n";
  }
  return text.empty() ? "Chưa có văn bản nào (nothing yet)\n" : text;
}

std::string recommendations_text(const json::Value& list) {
  std::string text;
  for (const json::Value& line : list) {
    const auto member = [&](const char* name) { return json::string_at(line, name).value_or(""); };
    const std::string state = member("state");
    text += member("_id") + "  " + member("sent_date") + "  " + (state.empty() ? "moi" : state) + "  hạn (due) " +
            member("due_date") + "\n    " + member("petition_text") + "\n";
    if (!member("answer_text").empty()) text += "  → " + member("answer_text") + "\n";
  }
  return text.empty() ? "Chưa có kiến nghị nào (nothing yet)\n" : text;
}

}  // namespace tram::agent
