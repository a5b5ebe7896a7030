// The life of a report at an office that never reaches its province.
#include "core/base/digest.h"
#include "storage/data_folder.h"
#include "sync/memory.h"
#include "tests/agent/office_pc.h"
#include "tests/support/check.h"

namespace tram::test {
namespace {

const std::string kReport = "report:bm02:2024Q2";

std::string state_of(OfficePc& pc) { return pc.json({"report", "show", kReport})["state"].get<std::string>(); }

}  // namespace

TEST_CASE("an office works for months without a line: typed, corrected, submitted, listed") {
  OfficePc pc;
  CHECK(pc.out({"report", "new", "bm02", "2024Q2"}) == kReport);
  CHECK(state_of(pc) == "draft");
  CHECK(pc.exit({"report", "submit", kReport}) == 1);

  std::vector<std::string> words = {"report", "set", kReport};
  words.insert(words.end(), kWholeBm02.begin(), kWholeBm02.end());
  pc.out(words);
  const std::string submitted = pc.out({"report", "submit", kReport});
  CHECK(submitted.starts_with("submission:bm02:2024Q2:"));
  CHECK(state_of(pc) == "submitted");

  const json::Value report = pc.json({"report", "show", kReport});
  CHECK(report["_id"] == kReport);
  CHECK(report["values"]["tasks_applied_count"] == 12);
  CHECK(report["unit"]["code"] == "049");
  CHECK(report["unit"]["name_vi"] == "Huyện Quảng Hòa");
  CHECK(report["office"] == "vn-04-049");
  CHECK(report["edit"]["by"] == "lan.ht");
  CHECK(report["edit"]["clock"] == "unknown");
  CHECK(report["submission"]["n"] == 1);
  CHECK(report["findings"].empty());

  const json::Value list = pc.json({"report", "list"});
  REQUIRE(list.size() == 1);
  CHECK(list[0]["id"] == kReport);
  CHECK(list[0]["state"] == "submitted");
  CHECK(list[0]["fate"] == "pending");
  CHECK(list[0]["conflict"] == false);
  const json::Value status = pc.json({"status"});
  CHECK(status["office"] == "vn-04-049");
  CHECK(status["pending"] > 0);
  CHECK(status["last_contact"].is_null());
  CHECK(status["conflicts"] == 0);
}

TEST_CASE("a district that has ended hears which communes report the later periods; its earlier reports go on") {
  OfficePc pc;
  pc.out({"report", "new", "bm02", "2026Q1"});
  std::string said;
  const json::Value later = pc.json({"report", "show", "report:bm02:2026Q1"});
  for (const json::Value& finding : later["findings"]) {
    if (finding["field"] == "") said = finding["message_vi"].get<std::string>();
  }
  CHECK(said.find("Huyện Quảng Hòa (049) đã kết thúc ngày 2025-06-30") != std::string::npos);
  CHECK(said.find("Xã Quảng Uyên (01576)") != std::string::npos);
  CHECK(pc.exit({"report", "submit", "report:bm02:2026Q1"}) == 1);

  pc.out({"report", "new", "bm02", "2025Q1"});
  const json::Value earlier = pc.json({"report", "show", "report:bm02:2025Q1"});
  for (const json::Value& finding : earlier["findings"]) CHECK(finding["field"] != "");

  const auto office = pc.open();
  const json::Value ended = must(office->ended_unit());
  CHECK(ended["valid_to"] == "2025-06-30");
  CHECK(ended["successors"].size() > 1);
}

TEST_CASE("the submission that an office freezes is the report it shows, under the name of its content") {
  OfficePc pc;
  const std::string id = whole_report(pc);
  const json::Value done = pc.json({"report", "submit", id});
  const json::Value frozen = pc.json({"report", "show", done["submission"].get<std::string>()});
  CHECK(frozen["type"] == "submission");
  CHECK(frozen["values"]["tasks_applied_count"] == 12);
  CHECK(frozen["values"]["tasks_applied_pct"].is_number());
  CHECK_FALSE(frozen.contains("edit"));
  CHECK(done["submission"].get<std::string>().ends_with(done["digest"].get<std::string>()));
  CHECK(pc.json({"report", "show", id})["submission"]["digest"] == done["digest"]);
}

TEST_CASE(
    "a report is submitted once: nothing new is refused, an edit makes it a draft again, the next one is number two") {
  OfficePc pc;
  const std::string id = whole_report(pc);
  pc.out({"report", "submit", id});
  CHECK(pc.exit({"report", "submit", id}) == 1);
  pc.out({"report", "set", id, "tasks_applied_count=13"});
  CHECK(state_of(pc) == "draft");
  pc.out({"report", "submit", id});
  CHECK(pc.json({"report", "show", id})["submission"]["n"] == 2);
  pc.out({"report", "withdraw", id});
  CHECK(state_of(pc) == "draft");
}

TEST_CASE("empty, zero and no figure are three different answers") {
  OfficePc pc;
  const std::string id = pc.out({"report", "new", "bm02", "2024Q2"});
  pc.out({"report", "set", id, "models_count=0", "tasks_applied_count=null", "--remark",
          "tasks_applied_count=Chưa có số liệu"});
  json::Value report = pc.json({"report", "show", id});
  CHECK(report["values"]["models_count"] == 0);
  CHECK(report["values"]["tasks_applied_count"].is_null());
  CHECK(report["values"].contains("tasks_applied_count"));
  CHECK(report["remarks"]["tasks_applied_count"]["text"] == "Chưa có số liệu");
  CHECK_FALSE(report["values"].contains("tasks_new_count"));
  pc.out({"report", "set", id, "models_count="});
  CHECK_FALSE(pc.json({"report", "show", id})["values"].contains("models_count"));
}

TEST_CASE("a value of the wrong type names the field and what was expected, and changes nothing") {
  OfficePc pc;
  const std::string id = whole_report(pc);
  const json::Value before = pc.json({"report", "show", id});
  for (const std::string wrong :
       {"tasks_applied_count=nhiều", "tasks_applied_count=1.5", "tasks_applied_count=99999999999999999999",
        "no_such_field=1", "tasks_applied_pct=50"}) {
    const agent::Outcome outcome = pc.run({"report", "set", id, "models_count=9", wrong});
    INFO(wrong);
    CHECK(outcome.exit == 1);
    CHECK(outcome.err.find(wrong.substr(0, wrong.find('='))) != std::string::npos);
  }
  CHECK(pc.json({"report", "show", id})["_rev"] == before["_rev"]);
}

TEST_CASE("rows get an id of their own, are changed and deleted under it") {
  OfficePc pc;
  const std::string id = pc.out({"report", "new", "bm02", "2024Q2"});
  const std::string first =
      pc.out({"report", "row", id, "tasks", "task_title=Nghiên cứu giống lúa", "status=dang_thuc_hien"});
  const std::string second = pc.out({"report", "row", id, "tasks", "task_title=Trồng nấm"});
  CHECK(first.starts_with("0001-"));
  CHECK(second.starts_with("0002-"));
  pc.out({"report", "row", id, "tasks", "--row", first, "task_title=Giống lúa nếp"});
  json::Value rows = pc.json({"report", "show", id})["rows"]["tasks"];
  CHECK(rows[first]["task_title"] == "Giống lúa nếp");
  pc.out({"report", "row", id, "tasks", "--row", first, "--delete"});
  rows = pc.json({"report", "show", id})["rows"]["tasks"];
  CHECK(rows.size() == 1);
  CHECK(pc.exit({"report", "row", id, "tasks", "--row", first, "task_title=x"}) == 1);
  CHECK(pc.exit({"report", "row", id, "no_such_section", "task_title=x"}) == 1);
  pc.out({"report", "row", id, "tasks", "--row", second, "--delete"});
  pc.out({"report", "row", id, "tasks", "--none"});
  CHECK(pc.json({"report", "show", id})["rows"]["tasks"] == json::Value::object());
}

TEST_CASE("what the province has received is not edited behind its back") {
  OfficePc pc;
  const std::string id = whole_report(pc);
  const json::Value done = pc.json({"report", "submit", id});
  json::Value body = pc.json({"report", "show", id});
  for (const char* derived : {"_id", "_rev", "_conflicts", "state", "conflict", "changed_since", "awaiting_leader",
                              "withdrawal_asked", "conflicts", "fate", "findings"}) {
    body.erase(derived);
  }
  body["review"] = {
      {"of", done["digest"]}, {"verdict", "received"}, {"by", "minh.nv"}, {"at", "2024-06-18T08:00:00+07:00"}};
  receive(pc, false, id, body);
  CHECK(state_of(pc) == "received");
  CHECK(pc.exit({"report", "set", id, "models_count=5"}) == 1);
  CHECK(pc.exit({"report", "row", id, "tasks", "task_title=x"}) == 1);
  CHECK(pc.exit({"report", "delete", id}) == 1);
  body["review"]["verdict"] = "returned";
  body["review"]["reasons"] = {{{"field", "models_count"}, {"text", "Xem lại"}}};
  receive(pc, false, id, body);
  CHECK(state_of(pc) == "returned");
  pc.out({"report", "set", id, "models_count=5"});
  pc.out({"report", "submit", id});
  CHECK(state_of(pc) == "submitted");
}

TEST_CASE("only a draft that was never submitted can be deleted, and it can be begun again") {
  OfficePc pc;
  const std::string id = whole_report(pc);
  pc.out({"report", "delete", id});
  CHECK(pc.json({"report", "list"}).empty());
  CHECK(pc.exit({"report", "show", id}) == 1);
  whole_report(pc);
  pc.out({"report", "submit", id});
  pc.out({"report", "set", id, "models_count=7"});
  CHECK(pc.exit({"report", "delete", id}) == 1);
}

TEST_CASE("the history of a report tells who changed what and when") {
  OfficePc pc;
  const std::string id = pc.out({"report", "new", "bm02", "2024Q2", "--by", "hoa.nt"});
  pc.out({"report", "set", id, "models_count=3"});
  pc.out({"report", "set", id, "models_count=4"});
  const json::Value history = pc.json({"report", "history", id});
  REQUIRE(history.size() == 3);
  CHECK(history[0]["by"] == "hoa.nt");
  CHECK(history[2]["by"] == "lan.ht");
  REQUIRE(history[2]["changes"].size() == 1);
  CHECK(history[2]["changes"][0]["path"] == "values/models_count");
  CHECK(history[2]["changes"][0]["before"] == 3);
  CHECK(history[2]["changes"][0]["after"] == 4);
  CHECK(history[2]["parent"] == history[1]["rev"]);
}

TEST_CASE("every local write has its fate in the ledger") {
  OfficePc pc;
  const std::string id = whole_report(pc);
  pc.out({"report", "submit", id});
  const json::Value rows = pc.json({"ledger"});
  CHECK(rows.size() == 4);
  for (const json::Value& row : rows) {
    for (const char* member : {"id", "rev", "at", "fate", "reason", "receipt"}) CHECK(row.contains(member));
    CHECK(row["fate"] == "pending");
  }
  CHECK(pc.json({"ledger", id}).size() == 3);
}

TEST_CASE("a report that exists, an unknown form, a wrong period and an unknown report are refused in one line") {
  OfficePc pc;
  const std::string id = pc.out({"report", "new", "bm02", "2024Q2"});
  CHECK(pc.exit({"report", "new", "bm02", "2024Q2"}) == 1);
  CHECK(pc.exit({"report", "new", "bm99", "2024Q2"}) == 1);
  CHECK(pc.exit({"report", "new", "bm02", "2024Q5"}) == 1);
  CHECK(pc.exit({"report", "new", "bm02", "202406"}) == 1);
  CHECK(pc.exit({"report", "show", "report:bm02:2024Q3"}) == 1);
  CHECK(pc.exit({"report", "set", "gibberish", "a=1"}) == 1);
}

TEST_CASE("forms and units that came from the province take the place of those shipped") {
  OfficePc pc;
  json::Value form = must(json::parse(must(read_file(TRAM_SOURCE_FOLDER "/reference/forms/bm02.json"))));
  form["version"] = 2;
  receive(pc, true, "form:bm02:2", form);
  receive(pc, true, "unit:049:-",
          {{"type", "unit"},
           {"code", "049"},
           {"name_vi", "Huyện Thử"},
           {"name_en", "Test"},
           {"level", 2},
           {"parent", "04"},
           {"valid_from", ""},
           {"valid_to", ""}});
  const std::string id = pc.out({"report", "new", "bm02", "2024Q2"});
  const json::Value report = pc.json({"report", "show", id});
  CHECK(report["form_version"] == 2);
  CHECK(report["unit"]["name_vi"] == "Huyện Thử");
}

TEST_CASE("while forms are coming from the province an office goes on with those shipped for the others") {
  OfficePc pc;
  json::Value form = must(json::parse(must(read_file(TRAM_SOURCE_FOLDER "/reference/forms/bm02.json"))));
  form["version"] = 2;
  receive(pc, true, "form:bm02:2", form);
  CHECK(pc.out({"report", "new", "bm11", "2024"}) == "report:bm11:2024");
  const std::string id = pc.out({"report", "new", "bm02", "2024Q2"});
  CHECK(pc.json({"report", "show", id})["form_version"] == 2);
  must(pc.open()->reference_store().write(keep_came_whole));
  CHECK(pc.exit({"report", "new", "bm11", "2023"}) == 1);
}

TEST_CASE("a report moves to a newer form when a person says so and is told what that changes") {
  OfficePc pc;
  const std::string id = pc.out({"report", "new", "bm02", "2024Q2"});
  pc.out({"report", "set", id, "models_count=9", "tasks_new_count=3"});
  CHECK(pc.exit({"report", "upgrade", id}) == 1);
  json::Value form = must(json::parse(must(read_file(TRAM_SOURCE_FOLDER "/reference/forms/bm02.json"))));
  form["version"] = 2;
  for (json::Value& section : form["sections"]) {
    for (json::Value& field : section["fields"]) {
      if (field["id"] == "models_count") field["id"] = "models_total_count";
    }
  }
  receive(pc, true, "form:bm02:2", form);
  CHECK(pc.json({"report", "show", id})["form_version"] == 1);
  const json::Value told = pc.json({"report", "upgrade", id, "--dry-run"});
  CHECK(told["rev"].is_null());
  CHECK(told["added"][0]["path"] == "models_total_count");
  CHECK(told["removed"][0]["path"] == "models_count");
  CHECK(told["changed"].empty());
  CHECK(told["lost"] == json::Value::array({{{"path", "models_count"}, {"value", 9}}}));
  CHECK(pc.json({"report", "show", id})["values"]["models_count"] == 9);
  CHECK(pc.exit({"report", "upgrade", id, "--to", "3"}) == 1);
  pc.out({"report", "upgrade", id});
  const json::Value shown = pc.json({"report", "show", id});
  CHECK(shown["form_version"] == 2);
  CHECK(shown["values"] == json::Value{{"tasks_new_count", 3}});
  CHECK(pc.exit({"report", "upgrade", id}) == 1);
}

TEST_CASE("a leader confirms where the province asks for two steps") {
  OfficePc pc;
  receive(pc, true, "office:vn-04-049",
          {{"type", "office"}, {"slug", "vn-04-049"}, {"unit", "049"}, {"two_steps", true}});
  const std::string id = whole_report(pc);
  pc.out({"report", "submit", id});
  CHECK(state_of(pc) == "draft");
  CHECK(pc.json({"report", "show", id})["awaiting_leader"] == true);
  pc.out({"report", "confirm", id, "--by", "truong.phong"});
  CHECK(state_of(pc) == "submitted");
  CHECK(pc.exit({"report", "confirm", id}) == 1);
}

TEST_CASE("a new submission takes the place of one that the province refused: its row is history and no task") {
  OfficePc pc;
  const std::string id = whole_report(pc);
  const json::Value first = pc.json({"report", "submit", id});
  const std::string refused_id = first["submission"].get<std::string>();
  refuse(pc, refused_id, "period_closed");
  CHECK(pc.json({"status"})["refused"] == 1);
  pc.out({"report", "set", id, "tasks_applied_count=11"});
  CHECK(pc.json({"status"})["refused"] == 1);
  pc.out({"report", "submit", id});
  CHECK(pc.json({"status"})["refused"] == 0);
  const json::Value rows = pc.json({"ledger", refused_id});
  REQUIRE(rows.size() == 1);
  CHECK(rows[0]["fate"] == "superseded");
  CHECK(rows[0]["reason"].is_string());
}

}  // namespace tram::test
