#include "agent/drafts.h"

#include "agent/report_view.h"
#include "tests/agent/office_pc.h"
#include "tests/support/catch.h"
#include "tests/support/check.h"

namespace tram::test {
namespace {

const std::string kId = "report:bm02:2024Q2";
const agent::Author kLan{"lan.ht", "may-2"};

agent::Draft typed(std::vector<json::Value> edits) { return {json::Value(std::move(edits)), NumberStyle::vi}; }

json::Value text(const std::string& path, const std::string& text, const json::Value& was = json::Value::object()) {
  return {{"path", path}, {"text", text}, {"was", was}};
}

struct Desk {
  OfficePc pc;
  std::unique_ptr<agent::Office> office;
  Desk() {
    pc.out({"report", "new", "bm02", "2024Q2"});
    office = pc.open();
  }
  json::Value report() { return must(agent::show_document(*office, kId)); }
  std::size_t revisions() { return must(agent::history_of(*office, kId)).size(); }
};

}  // namespace

TEST_CASE("what is typed is kept at each pause and becomes one revision when it is saved") {
  Desk desk;
  for (const char* typing : {"1", "1.2", "1.23", "1.234"}) {
    must(agent::keep_draft(*desk.office, kId, typed({text("models_count", typing)}), kLan));
  }
  CHECK(desk.revisions() == 1);
  desk.office.reset();
  desk.office = desk.pc.open();  // as after a power cut
  const json::Value kept = must(agent::read_draft(*desk.office, kId));
  CHECK(kept["edits"][0]["text"] == "1.234");
  CHECK(kept["by"] == "lan.ht");
  const json::Value saved = must(agent::save_draft(*desk.office, kId, {kept["edits"], NumberStyle::vi}, kLan));
  CHECK(saved["rev"].is_string());
  CHECK(desk.report()["values"]["models_count"] == 1234);
  CHECK(desk.revisions() == 2);
  CHECK(must(agent::read_draft(*desk.office, kId)).is_null());
}

TEST_CASE("saving what changes nothing makes no revision") {
  Desk desk;
  must(agent::save_draft(*desk.office, kId, typed({text("models_count", "4")}), kLan));
  const json::Value again =
      must(agent::save_draft(*desk.office, kId, typed({text("models_count", "4", {{"value", 4}})}), kLan));
  CHECK(again["rev"].is_null());
  CHECK(desk.revisions() == 2);
}

TEST_CASE("what cannot be read stays in the draft and everything else is saved") {
  Desk desk;
  const json::Value saved = must(
      agent::save_draft(*desk.office, kId, typed({text("models_count", "1.5"), text("tasks_new_count", "2")}), kLan));
  CHECK(saved["problems"][0]["code"] == "ambiguous_number");
  CHECK(desk.report()["values"] == json::Value{{"tasks_new_count", 2}});
  CHECK(must(agent::read_draft(*desk.office, kId))["edits"] == json::Value::array({text("models_count", "1.5")}));
}

TEST_CASE("a figure that another PC changed meanwhile is not overwritten unasked") {
  Desk desk;
  must(agent::save_draft(*desk.office, kId, typed({text("models_count", "7")}), {"minh.nv", "may-1"}));
  json::Value mine = text("models_count", "5");
  const json::Value asked = must(agent::save_draft(*desk.office, kId, typed({mine}), kLan));
  CHECK(asked["problems"][0]["code"] == "changed_elsewhere");
  CHECK(asked["problems"][0]["now"] == json::Value{{"value", 7}});
  CHECK(desk.report()["values"]["models_count"] == 7);
  mine["force"] = true;
  must(agent::save_draft(*desk.office, kId, typed({mine}), kLan));
  CHECK(desk.report()["values"]["models_count"] == 5);
}

TEST_CASE("a draft is judged as it would be saved") {
  Desk desk;
  const json::Value numbers = must(agent::keep_draft(
      *desk.office, kId, typed({text("tasks_state_completed_count", "28"), text("tasks_applied_count", "12")}), kLan));
  CHECK(json::print(numbers["values"]["tasks_applied_pct"]) == "42.86");
  const json::Value judged = must(agent::keep_draft(*desk.office, kId,
                                                    typed({text("tasks_state_completed_count", "28"),
                                                           text("tasks_applied_count", "12"),
                                                           text("models_count", "chưa có số liệu"),
                                                           {{"path", "tasks/0001-5f0c9a21"}, {"row", "add"}},
                                                           text("tasks/0001-5f0c9a21/task_title", "Mô hình tưới"),
                                                           {{"path", "models_count"}, {"remark", "chờ phòng"}}}),
                                                    kLan));
  // A list counts before a typed number, and nothing in it is done.
  CHECK(!judged["values"].contains("tasks_applied_pct"));
  CHECK(judged["read"]["models_count"] == json::Value{{"value", nullptr}});
  CHECK(judged["read"]["tasks/0001-5f0c9a21/task_title"]["value"] == "Mô hình tưới");
  CHECK(judged["problems"].empty());
  CHECK(!judged["findings"].empty());
  CHECK(desk.report()["rows"].empty());
}

TEST_CASE("a row that is added and deleted in one draft leaves a list that was looked at") {
  Desk desk;
  const json::Value row = {{"path", "tasks/0001-5f0c9a21"}, {"row", "add"}};
  const json::Value gone = {{"path", "tasks/0001-5f0c9a21"}, {"row", "delete"}};
  must(agent::save_draft(*desk.office, kId, typed({row, gone}), kLan));
  CHECK(desk.report()["rows"]["tasks"] == json::Value::object());
  const json::Value wrong = {{"path", "tasks/1"}, {"row", "add"}};
  CHECK(must(agent::save_draft(*desk.office, kId, typed({wrong}), kLan))["problems"].size() == 1);
}

}  // namespace tram::test
