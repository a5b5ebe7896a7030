#include "tests/server/page_client.h"

namespace tram::test {

PageClient::PageClient(TestProvince& province, Role role, const std::string& called)
    : name(called.empty() ? std::string(name_of(role)) + ".x" : called), api_(*province, {}) {
  must(province->registry().save_user({name, admin_hash(), role, "Nguyễn Văn " + name, ""}));
  const auto opened = province->sessions().open(name, "127.0.0.1", "test");
  cookie = "tram-session=" + opened.secret;
  csrf = opened.session.csrf;
}

http::Response PageClient::ask(const std::string& method, const std::string& target, const json::Value& body) {
  http::Request request{method, target, {{"Host", "127.0.0.1:8645"}}};
  request.remote_address = "127.0.0.1";
  if (!cookie.empty()) request.headers.set("Cookie", cookie);
  if (!csrf.empty()) request.headers.set("X-Tram-Csrf", csrf);
  if (!origin.empty()) request.headers.set("Origin", origin);
  if (!body.is_null()) {
    request.headers.set("Content-Type", "application/json");
    request.body = json::print(body);
  }
  return api_.answer(request);
}

json::Value PageClient::gets(const std::string& target) {
  const http::Response response = ask("GET", target);
  INFO(response.body);
  REQUIRE(response.status == 200);
  return must(json::parse(response.body));
}

json::Value PageClient::posts(const std::string& target, const json::Value& body) {
  const http::Response response = ask("POST", target, body);
  INFO(response.body);
  REQUIRE(response.status == 200);
  return must(json::parse(response.body));
}

std::string code_of(const http::Response& response) {
  const auto body = json::parse_object(response.body);
  const json::Value* inner = body ? json::object_at(*body, "error") : nullptr;
  return inner == nullptr ? "" : json::string_at(*inner, "code").value_or("");
}

}  // namespace tram::test
