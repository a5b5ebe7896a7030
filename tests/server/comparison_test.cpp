#include "server/comparison.h"

#include "server/completeness.h"
#include "server/office_order.h"
#include "server/reviews.h"
#include "server/runs.h"
#include "tests/server/test_province.h"

namespace tram::test {
namespace {

json::Value line_of(const json::Value& comparison, const std::string& field) {
  for (const json::Value& line : comparison.at("figures")) {
    if (line.at("field") == field) return line;
  }
  return nullptr;
}

std::vector<std::string> slugs(const std::vector<Office>& offices) {
  std::vector<std::string> list;
  for (const Office& office : offices) list.push_back(office.slug);
  return list;
}

std::string official_run(TestProvince& province) {
  const RunRequest request = must(read_run_request(*province, "bm09", "2024S1", "ACTUAL", true, ""));
  return must(keep_run(*province, must(run_consolidation(*province, request)), request, "hoa.tt"));
}

}  // namespace

TEST_CASE("a half-year stands beside the one before it") {
  TestProvince province;
  TestOffice a(province, "vn-04-049"), b(province, "vn-04-047");
  a.submits("2023S2", 4, 0);
  a.submits("2024S1", 3, 2);
  b.submits("2024S1", 6, 4);
  const RunRequest request = must(read_run_request(*province, "bm09", "2024S1", "ACTUAL", false, ""));
  json::Value compared = must(compare_periods(*province, request, ""));
  CHECK(compared["with"] == "2023S2");
  const json::Value facilities = line_of(compared, "rad_facilities_count");
  CHECK(facilities["before"]["value"] == 4);
  CHECK(facilities["before"]["n_reported"] == 1);
  CHECK(facilities["after"]["value"] == 9);
  CHECK(facilities["difference"] == 5);
  CHECK(facilities["change_pct"] == 125);
  const json::Value licensed = line_of(compared, "rad_licensed_count");
  CHECK(licensed["difference"] == 6);
  CHECK(licensed["change_pct"].is_null());  // from nothing to something is no percentage
  // Nobody reported then: nothing to subtract, and no zero in its place.
  compared = must(compare_periods(*province, request, "2022S2"));
  CHECK(line_of(compared, "rad_facilities_count")["before"]["value"].is_null());
  CHECK(line_of(compared, "rad_facilities_count")["difference"].is_null());
  CHECK(compare_periods(*province, request, "soon").error().code == ErrorCode::bad_request);
}

TEST_CASE("the run after a correction is compared with the one that it replaces") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  office.submits("2024S1", 3, 2);
  office.reviewed("report:bm09:2024S1", "approved");
  const std::string first = official_run(province);
  must(write_correction(*province, "vn-04-049", "report:bm09:2024S1",
                        {"rad_facilities_count", json::Value(5), "", "biên bản", "minh.nv", ""}));
  const std::string second = official_run(province);
  const json::Value compared = must(compare_runs(*province, second, first));
  CHECK(line_of(compared, "rad_facilities_count")["difference"] == 2);
  CHECK(line_of(compared, "rad_licensed_count")["difference"] == 0);
  CHECK(comparison_text(compared).find("3 → 5  2  66.67%") != std::string::npos);
  CHECK(compare_runs(*province, second, "run:bm09:2024S1:none").error().code == ErrorCode::not_found);
}

TEST_CASE("offices are listed by their names as Vietnamese is sorted or as papers list their units") {
  const std::vector<Office> offices = {{"d", "Huyện Đà Bắc", "", "", ""},    {"u", "Thành phố Ứng Hòa", "", "", ""},
                                       {"a", "Huyện An Biên", "", "", ""},   {"dz", "Huyện Dương Minh", "", "", ""},
                                       {"ă", "Thị xã Ăn Thông", "", "", ""}, {"q", "Quảng Hòa", "049", "", ""},
                                       {"t", "Trùng Khánh", "047", "", ""}};
  CHECK(slugs(by_name(offices)) == std::vector<std::string>{"a", "ă", "dz", "d", "q", "t", "u"});
  TestProvince province;
  const auto reference = must(province->reference().get());
  CHECK(slugs(in_official_order(offices, *reference, "2024-06-14")) ==
        std::vector<std::string>{"t", "q", "a", "ă", "dz", "d", "u"});
}

}  // namespace tram::test
