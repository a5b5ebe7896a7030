// Lines that break anywhere, servers and PCs that go back in time, copies, strangers at the address.
#include "tests/support/office.h"

using namespace tram;
using namespace tram::test;

namespace {

// Both directions have work to do.
struct Busy {
  Province province;
  Office office{province}, other{province};
  std::string report = office.enters("bm02", "2024Q2", {{"a", 1}, {"b", 1}});
  Busy() {
    sync_all(office, other);
    office.changes(report, "a", 2);
    office.enters("bm02", "2024Q3", {{"c", 1}});
    other.changes(report, "b", 2);
    other.enters("bm03", "2024", {{"d", 1}});
    other.syncs();
    province.publishes("guidance:1", {{"title", "x"}});
  }
  void all_is_well() {
    sync_all(office, other);
    CHECK(province.value(report, "a") == 2);
    CHECK(province.value(report, "b") == 2);
    CHECK(province.live_leaves(report) == 1);
    CHECK(office.leaves(report) == other.leaves(report));
    CHECK(office.leaves(report) == province.leaves(report));
    CHECK(province.value("report:bm02:2024Q3", "c") == 1);
    CHECK(office.value("report:bm03:2024", "d") == 1);
    CHECK(office.reference_document("guidance:1")["title"] == "x");
    CHECK(office.status().pending == 0);
    CHECK(office.refusals().empty());
  }
};

Line::Fault always(http::Response response) {
  return [response](const http::Request&) { return std::optional(Result<http::Response>(response)); };
}

}  // namespace

TEST_CASE("F20: a line cut at any request before or after it was done loses nothing and heals in the next rounds") {
  const bool after = GENERATE(false, true);
  const int n = GENERATE(range(0, 8));
  const bool restarts = GENERATE(false, true);
  CAPTURE(after, n, restarts);
  Busy busy;
  busy.office.line.cut(n, after);
  const Round broken = busy.office.tries_to_sync();
  CHECK((broken.error || n >= 3));
  busy.office.line.before = busy.office.line.after = nullptr;
  if (restarts) busy.office.restarts();
  busy.all_is_well();
}

TEST_CASE("F20: a push whose answer is lost is repeated without a trace at the province") {
  Province province;
  Office office(province);
  const auto report = office.enters("bm02", "2024Q2", {{"a", 1}});
  office.syncs();
  office.changes(report, "a", 2);
  office.line.cut(0, true);
  const Round lost = office.tries_to_sync();
  REQUIRE(lost.error);
  CHECK(office.status().pending == 1);
  const std::string seq = province.update_seq("office-a");
  office.line.after = nullptr;
  office.syncs();
  CHECK(province.update_seq("office-a") == seq);
  CHECK(province.leaves(report).size() == 1);
}

TEST_CASE("a push that fails does not keep the news from coming down nor the reverse") {
  Busy busy;
  SECTION("the push fails") {
    busy.office.line.before = [](const http::Request& request) -> std::optional<Result<http::Response>> {
      if (!is_batch(request)) return std::nullopt;
      return Result<http::Response>(error(ErrorCode::offline, "cut"));
    };
    CHECK(busy.office.tries_to_sync().error);
    CHECK(busy.office.value("report:bm03:2024", "d") == 1);
    CHECK(busy.office.reference_document("guidance:1")["title"] == "x");
  }
  SECTION("the pull fails") {
    busy.office.line.before = [](const http::Request& request) -> std::optional<Result<http::Response>> {
      if (request.path() != "/office-a/_changes") return std::nullopt;
      return Result<http::Response>(error(ErrorCode::offline, "cut"));
    };
    CHECK(busy.office.tries_to_sync().error);
    CHECK(busy.province.value("report:bm02:2024Q3", "c") == 1);
    CHECK(busy.office.reference_document("guidance:1")["title"] == "x");
  }
}

