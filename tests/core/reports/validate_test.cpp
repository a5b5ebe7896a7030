#include "core/reports/validate.h"

#include "core/reports/submission.h"
#include "tests/core/reports/reference.h"

using namespace tram;

namespace {

using Changes = std::function<void(json::Value&)>;

json::Value sound(const std::string& form = "bm02", const std::string& period = "2024Q2") {
  json::Value body = reference::report(form, period);
  reference::answer_all(body);
  return body;
}

// "level rule field" of each finding, one a line.
std::string found(const json::Value& body, const ValidationContext& context) {
  std::string text;
  for (const Finding& finding : validate(reference::form(body.at("form").get<std::string>()), body, context)) {
    CHECK_FALSE(finding.message_vi.empty());
    CHECK_FALSE(finding.message_en.empty());
    text += (finding.warning ? (finding.remarked ? "remarked " : "warning ") : "error ") + finding.rule + " " +
            finding.field + "\n";
  }
  return text;
}

std::string found(
    json::Value body, const Changes& change = [](json::Value&) {}) {
  change(body);
  return found(body, reference::context(body));
}

}  // namespace

TEST_CASE("a report answered in full with zeros has nothing wrong") {
  CHECK(found(sound()) == "");
  CHECK(found(sound("bm04", "2024S1")) == "");
  CHECK(found(sound("bm07")) == "");
  CHECK(found(sound("bm10")) == "");
}

TEST_CASE("what was not answered is missing but no figure is an answer with a remark") {
  CHECK(found(sound(), [](json::Value& b) { b["values"].erase("models_count"); }) == "error required models_count\n");
  CHECK(found(sound(), [](json::Value& b) { b["values"]["models_count"] = nullptr; }) ==
        "error no_figure models_count\n");
  CHECK(found(sound(), [](json::Value& b) {
          b["values"]["models_count"] = nullptr;
          b["remarks"]["models_count"] = {{"text", "Chưa có số liệu"}};
        }) == "");
}

TEST_CASE("shape and schema come first") {
  CHECK(found(sound(), [](json::Value& b) { b["values"]["no_such"] = 1; }) == "error shape no_such\n");
  CHECK(found(sound(), [](json::Value& b) { b["rows"]["no_such"] = json::Value::object(); }) ==
        "error shape no_such\n");
  CHECK(found(sound(), [](json::Value& b) { b["rows"]["tasks"] = 5; }) == "error shape tasks\n");
  CHECK(found(sound(), [](json::Value& b) { b.erase("values"); }) == "error shape \n");
  CHECK(found(sound(), [](json::Value& b) { b["values"]["models_count"] = -1; }) == "error schema models_count\n");
  CHECK(found(sound(), [](json::Value& b) { b["values"]["tasks_applied_count"] = "x"; }) ==
        "error schema tasks_applied_count\n");
  CHECK(found(sound(), [](json::Value& b) { b["remarks"]["models_count"] = "x"; }) == "error shape models_count\n");
}

TEST_CASE("a rule that is false is an error and null breaks no rule") {
  CHECK(found(sound(), [](json::Value& b) { b["values"]["tasks_applied_count"] = 29; }) ==
        "error bm02-01 tasks_applied_count\n");
  CHECK(found(sound(), [](json::Value& b) {
          b["values"]["tasks_applied_count"] = 12;
          b["values"]["tasks_state_completed_count"] = nullptr;
          b["remarks"]["tasks_state_completed_count"] = {{"text", "Chờ"}};
        }) == "");
}

TEST_CASE("a warning needs a remark on a field that its rule names") {
  json::Value body = sound("bm07");
  body["values"]["devices_verified_count"] = 3;
  CHECK(found(body) == "warning bm07-01 devices_verified_count\n");
  body["remarks"]["devices_total_count"] = {{"text", "Đang thống kê"}};
  CHECK(found(body) == "remarked bm07-01 devices_verified_count\n");
  CHECK(may_be_submitted(validate(reference::form("bm07"), body, reference::context(body))));
  body["remarks"].clear();
  const auto findings = validate(reference::form("bm07"), body, reference::context(body));
  CHECK_FALSE(may_be_submitted(findings));
  CHECK(summary_vi(findings).find("cần ghi chú") != std::string::npos);
}

TEST_CASE("rows are judged one by one") {
  json::Value body = reference::report("bm02", "2024Q2");
  reference::Counting random;
  const auto row = reference::add(body, "tasks", random,
                                  {{"task_code", "CB-01"},
                                   {"task_title", "Đề tài"},
                                   {"task_kind", "de_tai"},
                                   {"task_level", "tinh"},
                                   {"lead_org", "Sở"},
                                   {"start_date", "2024-05-01"},
                                   {"end_date", "2024-04-01"},
                                   {"status", "nghiem_thu"}});
  reference::answer_all(body);
  body["values"].erase("tasks_provincial_count");
  body["values"].erase("tasks_new_count");
  const std::string path = "tasks/" + row + "/";
  CHECK(found(body) == "error required " + path + "accepted_date\nerror required " + path +
                           "acceptance_doc\nerror bm02-03 " + path + "start_date\n");
}

