// What the pages and commands of an office show: the fate of each write, the state of the line, the history of a report.
#include "sync/history.h"
#include "tests/sync/closed_period.h"

namespace tram {
namespace {

using test::Closed;
using test::must;
using test::Office;
using test::Province;

json::Value shown(Office& office, const std::string& id) { return office.fate(id).to_json(); }

// "a: 1 -> 2", of a version in a history.
std::vector<std::string> changes_of(const json::Value& version) {
  std::vector<std::string> lines;
  for (const json::Value& change : version.at("changes")) {
    const auto side = [&](const char* name) {
      return change.contains(name) ? json::print(change[name]) : std::string("-");
    };
    lines.push_back(std::string(change["path"]) + ": " + side("before") + " -> " + side("after"));
  }
  return lines;
}

// The status after a round whose requests meet this answer instead of the province.
json::Value status_after(Office& office, const Result<http::Response>& answer) {
  office.line.before = [&](const http::Request&) { return std::optional(answer); };
  CHECK(office.tries_to_sync().error);
  office.line.before = nullptr;
  return office.status().to_json();
}

}  // namespace

TEST_CASE("each write is shown with what became of it, and a refused one with the reason in both languages") {
  Closed c;
  const auto fine = c.office.enters("bm02", "2024Q2", {{"a", 1}});
  CHECK(shown(c.office, fine)["fate"] == "pending");
  CHECK(shown(c.office, fine)["at"] == "2024-06-17T02:12:00Z");
  const auto on_the_line =
      must(read_ledger(*c.office.own, {.id = fine, .limit = 10, .sent_until = c.office.own->sequence()}));
  CHECK(on_the_line.back().to_json()["fate"] == "sent");

  c.rules->closed = "2024Q1";
  const auto late = c.office.enters("bm02", "2024Q1", {{"a", 1}});
  const std::string submission = "submission:bm02:2024Q2:9c41";
  c.office.writes(submission, {{"type", "submission"}});
  c.office.syncs();
  CHECK(shown(c.office, fine)["fate"] == "received");
  CHECK(shown(c.office, fine)["reason"].is_null());
  CHECK_FALSE(shown(c.office, fine).contains("code"));
  const json::Value refused = shown(c.office, late);
  CHECK(refused["fate"] == "refused");
  CHECK(refused["code"] == "period_closed");
  CHECK(refused["reason"] == "Period 2024Q1 is closed.");
  CHECK(refused["reason_vi"] == "Kỳ báo cáo 2024Q1 đã khóa.");

  CHECK(shown(c.office, submission)["receipt"].is_null());
  c.province.publishes("arrival:bm02:2024Q2:9c41", {{"at", "2024-06-17T02:12:00Z"}}, "office-a");
  c.office.syncs();
  CHECK(shown(c.office, submission)["fate"] == "accepted");
  CHECK(shown(c.office, submission)["receipt"]["at"] == "2024-06-17T02:12:00Z");
}

TEST_CASE("of two edits that were merged the one is shown as merged and the other as grown into the merge") {
  Province province;
  Office clerk(province), leader(province);
  const auto report = clerk.enters("bm02", "2024Q2", {{"a", 1}, {"b", 1}});
  sync_all(clerk, leader);
  clerk.changes(report, "a", 2);
  leader.changes(report, "b", 2);
  sync_all(clerk, leader);
  sync_all(clerk, leader);
  const std::set<std::string> fates{shown(clerk, report)["fate"], shown(leader, report)["fate"]};
  CHECK(fates == std::set<std::string>{"merged", "superseded"});
  CHECK(must(read_ledger(*clerk.own, {.id = report, .limit = 1})).size() == 1);
}

TEST_CASE("the line is shown as it is: at work, without a line, behind a portal, shut out, at another server") {
  Province province;
  Office office(province);
  json::Value status = office.status().to_json();
  CHECK(status["state"] == "idle");
  CHECK(status["last_contact"].is_null());
  CHECK(status["last_error"].is_null());
  office.line.before = [&](const http::Request&) -> std::optional<Result<http::Response>> {
    CHECK(office.status().to_json()["state"] == "syncing");
    return std::nullopt;
  };
  office.syncs();
  office.line.before = nullptr;
  status = office.status().to_json();
  CHECK(status["state"] == "idle");
  CHECK(status["last_contact"] == "2024-06-17T02:12:00Z");

  office.enters("bm02", "2024Q2", {{"a", 1}});
  status = status_after(office, error(ErrorCode::offline, "the line was cut"));
  CHECK(status["state"] == "offline");
  CHECK(status["last_error"] == json::Value({{"code", "offline"}, {"message", "the line was cut"}}));
  CHECK(status["pending"] == 1);

  http::Response portal;
  portal.status = 302;
  portal.headers.set("Location", "http://hotel.example/login");
  status = status_after(office, portal);
  CHECK(status["state"] == "offline");
  CHECK(status["last_error"]["code"] == "captive_portal");
  CHECK_FALSE(std::string(status["last_error"]["message_vi"]).empty());

  http::Response refusal = http::error_response(401, "unauthorized", "No such token.");
  refusal.headers.set("Tram-Peer", std::string(32, 'c'));
  CHECK(status_after(office, refusal)["state"] == "refused");
  http::Response stranger = http::json_response(200, "{}");
  stranger.headers.set("Tram-Peer", std::string(32, 'd'));
  status = status_after(office, stranger);
  CHECK(status["state"] == "error");
  CHECK(status["last_error"]["code"] == "wrong_peer");
  office.restarts();
  CHECK(office.status().to_json()["last_error"]["code"] == "wrong_peer");  // commands tell it without a daemon
  CHECK(status_after(office, error(ErrorCode::offline, "x"))["state"] == "offline");
  office.restarts();
  CHECK(office.status().to_json()["state"] == "offline");
  office.syncs();
  CHECK(office.status().to_json()["last_error"].is_null());
}

TEST_CASE("the history of a report tells who changed what from what") {
  Province province;
  Office clerk(province);
  const std::string id = "report:bm02:2024Q2";
  const auto edit = [](const char* by) {
    return json::Value{{"by", by}, {"pc", "pc-1"}, {"at", "2024-06-17T09:12:00+07:00"}, {"clock", "ok"}};
  };
  clerk.writes(id, {{"edit", edit("Lan")}, {"note", "x"}, {"values", {{"a", 1}, {"b", {{"c", 1}}}}}});
  clerk.writes(id, {{"edit", edit("Minh")},
                    {"rows", json::Value::object()},
                    {"values", {{"a", 2}, {"b", {{"c", 1}, {"d", {{"e", 5}}}}}, {"list", {1, 2}}}}});
  clerk.writes(id, {{"edit", {{"by", 7}}}, {"rows", 3}, {"values", {{"a", 2}}}});
  clerk.writes(id, {{"rows", 3}, {"values", {{"a", 2}}}});
  clerk.removes(id);
  const json::Value history = must(history_of(*clerk.own, id));
  REQUIRE(history.size() == 5);
  CHECK(history[0]["by"] == "Lan");
  CHECK(history[0]["parent"].is_null());
  CHECK(changes_of(history[0]) ==
        std::vector<std::string>{"note: - -> \"x\"", "values/a: - -> 1", "values/b/c: - -> 1"});
  CHECK(history[1]["by"] == "Minh");
  CHECK(history[1]["at"] == "2024-06-17T09:12:00+07:00");
  CHECK(history[1]["parent"] == history[0]["rev"]);
  CHECK(changes_of(history[1]) == std::vector<std::string>{"note: \"x\" -> -", "values/a: 1 -> 2",
                                                           "values/b/d/e: - -> 5", "values/list: - -> [1,2]",
                                                           "rows: - -> {}"});
  CHECK(history[2]["by"] == "");
  CHECK(changes_of(history[2]) ==
        std::vector<std::string>{"rows: {} -> 3", R"(values/b: {"c":1,"d":{"e":5}} -> -)", "values/list: [1,2] -> -"});
  CHECK(changes_of(history[3]).empty());
  CHECK_FALSE(history[3].contains("by"));
  CHECK(history[3]["leaf"] == false);
  CHECK(history[4]["leaf"] == true);
  CHECK(history[4]["deleted"] == true);
  CHECK(history[4]["changes"].empty());
  CHECK(history_of(*clerk.own, "report:bm02:none").error().code == ErrorCode::not_found);
}

TEST_CASE("the history of a merged report names the merge, and on another PC only what is kept there is compared") {
  Province province;
  Office clerk(province), leader(province);
  const auto report = clerk.enters("bm02", "2024Q2", {{"a", 1}, {"b", 1}});
  clerk.changes(report, "a", 2);
  sync_all(clerk, leader);
  clerk.changes(report, "a", 3);
  leader.changes(report, "b", 2);
  sync_all(clerk, leader);
  sync_all(clerk, leader);
  const json::Value history = must(history_of(*leader.own, report));
  std::size_t tombstones = 0;
  for (const json::Value& version : history) {
    if (!version.contains("merged_into")) continue;
    ++tombstones;
    CHECK(version["deleted"] == true);
    CHECK(version["merged_into"] == leader.leaves(report)[0]);
  }
  CHECK(tombstones == 1);
  CHECK(history[0]["kept"] == false);  // only the second version came over
  CHECK_FALSE(history[0].contains("changes"));
  CHECK(history[1]["kept"] == true);
  CHECK(history[1]["changes"].empty());
  CHECK(history[1]["local"] == false);
}

}  // namespace tram
