#include "core/reports/campaign.h"

#include "tests/core/reports/reference.h"

using namespace tram;

namespace {
Campaign campaign(const char* text) {
  const auto read = campaign_from_document(*json::parse(text));
  if (!read) FAIL(read.error().message);
  return *read;
}
}  // namespace

TEST_CASE("an officer closes a period and may except an office") {
  const Campaign closed = campaign(
      R"({"form":"bm02","period":"2024Q2","closed":true,"except":["vn-04-049",{"office":"vn-04-047","reason":"Mất điện"}]})");
  CHECK(closed.id() == "campaign:bm02:2024Q2");
  CHECK(closed.closed_for("vn-04-045"));
  CHECK_FALSE(closed.closed_for("vn-04-049"));
  CHECK_FALSE(closed.closed_for("vn-04-047"));
  const Status refused = check_open(&closed, "2024Q2", "vn-04-045");
  CHECK(refused.error().name == "period_closed");
  CHECK(refused.error().code == ErrorCode::forbidden);
  CHECK(refused.error().message_vi == "Kỳ báo cáo 2024Q2 đã khóa.");
  CHECK(check_open(nullptr, "2024Q2", "vn-04-045"));
}

TEST_CASE("a campaign says who is expected and when it is due") {
  const Campaign open = campaign(R"({"form":"bm02","period":"2024Q1","expected":["vn-04-049"],"due":"2024-03-20"})");
  CHECK(open.expects("vn-04-049"));
  CHECK_FALSE(open.expects("vn-04-047"));
  CHECK(campaign(R"({"form":"bm02","period":"2024Q1"})").expects("vn-04-047"));
  const auto rules = DueRules::load(reference::data("periods.json"));
  const Period period = reference::period("2024Q1");
  const Window window = reference::window("bm02", "2024Q1");
  CHECK(due_of(&open, *rules, Calendar(), period, window)->day == Date{2024, 3, 20});
  CHECK(due_of(nullptr, *rules, Calendar(), period, window)->day == Date{2024, 3, 18});
}

TEST_CASE("a campaign survives its document") {
  const Campaign first =
      campaign(R"({"form":"bm02","period":"20240717","closed":true,"except":["vn-04-049"],"expected":["vn-04-049"],
    "due":{"office_to_department":"2024-07-20"},"window":{"start":"2024-07-01","end":"2024-07-17"},"minimum_pct":80,"form_version":1})");
  const auto again = campaign_from_document(campaign_document(first));
  REQUIRE(again);
  CHECK(json::print(campaign_document(*again)) == json::print(campaign_document(first)));
  CHECK(again->window == first.window);
  CHECK_FALSE(again->closed_for("vn-04-049"));
}

TEST_CASE("a malformed campaign is refused") {
  for (const char* text : {R"({"period":"2024Q2"})", R"({"form":"bm02","period":"now"})",
                           R"({"form":"bm02","period":"2024Q2","due":"soon"})",
                           R"({"form":"bm02","period":"2024Q2","window":{"start":"2024-02-01","end":"2024-01-01"}})"}) {
    CHECK_FALSE(campaign_from_document(*json::parse(text)));
  }
}
