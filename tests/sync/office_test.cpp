// One office, two PCs of one office, and their province: what people see.
#include "tests/support/office.h"

using namespace tram;
using namespace tram::test;

TEST_CASE("what an office enters arrives at the province and what the province publishes comes down") {
  Province province;
  Office office(province);
  province.publishes("campaign:bm02:2024Q2", {{"closed", false}});
  const auto report = office.enters("bm02", "2024Q2", {{"tasks_applied_count", 12}});
  CHECK(office.status().pending == 1);
  CHECK(office.fate(report).fate == Fate::pending);

  office.syncs();
  CHECK(province.value(report, "tasks_applied_count") == 12);
  CHECK(office.reference_document("campaign:bm02:2024Q2")["closed"] == false);
  CHECK(office.status().pending == 0);
  CHECK(office.status().state == SyncState::idle);
  CHECK(office.fate(report).fate == Fate::received);

  province.publishes(report, {{"values", {{"tasks_applied_count", 12}}}, {"review", {{"verdict", "approved"}}}},
                     "office-a");
  office.syncs();
  CHECK(office.report(report)["review"]["verdict"] == "approved");
}

TEST_CASE("one edited report on a warm line is one request and nothing to do is one request") {
  Province province;
  Office office(province);
  const auto report = office.enters("bm02", "2024Q2", {{"a", 1}});
  office.syncs();
  CHECK(office.requests_of([&] { office.syncs(); }) == 1);
  CHECK(office.line.log.back() == "HEAD /office-a");

  office.changes(report, "a", 2);
  CHECK(office.requests_of([&] { office.syncs(); }) == 1);
  CHECK(office.line.log.back() == "POST /office-a/_bulk_docs");
  CHECK(province.value(report, "a") == 2);
}

TEST_CASE("the same holds for commands of which each is a program of its own") {
  Province province;
  Office office(province);
  const auto report = office.enters("bm02", "2024Q2", {{"a", 1}});
  office.syncs();
  office.restarts();
  CHECK(office.requests_of([&] { office.syncs(); }) == 1);
  office.restarts();
  office.changes(report, "a", 2);
  CHECK(office.requests_of([&] { office.syncs(); }) == 1);
  CHECK(province.value(report, "a") == 2);
  office.restarts();
  CHECK(office.requests_of([&] { office.syncs(); }) == 1);
}

TEST_CASE("the first contact costs at most six requests beside the pages of data") {
  Province province;
  Office office(province);
  office.enters("bm02", "2024Q2", {{"a", 1}});
  const int requests = office.requests_of([&] { office.syncs(); });
  CHECK(requests <= 6);
}

TEST_CASE("an edited report goes out with the short part of its history that the province lacks") {
  Province province;
  Office office(province);
  const auto report = office.enters("bm02", "2024Q2", {{"a", 0}});
  for (int i = 1; i <= 50; ++i) office.changes(report, "a", i);
  office.syncs();
  office.changes(report, "a", 51);
  office.syncs();
  CHECK(office.line.requests.back().body.size() < 900);
  CHECK(province.leaves(report) == office.leaves(report));
}

TEST_CASE("two offices edit different fields of a report: both edits survive") {
  Province province;
  Office clerk(province), leader(province);  // two PCs of one office
  const auto report = clerk.enters("bm02", "2024Q2", {{"tasks_applied_count", 12}});
  sync_all(clerk, leader);
  clerk.changes(report, "tasks_applied_count", 13);  // neither sees the other's edit
  leader.changes(report, "tasks_state_completed_count", 28);
  sync_all(clerk, leader);
  CHECK(province.value(report, "tasks_applied_count") == 13);
  CHECK(province.value(report, "tasks_state_completed_count") == 28);
  CHECK(province.live_leaves(report) == 1);
  CHECK(clerk.leaves(report) == leader.leaves(report));
  CHECK(clerk.leaves(report) == province.leaves(report));
}

TEST_CASE("a push that conflicts and is merged at the province is two requests") {
  Province province;
  Office clerk(province), leader(province);
  const auto report = clerk.enters("bm02", "2024Q2", {{"a", 1}, {"b", 1}});
  sync_all(clerk, leader);
  clerk.changes(report, "a", 2);
  leader.changes(report, "b", 2);
  clerk.syncs();
  // Each request of the leader is counted: the batch, and the page with the other edit and the merge.
  CHECK(leader.requests_of([&] { leader.syncs(); }) == 2);
  CHECK(leader.value(report, "a") == 2);
  CHECK(leader.value(report, "b") == 2);
  CHECK(leader.requests_of([&] { leader.syncs(); }) == 1);
  CHECK(leader.fate(report).fate != Fate::refused);
}

