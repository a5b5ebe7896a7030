#include "core/reports/submission.h"

#include "core/reports/state.h"
#include "tests/core/reports/reference.h"
#include "tests/support/check.h"

using namespace tram;

namespace {

json::Value filled() {
  json::Value body = reference::report("bm02", "2024Q2");
  reference::set(body, "tasks_applied_count", "12");
  reference::set(body, "tasks_state_completed_count", "28");
  reference::answer_all(body);
  return body;
}

Submission submit(json::Value& body) {
  const std::string form = body["form"].get<std::string>(), period = body["period"].get<std::string>();
  const Submission made =
      make_submission(reference::form(form), body, reference::period(period), reference::window(form, period));
  mark_submitted(body, made, "lan.ht", "2024-06-17T09:12:00+07:00");
  return made;
}

std::string state(const json::Value& body) {
  return std::string(name_of(state_of(reference::form(body["form"].get<std::string>()), body).state));
}

Status review(json::Value& body, const std::string& verdict, const std::string& reason = "",
              const std::string& last_day = "") {
  Review made;
  made.of = body["submission"]["digest"].get<std::string>();
  made.verdict = verdict;
  made.by = "minh.nv";
  made.at = "2024-06-18T08:00:00+07:00";
  if (!reason.empty()) made.reasons.push_back({"tasks_applied_count", reason});
  made.last_day = last_day;
  return apply_review(body, reference::form(body["form"].get<std::string>()), made);
}

}  // namespace

TEST_CASE("a submission is frozen under the digest of its content with what the form computes") {
  json::Value body = filled();
  const Submission made = submit(body);
  CHECK(made.id == "submission:bm02:2024Q2:" + made.digest);
  CHECK(made.body["values"]["tasks_applied_pct"] == 42.86);
  CHECK_FALSE(body["values"].contains("tasks_applied_pct"));
  CHECK_FALSE(made.body.contains("edit"));
  CHECK(check_submission(reference::form("bm02"), made.id, made.body, reference::period("2024Q2"),
                         reference::window("bm02", "2024Q2")));
  CHECK(parse_submission_id(made.id) == ReportKey{"bm02", "2024Q2", made.digest});
  CHECK_FALSE(parse_submission_id("submission:bm02:2024Q2:abc"));
}

TEST_CASE("two computers that submit the same content write the same document") {
  json::Value first = filled(), second = filled();
  stamp_edit(second, "hoa.nt", "may-2", "2024-06-17T10:00:00+07:00", "trusted");
  const Submission a = submit(first), b = submit(second);
  CHECK(a.id == b.id);
  CHECK(json::print(a.body) == json::print(b.body));
}

TEST_CASE("a submission that was tampered with is found out") {
  json::Value body = filled();
  const Submission made = submit(body);
  const auto check = [&](const std::function<void(json::Value&)>& change) {
    json::Value changed = made.body;
    change(changed);
    return check_submission(reference::form("bm02"), made.id, changed, reference::period("2024Q2"),
                            reference::window("bm02", "2024Q2"))
        .ok();
  };
  CHECK(check([](json::Value&) {}));
  CHECK_FALSE(check([](json::Value& b) { b["values"]["models_count"] = 5; }));
  CHECK_FALSE(check([](json::Value& b) { b["values"]["tasks_applied_pct"] = 99; }));
  CHECK_FALSE(check([](json::Value& b) { b["n"] = 2; }));
  CHECK_FALSE(check([](json::Value& b) { b["office"] = "vn-04-047"; }));
  CHECK_FALSE(check([](json::Value& b) { b["listed"]["models_count"] = 1; }));
}

TEST_CASE("the state follows from what each side wrote") {
  json::Value body = filled();
  CHECK(state(body) == "draft");
  submit(body);
  CHECK(state(body) == "submitted");
  CHECK(may_edit(state_of(reference::form("bm02"), body)));
  REQUIRE(review(body, "received"));
  CHECK(state(body) == "received");
  CHECK(may_edit(state_of(reference::form("bm02"), body)).error().name == "locked");
  CHECK_FALSE(review(body, "returned"));
  REQUIRE(review(body, "returned", "Kiểm tra lại"));
  CHECK(state(body) == "returned");
  CHECK(may_submit(state_of(reference::form("bm02"), body)));
  const std::string before = body["submission"]["digest"].get<std::string>();
  const Submission again = submit(body);
  CHECK(again.n == 2);
  CHECK(again.digest != before);
  CHECK(state(body) == "submitted");
  REQUIRE(review(body, "approved"));
  REQUIRE(review(body, "locked"));
  CHECK(state(body) == "locked");
  CHECK_FALSE(review(body, "returned", "x"));
  CHECK_FALSE(review(body, "reopened", "Đính chính"));
  REQUIRE(review(body, "reopened", "Đính chính", "2024-07-01"));
  CHECK(state(body) == "reopened");
  reference::set(body, "models_count", "4");
  CHECK(state(body) == "draft");
}

TEST_CASE("an edit makes a draft but a merge cannot unsay what the province received") {
  json::Value body = filled();
  submit(body);
  json::Value edited = body;
  reference::set(edited, "models_count", "4");
  CHECK(state(edited) == "draft");
  REQUIRE(review(body, "received"));
  reference::set(body, "models_count", "4");
  const StateOf now = state_of(reference::form("bm02"), body);
  CHECK(now.state == ReportState::received);
  CHECK(now.changed_since);
  CHECK(may_submit(now));
}

