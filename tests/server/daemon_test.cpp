// The server as offices, administrators and other programs meet it over HTTP.
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "tests/server/page_client.h"
#include "tests/server/served_province.h"

using namespace tram;
using namespace tram::test;

namespace {

std::string error_of(const http::Response& response) {
  return json::string_at(must(json::parse_object(response.body)), "error").value_or("");
}

// Sends the documents of a batch; answers the rows of refusals.
json::Value pushes(ServedProvince& province, const std::string& token, const std::string& slug,
                   const std::vector<Document>& documents) {
  std::string body = "{\"new_edits\":false,\"docs\":[";
  for (const Document& document : documents) {
    if (&document != documents.data()) body += ",";
    write_document(body, document, {.revisions = true});
  }
  const auto response = province.ask("POST", "/office-" + slug + "/_bulk_docs", "Bearer " + token, body + "]}");
  REQUIRE(response.status == 201);
  return must(json::parse(response.body));
}

}  // namespace

TEST_CASE("without a right credential every database answers 401 in JSON") {
  ServedProvince province;
  province.token_of_new_office("vn-04-049");
  for (const char* secret : {"", "Bearer wrong", "Basic eHg6eXk="}) {
    const auto response = province.ask("GET", "/office-vn-04-049", secret);
    CHECK(response.status == 401);
    CHECK(error_of(response) == "unauthorized");
    CHECK(response.content_type() == "application/json");
  }
  CHECK(province.ask("GET", "/").status == 200);
  CHECK(province.ask("GET", "/_up").status == 200);
}

TEST_CASE("an office sees its own database and the reference, and of all others the same 403") {
  ServedProvince province;
  const std::string a = "Bearer " + province.token_of_new_office("vn-04-049");
  province.token_of_new_office("vn-04-047");
  CHECK(province.ask("GET", "/office-vn-04-049", a).status == 200);
  CHECK(province.ask("GET", "/reference", a).status == 200);
  CHECK(must(json::parse(province.ask("GET", "/_all_dbs", a).body)) ==
        json::Value::array({"office-vn-04-049", "reference"}));
  const auto other = province.ask("GET", "/office-vn-04-047", a), absent = province.ask("GET", "/office-vn-04-001", a);
  CHECK(other.status == 403);
  CHECK(absent.status == 403);
  CHECK(other.body == absent.body);
  CHECK(province.ask("GET", "/office-vn-04-047/report:bm09:2024S1", a).body == other.body);
  CHECK(province.ask("PUT", "/mine", a).status == 403);
  CHECK(province.ask("GET", "/nowhere", province.admin()).status == 404);
}

TEST_CASE("a browser's own question for an icon is answered without a password") {
  ServedProvince province;
  const auto icon = province.ask("GET", "/favicon.ico");
  CHECK(icon.status == 200);
  CHECK(icon.headers.get("Content-Type") == "image/svg+xml");
  CHECK(icon.body.find("<svg") != std::string::npos);
}

TEST_CASE("the administrator makes and removes plain databases") {
  ServedProvince province;
  CHECK(province.ask("PUT", "/notes", province.admin()).status == 201);
  CHECK(province.ask("PUT", "/notes", province.admin()).status == 412);
  CHECK(province.ask("PUT", "/notes/one", province.admin(), "{\"x\":1}").status == 201);
  CHECK(province.ask("DELETE", "/notes", province.admin()).status == 200);
  CHECK(province.ask("GET", "/notes", province.admin()).status == 404);
  CHECK(province.ask("PUT", "/notes", province.admin()).status == 201);
  CHECK(province.ask("GET", "/notes/one", province.admin()).status == 404);
  province.stop();
  province.start();
  CHECK(province.ask("GET", "/notes", province.admin()).status == 200);
  int removed = 0;
  for (const auto& entry : std::filesystem::directory_iterator(province.data() + "/removed")) {
    removed += entry.path().extension() == ".db" ? 1 : 0;
  }
  CHECK(removed == 1);
}

TEST_CASE("a report goes from submission to approval over HTTP, and into the official run") {
  ServedProvince province;
  const std::string token = province.token_of_new_office("vn-04-049");
  Province& inside = *must(province.daemon().province());
  const auto reference = must(inside.reference().get());
  const Form& form = *reference->newest_form("bm09");
  json::Value body =
      must(new_report(form, must(parse_period("2024S1")), "vn-04-049", reference->units.newest("049")->stamp()));
  for (const FormField& field : form.sections.front().fields) {
    if (field.required == Required::submit) body["values"][field.id] = 2;
  }
  body["values"]["rad_incidents_count"] = 0;
  const Period period = must(parse_period("2024S1"));
  const Submission frozen = make_submission(form, body, period, must(reference->window(form, period)));
  mark_submitted(body, frozen, "lan.ht", "2024-06-17T09:12:00+07:00");
  CHECK(pushes(province, token, "vn-04-049",
               {revision(frozen.id, frozen.body), revision("report:bm09:2024S1", body)}) == json::Value::array());

  const std::string report = "/api/v1/offices/vn-04-049/reports/report:bm09:2024S1/review";
  CHECK(province.ask("POST", report, "Bearer " + token, "{\"verdict\":\"approved\"}").status == 403);
  const auto bare = province.ask("POST", report, province.admin(), "{\"verdict\":\"returned\"}");
  CHECK(bare.status == 400);
  const auto approved = province.ask("POST", report, province.admin(), "{\"verdict\":\"approved\"}");
  CHECK(approved.status == 200);
  CHECK(must(json::parse(approved.body))["state"] == "approved");
  CHECK(province.ask("POST", report, province.admin(), "{\"verdict\":\"received\"}").status == 403);

  const auto reports =
      must(json::parse(province.ask("GET", "/api/v1/offices/vn-04-049/reports", province.admin()).body));
  REQUIRE(reports.size() == 1);
  CHECK(reports[0]["state"] == "approved");
  const auto run = must(json::parse(
      province.ask("GET", "/api/v1/consolidate?form=bm09&period=2024S1&official=true", province.admin()).body));
  CHECK(run["kind"] == "official");
  CHECK(run["values"]["rad_facilities_count"]["value"] == 2);
}

