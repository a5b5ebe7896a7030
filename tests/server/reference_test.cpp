// The reference data of a province: how it is loaded, and what is refused.
#include <filesystem>
#include <fstream>

#include "server/reference_rules.h"
#include "tests/server/test_province.h"

using namespace tram;
using namespace tram::test;

namespace {

std::string refused(TestProvince& province, const Document& document, bool by_office = false) {
  const auto database = must(province->databases().open("reference"));
  Batch batch;
  batch.documents = {&document, 1};
  batch.by_office = by_office;
  const Written written = must(database->peer.take(batch));
  return written.refused.empty() ? "" : written.refused.front().code;
}

json::Value form_body(const std::string& id) {
  for (const ReferenceDocument& document : small_reference()) {
    if (document.id == id) return document.body;
  }
  FAIL("no " << id);
  return {};
}

void copy_reference(const std::string& to) {
  std::filesystem::copy(TRAM_SOURCE_FOLDER "/reference", to, std::filesystem::copy_options::recursive);
}

}  // namespace

TEST_CASE("the shipped reference loads whole") {
  const auto documents = must(read_reference(TRAM_SOURCE_FOLDER "/reference"));
  const auto has = [&](std::string_view id) {
    return std::any_of(documents.begin(), documents.end(), [&](const auto& document) { return document.id == id; });
  };
  for (const char* id :
       {"form:bm01:1", "form:bm12:1", "unit:049:-", "periods:vn", "holidays:vn", "target:04:T3a", "units_map:2025"}) {
    CHECK(has(id));
  }
  CHECK_FALSE(has("unit:049"));
}

TEST_CASE("loading the same reference again changes nothing") {
  TestProvince province;
  const std::uint64_t before = province->reference_store().sequence();
  CHECK(must(save_reference(province->reference_store(), small_reference())) == 0);
  CHECK(province->reference_store().sequence() == before);
}

TEST_CASE("a reference with a form that does not load is refused with the place") {
  TempFolder temp;
  copy_reference(temp.file("r"));
  std::ofstream(temp.file("r/forms/bm99.json")) << R"({"code":"bm99","version":1,"frequencies":["yearly"],
    "cutoff":"ND09","sections":[{"id":"s","kind":"fields","fields":[{"id":"x","kind":"count",
    "schema":{"type":"integer"},"computed":"1 +"}]}]})";
  const auto read = read_reference(temp.file("r"));
  REQUIRE_FALSE(read);
  CHECK(read.error().message.find("bm99.json") != std::string::npos);
  CHECK(read.error().message.find("x") != std::string::npos);
  CHECK(read_reference(temp.file("nowhere")).error().code == ErrorCode::not_found);
}

TEST_CASE("the administrator's form is refused when offices could not load it") {
  TestProvince province;
  json::Value form = form_body("form:bm09:1");
  form["version"] = 2;
  CHECK(refused(province, revision("form:bm09:3", form)) == "bad_form");
  CHECK(refused(province, revision("form:bm09:2", form)) == "");
  form["version"] = 4;
  form["sections"][0]["fields"][0]["schema"]["surprise"] = true;
  CHECK(refused(province, revision("form:bm09:4", form)) == "bad_form");
  CHECK(refused(province, revision("campaign:bm09:2024S1", {{"type", "campaign"}, {"form", "bm02"}})) ==
        "bad_campaign");
  CHECK(refused(province, revision("guidance:1", {{"type", "guidance"}})) == "");
}

TEST_CASE("an office does not write in reference") {
  TestProvince province;
  CHECK(refused(province, revision("guidance:1", {{"type", "guidance"}}), true) == "scope");
}

TEST_CASE("a new version of a form is known to the rules at once") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  json::Value body = office.report("2024S1", 3, 2);
  body["form_version"] = 2;
  CHECK(office.send(revision("report:bm09:2024S1", body)) == "unknown_form_version");
  json::Value form = form_body("form:bm09:1");
  form["version"] = 2;
  REQUIRE(refused(province, revision("form:bm09:2", form)) == "");
  CHECK(office.send(revision("report:bm09:2024S1", body)) == "");
}