TEST_CASE("a withdrawal counts until the province has received") {
  json::Value body = filled();
  submit(body);
  withdraw_submission(body, "lan.ht", "2024-06-17T10:00:00+07:00");
  CHECK(state(body) == "draft");
  CHECK_FALSE(review(body, "received"));
  json::Value met = filled();
  submit(met);
  REQUIRE(review(met, "received"));
  withdraw_submission(met, "lan.ht", "2024-06-17T10:00:00+07:00");
  CHECK(state(met) == "received");
  CHECK(state_of(reference::form("bm02"), met).withdrawal_asked);
}

TEST_CASE("with two steps a submission waits for the leader") {
  json::Value body = filled();
  submit(body);
  const Form& form = reference::form("bm02");
  CHECK(state_of(form, body, true).awaiting_leader);
  CHECK(state_of(form, body, true).state == ReportState::draft);
  confirm_submission(body, "hung.lv", "2024-06-17T11:00:00+07:00");
  CHECK(state_of(form, body, true).state == ReportState::submitted);
}

TEST_CASE("a review of an earlier submission says nothing about the new one") {
  json::Value body = filled();
  submit(body);
  REQUIRE(review(body, "returned", "Sai"));
  const json::Value old_review = body["review"];
  submit(body);
  CHECK(state(body) == "submitted");
  body["review"] = old_review;
  CHECK(state(body) == "submitted");
}

TEST_CASE("the province's fields are outside the digest") {
  json::Value body = reference::report("bm03", "2024");
  reference::Counting random;
  const auto row = reference::add(body, "proposals", random, {{"proposal_title", "Đề xuất"}});
  const Form& form = reference::form("bm03");
  const std::string before = content_digest(form, body, 1);
  body["rows"]["proposals"][row]["review_state"] = "dua_vao_tuyen_chon";
  CHECK(content_digest(form, body, 1) == before);
  const Submission made = submit(body);
  CHECK_FALSE(made.body["rows"]["proposals"][row].contains("review_state"));
  CHECK_FALSE(made.body["values"].contains("proposals_selected_count"));
  CHECK(made.body["values"]["proposals_count"] == 1);
  CHECK(made.body["values"]["plan_year"] == 2025);
}

TEST_CASE("each side may change only its own part") {
  json::Value body = reference::report("bm03", "2024");
  reference::Counting random;
  const auto row = reference::add(body, "proposals", random, {{"proposal_title", "Đề xuất"}});
  const Form& form = reference::form("bm03");
  json::Value judged = body;
  judged["rows"]["proposals"][row]["review_state"] = "khong_chon";
  judged["review"] = {{"of", "x"}, {"verdict", "received"}};
  CHECK(foreign_changes(form, body, judged, Writer::office) ==
        std::vector<std::string>{"review", "proposals/" + row + "/review_state"});
  CHECK(foreign_changes(form, body, judged, Writer::province).empty());
  json::Value edited = judged;
  edited["rows"]["proposals"][row]["proposal_title"] = "Khác";
  stamp_edit(edited, "lan.ht", "may-1", "", "trusted");
  CHECK(foreign_changes(form, judged, edited, Writer::office).empty());
  CHECK(foreign_changes(form, judged, edited, Writer::province) ==
        std::vector<std::string>{"proposals/" + row + "/proposal_title"});
  json::Value removed = judged;
  REQUIRE(delete_row(removed, form, "proposals", row));
  CHECK(foreign_changes(form, judged, removed, Writer::office).empty());
}

TEST_CASE("what the province proposed with a return is taken over whole and only once") {
  json::Value body = reference::report("bm02", "2024Q2");
  reference::Counting random;
  const auto row = reference::add(body, "tasks", random, {{"task_title", "Đề xuất"}});
  const Form& form = reference::form("bm02");
  body["review"] = {{"of", "x"},
                    {"verdict", "returned"},
                    {"proposed",
                     {{"tasks_base_count", 6},
                      {"tasks/" + row + "/task_title", "Đề xuất đầy đủ"},
                      {"tasks/0009-00000000/task_title", "hàng đã xóa"}}}};
  json::Value approved = body;
  approved["review"]["verdict"] = "approved";
  CHECK(take_proposed(approved, form).error().name == "nothing_proposed");

  CHECK(test::must(take_proposed(body, form)) ==
        std::vector<std::string>{"tasks/" + row + "/task_title", "tasks_base_count"});
  CHECK(body["values"]["tasks_base_count"] == 6);
  CHECK(body["rows"]["tasks"][row]["task_title"] == "Đề xuất đầy đủ");
  CHECK(body["rows"]["tasks"].size() == 1);
  CHECK(take_proposed(body, form).error().name == "nothing_proposed");

  json::Value wrong = body;
  wrong["review"]["proposed"] = {{"tasks_base_count", 7}, {"no_such_field", 1}};
  const json::Value before = wrong;
  CHECK(take_proposed(wrong, form).error().code == ErrorCode::bad_request);
  CHECK(wrong == before);
}

TEST_CASE("the province's receipt names the submission") {
  json::Value body = filled();
  const Submission made = submit(body);
  const json::Value arrival = make_arrival("vn-04-049", *parse_submission_id(made.id), "2024-06-17T02:13:00Z");
  CHECK(arrival["submission"] == made.id);
  CHECK(parse_arrival_id(arrival_id("bm02", "2024Q2", made.digest))->digest == made.digest);
}

TEST_CASE("states have Vietnamese names") {
  CHECK(label_vi(ReportState::draft) == "Nháp");
  CHECK(label_vi(ReportState::approved) == "Đã duyệt");
  CHECK(further(ReportState::submitted, ReportState::approved) == ReportState::approved);
}