TEST_CASE("F19: half an answer moves nothing") {
  Busy busy;
  const std::string path = GENERATE("/office-a/_changes", "/office-a/_bulk_docs", "/office-a");
  busy.office.line.before = [&](const http::Request& request) -> std::optional<Result<http::Response>> {
    if (request.path() != path) return std::nullopt;
    http::Response response = http::json_response(200, "{\"results\":[\n{\"seq\":\"9-00000000\",\"id\":\"x\",\"chan");
    response.headers.set("Tram-Peer", std::string(32, 'c'));
    return Result<http::Response>(response);
  };
  const Round round = busy.office.tries_to_sync();
  if (round.error) CHECK(round.error->code == ErrorCode::offline);
  CHECK((round.error || path == "/office-a"));  // which has no body
  busy.office.line.before = nullptr;
  busy.all_is_well();
}

TEST_CASE("F22: a captive portal moves nothing and no credential goes anywhere else") {
  Busy busy;
  http::Response html{200, {{"Content-Type", "text/html"}}, "<html>Please sign in</html>"};
  http::Response moved{302, {{"Location", "http://login.example/"}}, ""};
  http::Response needed{511, {}, ""};
  const std::string before = busy.office.own->update_seq();
  for (const http::Response& portal : {html, moved, needed}) {
    busy.office.line.before = always(portal);
    const Round round = busy.office.tries_to_sync();
    REQUIRE(round.error);
    CHECK(round.error->code == ErrorCode::captive_portal);
    CHECK(busy.office.status().state == SyncState::offline);
    CHECK(busy.office.status().last_error->code == "captive_portal");
    CHECK(busy.office.status().pending == 2);
    CHECK(busy.office.own->update_seq() == before);
  }
  busy.office.line.before = nullptr;
  busy.all_is_well();
  CHECK_FALSE(busy.office.status().last_error.has_value());
}

TEST_CASE("F33: another server at the address stops everything until an administrator confirms it") {
  Province first, second;
  second.publishes("guidance:9", {{"title", "other"}});
  Office office(first);
  const auto report = office.enters("bm02", "2024Q2", {{"a", 1}});
  office.syncs();
  office.changes(report, "a", 2);
  office.line.after = [](const http::Request&) -> std::optional<Result<http::Response>> {
    http::Response response = http::json_response(200, "[]");
    response.headers.set("Tram-Peer", std::string(32, 'd'));
    return Result<http::Response>(response);
  };
  const Round round = office.tries_to_sync();
  REQUIRE(round.error);
  CHECK(round.error->code == ErrorCode::wrong_peer);
  CHECK(office.status().state == SyncState::error);
  CHECK(office.status().last_error->code == "wrong_peer");
  CHECK(office.status().pending == 1);
}

TEST_CASE("an answer in JSON that nobody signed is not believed") {
  Province province;
  Office office(province);
  const auto report = office.enters("bm02", "2024Q2", {{"a", 1}});
  office.syncs();
  office.changes(report, "a", 2);
  office.line.before = always(http::json_response(201, "[]"));
  const Round round = office.tries_to_sync();
  REQUIRE(round.error);
  CHECK(round.error->code == ErrorCode::wrong_peer);
  CHECK(office.status().pending == 1);
}

TEST_CASE("F33: another database under the same name gets nothing until an administrator confirms it") {
  Province province;
  Office office(province);
  const auto report = office.enters("bm02", "2024Q2", {{"a", 1}});
  office.syncs();
  office.restarts();
  province.replaces();
  office.changes(report, "a", 2);
  const Round round = office.tries_to_sync();
  REQUIRE(round.error);
  CHECK(round.error->code == ErrorCode::wrong_peer);
  CHECK(province.report(report).is_null());
  office.syncer->accept_server();
  office.syncs();
  CHECK(province.value(report, "a") == 2);
}

