// What the province takes and refuses of an office's reports.
#include "server/begun_report.h"
#include "server/office_rules.h"
#include "tests/server/test_province.h"

using namespace tram;
using namespace tram::test;

TEST_CASE("a draft with wrong figures is taken: only a submission is judged by its figures") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  CHECK(office.send(revision("report:bm09:2024S1", office.report("2024S1", 3, 5))) == "");
}

TEST_CASE("a report whose content is not that of its id is refused") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  const json::Value body = office.report("2024S1", 3, 2);
  CHECK(office.send(revision("report:bm09:2024S2", body)) == "bad_document");
  CHECK(office.send(revision("report:bm02:2024S1", body)) == "bad_document");
  CHECK(office.send(revision("report:nonsense", body)) == "bad_document");
}

TEST_CASE("F36: an office cannot write a report of another office or of another unit") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  json::Value other_office = office.report("2024S1", 3, 2), other_unit = other_office, any = {{"type", "note"}};
  other_office["office"] = "vn-04-047";
  other_unit["unit"]["code"] = "047";
  any["office"] = "vn-04-047";
  const auto refused = office.refusal(revision("report:bm09:2024S1", other_office));
  REQUIRE(refused);
  CHECK(refused->code == "scope");
  CHECK(refused->error == "forbidden");
  CHECK_FALSE(refused->reason.empty());
  CHECK_FALSE(refused->reason_vi.empty());
  CHECK(office.send(revision("report:bm09:2024S1", other_unit)) == "scope");
  CHECK(office.send(revision("note:1", any)) == "scope");
}

TEST_CASE("a report of a unit that the PC did not know yet is taken") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  json::Value body = office.report("2024S1", 3, 2);
  body["unit"] = nullptr;
  CHECK(office.send(revision("report:bm09:2024S1", body)) == "");
}

TEST_CASE("unknown forms, versions and periods are told apart") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  json::Value body = office.report("2024S1", 3, 2);
  body["form_version"] = 7;
  CHECK(office.send(revision("report:bm09:2024S1", body)) == "unknown_form_version");
  body["form_version"] = 1;
  body["period"] = "2024Q2";
  CHECK(office.send(revision("report:bm09:2024Q2", body)) == "bad_period");
  body["form"] = "bm99";
  CHECK(office.send(revision("report:bm99:2024Q2", body)) == "unknown_form");
}

TEST_CASE("documents of a type nobody knows are taken") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  CHECK(office.send(revision("sketch:1", {{"type", "sketch"}, {"n", 1}})) == "");
  CHECK(office.send(revision("plain", {{"x", json::Value::array({1, 2})}})) == "");
}

TEST_CASE("an office cannot write the province's review of its report") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  json::Value body = office.report("2024S1", 3, 2);
  const Document first = revision("report:bm09:2024S1", body);
  REQUIRE(office.send(first) == "");
  body["review"] = {{"of", "x"}, {"verdict", "approved"}, {"by", "lan.ht"}};
  CHECK(office.send(revision("report:bm09:2024S1", body, &first)) == "wrong_writer");
  CHECK(office.send(revision("report:bm09:2024S1", body)) == "wrong_writer");
}

TEST_CASE("an office cannot answer its own proposal") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  json::Value body = office.report("2024", 0, 0, "bm03");
  body["rows"]["proposals"]["0001-5f0c9a21"] = {{"proposal_title", "Bảo quản hạt dẻ"}};
  const Document first = revision("report:bm03:2024", body);
  REQUIRE(office.send(first) == "");
  body["rows"]["proposals"]["0001-5f0c9a21"]["review_state"] = "dua_vao_tuyen_chon";
  CHECK(office.send(revision("report:bm03:2024", body, &first)) == "wrong_writer");
}

