// Receipts, what the province sends down, and recommendations, at an office's PC without a line.
#include "tests/agent/office_pc.h"
#include "tests/support/check.h"

namespace tram::test {

TEST_CASE("a submission without the province's answer has no receipt and a forged one does not hold") {
  OfficePc pc;
  const std::string report = whole_report(pc);
  CHECK(pc.json({"receipt", "verify"}).empty());
  const json::Value done = pc.json({"report", "submit", report});
  const std::string submission = done["submission"].get<std::string>();
  json::Value receipts = pc.json({"receipt", "verify", report});
  REQUIRE(receipts.size() == 1);
  CHECK(receipts[0]["submission"] == submission);
  CHECK(receipts[0]["receipt"].is_null());
  CHECK(receipts[0]["valid"].is_null());
  const std::string arrival = "arrival:" + submission.substr(submission.find(':') + 1);
  receive(pc, true, "province:key", {{"type", "province"}, {"key", std::string(64, 'a')}});
  receive(pc, false, arrival,
          {{"type", "arrival"},
           {"office", "vn-04-049"},
           {"submission", submission},
           {"at", "2024-06-17T02:12:00Z"},
           {"key", std::string(64, 'a')},
           {"signature", std::string(128, 'b')}});
  const agent::Outcome outcome = pc.run({"receipt", "verify", submission, "--json"});
  CHECK(outcome.exit == 1);
  receipts = must(json::parse(outcome.out));
  CHECK(receipts[0]["receipt"] == arrival);
  CHECK(receipts[0]["valid"] == false);
  CHECK(receipts[0]["reason_vi"].is_string());
  CHECK(pc.exit({"receipt", "verify", "report:bm02:1999Q1"}) == 1);
}

TEST_CASE("a report that came back with the province's values takes them over by one command and can be sent again") {
  OfficePc pc;
  const std::string id = whole_report(pc);
  pc.out({"report", "submit", id});
  CHECK(pc.exit({"report", "accept", id}) == 1);
  json::Value body = pc.json({"report", "show", id});
  const std::string digest = body["submission"]["digest"];
  json::Value returned;
  {
    const auto office = pc.open();
    must(office->own().read([&](Snapshot& snapshot) -> Status {
      ASSIGN_OR_RETURN(const auto document, snapshot.winner(id));
      REQUIRE(document.has_value());
      ASSIGN_OR_RETURN(returned, json::parse_object(document->body));
      return {};
    }));
  }
  returned["review"] = {{"of", digest},
                        {"verdict", "returned"},
                        {"by", "minh.nv"},
                        {"at", "2024-07-02T08:00:00+07:00"},
                        {"reasons", {{{"field", "models_count"}, {"text", "Thiếu một mô hình"}}}},
                        {"proposed", {{"models_count", 5}}}};
  receive(pc, false, id, returned);
  CHECK(pc.json({"report", "show", id})["state"] == "returned");
  pc.out({"report", "accept", id});
  body = pc.json({"report", "show", id});
  CHECK(body["values"]["models_count"] == 5);
  pc.out({"report", "submit", id});
  CHECK(pc.json({"report", "show", id})["submission"]["n"] == 2);
}

TEST_CASE("reading a notice leaves a receipt that names the person and how far it went") {
  OfficePc pc;
  receive(pc, true, "tbt_notice:vnm-12",
          {{"type", "tbt_notice"}, {"date", "2024-06-17"}, {"abstract", "Ghi nhãn thực phẩm"}});
  json::Value list = pc.json({"notice", "list"});
  REQUIRE(list.size() == 1);
  CHECK(list[0]["read"].empty());
  pc.out({"notice", "read", "tbt_notice:vnm-12", "--by", "lan.ht", "--forwarded", "12"});
  pc.out({"notice", "read", "tbt_notice:vnm-12", "--by", "minh.nv"});
  list = pc.json({"notice", "list"});
  CHECK(list[0]["read"].size() == 2);
  const json::Value receipt = pc.json({"report", "show", "receipt:tbt_notice:vnm-12"});
  CHECK(receipt["of"] == "tbt_notice:vnm-12");
  CHECK(receipt["reads"].begin()->at("forwarded") == 12);
  CHECK(pc.exit({"notice", "read", "guidance:none"}) == 1);
}

TEST_CASE("a recommendation is typed by its fields and reopened once after an answer") {
  OfficePc pc;
  CHECK(pc.exit({"recommendation", "new", "kind=kien_nghi"}) == 1);
  CHECK(pc.exit({"recommendation", "new", "kind=la"}) == 1);
  CHECK(pc.exit({"recommendation", "new", "state=dong"}) == 1);
  const std::string id =
      pc.out({"recommendation", "new", "kind=kien_nghi", "petition_text=Hỗ trợ mã vạch", "addressed_to=so_khcn"});
  CHECK(id.starts_with("recommendation:"));
  json::Value list = pc.json({"recommendation", "list"});
  REQUIRE(list.size() == 1);
  CHECK(list[0]["sent_date"].is_string());
  CHECK(pc.exit({"recommendation", "set", id, "satisfied=false"}) == 1);
  pc.out({"recommendation", "set", id, "petition_text=Hỗ trợ mã số, mã vạch"});
  const std::string other = "recommendation:0c7bd5f4-9f8e-4b39-9d0e-5c1a7e0b1f21";
  receive(pc, false, other,
          {{"type", "recommendation"},
           {"office", "vn-04-049"},
           {"kind", "kien_nghi"},
           {"petition_text", "x"},
           {"addressed_to", "so_khcn"},
           {"sent_date", "2024-04-02"},
           {"state", "da_tra_loi"},
           {"answer_text", "y"}});
  pc.out({"recommendation", "set", other, "satisfied=false"});
  CHECK(pc.exit({"recommendation", "set", other, "satisfied=false"}) == 1);
}

}  // namespace tram::test