TEST_CASE("a clash in one field keeps both values for a person on every replica") {
  Province province;
  Office clerk(province), leader(province);
  const auto report = clerk.enters("bm02", "2024Q2", {{"a", 1}});
  sync_all(clerk, leader);
  clerk.changes(report, "a", 2);
  leader.changes(report, "a", 3);
  sync_all(clerk, leader);
  CHECK(province.live_leaves(report) == 2);
  CHECK(clerk.leaves(report) == leader.leaves(report));
  CHECK(clerk.status().conflicts == 1);
  CHECK(clerk.status().pending == 0);
}

TEST_CASE("the same report begun on two PCs before they ever met becomes one") {
  Province province;
  Office clerk(province), leader(province);
  const auto report = clerk.enters("bm02", "2024Q2", {{"a", 1}});
  leader.enters("bm02", "2024Q2", {{"b", 2}});
  sync_all(clerk, leader);
  CHECK(province.live_leaves(report) == 1);
  CHECK(province.value(report, "a") == 1);
  CHECK(province.value(report, "b") == 2);
  CHECK(clerk.leaves(report) == leader.leaves(report));
}

TEST_CASE("a merge made at the office and the same merge made at the province are one revision") {
  Province province;
  Office clerk(province), leader(province);
  const auto report = clerk.enters("bm02", "2024Q2", {{"a", 1}, {"b", 1}});
  sync_all(clerk, leader);
  clerk.changes(report, "a", 2);
  leader.changes(report, "b", 2);
  clerk.syncs();
  // The leader's batch is lost; the pull brings the clerk's edit, which is merged at the office first.
  int batches = 0;
  leader.line.before = [&](const http::Request& request) -> std::optional<Result<http::Response>> {
    if (request.method != "POST" || request.path() != "/office-a/_bulk_docs" || batches++ > 0) return std::nullopt;
    return Result<http::Response>(error(ErrorCode::offline, "cut"));
  };
  CHECK(leader.tries_to_sync().error.has_value());
  CHECK(leader.live_leaves(report) == 1);
  leader.line.before = nullptr;
  sync_all(clerk, leader);
  CHECK(province.leaves(report).size() == leader.leaves(report).size());
  CHECK(province.leaves(report) == clerk.leaves(report));
  CHECK(province.live_leaves(report) == 1);
}

TEST_CASE("a deleted report is deleted everywhere and the ledger knows") {
  Province province;
  Office clerk(province), leader(province);
  const auto report = clerk.enters("bm02", "2024Q2", {{"a", 1}});
  sync_all(clerk, leader);
  leader.removes(report);
  sync_all(leader, clerk);
  CHECK(clerk.report(report).is_null());
  CHECK(province.report(report).is_null());
  CHECK(leader.fate(report).fate == Fate::received);
  CHECK(clerk.fate(report).fate == Fate::superseded);
}

TEST_CASE("a submission with the province's receipt is accepted and the receipt is shown") {
  Province province;
  Office office(province);
  office.writes("submission:bm02:2024Q2:9c41", {{"type", "submission"}});
  office.syncs();
  CHECK(office.fate("submission:bm02:2024Q2:9c41").fate == Fate::received);
  province.publishes("arrival:bm02:2024Q2:9c41", {{"at", "2024-06-17T02:12:00Z"}}, "office-a");
  office.syncs();
  const LedgerRow row = office.fate("submission:bm02:2024Q2:9c41");
  CHECK(row.fate == Fate::accepted);
  REQUIRE(row.receipt);
  CHECK((*row.receipt)["at"] == "2024-06-17T02:12:00Z");
}

TEST_CASE("several edits before a contact are one document on the line and superseded but for the last") {
  Province province;
  Office office(province);
  const auto report = office.enters("bm02", "2024Q2", {{"a", 1}});
  office.changes(report, "a", 2);
  office.changes(report, "a", 3);
  CHECK(office.status().pending == 3);
  CHECK(office.syncs().sent == 1);
  const auto rows = must(read_ledger(*office.own));
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].fate == Fate::superseded);
  CHECK(rows[1].fate == Fate::superseded);
  CHECK(rows[2].fate == Fate::received);
}

TEST_CASE("thousands of reports go up and come down again in pages") {
  Province province;
  Office office(province), other(province);
  for (int i = 0; i < 1200; ++i) office.enters("bm02", std::to_string(i), {{"n", i}});
  office.syncs();
  other.syncs();
  CHECK(other.value("report:bm02:1199", "n") == 1199);
  CHECK(other.requests_of([&] { other.syncs(); }) == 1);
  CHECK(office.requests_of([&] { office.syncs(); }) == 1);
}
