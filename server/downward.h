// server/downward.h: what the province publishes in `reference` (forms, campaigns, targets, guidance, TBT notices,
// answers), who has read it, and the recommendations of offices with the province's answers. Any thread.
#pragma once

#include <string>

#include "core/base/json.h"
#include "core/base/result.h"
#include "server/province.h"

namespace tram {

// Publishes a document; offices get it with their next synchronisation. Its id is `_id`, or follows from what it is: a
// form's code and version, a campaign's form and period, a unit's code and validity. A new one or a new version of it;
// published again as it stands changes nothing. Answers {"id","rev","changed"}. Errors: bad_request (no id), and the
// refusals of `reference` (bad_form and so on, with the place), with nothing stored.
Result<json::Value> publish(Province& province, json::Value body, const std::string& by);

// Who has read a document: {"id","published_at","acknowledge_by","n_offices","n_delivered","n_read","offices":[{"office",
// "name","delivered","reads":[{"person","at","forwarded"}],"late"}]}. delivered: the office has called since it was
// published. Error not_found.
Result<json::Value> readings(Province& province, const std::string& id);

// Of one office (slug) or all: [{"office","name","id","rev","state","due_date","late",…the document}], due first.
Result<json::Value> list_recommendations(Province& province, const std::string& slug);

// {"state","answer_text","answer_doc","due_date"} by a person of the province. States go moi -> da_tiep_nhan ->
// dang_xu_ly -> da_tra_loi or tu_choi -> dong; an answer and a refusal need a text; one that the office is not satisfied
// with may be taken up once more. Without a due date it becomes the working days of periods:vn after it was sent.
// Answers {"id","rev","state"}. Errors: not_found; bad_request; forbidden named bad_state.
Result<json::Value> answer_recommendation(Province& province, const std::string& slug, const std::string& id,
                                          const json::Value& answer, const std::string& by);

}  // namespace tram