TEST_CASE("a typed figure that differs from its list is a warning") {
  json::Value body = reference::report("bm02", "2024Q2");
  body["rows"]["tasks"] = json::Value::object();
  reference::answer_all(body);
  CHECK(found(body) == "");
  body["values"]["tasks_base_count"] = 2;
  CHECK(found(body) == "warning listed tasks_base_count\n");
}

TEST_CASE("a typed value under computed is refused in a report and checked in a submission") {
  json::Value body = sound();
  body["values"]["tasks_applied_pct"] = 50;
  CHECK(found(body) == "error computed tasks_applied_pct\n");
  body["values"].erase("tasks_applied_pct");
  body["values"]["tasks_applied_count"] = 12;
  body["values"]["tasks_state_completed_count"] = 28;
  json::Value copy =
      make_submission(reference::form("bm02"), body, reference::period("2024Q2"), reference::window("bm02", "2024Q2"))
          .body;
  CHECK(found(copy) == "");
  copy["values"]["tasks_applied_pct"] = 99;
  CHECK(found(copy) == "error computed tasks_applied_pct\n");
}

TEST_CASE("two rows of one thing are an error") {
  json::Value body = reference::report("bm12", "2024Q2");
  CHECK(found(body) == "error required petitions\n");
  json::Value documents = sound("bm01");
  const std::map<std::string, std::string> paper = {
      {"doc_no", "12/KH-UBND"}, {"doc_date", "2024-05-02"}, {"doc_title", "Kế hoạch"}};
  reference::Counting random;
  reference::add(documents, "documents", random, paper);
  const auto second = reference::add(documents, "documents", random, paper);
  documents["values"].erase("docs_issued_count");
  for (const char* field : {"signer_name", "signer_title", "prepared_by", "next_tasks_text"})
    reference::set(documents, field, "x");
  CHECK(found(documents) == "error row_key documents/" + second + "\n");
}

TEST_CASE("units are checked on the day that the form names") {
  json::Value body = sound();
  body["unit"] = reference::units().find("049", "2024-06-14")->stamp();
  CHECK(found(body) == "");
  json::Value later = sound("bm02", "2025Q4");
  CHECK(found(later) == "error reference \n");
  later["unit"] = nullptr;
  CHECK(found(later) == "");
  json::Value meeting = sound("bm01");
  reference::Counting random;
  const auto row =
      reference::add(meeting, "meetings", random,
                     {{"meeting_date", "2024-05-01"}, {"meeting_title", "Họp"}, {"meeting_units", "049;999"}});
  meeting["values"].erase("meetings_count");
  for (const char* field : {"signer_name", "signer_title", "prepared_by", "next_tasks_text"})
    reference::set(meeting, field, "x");
  CHECK(found(meeting) == "error reference meetings/" + row + "/meeting_units\n");
}

TEST_CASE("rules may look at the period before and at other forms and at what is given") {
  json::Value body = sound("bm05");
  body["values"]["tm_granted_count"] = 40;
  Figures before, tasks;
  before.values["tm_granted_count"] = 10;
  ValidationContext context = reference::context(body);
  CHECK(found(body, context) == "");
  context.around.previous = &before;
  CHECK(found(body, context) == "warning bm05-02 tm_granted_count\n");

  json::Value info = sound("bm11");
  info["values"]["tbt_bulletins_received_count"] = 26;
  info["values"]["tasks_registered_count"] = 4;
  ValidationContext around = reference::context(info);
  CHECK(found(info, around) == "");
  around.around.given["tbt_bulletins_sent"] = 25;
  CHECK(found(info, around) == "warning bm11-01 tbt_bulletins_received_count\n");
  tasks.values = {{"tasks_national_count", 1}, {"tasks_provincial_count", 1}, {"tasks_base_count", 1}};
  around.around.others["bm02"] = &tasks;
  CHECK(found(info, around) ==
        "warning bm11-01 tbt_bulletins_received_count\nwarning bm11-02 tasks_registered_count\n");
}

TEST_CASE("the day of issue is not in the future") {
  json::Value body = sound("bm01");
  for (const char* field : {"signer_name", "signer_title", "prepared_by", "next_tasks_text"})
    reference::set(body, field, "x");
  reference::set(body, "issued_date", "2024-06-18");
  CHECK(found(body, reference::context(body, "2024-06-17")) == "error bm01-02 issued_date\n");
  CHECK(found(body, reference::context(body, "2024-06-18")) == "");
  CHECK(found(body, reference::context(body, "")) == "");
}

TEST_CASE("half-year reports need their narrative and quarterly ones do not") {
  json::Value body = sound("bm01", "2024S1");
  for (const char* field : {"signer_name", "signer_title", "prepared_by", "next_tasks_text"})
    reference::set(body, field, "x");
  CHECK(found(body) == "error required results_text\nerror required limits_text\n");
}