TEST_CASE("an office that edits what the province reviewed keeps the review as it is") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  office.submits("2024S1", 3, 2);
  office.reviewed("report:bm09:2024S1", "returned");
  json::Value body = *office.stored("report:bm09:2024S1");
  Document reviewed;
  must(office.database()->store->read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const auto winner, snapshot.winner("report:bm09:2024S1"));
    reviewed = *winner;
    return {};
  }));
  body["values"]["rad_facilities_count"] = 4;
  const Document edited = revision("report:bm09:2024S1", body, &reviewed);
  CHECK(office.send(edited) == "");
  body["review"]["verdict"] = "approved";
  CHECK(office.send(revision("report:bm09:2024S1", body, &edited)) == "wrong_writer");
  body.erase("review");
  CHECK(office.send(revision("report:bm09:2024S1", body, &edited)) == "wrong_writer");
}

TEST_CASE("an edit made while the province reviewed merges with the review, here and at the office alike") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  const Document sent = office.submits("2024S1", 3, 2);
  office.reviewed("report:bm09:2024S1", "received");
  json::Value body = must(json::parse_object(sent.body));
  body["values"]["rad_xray_count"] = 1;
  CHECK(office.send(revision("report:bm09:2024S1", body, &sent)) == "");
  const json::Value merged = *office.stored("report:bm09:2024S1");
  CHECK(merged["values"]["rad_xray_count"] == 1);
  CHECK(merged["review"]["verdict"] == "received");
}

TEST_CASE("a merge made at an office may carry the review that another branch has") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  const Document sent = office.submits("2024S1", 3, 2);
  office.reviewed("report:bm09:2024S1", "received");
  const json::Value reviewed = *office.stored("report:bm09:2024S1");
  json::Value body = must(json::parse_object(sent.body));
  body["values"]["rad_xray_count"] = 1;
  const Document edited = revision("report:bm09:2024S1", body, &sent);
  body["review"] = reviewed["review"];
  CHECK(office.send(revision("report:bm09:2024S1", body, &edited)) == "");
  body["review"]["verdict"] = "approved";
  CHECK(office.send(revision("report:bm09:2024S1", body, &edited)) == "wrong_writer");
}

TEST_CASE("the province does not overwrite an office's figure") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  json::Value body = office.report("2024S1", 3, 2);
  const Document first = revision("report:bm09:2024S1", body);
  REQUIRE(office.send(first) == "");
  body["values"]["rad_facilities_count"] = 30;
  CHECK(office.send(revision("report:bm09:2024S1", body, &first), false) == "wrong_writer");
  body["values"]["rad_facilities_count"] = 3;
  body["corrections"] = {{"rad_facilities_count", {{"value", 30}, {"reason", "theo biên bản"}}}};
  CHECK(office.send(revision("report:bm09:2024S1", body, &first), false) == "");
}

TEST_CASE("a draft may be deleted, a report that the province has received may not") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  const Document draft = revision("report:bm09:2023S1", office.report("2023S1", 3, 2));
  REQUIRE(office.send(draft) == "");
  CHECK(office.send(revision("report:bm09:2023S1", json::Value::object(), &draft, true)) == "");

  office.submits("2024S1", 3, 2);
  office.reviewed("report:bm09:2024S1", "received");
  Document received;
  must(office.database()->store->read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const auto winner, snapshot.winner("report:bm09:2024S1"));
    received = *winner;
    return {};
  }));
  CHECK(office.send(revision("report:bm09:2024S1", json::Value::object(), &received, true)) == "locked");
  const json::Value forged = {{"merged_into", "9-0123456789abcdef0123456789abcdef"}};
  CHECK(office.send(revision("report:bm09:2024S1", forged, &received, true)) == "locked");
}

TEST_CASE("each side writes its own part of a recommendation") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  const std::string id = "recommendation:5f0c9a21-0000-4000-8000-000000000001";
  json::Value body = {{"type", "recommendation"}, {"office", "vn-04-049"}, {"petition_text", "Thiếu máy đo"}};
  const Document asked = revision(id, body);
  REQUIRE(office.send(asked) == "");
  json::Value own_answer = body;
  own_answer["answer_text"] = "Tự trả lời";
  CHECK(office.send(revision(id, own_answer, &asked)) == "wrong_writer");
  json::Value answered = body;
  answered["answer_text"] = "Sẽ cấp trong quý IV";
  answered["state"] = "da_tra_loi";
  const Document answer = revision(id, answered, &asked);
  CHECK(office.send(answer, false) == "");
  answered["petition_text"] = "Đủ máy đo";
  CHECK(office.send(revision(id, answered, &answer), false) == "wrong_writer");
}

