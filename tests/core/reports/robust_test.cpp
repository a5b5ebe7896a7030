// Whatever an office sends, it is judged and answered; no shape of a document stops a program.
#include <vector>

#include "core/reports/campaign.h"
#include "core/reports/consolidate.h"
#include "core/reports/state.h"
#include "core/reports/submission.h"
#include "tests/core/reports/reference.h"

using namespace tram;

namespace {

json::Value full_report() {
  json::Value body = reference::report("bm02", "2024Q2");
  reference::Counting random;
  reference::add(body, "tasks", random, {{"task_code", "CB-01"}, {"status", "nghiem_thu"}, {"applied_place", "049"}});
  reference::answer_all(body);
  REQUIRE(set_remark(body, reference::form("bm02"), "models_count", "Khoảng mười", true));
  const Submission sent =
      make_submission(reference::form("bm02"), body, reference::period("2024Q2"), reference::window("bm02", "2024Q2"));
  mark_submitted(body, sent, "lan.ht", "");
  body["review"] = {{"of", sent.digest}, {"verdict", "received"}};
  return body;
}

void places_of(const json::Value& value, const json::Value::json_pointer& at,
               std::vector<json::Value::json_pointer>& all) {
  all.push_back(at);
  if (!value.is_object()) return;
  for (const auto& [name, inner] : value.items()) places_of(inner, at / name, all);
}

// Everything that looks at a document, one after another.
std::size_t use(const json::Value& body) {
  const Form& form = reference::form("bm02");
  const Period period = reference::period("2024Q2");
  const Window window = reference::window("bm02", "2024Q2");
  ValidationContext context;
  context.around.period = period;
  context.around.window = window;
  context.units = &reference::units();
  std::size_t seen = validate(form, body, context).size();
  const Submission made = make_submission(form, body, period, window);
  seen += made.digest.size() + (check_submission(form, made.id, made.body, period, window).ok() ? 1 : 0);
  seen += static_cast<std::size_t>(state_of(form, body, true).state);
  seen += foreign_changes(form, full_report(), body, Writer::office).size();
  seen += foreign_changes(form, body, full_report(), Writer::province).size();
  ConsolidationInput input;
  input.office = "vn-04-049";
  input.period = period;
  input.body = body;
  input.corrections = {{"tasks/0001-01020304/status", {{"value", "huy"}}}, {"models_count", {{"value", 3}}}};
  ConsolidationRequest request;
  request.period = period;
  request.window = window;
  return seen + json::print(consolidate(form, {input, input}, request).to_json(true)).size();
}

}  // namespace

TEST_CASE("a report of any shape is judged and never stops the program") {
  const json::Value sound = full_report();
  std::vector<json::Value::json_pointer> places;
  places_of(sound, json::Value::json_pointer(), places);
  CHECK(places.size() > 30);
  const json::Value strange =
      *json::parse(R"([null, true, 5, -0.1234567, 1e300, "x", "", [], [1], {}, {"a": {"b": 1}}])");
  for (const auto& place : places) {
    for (const auto& value : strange) {
      json::Value changed = sound;
      changed[place] = value;
      if (!changed.is_object()) continue;  // a document's body is an object, whoever sent it
      CHECK(use(changed) > 0);
    }
  }
}

TEST_CASE("a form or campaign of any shape loads or is refused with words") {
  const json::Value strange = *json::parse(R"([null, true, 5, "x", [], [1], {}, {"a": 1}])");
  const json::Value form = reference::data("forms/bm02.json");
  std::vector<json::Value::json_pointer> places;
  places_of(form, json::Value::json_pointer(), places);
  for (const char* deep :
       {"/sections/0/fields/0", "/sections/1", "/sections/1/fields/3", "/rules/0", "/sections/1/row_key/0"}) {
    const json::Value::json_pointer at(deep);
    places_of(form[at], at, places);
  }
  for (const auto& place : places) {
    for (const auto& value : strange) {
      json::Value changed = form;
      changed[place] = value;
      const auto loaded = load_form(changed);
      CHECK((loaded || !loaded.error().message.empty()));
    }
  }
  const json::Value campaign = *json::parse(
      R"({"form":"bm02","period":"2024Q2","due":{"t":"2024-06-17"},"except":["a"],"expected":["a"],"window":{"start":"2024-01-01","end":"2024-01-02"}})");
  for (const auto& [name, was] : campaign.items()) {
    for (const auto& value : strange) {
      json::Value changed = campaign;
      changed[name] = value;
      const auto read = campaign_from_document(changed);
      CHECK((read || !read.error().message.empty()));
    }
  }
}
