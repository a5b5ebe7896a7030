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

// A page listening on port 7645, asked by a program of the account that the agent runs under, or by another's.
struct Page {
  std::shared_ptr<std::atomic<std::uint16_t>> port = std::make_shared<std::atomic<std::uint16_t>>(7645);
  bool trusted = true;
  agent::PageSessions* sessions = nullptr;
  http::Handler serve(agent::Office& office) const {
    const agent::Neighbour neighbour{trusted, "lan.ht"};
    return agent::make_api(office,
                           {port, sessions, [neighbour](const http::Request&) { return std::optional(neighbour); }});
  }
};

using Headers = std::vector<std::pair<std::string, std::string>>;

http::Response send(const http::Handler& handler, const std::string& method, const std::string& target,
                    const std::string& body, const Headers& headers) {
  http::Request request{method, target};
  request.headers.set("Host", "127.0.0.1:7645");
  request.headers.set("Content-Type", "application/json");
  for (const auto& [name, value] : headers) request.headers.set(name, value);
  request.body = body;
  return handler(request);
}

const std::string kOrigin = "http://127.0.0.1:7645";

// The cookie of a first sign-in by the one-time address.
std::string signed_in(const http::Handler& api, const std::string& folder) {
  const std::string url = must(read_file(folder + "/page-url"));
  const std::string code = url.substr(url.rfind('/') + 1, 64);
  const http::Response in =
      send(api, "POST", "/api/v1/session",
           json::print({{"code", code}, {"name", "lan.ht"}, {"password", "mật khẩu dài"}}), {{"Origin", kOrigin}});
  REQUIRE(in.status == 200);
  const std::string cookie(in.headers.get("Set-Cookie"));
  CHECK(cookie.find("; HttpOnly; SameSite=Strict") != std::string::npos);
  return cookie.substr(0, cookie.find(';'));
}

}  // namespace

