// Every route of the JSON API, asked by everybody.
#include <map>

#include "core/base/digest.h"
#include "tests/server/page_client.h"

using namespace tram;
using namespace tram::test;

namespace {

enum class Least { anybody, viewer, officer, leader, admin };

// What the province has decided; the program's own table is held to it, and a route that is not in here fails.
const std::map<std::string, Least> kDecided = {
    {"POST /api/v1/session", Least::anybody},
    {"GET /api/v1/session", Least::viewer},
    {"DELETE /api/v1/session", Least::viewer},
    {"POST /api/v1/session/password", Least::viewer},
    {"GET /api/v1/sessions", Least::viewer},
    {"DELETE /api/v1/sessions/{id}", Least::viewer},
    {"GET /api/v1/dashboard", Least::viewer},
    {"GET /api/v1/periods", Least::viewer},
    {"GET /api/v1/forms", Least::viewer},
    {"GET /api/v1/completeness", Least::viewer},
    {"GET /api/v1/targets", Least::viewer},
    {"GET /api/v1/consolidate", Least::viewer},
    {"GET /api/v1/consolidate/figure", Least::viewer},
    {"GET /api/v1/consolidate/export", Least::viewer},
    {"GET /api/v1/consolidate/compare", Least::viewer},
    {"POST /api/v1/consolidate/verify", Least::officer},
    {"GET /api/v1/runs", Least::viewer},
    {"POST /api/v1/runs", Least::leader},
    {"GET /api/v1/runs/{id}", Least::viewer},
    {"GET /api/v1/runs/{id}/repeat", Least::viewer},
    {"GET /api/v1/runs/{id}/compare", Least::viewer},
    {"GET /api/v1/units/{code}", Least::viewer},
    {"GET /api/v1/offices", Least::viewer},
    {"GET /api/v1/review", Least::officer},
    {"GET /api/v1/offices/{slug}/reports", Least::officer},
    {"GET /api/v1/offices/{slug}/reports/{id}", Least::officer},
    {"GET /api/v1/offices/{slug}/reports/{id}/attachments", Least::officer},
    {"GET /api/v1/offices/{slug}/reports/{id}/attachments/{name}", Least::officer},
    {"POST /api/v1/offices/{slug}/reports/{id}/review", Least::officer},
    {"POST /api/v1/offices/{slug}/reports/{id}/correction", Least::officer},
    {"POST /api/v1/offices/{slug}/documents/{id}/confirm", Least::officer},
    {"GET /api/v1/offices/{slug}/documents/{id}", Least::officer},
    {"GET /api/v1/offices/{slug}/documents/{id}/history", Least::officer},
    {"GET /api/v1/search", Least::officer},
    {"GET /api/v1/reference", Least::viewer},
    {"GET /api/v1/reference/{id}", Least::viewer},
    {"POST /api/v1/reference", Least::officer},
    {"GET /api/v1/reference/{id}/readings", Least::officer},
    {"GET /api/v1/recommendations", Least::officer},
    {"POST /api/v1/offices/{slug}/recommendations/{id}/answer", Least::officer},
    {"GET /api/v1/status", Least::admin},
    {"POST /api/v1/offices", Least::admin},
    {"POST /api/v1/offices/{slug}/token", Least::admin},
    {"GET /api/v1/recovery", Least::officer},
    {"PUT /api/v1/recovery", Least::admin},
    {"GET /api/v1/people", Least::admin},
    {"POST /api/v1/people", Least::admin},
    {"PUT /api/v1/people/{name}", Least::admin},
    {"DELETE /api/v1/people/{name}", Least::admin},
    {"POST /api/v1/people/{name}/password", Least::admin},
    {"GET /api/v1/audit", Least::admin},
    {"GET /api/v1/audit/verify", Least::admin},
};

std::string filled(std::string pattern) {
  while (pattern.find('{') != std::string::npos) {
    pattern.replace(pattern.find('{'), pattern.find('}') - pattern.find('{') + 1, "nowhere");
  }
  return pattern;
}

json::Value body_of(const std::string& method) {
  return method == "GET" || method == "DELETE" ? json::Value() : json::Value::object();
}

}  // namespace

