#include "agent/api.h"

#include <algorithm>
#include <sstream>

#include "http/loopback_client.h"
#include "storage/data_folder.h"
#include "tests/agent/office_pc.h"
#include "tests/support/check.h"

namespace tram::test {
namespace {

http::Response ask(const http::Handler& handler, const std::string& method, const std::string& target,
                   const std::string& host = "127.0.0.1:7645") {
  http::Request request{method, target};
  request.headers.set("Host", host);
  return handler(request);
}

// (method, path) of a description in YAML: "  /path:" and below it "    get:".
std::vector<std::pair<std::string, std::string>> described(const std::string& yaml) {
  std::vector<std::pair<std::string, std::string>> routes;
  std::istringstream lines(yaml);
  std::string path;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("  /")) path = line.substr(2, line.find(':') - 2);
    for (const char* method : {"get", "put", "post", "delete"}) {
      if (line != "    " + std::string(method) + ":") continue;
      std::string upper(method);
      std::transform(upper.begin(), upper.end(), upper.begin(),
                     [](char c) { return static_cast<char>(c - 'a' + 'A'); });
      routes.emplace_back(upper, path);
    }
  }
  return routes;
}

struct Page {
  Page() : port(std::make_shared<std::atomic<std::uint16_t>>(7645)) {}
  std::shared_ptr<std::atomic<std::uint16_t>> port;
};

}  // namespace

TEST_CASE("the API gives what the commands give") {
  OfficePc pc;
  const std::string id = whole_report(pc);
  const json::Value list = pc.json({"report", "list"});
  const json::Value shown = pc.json({"report", "show", id});
  const auto office = pc.open();
  const auto api = agent::make_api(*office, Page().port);
  CHECK(must(json::parse(ask(api, "GET", "/api/v1/reports").body)) == list);
  CHECK(must(json::parse(ask(api, "GET", "/api/v1/reports/" + http::percent_encode(id)).body)) == shown);
  CHECK(must(json::parse(ask(api, "GET", "/api/v1/status").body))["office"] == "vn-04-049");
  CHECK(must(json::parse(ask(api, "GET", "/api/v1/ledger?id=" + http::percent_encode(id)).body)).size() == 2);
  CHECK(ask(api, "GET", "/metrics").body.find("tram_agent_pending ") != std::string::npos);
  const http::Response missing = ask(api, "GET", "/api/v1/reports/none");
  CHECK(missing.status == 404);
  CHECK(must(json::parse(missing.body))["error"]["code"] == "not_found");
  CHECK(must(json::parse(ask(api, "GET", "/api/v1/nothing").body))["error"]["code"] == "not_found");
}

TEST_CASE("F43: a page under a foreign name or of another origin can do nothing on this PC") {
  OfficePc pc;
  const auto office = pc.open();
  const Page page;
  const auto api = agent::make_api(*office, page.port);
  CHECK(ask(api, "GET", "/api/v1/status", "localhost:7645").status == 200);
  CHECK(ask(api, "GET", "/api/v1/status", "[::1]:7645").status == 200);
  for (const char* host : {"evil.example", "127.0.0.1", "127.0.0.1:80", "localhost:7645.evil.example", ""}) {
    INFO(host);
    CHECK(ask(api, "GET", "/api/v1/status", host).status == 403);
  }
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS"})
    CHECK(ask(api, method, "/api/v1/reports").status == 405);
  http::Request import{"POST", "/api/v1/reports/import?by=lan"};
  import.headers.set("Host", "127.0.0.1:7645");
  import.headers.set("Origin", "http://evil.example");
  CHECK(api(import).status == 403);
  import.headers.set("Origin", "null");
  CHECK(api(import).status == 403);
  import.headers.set("Origin", "http://127.0.0.1:7645");
  CHECK(api(import).status == 400);
  page.port->store(0);
  CHECK(ask(api, "GET", "/_up", "127.0.0.1:0").status == 403);
}

TEST_CASE("a page looks at a filled file before it takes it over") {
  OfficePc pc;
  const auto office = pc.open();
  const Page page;
  const auto api = agent::make_api(*office, page.port);
  const auto post = [&](const std::string& parameters, const std::string& body) {
    http::Request request{"POST", "/api/v1/reports/import?" + parameters};
    request.headers.set("Host", "127.0.0.1:7645");
    request.body = body;
    return api(request);
  };
  const http::Response blank = ask(api, "GET", "/api/v1/templates/bm02/2024Q2?format=csv&separator=%3B");
  CHECK(blank.headers.get("Content-Disposition") == "attachment; filename=\"mau-bm02-2024Q2.csv\"");
  std::string filled = blank.body;
  const std::string cell = "\r\ntasks_new_count;Nhiệm vụ mới trong kỳ;";
  REQUIRE(filled.find(cell) != std::string::npos);
  filled.insert(filled.find(cell) + cell.size(), "1.200");
  const json::Value plan = must(json::parse(post("dry_run=true", filled).body));
  CHECK(plan["id"] == "report:bm02:2024Q2");
  CHECK(plan["new"] == true);
  CHECK(plan["rev"].is_null());
  REQUIRE(plan["changes"].size() == 1);
  CHECK(plan["changes"][0]["place"].get<std::string>().starts_with("line "));
  CHECK(plan["changes"][0]["after"] == 1200);
  CHECK(must(json::parse(ask(api, "GET", "/api/v1/reports").body)).empty());
  CHECK(must(json::parse(post("", filled).body))["error"]["code"] == "by_needed");
  CHECK(must(json::parse(post("by=lan.ht", filled).body))["rev"].is_string());
  const http::Response shown = ask(api, "GET", "/api/v1/reports/report%3Abm02%3A2024Q2");
  CHECK(must(json::parse(shown.body))["edit"]["by"] == "lan.ht");
  CHECK(post("by=lan.ht&dry_run=true", "a;b\n1;2\n").status == 400);
  CHECK(agent::api_body_max({"POST", "/api/v1/reports/import?by=lan"}) >
        agent::api_body_max({"POST", "/api/v1/reports"}));
}

TEST_CASE("the description of the API names exactly what is served") {
  auto served = agent::api_routes();
  auto written = described(must(read_file(TRAM_SOURCE_FOLDER "/docs/openapi-agent.yaml")));
  std::sort(served.begin(), served.end());
  std::sort(written.begin(), written.end());
  CHECK(served == written);
}

}  // namespace tram::test
