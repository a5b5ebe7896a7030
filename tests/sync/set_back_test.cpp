// What both ends noted before one of them went back is believed no further than both know of.
#include "tests/sync/closed_period.h"

using namespace tram;
using namespace tram::test;

TEST_CASE("F31, F20: what was refused in an answer that was lost, and taken later, goes to a restored province again") {
  Closed closed;
  closed.office.enters("bm02", "2024Q1", {{"a", 1}});
  closed.office.syncs();
  closed.rules->closed = "2024Q2";
  const auto report = closed.office.enters("bm02", "2024Q2", {{"a", 1}});
  closed.office.line.cut(0, true);
  REQUIRE(closed.office.tries_to_sync().error);
  closed.province.keeps_a_copy();  // knows how far the office came, and of the office nobody knows what was refused
  closed.office.line.after = nullptr;
  closed.rules->closed.clear();
  sync_all(closed.office);
  REQUIRE_FALSE(closed.province.report(report).is_null());
  closed.province.goes_back("office-a", closed.rules);
  REQUIRE(closed.province.report(report).is_null());
  sync_all(closed.office);
  CHECK_FALSE(closed.province.report(report).is_null());
}

TEST_CASE("F31, F30: what a restored province refused is listed again by an office that was set back itself since") {
  Closed closed;
  closed.office.enters("bm02", "2024Q1", {{"a", 1}});
  closed.office.syncs();
  closed.province.keeps_a_copy();
  const auto report = closed.office.enters("bm02", "2024Q2", {{"a", 1}});
  closed.office.syncs();
  closed.office.keeps_a_copy();
  closed.rules->closed = "2024Q2";
  closed.province.goes_back("office-a", closed.rules);
  sync_all(closed.office);
  REQUIRE(closed.office.fate(report).fate == Fate::refused);
  closed.office.goes_back();
  sync_all(closed.office);
  CHECK(closed.office.fate(report).fate == Fate::refused);
  CHECK(closed.office.refusals().size() == 1);
}

TEST_CASE("F31, F20: what had moved behind the page where a pull was cut comes from a province that went back") {
  Province province;
  Office clerk(province), leader(province);
  sync_all(clerk, leader);
  const auto report = leader.enters("bm02", "2024Q1", {{"a", 1}});
  for (const char* period : {"2024Q2", "2024Q3"}) leader.enters("bm02", period, {{"text", std::string(50'000, 'x')}});
  leader.syncs();
  province.keeps_a_copy();
  leader.changes(report, "a", 2);
  leader.syncs();
  int pages = 0;
  clerk.line.before = [&](const http::Request& request) -> std::optional<Result<http::Response>> {
    if (request.path() != "/office-a/_changes" || ++pages < 2) return std::nullopt;
    return Result<http::Response>(error(ErrorCode::offline, "the line was cut"));
  };
  REQUIRE(clerk.tries_to_sync().error);
  REQUIRE(pages == 2);
  REQUIRE(clerk.report(report).is_null());
  clerk.line.before = nullptr;
  province.goes_back();
  sync_all(clerk);
  CHECK(clerk.value(report, "a") == 1);
}
