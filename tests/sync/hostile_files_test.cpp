// Files that an office attaches with names and types that were made to do harm.
#include <filesystem>

#include "core/base/digest.h"
#include "http/url.h"
#include "tests/support/catch.h"
#include "tests/sync/served_province.h"

namespace tram {
namespace {

using test::Answer;
using test::ServedProvince;

json::Value inline_file(const std::string& bytes, const std::string& type) {
  return {{"content_type", type}, {"data", to_base64(bytes)}};
}

}  // namespace

TEST_CASE("F41: names of attachments are data: none becomes a path, a header line or another name") {
  ServedProvince province;
  const std::vector<std::string> names = {"../../outside.txt",   "/etc/passwd", "..",           "a/b/c.pdf",
                                          "C:\\Windows\\x",      "CON.txt",     "quote\".pdf",  "line\r\nX-Own: 1",
                                          "báo cáo tháng 6.pdf", "%2e%2e%2fx",  "x;filename=y", std::string(1024, 'n')};
  json::Value body = {{"n", 1}, {"_attachments", json::Value::object()}};
  for (const std::string& name : names) body["_attachments"][name] = inline_file("bytes of " + name, "text/plain");
  REQUIRE(province.put("/plain/r", json::print(body)).status == 201);
  CHECK(province.get("/plain/r").json()["_attachments"].size() == names.size());
  for (const std::string& name : names) {
    const Answer answer = province.get("/plain/r/" + http::percent_encode(name));
    CHECK(answer.status == 200);
    CHECK(answer.body == "bytes of " + name);
    const std::string disposition(answer.header("Content-Disposition"));
    CHECK(disposition.starts_with("attachment; filename=\""));
    CHECK(disposition.find_first_of("\r\n/\\") == std::string::npos);
    CHECK(std::count(disposition.begin(), disposition.end(), '"') == 2);
    CHECK(answer.header("X-Own").empty());
  }
  for (const std::string name : {"_underscore", "", "\xff\xfe", "\\u0000"}) {
    const std::string body_of_one = R"({"_attachments":{")" + name + R"(":{"data":"eA=="}}})";
    CHECK(province.put("/plain/refused", body_of_one).status == 400);
  }
}

TEST_CASE("F42: a page or picture with script in it is a download whose type is not guessed") {
  ServedProvince province;
  const std::string page = "<!doctype html><script>alert(1)</script>";
  for (const std::string type : {"text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", ""}) {
    const json::Value body = {{"_attachments", {{"page.html", inline_file(page, type)}}}};
    const std::string target = "/plain/of-" + std::to_string(type.size());
    REQUIRE(province.put(target, json::print(body)).status == 201);
    const Answer answer = province.get(target + "/page.html");
    CHECK(answer.status == 200);
    CHECK(answer.body == page);
    CHECK(answer.header("Content-Disposition").starts_with("attachment"));
    CHECK(answer.header("X-Content-Type-Options") == "nosniff");
    CHECK(answer.header("Content-Security-Policy") == "sandbox; default-src 'none'");
  }
}

}  // namespace tram