TEST_CASE("a refused document is a row and its neighbours are stored") {
  ServedProvince province;
  const std::string token = province.token_of_new_office("vn-04-049");
  const json::Value rows = pushes(province, token, "vn-04-049",
                                  {revision("report:nonsense", {{"type", "report"}}), revision("note:1", {{"x", 1}})});
  REQUIRE(rows.size() == 1);
  CHECK(rows[0]["error"] == "forbidden");
  CHECK(rows[0]["code"] == "bad_document");
  CHECK(rows[0].contains("reason_vi"));
  CHECK(province.ask("GET", "/office-vn-04-049/note:1", "Bearer " + token).status == 200);
}

TEST_CASE("metrics are for this machine and the administrator") {
  ServedProvince province;
  const auto response = province.ask("GET", "/metrics");
  CHECK(response.status == 200);
  CHECK(response.body.find("tram_offices 0\n") != std::string::npos);
  CHECK(response.body.find("tram_http_answer_seconds_bucket{le=\"0.250\"} 0\n") != std::string::npos);
  const auto again = province.ask("GET", "/metrics");
  CHECK(again.body.find("tram_http_answer_seconds_bucket{le=\"+Inf\"} 1\n") != std::string::npos);
  CHECK(again.body.find("tram_http_answer_seconds_count 1\n") != std::string::npos);
  CHECK(province.ask("POST", "/metrics").status == 405);
  http::ClientOptions options;
  options.base_url = "http://" + province.daemon().settings().listen();
  const auto client = must(http::make_curl_client(options));
  http::Request proxied{"GET", "/metrics", {{"X-Forwarded-For", "198.51.100.1"}}};
  CHECK(must(client->send(proxied)).status == 401);
  proxied.headers.set("Authorization", province.admin());
  CHECK(must(client->send(proxied)).status == 200);
}

TEST_CASE("the API answers errors in its own shape") {
  ServedProvince province;
  CHECK(code_of(province.ask("GET", "/api/v1/status")) == "unauthorized");
  CHECK(code_of(province.ask("GET", "/api/v1/offices/vn-00/reports", province.admin())) == "not_found");
  CHECK(code_of(province.ask("GET", "/api/v1/consolidate", province.admin())) == "bad_request");
}

TEST_CASE("the API serves exactly what its description says") {
  std::ifstream in(TRAM_SOURCE_FOLDER "/docs/openapi-server.yaml");
  REQUIRE(in.good());
  std::set<std::vector<std::string>> described;  // method, path, role
  std::string path, method;
  std::smatch found;
  for (std::string line; std::getline(in, line);) {
    if (std::regex_match(line, found, std::regex("  (/[^ ]*):"))) path = found[1];
    if (std::regex_match(line, found, std::regex("    (get|put|post|delete):"))) {
      method = found[1];
      for (char& c : method) c = static_cast<char>(c - 'a' + 'A');
    }
    if (std::regex_match(line, found, std::regex("      x-role: (.*)"))) described.insert({method, path, found[1]});
    if (line == "      security: []") described.insert({method, path, "anybody"});
  }
  std::set<std::vector<std::string>> served;
  for (const ApiRoute& route : api_routes()) {
    served.insert({route.method, route.pattern, route.least ? std::string(name_of(*route.least)) : "anybody"});
  }
  CHECK(described == served);
}

TEST_CASE("F12: a second server on a folder, and a server on a taken port, say so") {
  ServedProvince province;
  ServerSettings settings;
  settings.port = 0;
  const auto second = Daemon::start(province.data(), settings, province.clock, province.random);
  REQUIRE_FALSE(second);
  CHECK(http::exit_of(second.error().code) == 75);

  ServedProvince other;
  settings.port = province.daemon().settings().port;
  other.stop();
  const auto taken = Daemon::start(other.data(), settings, other.clock, other.random);
  REQUIRE_FALSE(taken);
  CHECK(http::exit_of(taken.error().code) == 1);
  CHECK(taken.error().what_name() == "port_in_use");
}