TEST_CASE("F31: a province restored from a copy gets back from its offices what it lost") {
  Province province;
  Office clerk(province), leader(province);
  const auto report = clerk.enters("bm02", "2024Q2", {{"a", 1}});
  sync_all(clerk, leader);
  province.keeps_a_copy();
  clerk.changes(report, "a", 2);
  const auto later = leader.enters("bm02", "2024Q3", {{"b", 1}});
  sync_all(clerk, leader);
  province.publishes(later, {{"values", {{"b", 1}}}, {"review", {{"verdict", "approved"}}}}, "office-a");
  sync_all(clerk, leader);
  const bool written_to_since = GENERATE(false, true);
  province.goes_back();
  if (written_to_since) province.publishes("answer:1", {{"x", 1}}, "office-a");
  REQUIRE(province.report(later).is_null());

  sync_all(clerk, leader);
  CHECK(province.value(report, "a") == 2);
  CHECK(province.report(later)["review"]["verdict"] == "approved");  // what it wrote itself, too
  CHECK(province.leaves(later) == clerk.leaves(later));
  if (written_to_since) CHECK(leader.report("answer:1")["x"] == 1);
  CHECK(clerk.requests_of([&] { clerk.syncs(); }) == 1);
  CHECK(leader.requests_of([&] { leader.syncs(); }) == 1);
}

TEST_CASE("F31, F20: an office that did not hear of the province's going back learns of it in its next session") {
  Province province;
  Office office(province);
  office.enters("bm02", "2024Q1", {{"a", 1}});
  office.syncs();
  province.keeps_a_copy();
  const auto report = office.enters("bm02", "2024Q2", {{"a", 1}});
  office.syncs();
  province.goes_back();
  test::must(province.database("office-a").store->begin_new_history(false, true));
  province.publishes("note:1", {{"type", "note"}}, "office-a");
  office.line.after = [](const http::Request& request) -> std::optional<Result<http::Response>> {
    if (request.method != "GET") return std::nullopt;
    return Result<http::Response>(error(ErrorCode::offline, "the line was lost"));
  };
  REQUIRE(office.tries_to_sync().error);
  office.line.after = nullptr;
  office.restarts();
  office.syncs();
  CHECK(province.value(report, "a") == 1);
}

TEST_CASE("F31: a province that goes back once more while an office compares everything is noticed") {
  Province province;
  Office office(province);
  office.syncs();
  province.keeps_a_copy();
  const auto report = office.enters("bm02", "2024Q1", {{"a", 1}});
  office.syncs();
  province.goes_back();
  bool again = false;
  office.line.before = [&](const http::Request& request) -> std::optional<Result<http::Response>> {
    if (request.path() != "/office-a/_changes") return std::nullopt;
    if (!again) return Result<http::Response>(error(ErrorCode::offline, "the line was lost"));
    province.goes_back();
    again = false;
    office.line.before = nullptr;
    return std::nullopt;
  };
  REQUIRE(office.tries_to_sync().error);
  REQUIRE(province.value(report, "a") == 1);
  again = true;
  office.syncs();
  office.syncs();
  CHECK_FALSE(again);
  CHECK(province.value(report, "a") == 1);
}

TEST_CASE(
    "F31: a province that goes back in the middle of a round is noticed although the reference data answers last") {
  Province province;
  Office office(province);
  office.enters("bm02", "2024Q1", {{"a", 1}});
  office.syncs();
  province.keeps_a_copy();
  const auto report = office.enters("bm02", "2024Q2", {{"a", 1}});
  office.syncs();
  province.publishes("guidance:1", {{"title", "x"}});
  bool went_back = false;
  office.line.before = [&](const http::Request& request) -> std::optional<Result<http::Response>> {
    if (request.path() != "/reference/_changes" || std::exchange(went_back, true)) return std::nullopt;
    province.goes_back();
    return std::nullopt;
  };
  office.syncs();
  REQUIRE(went_back);
  REQUIRE(province.report(report).is_null());
  CHECK(office.reference_document("guidance:1")["title"] == "x");
  office.syncs();
  CHECK(province.value(report, "a") == 1);
  CHECK(office.requests_of([&] { office.syncs(); }) == 1);
}

