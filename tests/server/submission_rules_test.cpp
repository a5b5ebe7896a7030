// What the province takes and refuses of submissions and receipts.
#include "tests/server/test_province.h"

using namespace tram;
using namespace tram::test;

namespace {

void close_period(TestProvince& province, const json::Value& except = json::Value::array()) {
  must(save_reference(
      province->reference_store(),
      {{"campaign:bm09:2024S1",
        {{"type", "campaign"}, {"form", "bm09"}, {"period", "2024S1"}, {"closed", true}, {"except", except}}}}));
}

std::string arrival_of(const Document& submission) { return "arrival:" + submission.id.substr(11); }

}  // namespace

TEST_CASE("a submission gets one signed receipt with the province's time") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  json::Value body = office.report("2024S1", 3, 2);
  const Document frozen = office.submission(body);
  REQUIRE(office.send(frozen) == "");
  const auto receipt = office.stored(arrival_of(frozen));
  REQUIRE(receipt);
  CHECK((*receipt)["submission"] == frozen.id);
  CHECK((*receipt)["rev"] == frozen.rev.text());
  CHECK((*receipt)["office"] == "vn-04-049");
  CHECK((*receipt)["at"] == "2024-06-17T02:12:00Z");
  CHECK(is_signed_by(*receipt, province->registry().key()));

  province.clock.advance(60'000);
  const std::string rev = office.current(arrival_of(frozen));
  CHECK(office.send(frozen) == "");
  CHECK(office.current(arrival_of(frozen)) == rev);
}

TEST_CASE("a submission with errors is refused with their list") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  json::Value body = office.report("2024S1", 3, 5);
  body["values"].erase("rad_sources_count");
  const auto refused = office.refusal(office.submission(body));
  REQUIRE(refused);
  CHECK(refused->code == "invalid");
  CHECK(refused->reason_vi.find('\n') != std::string::npos);
}

TEST_CASE("a warning does not refuse a submission: the officer sees it") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  json::Value body = office.report("2024S1", 3, 2);
  body["values"]["rad_incidents_count"] = 1;
  body["values"]["incident_text"] = "Mất một nguồn, đã tìm thấy";
  const auto refused = office.refusal(office.submission(body));
  INFO((refused ? refused->reason : ""));
  CHECK_FALSE(refused);
}

TEST_CASE("a submission with another content than its name is refused") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  json::Value body = office.report("2024S1", 3, 2);
  const Document frozen = office.submission(body);
  json::Value changed = must(json::parse_object(frozen.body));
  changed["values"]["rad_facilities_count"] = 4;
  CHECK(office.send(revision(frozen.id, changed)) == "bad_digest");
}

TEST_CASE("a submission is never changed and never deleted") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  json::Value body = office.report("2024S1", 3, 2);
  const Document frozen = office.submission(body);
  REQUIRE(office.send(frozen) == "");
  const json::Value same = must(json::parse_object(frozen.body));
  CHECK(office.send(revision(frozen.id, same, &frozen)) == "immutable");
  CHECK(office.send(revision(frozen.id, json::Value::object(), &frozen, true)) == "immutable");
  CHECK(office.send(frozen) == "");
}

TEST_CASE("a closed period takes no submission, except from the office it excepts, until it opens again") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  json::Value body = office.report("2024S1", 3, 2);
  const Document frozen = office.submission(body);
  close_period(province);
  const auto refused = office.refusal(frozen);
  REQUIRE(refused);
  CHECK(refused->code == "period_closed");
  CHECK_FALSE(refused->reason_vi.empty());
  CHECK(office.send(revision("report:bm09:2024S1", body)) == "");
  close_period(province, json::Value::array({"vn-04-049"}));
  CHECK(office.send(frozen) == "");
}

TEST_CASE("a submission of another office is refused") {
  TestProvince province;
  TestOffice office(province, "vn-04-049"), other(province, "vn-04-047");
  json::Value body = other.report("2024S1", 3, 2);
  CHECK(office.send(other.submission(body)) == "scope");
}

TEST_CASE("an office may bring back a receipt of the province and cannot write one") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  json::Value receipt = make_arrival("vn-04-049", {"bm09", "2024S1", std::string(64, 'a')}, "2024-06-17T02:12:00Z");
  const std::string id = arrival_id("bm09", "2024S1", std::string(64, 'a'));
  CHECK(office.send(revision(id, receipt)) == "wrong_writer");
  sign_record(receipt, province->registry().key());
  const Document genuine = revision(id, receipt);
  CHECK(office.send(genuine) == "");
  json::Value later = receipt;
  later["at"] = "2024-06-14T02:12:00Z";
  CHECK(office.send(revision(id, later, &genuine)) == "wrong_writer");
  CHECK(office.send(revision(id, json::Value::object(), &genuine, true)) == "wrong_writer");
}

TEST_CASE("refusals of an office are counted for the status") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  CHECK(office.send(revision("report:nonsense", {{"type", "report"}})) == "bad_document");
  const Contact contact = province->registry().contact("vn-04-049");
  CHECK(contact.refused == 1);
  CHECK(contact.last_id == "report:nonsense");
  CHECK(contact.last_code == "bad_document");
}