TEST_CASE("the digest of the rules changes when a form or campaign does, and not when a notice does") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  const auto rules = office.database()->rules;
  const std::string before = rules->digest();
  CHECK(before.size() == 8);
  must(save_reference(province->reference_store(), {{"tbt_notice:1", {{"type", "tbt_notice"}}}}));
  CHECK(rules->digest() == before);
  must(save_reference(province->reference_store(),
                      {{"campaign:bm09:2024S1", {{"type", "campaign"}, {"form", "bm09"}, {"period", "2024S1"}}}}));
  CHECK(rules->digest() != before);
}

TEST_CASE("what is taken at one look over a begun report is what the rules take") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  const auto reference = must(province->reference().get());
  const SigningKey key = SigningKey::make(province.random);
  const OfficeFacts facts{office.slug, office.unit(), false};
  const auto database = office.database();
  // Asked of the rules alone, as if nothing else were known.
  const auto taken = [&](const Document& document) {
    bool is_taken = false;
    must(database->store->write([&](Transaction& transaction) -> Status {
      const std::optional<Record> unknown;
      const json::Value body = must(json::parse_object(document.body));
      is_taken = !must(judge_report({*reference, facts, key, transaction, document, unknown, body, true}));
      return {};
    }));
    return is_taken;
  };
  const auto is_plain = [&](const Document& document) {
    std::string text;
    write_document(text, document, {.revisions = true});
    json::Reader reader(text);
    return is_plain_begun_report(*reference, facts, must(to_document(must(read_document_text(reader)))));
  };

  const json::Value plain = office.report("2024S1", 3, 2);
  const std::vector<json::Value> odd = {nullptr,
                                        true,
                                        0,
                                        -1,
                                        1.5,
                                        7,
                                        "",
                                        "x",
                                        "report",
                                        "bm02",
                                        "2024Q2",
                                        "vn-04-047",
                                        json::Value::array(),
                                        json::Value::object(),
                                        {{"code", "047"}}};
  std::vector<json::Value> bodies = {plain};
  for (const auto& [name, value] : plain.items()) {
    json::Value without = plain;
    without.erase(name);
    bodies.push_back(without);
  }
  for (const char* name : {"type", "form", "form_version", "period", "office", "unit", "review", "corrections",
                           "values", "rows", "remarks", "edit", "note"}) {
    for (const json::Value& value : odd) {
      bodies.push_back(plain);
      bodies.back()[name] = value;
    }
  }
  std::size_t plain_ones = 0, refused = 0;
  for (const char* id : {"report:bm09:2024S1", "report:bm09:2024Q2", "report:bm02:2024S1", "report:bm09",
                         "report::", "report:bm09:2024S1:x", "report:"}) {
    for (const json::Value& body : bodies) {
      const Document document = revision(id, body);
      CAPTURE(id, document.body);
      const bool rules_take = taken(document);
      if (is_plain(document)) {
        CHECK(rules_take);
        ++plain_ones;
      }
      refused += rules_take ? 0 : 1;
    }
  }
  CHECK(is_plain(revision("report:bm09:2024S1", plain)));
  CHECK(plain_ones > 50);
  CHECK(refused > 500);

  Document spaced = revision("report:bm09:2024S1", plain);
  spaced.body.insert(1, "\n  ");
  spaced.body.insert(spaced.body.find(R"("type":)") + 7, "\t");
  spaced.body.insert(spaced.body.find(R"("report")") + 8, " \r\n");
  CHECK(is_plain(spaced));
  json::Value by_province = office.report("2024", 0, 0, "bm01");
  CHECK_FALSE(is_plain(revision("report:bm01:2024", by_province)));
}
