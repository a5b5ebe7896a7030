#include "core/reports/state.h"
#include "tests/core/reports/reference.h"

using namespace tram;

namespace {
std::string refusal(const std::string& form, const std::string& field, const std::string& text) {
  json::Value body = reference::report(form, form == "bm03" ? "2024" : "2024Q2");
  const json::Value before = body;
  const Status status = set_value(body, reference::form(form), field, text);
  if (status) return "";
  CHECK(body == before);
  CHECK(status.error().code == ErrorCode::bad_request);
  CHECK_FALSE(status.error().message_vi.empty());
  return status.error().message;
}
}  // namespace

TEST_CASE("a new report is empty and carries its unit") {
  const json::Value body = reference::report("bm02", "2024Q2");
  CHECK(
      json::print(body) ==
      R"({"form":"bm02","form_version":1,"office":"vn-04-049","period":"2024Q2","remarks":{},"rows":{},"type":"report",)"
      R"("unit":{"code":"049","name_vi":"Huyện Quảng Hòa","valid_from":""},"values":{}})");
  CHECK_FALSE(new_report(reference::form("bm02"), reference::period("202406"), "vn-04-049", nullptr));
  CHECK(parse_report_id(report_id("bm02", "2024Q2")) == ReportKey{"bm02", "2024Q2", ""});
  CHECK(parse_report_id("report:bm02:2024~plan")->period == "2024~plan");
  CHECK_FALSE(parse_report_id("report:bm02"));
  CHECK_FALSE(parse_report_id("submission:bm02:2024Q2:00"));
}

TEST_CASE("a clerk's zero and nothing and not available are three things") {
  json::Value body = reference::report("bm02", "2024Q2");
  reference::set(body, "models_count", "0");
  CHECK(body["values"]["models_count"] == 0);
  reference::set(body, "models_count", "null");
  CHECK(body["values"]["models_count"].is_null());
  reference::set(body, "models_count", "");
  CHECK_FALSE(body["values"].contains("models_count"));
}

TEST_CASE("values are typed by the form") {
  json::Value body = reference::report("bm06", "2024Q2");
  reference::Counting random;
  const auto row = reference::add(body, "products", random,
                                  {{"ocop_score", "87.5"},
                                   {"ip_supported", "true"},
                                   {"commune", "01774"},
                                   {"ocop_valid_to", "2026-06-17"},
                                   {"product_name", "Lạp sườn"}});
  CHECK(row == "0001-01020304");
  const json::Value& product = body["rows"]["products"][row];
  CHECK(product["ocop_score"] == 87.5);
  CHECK(product["ip_supported"] == true);
  CHECK(product["commune"] == "01774");
  CHECK(is_uuid(product["product_id"].get<std::string>()));
}

TEST_CASE("a value of another type is refused by the name of its field") {
  CHECK(refusal("bm02", "models_count", "mười") == "models_count: 'mười' is not a number; write it as 1234.5");
  CHECK(refusal("bm02", "models_count", "1.5") == "models_count: a whole number is needed");
  CHECK(refusal("bm02", "models_count", "9007199254740993") == "models_count: the number is outside the exact range");
  CHECK(refusal("bm02", "no_such", "1") == "no_such: the form has no such field");
  CHECK(refusal("bm02", "tasks_applied_pct", "50") == "tasks_applied_pct: this field is computed");
  CHECK(refusal("bm01", "prov_tfp_contribution_pct", "35") ==
        "prov_tfp_contribution_pct: the province fills this field in");
  CHECK(refusal("bm01", "issued_date", "17/06/2024") ==
        "issued_date: '17/06/2024' is not a day; write it as 2024-06-17");
  CHECK(refusal("bm01", "signer_name", "Lan\x07") == "signer_name: a control character is not allowed");
  CHECK(refusal("bm01", "signer_name", "Lan\nHà") == "signer_name: a control character is not allowed");
  CHECK(refusal("bm01", "results_text", "Lan\nHà") == "");
}

TEST_CASE("the province may fill in its own fields") {
  json::Value body = reference::report("bm01", "2024Q2");
  CHECK(set_value(body, reference::form("bm01"), "prov_tfp_contribution_pct", "35.25", true));
  CHECK_FALSE(set_value(body, reference::form("bm01"), "prov_tfp_contribution_pct", "35.255", true));
  CHECK(body["values"]["prov_tfp_contribution_pct"] == 35.25);
}

TEST_CASE("texts are stored composed") {
  json::Value body = reference::report("bm01", "2024Q2");
  reference::set(body, "signer_name", "Huye\u0323\u0302n Tru\u0300ng Kha\u0301nh");
  CHECK(body["values"]["signer_name"] == "Huyện Trùng Khánh");
}

TEST_CASE("lists may be typed with separators or as JSON") {
  json::Value body = reference::report("bm01", "2024Q2");
  reference::Counting random;
  const auto first = reference::add(body, "meetings", random, {{"meeting_units", "274;273; 276"}});
  CHECK(json::print(body["rows"]["meetings"][first]["meeting_units"]) == R"(["274","273","276"])");
  const auto second = reference::add(body, "meetings", random, {{"meeting_units", R"(["049"])"}});
  CHECK(second == "0002-05060708");
  CHECK(json::print(body["rows"]["meetings"][second]["meeting_units"]) == R"(["049"])");
}

TEST_CASE("rows come and go and take their remarks with them") {
  const Form& form = reference::form("bm02");
  json::Value body = reference::report("bm02", "2024Q2");
  reference::Counting random;
  const auto row = reference::add(body, "tasks", random, {{"task_code", "CB-01"}, {"status", "nghiem_thu"}});
  CHECK_FALSE(set_row_value(body, form, "tasks", row, "status", "xong"));
  CHECK_FALSE(set_row_value(body, form, "tasks", row, "total_funding_vnd", "1"));
  CHECK(set_row_value(body, form, "tasks", "0009-00000000", "status", "huy").error().code == ErrorCode::not_found);
  CHECK(set_remark(body, form, "tasks/" + row + "/status", "Đã có quyết định"));
  CHECK(set_section_touched(body, form, "tasks", false).error().code == ErrorCode::bad_request);
  CHECK(delete_row(body, form, "tasks", row));
  CHECK(json::print(body["rows"]) == R"({"tasks":{}})");
  CHECK(body["remarks"].empty());
  CHECK(set_section_touched(body, form, "tasks", false));
  CHECK(body["rows"].empty());
  CHECK_FALSE(add_row(body, form, "figures", random));
  CHECK_FALSE(add_row(body, reference::form("bm12"), "petitions", random));
}

TEST_CASE("a remark holds words and whether the figure is approximate") {
  const Form& form = reference::form("bm02");
  json::Value body = reference::report("bm02", "2024Q2");
  CHECK(set_remark(body, form, "models_count", "Khoảng mười", true));
  CHECK(json::print(body["remarks"]) == R"({"models_count":{"approx":true,"text":"Khoảng mười"}})");
  CHECK(set_remark(body, form, "models_count", ""));
  CHECK(body["remarks"]["models_count"]["approx"] == true);
  CHECK(set_remark(body, form, "models_count", "", false));
  CHECK(body["remarks"].empty());
  CHECK_FALSE(set_remark(body, form, "no_such", "x"));
}