TEST_CASE("F31, F20: what a restored province refuses is listed although its answer was lost") {
  struct Forgetful final : Rules {
    std::string digest() override { return "00000001"; }
    Result<std::optional<Refused>> judge(Transaction&, const Document& document, const std::optional<Record>&,
                                         bool by_office) override {
      if (!by_office || document.id.find("2024Q2") == std::string::npos) return std::optional<Refused>();
      Refused refused;
      refused.id = document.id;
      refused.rev = document.rev.text();
      refused.code = "unknown_form";
      return std::optional(refused);
    }
    Status after(Transaction&, std::span<const std::string>) override { return {}; }
  };
  Province province;
  Office office(province);
  office.enters("bm02", "2024Q1", {{"a", 1}});
  office.syncs();
  province.keeps_a_copy();
  const auto report = office.enters("bm02", "2024Q2", {{"a", 1}});
  office.syncs();
  office.enters("bm02", "2024Q3", {{"a", 1}});
  office.syncs();
  province.goes_back("office-a", std::make_shared<Forgetful>());
  test::must(province.database("office-a").store->begin_new_history(false, true));
  office.line.after = [](const http::Request& request) -> std::optional<Result<http::Response>> {
    if (!is_batch(request)) return std::nullopt;
    return Result<http::Response>(error(ErrorCode::offline, "the line was lost"));
  };
  REQUIRE(office.tries_to_sync().error);
  REQUIRE(office.tries_to_sync().error);
  office.line.after = nullptr;
  office.syncs();
  CHECK(office.refusals().size() == 1);
  CHECK(office.fate(report).fate == Fate::refused);
}

TEST_CASE("F30: an office PC restored from an old copy is noticed and nothing regresses") {
  Province province;
  Office office(province);
  const auto report = office.enters("bm02", "2024Q2", {{"a", 1}});
  const auto removed = office.enters("bm02", "2024Q3", {{"a", 1}});
  office.syncs();
  office.keeps_a_copy();
  office.restarts();
  office.changes(report, "a", 2);
  office.removes(removed);
  office.syncs();
  const std::string instance = office.own->instance_uuid();

  office.goes_back();
  REQUIRE(office.value(report, "a") == 1);
  office.enters("bm02", "2024Q4", {{"new", 1}});
  office.syncs();
  CHECK(office.own->instance_uuid() != instance);
  CHECK(office.value(report, "a") == 2);
  CHECK(office.report(removed).is_null());
  CHECK(province.value("report:bm02:2024Q4", "new") == 1);
  CHECK(province.live_leaves(report) == 1);
  CHECK(office.status().pending == 0);
  CHECK_FALSE(province.audited.empty());
}

TEST_CASE("F32: a copied PC is noticed in its first session and what both wrote arrives") {
  Province province;
  Office office(province);
  const auto report = office.enters("bm02", "2024Q2", {{"a", 1}, {"b", 1}});
  office.syncs();
  const auto clone = office.is_cloned();
  REQUIRE(clone->own->instance_uuid() == office.own->instance_uuid());
  office.restarts();
  office.changes(report, "a", 2);
  clone->changes(report, "b", 2);
  office.syncs();
  clone->syncs();
  CHECK(clone->own->instance_uuid() != office.own->instance_uuid());
  sync_all(office, *clone);
  CHECK(province.value(report, "a") == 2);
  CHECK(province.value(report, "b") == 2);
  CHECK(office.leaves(report) == clone->leaves(report));
}

TEST_CASE("F46: an office that is shut out says so and keeps what it has") {
  Province province;
  Office office(province);
  const auto report = office.enters("bm02", "2024Q2", {{"a", 1}});
  office.syncs();
  office.changes(report, "a", 2);
  http::Response shut = http::error_response(401, "unauthorized", "The token is no longer valid.");
  shut.headers.set("Tram-Peer", std::string(32, 'c'));
  office.line.before = always(shut);
  CHECK(office.requests_of([&] { CHECK(office.tries_to_sync().error); }) == 1);
  CHECK(office.status().state == SyncState::refused);
  CHECK(office.status().pending == 1);
  office.line.before = nullptr;
  office.syncs();
  CHECK(office.status().state == SyncState::idle);
}

TEST_CASE("what went wrong and the last contact are still known after a restart") {
  Province province;
  Office office(province);
  office.syncs();
  const std::string contact = office.status().last_contact;
  CHECK(contact == "2024-06-17T02:12:00Z");
  office.line.cut(0, false);
  CHECK(office.tries_to_sync().error);
  office.restarts();
  CHECK(must(read_status(*office.own)).state == SyncState::offline);
  CHECK(must(read_status(*office.own)).last_contact == contact);
  CHECK(must(read_status(*office.own)).last_error->code == "offline");
}
