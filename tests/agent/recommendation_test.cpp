// bm12 is made of the recommendations an office has sent.
#include "tests/agent/office_pc.h"
#include "tests/support/check.h"

namespace tram::test {
namespace {

json::Value recommendation(const std::string& sent, const std::string& state) {
  return {
      {"type", "recommendation"},  {"kind", "kien_nghi"}, {"theme_code", "ocop"}, {"petition_text", "Hỗ trợ mã vạch"},
      {"addressed_to", "so_khcn"}, {"sent_date", sent},   {"state", state},       {"due_date", "2024-12-31"}};
}

}  // namespace

TEST_CASE("a submission of bm12 holds the recommendations of its window, and the open report none of them") {
  OfficePc pc;
  receive(pc, false, "recommendation:0c7bd5f4-9f8e-4b39-9d0e-5c1a7e0b1f21", recommendation("2024-04-02", "dang_xu_ly"));
  receive(pc, false, "recommendation:7a1f5c6e-2b47-4d11-8a52-0f6b9c3d4e55", recommendation("2024-12-20", "moi"));
  const std::string id = pc.out({"report", "new", "bm12", "2024Q2"});
  const json::Value done = pc.json({"report", "submit", id});
  const json::Value frozen = pc.json({"report", "show", done["submission"].get<std::string>()});
  REQUIRE(frozen["rows"]["petitions"].size() == 1);
  CHECK(frozen["rows"]["petitions"].begin()->at("petition_id") == "0c7bd5f4-9f8e-4b39-9d0e-5c1a7e0b1f21");
  CHECK(frozen["values"]["petitions_pending_count"] == 1);
  CHECK_FALSE(pc.json({"report", "show", id})["rows"].contains("petitions"));
  CHECK(pc.exit({"report", "row", id, "petitions", "petition_text=x"}) == 1);
}

}  // namespace tram::test
