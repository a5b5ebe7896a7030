// What waits for an officer, and a report beside what the office sent a period earlier.
#include "core/reports/report.h"
#include "tests/server/page_client.h"

using namespace tram;
using namespace tram::test;

TEST_CASE("what was submitted waits for an officer until it is decided") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  PageClient officer(province, Role::officer);
  CHECK(officer.gets("/api/v1/review").empty());
  office.submits("2024S1", 4, 3);
  const json::Value queue = officer.gets("/api/v1/review");
  REQUIRE(queue.size() == 1);
  CHECK(queue[0]["waits"] == "review");
  CHECK(queue[0]["state"] == "submitted");
  CHECK(queue[0]["id"] == "report:bm09:2024S1");
  CHECK(officer.gets("/api/v1/dashboard")["waiting"] == 1);
  CHECK(officer.gets("/api/v1/dashboard")["arrived"].size() == 1);
  officer.posts("/api/v1/offices/vn-04-049/reports/report:bm09:2024S1/review", {{"verdict", "approved"}});
  CHECK(officer.gets("/api/v1/review").empty());
  CHECK(officer.gets("/api/v1/review?all=true&form=bm09").size() == 1);
  CHECK(officer.gets("/api/v1/review?all=true&form=bm08").empty());
}

TEST_CASE("a report is opened beside the one of a period earlier") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  PageClient officer(province, Role::officer);
  office.submits("2023S2", 4, 3);
  office.submits("2024S1", 5, 3);
  const json::Value opened = officer.gets("/api/v1/offices/vn-04-049/reports/report:bm09:2024S1");
  CHECK(opened["report"]["values"]["rad_facilities_count"] == 5);
  CHECK(opened["submission"]["values"]["rad_facilities_count"] == 5);
  CHECK(opened["previous"]["period"] == "2023S2");
  CHECK(opened["previous"]["report"]["values"]["rad_facilities_count"] == 4);
  CHECK(opened["versions"].size() == 1);
  CHECK(opened["findings"].is_array());
  CHECK(officer.ask("GET", "/api/v1/offices/vn-04-049/reports/report:bm09:2022S1").status == 404);
}

TEST_CASE("an officer sees which rows are not what the office's recommendations say") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  PageClient officer(province, Role::officer);
  const std::string honest = "5f0c9a21-0000-4000-8000-000000000001", altered = "5f0c9a21-0000-4000-8000-000000000002",
                    unknown = "5f0c9a21-0000-4000-8000-000000000003";
  json::Value body = {{"type", "recommendation"}, {"office", "vn-04-049"}, {"petition_text", "Thiếu máy đo"}};
  const Document first = revision("recommendation:" + honest, body);
  CHECK(office.send(first).empty());
  CHECK(office.send(revision("recommendation:" + altered, body)).empty());
  body["petition_text"] = "Thiếu hai máy đo";  // the copy in the report is older, and honest
  CHECK(office.send(revision("recommendation:" + honest, body, &first)).empty());

  json::Value report = office.report("2024Q2", 0, 0, "bm12");
  report["values"] = json::Value::object();
  json::Value& rows = report["rows"]["petitions"] = json::Value::object();
  rows["0000-00000001"] = {{"petition_id", honest}, {"petition_text", "Thiếu máy đo"}};
  rows["0000-00000002"] = {{"petition_id", altered}, {"petition_text", "Đủ máy đo"}};
  rows["0000-00000003"] = {{"petition_id", unknown}, {"petition_text", "Thiếu máy đo"}};
  CHECK(office.send(revision("report:bm12:2024Q2", report)).empty());

  std::string told;
  const json::Value opened = officer.gets("/api/v1/offices/vn-04-049/reports/report:bm12:2024Q2");
  for (const json::Value& one : opened["findings"]) {
    if (one["rule"] == "filled")
      told += one["field"].get<std::string>() + "; " + one["message_en"].get<std::string>() + "\n";
  }
  CHECK(told ==
        "petitions/0000-00000002/petition_id; This row is not what the document says that it was copied from.\n"
        "petitions/0000-00000003/petition_id; This row is copied from a document that the province does not hold.\n");
}

TEST_CASE("two unlike submissions of one office that merge to a draft wait for the office, which must send again") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  PageClient officer(province, Role::officer);
  json::Value here = office.report("2024S1", 4, 3), there = office.report("2024S1", 4, 3);
  here["remarks"]["rad_facilities_count"] = {{"text", "Đã đối chiếu"}};
  there["remarks"]["rad_incidents_count"] = {{"text", "Không có sự cố"}};
  const Document first = office.submission(here), second = office.submission(there);
  CHECK(office.send(first).empty());
  CHECK(office.send(second).empty());
  CHECK(office.send(revision("report:bm09:2024S1", here)).empty());
  CHECK(office.send(revision("report:bm09:2024S1", there)).empty());
  const json::Value queue = officer.gets("/api/v1/review");
  REQUIRE(queue.size() == 1);
  CAPTURE(json::print(queue[0]));
  CHECK(queue[0]["waits"] == "office");
  CHECK(queue[0]["send_again"] == true);
  CHECK(queue[0]["in_conflict"] == false);
  CHECK(queue[0]["state"] == "draft");
  const json::Value opened = officer.gets("/api/v1/offices/vn-04-049/reports/report:bm09:2024S1");
  CHECK(opened["versions"].size() == 2);
  CHECK(opened["send_again"] == true);
  CHECK(officer.gets("/api/v1/dashboard")["send_again"].size() == 1);
  CHECK(officer.gets("/api/v1/completeness?period=2024S1")["offices"][0]["cells"]["bm09"]["send_again"] == true);
}

TEST_CASE("the dashboard names offices that were not heard of, and the trend of their reports") {
  TestProvince province;
  TestOffice silent(province, "vn-04-047"), office(province, "vn-04-049");
  PageClient viewer(province, Role::viewer);
  province->registry().note_contact("vn-04-049", utc_text(province.clock.wall_ms()));
  office.submits("2024S1", 4, 3);
  const json::Value seen = viewer.gets("/api/v1/dashboard?period=2024S1");
  REQUIRE(seen["silent"].size() == 1);
  CHECK(seen["silent"][0]["office"] == "vn-04-047");
  REQUIRE(seen["trend"].size() == 1);
  CHECK(seen["trend"][0]["submitted"] == 1);
  CHECK(viewer.gets("/api/v1/periods")[0]["period"] == "2024S1");
}
