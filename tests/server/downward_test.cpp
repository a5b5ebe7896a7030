// What the province publishes, who reads it, and the recommendations it answers.
#include "server/downward.h"

#include "core/base/signature.h"
#include "server/unit_history.h"
#include "tests/server/test_province.h"

using namespace tram;
using namespace tram::test;

namespace {

json::Value form_of_reference(const std::string& id) {
  for (const ReferenceDocument& document : small_reference()) {
    if (document.id == id) return document.body;
  }
  return {};
}

std::string refusal_of(const Result<json::Value>& published) {
  return published ? "" : std::string(published.error().what_name());
}

}  // namespace

TEST_CASE("a province changes a form by publishing a document and reports keep their version") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  office.submits("2024S1", 3, 2);
  json::Value form = form_of_reference("form:bm09:1");
  form["version"] = 2;
  form["sections"][0]["fields"].push_back({{"id", "rad_drones_count"},
                                           {"label_vi", "Số máy bay"},
                                           {"kind", "count"},
                                           {"schema", {{"type", "integer"}, {"minimum", 0}}},
                                           {"across_units", "sum"},
                                           {"across_time", "sum"}});
  const json::Value published = must(publish(*province, form, "quan.tri"));
  CHECK(published["id"] == "form:bm09:2");
  CHECK(published["changed"] == true);
  CHECK(must(publish(*province, form, "quan.tri"))["changed"] == false);
  json::Value body = office.report("2024S2", 3, 2);
  CHECK(body["form_version"] == 2);
  body["values"]["rad_drones_count"] = 7;
  CHECK(office.send(office.submission(body)) == "");
  CHECK((*office.stored("report:bm09:2024S1"))["form_version"] == 1);
}

TEST_CASE("what offices could not use is refused with the place and nothing is stored") {
  TestProvince province;
  const std::uint64_t before = province->reference_store().sequence();
  json::Value form = form_of_reference("form:bm09:1");
  form["version"] = 2;
  const auto broken = [&](const char* key, const json::Value& value) {
    json::Value wrong = form;
    wrong["sections"][0]["fields"][0][key] = value;
    return publish(*province, wrong, "quan.tri");
  };
  const auto no_expression = broken("required_if", "1 + ");
  CHECK(refusal_of(no_expression) == "bad_form");
  CHECK(no_expression.error().message.find("rad_facilities_count") != std::string::npos);
  CHECK(refusal_of(broken("required_if", "no_such_field > 1")) == "bad_form");
  CHECK(refusal_of(broken("required_if", "bm99.x > 1")) == "bad_form");
  CHECK(refusal_of(broken("computed", "rad_facilities_count + 1")) == "bad_form");
  CHECK(refusal_of(broken("across_units", "mean")) == "bad_form");
  CHECK(refusal_of(publish(*province, {{"type", "campaign"}, {"form", "bm09"}, {"period", "2024Q5"}}, "x")) ==
        "bad_campaign");
  CHECK(refusal_of(publish(*province, {{"type", "unit"}, {"code", "4"}}, "x")) == "bad_request");
  CHECK(refusal_of(publish(*province, {{"_id", "target:04:X"}, {"formula", "bm02."}}, "x")) == "bad_target");
  CHECK(refusal_of(publish(*province,
                           {{"_id", "target:04:X"},
                            {"id", "X"},
                            {"formula", "bm02.no_such_field"},
                            {"comparator", ">="},
                            {"low", 1},
                            {"period", "2021_2025"},
                            {"evaluate", "stage"},
                            {"for_each", "province"}},
                           "x")) == "bad_target");
  CHECK(refusal_of(publish(*province, {{"_id", "guidance:1"}, {"date", "17/06/2024"}}, "x")) == "bad_notice");
  CHECK(refusal_of(publish(*province, {{"type", "guidance"}}, "x")) == "bad_request");
  CHECK(province->reference_store().sequence() == before);
}

TEST_CASE("the province sees which office has read a notice and to how many it went on") {
  TestProvince province;
  TestOffice a(province, "vn-04-049"), b(province, "vn-04-047");
  must(publish(*province,
               {{"_id", "tbt_notice:vnm-12"}, {"abstract", "Ghi nhãn thực phẩm"}, {"acknowledge_by", "2024-06-20"}},
               "minh.nv"));
  REQUIRE(a.send(revision("receipt:tbt_notice:vnm-12",
                          {{"type", "receipt"},
                           {"of", "tbt_notice:vnm-12"},
                           {"office", a.slug},
                           {"reads", {{"lan.ht@may-2", {{"at", "2024-06-18T08:00:00+07:00"}, {"forwarded", 12}}}}}})) ==
          "");
  json::Value seen = must(readings(*province, "tbt_notice:vnm-12"));
  CHECK(seen["n_offices"] == 2);
  CHECK(seen["n_read"] == 1);
  CHECK(seen["offices"][1]["reads"][0]["forwarded"] == 12);
  CHECK(seen["offices"][0]["late"] == false);
  province.clock.advance(7 * 86'400'000LL);
  seen = must(readings(*province, "tbt_notice:vnm-12"));
  CHECK(seen["offices"][0]["late"] == true);
  CHECK(seen["offices"][1]["late"] == false);
  CHECK(readings(*province, "guidance:none").error().code == ErrorCode::not_found);
}

