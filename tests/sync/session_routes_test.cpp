#include "core/base/digest.h"
#include "tests/sync/served_province.h"

namespace tram {
namespace {

using test::Answer;
using test::document;
using test::ServedProvince;

std::string nonce(int counter, char branch = '0') {
  return std::to_string(counter) + "." + std::string(31, '0') + branch;
}

struct SessionOffice {
  explicit SessionOffice(ServedProvince& its_province) : province(its_province) {}
  Answer begin(const std::string& its_nonce, const std::string& next, int seq = 0,
               const std::string& instance = "pc1") {
    return province.call("GET", "/office-a/_changes", "", "a",
                         {{"Tram-Session", "i=" + instance + ", n=" + its_nonce + ", c=" + sha256_hex(next) +
                                               ", s=" + std::to_string(seq) + "-9f3c0a1b"}});
  }
  ServedProvince& province;
};

TEST_CASE("F20: an office whose sessions follow each other is always let in and so is a lost answer") {
  ServedProvince province;
  SessionOffice office(province);
  CHECK(office.begin(nonce(1), nonce(2)).status == 200);
  CHECK(office.begin(nonce(1), nonce(2)).status == 200);
  CHECK(office.begin(nonce(2), nonce(3), 5).status == 200);
  CHECK(office.begin(nonce(3), nonce(4), 5).status == 200);
  CHECK(province.audited.empty());
}

TEST_CASE("F21, F32: a copied office is told to take an identity of its own") {
  ServedProvince province;
  SessionOffice office(province);
  office.begin(nonce(1), nonce(2));
  office.begin(nonce(2), nonce(3));
  const auto same_counter = office.begin(nonce(2), nonce(3, 'b'));
  CHECK(same_counter.status == 409);
  CHECK(same_counter.json()["error"] == "replica_fork");
  CHECK(office.begin(nonce(3, 'b'), nonce(4, 'b')).status == 409);
  CHECK(office.begin(nonce(1), nonce(2)).status == 409);
  CHECK(office.begin(nonce(3), nonce(4)).status == 200);
  CHECK(office.begin(nonce(1, 'c'), nonce(2, 'c'), 0, "pc2").status == 200);
  CHECK(province.audited == std::vector<std::string>(3, "replica_fork a"));
}

TEST_CASE("an office set back to an older copy is noticed by its own sequence") {
  ServedProvince province;
  SessionOffice office(province);
  office.begin(nonce(1), nonce(2), 9);
  CHECK(office.begin(nonce(2), nonce(3), 8).json()["error"] == "replica_fork");
}

TEST_CASE("F31: a session from the future shows that the province went back and both compare") {
  ServedProvince province;
  SessionOffice office(province);
  office.begin(nonce(1), nonce(2));
  const auto answer = office.begin(nonce(7), nonce(8));
  CHECK(answer.status == 412);
  CHECK(answer.json()["error"] == "history_changed");
  CHECK(office.begin(nonce(8), nonce(9)).status == 200);
}

TEST_CASE("F31, F20: an office that did not hear that the province went back is told so again") {
  ServedProvince province;
  SessionOffice office(province);
  office.begin(nonce(1), nonce(2));
  CHECK(office.begin(nonce(7), nonce(8)).status == 412);
  CHECK(office.begin(nonce(7), nonce(8)).json()["error"] == "history_changed");
  CHECK(office.begin(nonce(8), nonce(9)).status == 200);
  CHECK(office.begin(nonce(8), nonce(9)).status == 200);
}

TEST_CASE("each office is believed once after a restore") {
  ServedProvince province;
  SessionOffice office(province);
  office.begin(nonce(5), nonce(6), 9);
  test::must(province.database("office-a").store->begin_new_history(false, true));
  CHECK(office.begin(nonce(2), nonce(3), 1).status == 200);
  CHECK(office.begin(nonce(2, 'b'), nonce(3), 1).status == 409);
}

TEST_CASE("a malformed session header is 400") {
  ServedProvince province;
  CHECK(province.call("GET", "/office-a", "", "a", {{"Tram-Session", "i=pc1, n=1"}}).status == 400);
}

TEST_CASE("a session may begin with a question to the server itself") {
  ServedProvince province;
  const http::Headers header{{"Tram-Session", "i=pc1, n=" + nonce(1) + ", c=" + sha256_hex(nonce(2)) + ", s=0"}};
  CHECK(province.call("POST", "/_dbs_info", R"({"keys":["office-a"]})", "a", header).status == 200);
  CHECK(SessionOffice(province).begin(nonce(1, 'b'), nonce(2)).status == 409);
}

TEST_CASE("Tram-If-Seen lets only those on who share this history") {
  ServedProvince province;
  province.push("office-a", document("x", "1"), "a");
  const auto ask = [&](const std::string& seq) {
    return province.call("GET", "/office-a/_changes", "", "a", {{"Tram-If-Seen", seq}}).status;
  };
  const std::string seq = province.update_seq("office-a");
  CHECK(ask(seq) == 200);
  CHECK(ask("9" + seq) == 412);
  CHECK(ask("1-00000000") == 412);
}

}  // namespace
}  // namespace tram
