#include "tests/bench/report.h"

#include "core/base/clock.h"
#include "core/base/json.h"

namespace tram::bench {
namespace {

std::string day_of(int n) {
  std::string day = vietnam_day(std::int64_t{n} * 86'400'000);
  std::erase(day, '-');
  return day;
}

}  // namespace

std::string report_id(int n) { return "report:bm09:" + day_of(n); }

std::string report_body(int n, int edition, const NamedOffice& office) {
  json::Value values = json::Value::object();
  static constexpr const char* kCounts[] = {"rad_facilities_count", "rad_xray_count",          "rad_sources_count",
                                            "rad_licensed_count",   "rad_staff_trained_count", "rad_inspections_count",
                                            "rad_incidents_count"};
  int k = 0;
  for (const char* const name : kCounts) values[name] = (n * 7 + ++k * 13) % 500;
  values["rad_inspections_count"] = edition;
  values["incident_text"] =
      "Kiểm tra cơ sở X-quang y tế, nhắc nhở bổ sung liều kế cá nhân cho " + std::to_string(n % 40) + " nhân viên";
  json::Value row = {{"facility", "Trung tâm Y tế huyện Khánh Sơn, phòng " + std::to_string(n % 9)},
                     {"device", "Máy X-quang cố định"},
                     {"licence", "GP-" + std::to_string(n)},
                     {"year", 2000 + n % 25},
                     {"power_kv", 125},
                     {"dose", 0.5 + n % 10},
                     {"state", "dang_su_dung"},
                     {"note", "Đã kiểm định, còn hạn"}};
  json::Value report = {
      {"type", "report"},
      {"form", "bm09"},
      {"form_version", 1},
      {"period", day_of(n)},
      {"office", office.id},
      {"unit", {{"code", office.unit}, {"name_vi", office.name}, {"valid_from", ""}}},
      {"values", std::move(values)},
      {"rows", {{"devices", {{"0001-5f0c9a21", row}}}}},
      {"remarks", {{"rad_xray_count", {{"text", "Đã đối chiếu với sổ theo dõi của phòng Kinh tế"}}}}},
      {"edit", {{"by", "lan.ht"}, {"pc", "may-2"}, {"at", "2024-06-17T09:12:00+07:00"}, {"clock", "trusted"}}}};
  return json::print(report);
}

std::vector<NamedBody> report_bodies(int count, const NamedOffice& office) {
  std::vector<NamedBody> reports;
  reports.reserve(static_cast<std::size_t>(count));
  for (int n = 0; n < count; ++n) reports.push_back({report_id(n), report_body(n, 0, office)});
  return reports;
}

}  // namespace tram::bench