TEST_CASE("a recommendation is taken up and answered and reopened once by the office and closed") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  const std::string id = "recommendation:0c7bd5f4-9f8e-4b39-9d0e-5c1a7e0b1f21";
  json::Value body = {{"type", "recommendation"},          {"office", office.slug},     {"kind", "kien_nghi"},
                      {"petition_text", "Hỗ trợ mã vạch"}, {"addressed_to", "so_khcn"}, {"sent_date", "2024-06-03"}};
  REQUIRE(office.send(revision(id, body)) == "");
  json::Value list = must(list_recommendations(*province, ""));
  REQUIRE(list.size() == 1);
  CHECK(list[0]["state"] == "moi");
  CHECK(list[0]["due_date"] == "2024-06-24");  // fifteen working days
  const auto answer = [&](const json::Value& what) {
    return answer_recommendation(*province, office.slug, id, what, "minh.nv");
  };
  CHECK(answer({{"state", "dong"}}).error().what_name() == "bad_state");
  CHECK(answer({{"state", "da_tra_loi"}}).error().code == ErrorCode::bad_request);
  CHECK(must(answer({{"state", "dang_xu_ly"}}))["state"] == "dang_xu_ly");
  CHECK(must(answer({{"state", "da_tra_loi"}, {"answer_text", "Sở sẽ tập huấn"}}))["state"] == "da_tra_loi");
  body = *office.stored(id);
  CHECK(body["answered_by"] == "minh.nv");
  CHECK(body["due_date"] == "2024-06-24");
  Document held = revision(id, body);
  held.rev = *RevisionId::parse(office.current(id));
  held.path = {held.rev.sig};
  body["satisfied"] = false;
  REQUIRE(office.send(revision(id, body, &held)) == "");
  CHECK(must(list_recommendations(*province, office.slug))[0]["state"] == "mo_lai");
  CHECK(must(answer({{"state", "da_tra_loi"}, {"answer_text", "Sở cử cán bộ tháng 7"}}))["state"] == "da_tra_loi");
  CHECK(must(answer({{"state", "dong"}}))["state"] == "dong");
  CHECK(answer({{"state", "dang_xu_ly"}}).error().what_name() == "bad_state");
}

TEST_CASE("an office checks the province's signature without the province's program") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  json::Value body = office.report("2024S1", 3, 2);
  const Document sent = office.submission(body);
  REQUIRE(office.send(sent) == "");
  json::Value receipt = *office.stored("arrival:" + sent.id.substr(sent.id.find(':') + 1));
  const std::string key = province->registry().key().public_hex();
  CHECK(record_is_signed(receipt, key));
  CHECK_FALSE(record_is_signed(receipt, std::string(64, '0')));
  receipt["at"] = "2024-01-01T00:00:00Z";
  CHECK_FALSE(record_is_signed(receipt, key));
  CHECK_FALSE(signature_holds("", "", ""));
}

TEST_CASE("a district that ended shows what became of its communes and calls each link approximate") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  must(save_reference(province->reference_store(),
                      {{"units_map:2025",
                        {{"type", "units_map"},
                         {"csv",
                          "old_code,old_name,old_district,old_province,new_code,new_name,new_province,kind,certainty\n"
                          "01630,A,049,04,01648,Xã Quảng Uyên,04,full,approximate\n"
                          "01633,B,049,04,01648,Xã Quảng Uyên,04,partial,approximate\n"
                          "01636,C,047,04,01650,Xã khác,04,full,approximate\n"}}}}));
  const json::Value unit = must(unit_history(*province, "049"));
  CHECK(unit["units"][0]["valid_to"] == "2025-06-30");
  CHECK(unit["offices"] == json::Value::array({"vn-04-049"}));
  REQUIRE(unit["successors"].size() == 1);
  CHECK(unit["successors"][0]["kind"] == "mixed");
  CHECK(unit["successors"][0]["from"].size() == 2);
  CHECK(unit["successors"][0]["certainty"] == "approximate");
  CHECK(unit_history(*province, "999").error().code == ErrorCode::not_found);
}