TEST_CASE("every route of the API admits those whose role reaches so far, and nobody else") {
  TestProvince province;
  for (const ApiRoute& route : api_routes()) {
    const std::string name = std::string(route.method) + " " + route.pattern;
    CAPTURE(name);
    const auto decided = kDecided.find(name);
    REQUIRE(decided != kDecided.end());
    {
      PageClient nobody(province, Role::viewer);
      nobody.cookie.clear();
      const auto answer = nobody.ask(route.method, filled(route.pattern), body_of(route.method));
      CHECK((answer.status == 401) == (decided->second != Least::anybody));
    }
    for (const Role role : kRoles) {
      CAPTURE(std::string(name_of(role)));
      PageClient person(province, role);
      const auto answer = person.ask(route.method, filled(route.pattern), body_of(route.method));
      const bool may = static_cast<int>(role) + 1 >= static_cast<int>(decided->second);
      CHECK(answer.status != 401);
      CHECK((code_of(answer) == "role") == !may);
      CHECK((answer.status == 403) == !may);
    }
  }
  CHECK(kDecided.size() == api_routes().size());
}

TEST_CASE("an office's token opens the replication interface and no page") {
  TestProvince province;
  const TestOffice office(province, "vn-04-049");
  Api api(*province, {});
  for (const ApiRoute& route : api_routes()) {
    if (!route.least) continue;
    http::Request request{route.method, filled(route.pattern), {{"Authorization", "Bearer " + office.token}}};
    CHECK(api.answer(request).status == 403);
  }
}

TEST_CASE("a write from another page, or without the page's token, is refused") {
  TestProvince province;
  PageClient admin(province, Role::admin);
  CHECK(admin.ask("POST", "/api/v1/offices", {{"slug", "vn-04-049"}}).status == 200);
  admin.origin = "http://evil.example";
  CHECK(code_of(admin.ask("POST", "/api/v1/offices", {{"slug", "vn-04-047"}})) == "other_origin");
  admin.origin = "http://127.0.0.1:9999";
  CHECK(code_of(admin.ask("POST", "/api/v1/offices", {{"slug", "vn-04-047"}})) == "other_origin");
  admin.origin = "null";
  CHECK(code_of(admin.ask("POST", "/api/v1/offices", {{"slug", "vn-04-047"}})) == "other_origin");
  admin.origin.clear();
  admin.csrf = "0";
  CHECK(code_of(admin.ask("POST", "/api/v1/offices", {{"slug", "vn-04-047"}})) == "csrf");
  admin.csrf.clear();
  CHECK(code_of(admin.ask("DELETE", "/api/v1/session")) == "csrf");
  CHECK_FALSE(province->registry().office("vn-04-047"));
  CHECK(admin.gets("/api/v1/session")["name"] == admin.name);
}

TEST_CASE("a page under a name that is not the province's own is refused; who brings a credential is answered") {
  http::Request request{"GET", "/ui/"};
  const auto known = [&](const std::string& host, const std::vector<std::string>& hosts = {}) {
    request.headers.set("Host", host);
    return check_host(request, hosts).ok();
  };
  CHECK(known("127.0.0.1:8645"));
  CHECK(known("10.1.2.3"));
  CHECK(known("[2001:db8::1]:8645"));
  CHECK(known("localhost:8645"));
  CHECK_FALSE(known("evil.example:8645"));
  CHECK_FALSE(known(""));
  CHECK(known("Reports.Example:8645", {"reports.example"}));
  CHECK(known("localhost", {"reports.example"}));
  CHECK_FALSE(known("10.1.2.3", {"reports.example"}));
  CHECK_FALSE(known("reports.example.evil.example", {"reports.example"}));
  request.headers.set("Authorization", "Basic YWRtaW46eA==");
  CHECK(known("tram-server:8645"));
}

TEST_CASE("only the province's leader reopens what was approved, and nobody reviews in another's name") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  office.submits("2024S1", 4, 3);
  PageClient officer(province, Role::officer, "minh.nv"), leader(province, Role::leader);
  const std::string review = "/api/v1/offices/vn-04-049/reports/report:bm09:2024S1/review";
  officer.posts(review, {{"verdict", "approved"}, {"by", "somebody"}});
  CHECK((*office.stored("report:bm09:2024S1"))["review"]["by"] == "minh.nv");
  const json::Value reopened = {
      {"verdict", "reopened"}, {"last_day", "2030-01-01"}, {"reasons", {{{"field", ""}, {"text", "Sai số"}}}}};
  CHECK(code_of(officer.ask("POST", review, reopened)) == "role");
  CHECK(leader.posts(review, reopened)["state"] == "reopened");
}
