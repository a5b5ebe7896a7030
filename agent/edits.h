// agent/edits.h: what a person did in a form and is not in a revision yet, one entry for each thing touched.
//
//   {"path":"models_count","text":"1.234","was":{"value":12}}      typed; "" makes it unanswered
//   {"path":"tasks/0001-5f0c9a21/status","text":"nghiem_thu","was":{}}
//   {"path":"tasks/0001-5f0c9a21","row":"add"} ... "delete"        {"path":"tasks","section":"none"} ... "open"
//   {"path":"models_count","remark":"chờ phòng Nông nghiệp"}       {"path":"models_count","approx":true}
//
// `was`: the value that the person saw when typing ({}: unanswered). When it is another one now, somebody else changed
// it meanwhile: the edit is not done unless it says "force":true. Texts are read as people write them
// (core/reports/typed.h). Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/base/random.h"
#include "core/reports/form.h"
#include "core/reports/typed.h"

namespace tram::agent {

struct EditProblem {
  std::size_t at = 0;  // which edit
  std::string path, code, message, message_vi;
  json::Value now;  // with changed_elsewhere: {"value":...} or {}
  json::Value to_json() const;
};

// Does what can be done, in order, and says what cannot: those edits leave the body as it was.
std::vector<EditProblem> apply_edits(json::Value& body, const Form& form, const json::Value& edits, NumberStyle style,
                                     Random& random);

}  // namespace tram::agent