TEST_CASE("the API gives what the commands give") {
  OfficePc pc;
  const std::string id = whole_report(pc);
  const json::Value list = pc.json({"report", "list"});
  const json::Value shown = pc.json({"report", "show", id});
  const auto office = pc.open();
  const auto api = Page().serve(*office);
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

TEST_CASE("F43: a page under a foreign name cannot read this PC") {
  OfficePc pc;
  const auto office = pc.open();
  const Page page;
  const auto api = page.serve(*office);
  CHECK(ask(api, "GET", "/api/v1/status", "localhost:7645").status == 200);
  CHECK(ask(api, "GET", "/api/v1/status", "[::1]:7645").status == 200);
  for (const char* host : {"evil.example", "127.0.0.1", "127.0.0.1:80", "localhost:7645.evil.example", ""}) {
    INFO(host);
    CHECK(ask(api, "GET", "/api/v1/status", host).status == 403);
  }
  for (const char* method : {"PUT", "DELETE", "OPTIONS"}) CHECK(ask(api, method, "/api/v1/reports").status == 405);
  page.port->store(0);
  CHECK(ask(api, "GET", "/_up", "127.0.0.1:0").status == 403);
}

TEST_CASE("a program of another account is told nothing, and no browser anything without a session") {
  OfficePc pc;
  const auto office = pc.open();
  Page page;
  page.trusted = false;
  CHECK(ask(page.serve(*office), "GET", "/api/v1/status").status == 401);
  CHECK(ask(page.serve(*office), "GET", "/api/v1/door").status == 200);
  page.trusted = true;
  const auto api = page.serve(*office);
  for (const Headers& browser : {Headers{{"Sec-Fetch-Site", "none"}}, Headers{{"Origin", kOrigin}},
                                 Headers{{"Cookie", "a=b"}}, Headers{{"User-Agent", "Mozilla/5.0"}}}) {
    CHECK(send(api, "GET", "/api/v1/status", "", browser).status == 401);
  }
  CHECK(send(api, "GET", "/api/v1/status", "", {{"Sec-Fetch-Site", "cross-site"}}).status == 403);
}

TEST_CASE("F43: a change needs the session, our own origin, the session's token and JSON") {
  OfficePc pc;
  const auto office = pc.open();
  agent::PageSessions sessions(office->folder(), "0123456789abcdef", office->clock(), office->random());
  must(sessions.start(kOrigin));
  Page page;
  page.sessions = &sessions;
  const auto api = page.serve(*office);
  const std::string cookie = signed_in(api, office->folder());
  CHECK(cookie.starts_with("tram-0123456789ab="));
  const auto who = must(json::parse(send(api, "GET", "/api/v1/session", "", {{"Cookie", cookie}}).body));
  CHECK(who["person"] == "lan.ht");
  const std::string csrf = who["csrf"].get<std::string>();
  const std::string wish = R"({"form":"bm02","period":"2024Q2"})";
  const auto begin = [&](const Headers& headers) { return send(api, "POST", "/api/v1/reports", wish, headers).status; };
  CHECK(begin({{"Cookie", cookie}}) == 403);
  CHECK(begin({{"Cookie", cookie}, {"Origin", "http://evil.example"}, {"X-Tram-Csrf", csrf}}) == 403);
  CHECK(begin({{"Cookie", cookie}, {"Origin", kOrigin}, {"Sec-Fetch-Site", "same-site"}, {"X-Tram-Csrf", csrf}}) ==
        403);
  CHECK(begin({{"Cookie", cookie}, {"Origin", kOrigin}}) == 403);
  CHECK(begin({{"Cookie", cookie}, {"Origin", kOrigin}, {"X-Tram-Csrf", "wrong"}}) == 403);
  CHECK(begin({{"Cookie", cookie}, {"Origin", kOrigin}, {"X-Tram-Csrf", csrf}, {"Content-Type", "text/plain"}}) == 415);
  CHECK(begin({{"Cookie", "tram-0123456789ab=none"}, {"Origin", kOrigin}, {"X-Tram-Csrf", csrf}}) == 401);
  CHECK(begin({{"Cookie", cookie}, {"Origin", kOrigin}, {"X-Tram-Csrf", csrf}}) == 200);
  const auto made = must(json::parse(ask(api, "GET", "/api/v1/reports/report%3Abm02%3A2024Q2").body));
  CHECK(made["edit"]["by"] == "lan.ht");
}

TEST_CASE("the one-time address works once, and the name and password afterwards") {
  OfficePc pc;
  const auto office = pc.open();
  agent::PageSessions sessions(office->folder(), "0123456789abcdef", office->clock(), office->random());
  must(sessions.start(kOrigin));
  const std::string url = must(read_file(office->folder() + "/page-url"));
  const std::string code = url.substr(url.rfind('/') + 1, 64);
  CHECK(!sessions.sign_in({code, "lan.ht", "ngắn"}).ok());
  CHECK(sessions.sign_in({code, "lan.ht", "mật khẩu dài"}).ok());
  CHECK(sessions.sign_in({code, "lan.ht", "mật khẩu dài"}).error().code == ErrorCode::unauthorized);
  CHECK(must(read_file(office->folder() + "/page-url")) != url);
  CHECK(sessions.sign_in({"", "lan.ht", "mật khẩu khác"}).error().code == ErrorCode::unauthorized);
  const std::string cookie = must(sessions.sign_in({"", "lan.ht", "mật khẩu dài"}));
  agent::PageSessions again(office->folder(), "0123456789abcdef", office->clock(), office->random());
  must(again.start(kOrigin));
  REQUIRE(again.visitor(cookie, true));
  CHECK(again.visitor(cookie, true)->person == "lan.ht");
  again.sign_out(cookie);
  CHECK(!again.visitor(cookie, true));
}

TEST_CASE("the description of the API names exactly what is served") {
  auto served = agent::api_routes();
  auto written = described(must(read_file(TRAM_SOURCE_FOLDER "/docs/openapi-agent.yaml")));
  std::sort(served.begin(), served.end());
  std::sort(written.begin(), written.end());
  CHECK(served == written);
}

}  // namespace tram::test
