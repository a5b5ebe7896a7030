// Two PCs of one office, and what a person has to decide.
#include "tests/agent/office_pc.h"
#include "tests/support/check.h"

namespace tram::test {
namespace {

// Both PCs hold the report; then each changes it without seeing the other, and the clerk's receives the leader's.
struct TwoPcs {
  TwoPcs() {
    id = whole_report(clerk);
    carry(clerk, leader);
  }
  void change(std::vector<std::string> by_clerk, std::vector<std::string> by_leader) {
    by_clerk.insert(by_clerk.begin(), {"report", "set", id});
    by_leader.insert(by_leader.begin(), {"report", "set", id});
    clerk.out(by_clerk);
    leader.out(by_leader);
    carry(leader, clerk);
  }
  json::Value values() { return clerk.json({"report", "show", id})["values"]; }
  OfficePc clerk, leader;
  std::string id;
};

}  // namespace

TEST_CASE("two PCs of one office change different fields: nobody has to decide anything") {
  TwoPcs pcs;
  pcs.change({"tasks_applied_count=13"}, {"models_count=9"});
  CHECK(pcs.clerk.json({"conflicts"}).empty());
  CHECK(pcs.values()["tasks_applied_count"] == 13);
  CHECK(pcs.values()["models_count"] == 9);
}

TEST_CASE("two PCs change one field: both values are shown, and a person chooses") {
  TwoPcs pcs;
  pcs.change({"tasks_applied_count=13", "tasks_new_count=2"}, {"tasks_applied_count=14", "models_count=9"});
  const json::Value conflicts = pcs.clerk.json({"conflicts"});
  REQUIRE(conflicts.size() == 1);
  REQUIRE(conflicts[0]["clashes"].size() == 1);
  CHECK(conflicts[0]["id"] == pcs.id);
  CHECK(conflicts[0]["clashes"][0]["field"] == "tasks_applied_count");
  CHECK(conflicts[0]["clashes"][0]["base"] == 12);
  CHECK(pcs.clerk.json({"status"})["conflicts"] == 1);
  CHECK(pcs.clerk.json({"report", "list"})[0]["conflict"] == true);
  CHECK(pcs.clerk.exit({"report", "submit", pcs.id}) == 1);

  SECTION("by a value of their own") {
    CHECK(pcs.clerk.exit({"conflicts", "resolve", pcs.id, "--set", "models_count=3"}) == 1);
    pcs.clerk.out({"conflicts", "resolve", pcs.id, "--set", "tasks_applied_count=20"});
    CHECK(pcs.values()["tasks_applied_count"] == 20);
  }
  SECTION("by one of the two versions") {
    const bool ours = conflicts[0]["clashes"][0]["ours"] == 14;
    pcs.clerk.out(
        {"conflicts", "resolve", pcs.id, "--keep", conflicts[0][ours ? "ours" : "theirs"].get<std::string>()});
    CHECK(pcs.values()["tasks_applied_count"] == 14);
  }
  CHECK(pcs.values()["tasks_new_count"] == 2);
  CHECK(pcs.values()["models_count"] == 9);
  CHECK(pcs.clerk.json({"conflicts"}).empty());
  CHECK(pcs.clerk.exit({"conflicts", "resolve", pcs.id, "--set", "tasks_applied_count=1"}) == 1);
  pcs.clerk.out({"report", "submit", pcs.id});
}

TEST_CASE("while a clash waits each PC shows what was typed there and goes on from it") {
  TwoPcs pcs;
  pcs.change({"tasks_applied_count=13"}, {"tasks_applied_count=14"});
  carry(pcs.clerk, pcs.leader);
  CHECK(pcs.values()["tasks_applied_count"] == 13);
  CHECK(pcs.leader.json({"report", "show", pcs.id})["values"]["tasks_applied_count"] == 14);
  pcs.clerk.out({"report", "set", pcs.id, "tasks_applied_count=15"});
  pcs.leader.out({"report", "set", pcs.id, "tasks_applied_count=16"});
  for (OfficePc* pc : {&pcs.clerk, &pcs.leader}) {
    carry(pcs.leader, pcs.clerk);
    carry(pcs.clerk, pcs.leader);
    const json::Value conflicts = pc->json({"conflicts"});
    REQUIRE(conflicts.size() == 1);  // nobody against himself
    const json::Value& clash = conflicts[0]["clashes"][0];
    CHECK(clash["base"] == 12);
    CHECK(clash["ours"].get<int>() + clash["theirs"].get<int>() == 15 + 16);
  }
}

TEST_CASE("where several fields clash all of them must be decided") {
  TwoPcs pcs;
  pcs.change({"tasks_applied_count=13", "models_count=1"}, {"tasks_applied_count=14", "models_count=2"});
  const agent::Outcome outcome = pcs.clerk.run({"conflicts", "resolve", pcs.id, "--set", "models_count=3"});
  CHECK(outcome.exit == 1);
  CHECK(outcome.err.find("tasks_applied_count") != std::string::npos);
  CHECK(pcs.clerk.json({"conflicts"}).size() == 1);
  pcs.clerk.out({"conflicts", "resolve", pcs.id, "--set", "models_count=3", "tasks_applied_count=15"});
  CHECK(pcs.values()["models_count"] == 3);
  CHECK(pcs.values()["tasks_applied_count"] == 15);
}

TEST_CASE("one PC deletes a draft that the other goes on editing: a person decides") {
  TwoPcs pcs;
  pcs.leader.out({"report", "delete", pcs.id});
  pcs.clerk.out({"report", "set", pcs.id, "models_count=9"});
  carry(pcs.leader, pcs.clerk);
  const json::Value conflicts = pcs.clerk.json({"conflicts"});
  REQUIRE(conflicts.size() == 1);
  CHECK(conflicts[0]["deletion"] == true);
  SECTION("to keep the edit") {
    pcs.clerk.out({"conflicts", "resolve", pcs.id, "--keep", conflicts[0]["ours"].get<std::string>()});
    CHECK(pcs.values()["models_count"] == 9);
  }
  SECTION("to let it go") {
    pcs.clerk.out({"conflicts", "resolve", pcs.id, "--keep", conflicts[0]["theirs"].get<std::string>()});
    CHECK(pcs.clerk.json({"report", "list"}).empty());
  }
  CHECK(pcs.clerk.json({"conflicts"}).empty());
}

TEST_CASE("an edit made before what came in was merged does not contradict what its own clerk typed a moment ago") {
  OfficePc first, second;
  const std::string id = first.out({"report", "new", "bm02", "2024Q2"});
  first.out({"report", "set", id, "models_count=1"});
  carry(first, second);
  for (const char* const value : {"tasks_new_count=1", "tasks_new_count=2", "tasks_new_count=3"}) {
    second.out({"report", "set", id, value});
  }
  first.out({"report", "set", id, "models_count=2"});
  carry(second, first, false);  // stored, not merged yet: the longer history would win
  first.out({"report", "set", id, "models_count=3"});
  CHECK(first.json({"conflicts"}).empty());
  const json::Value values = first.json({"report", "show", id})["values"];
  CHECK(values["models_count"] == 3);
  CHECK(values["tasks_new_count"] == 3);
}

}  // namespace tram::test
