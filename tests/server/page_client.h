// tests/server/page_client.h: a page of the province as a browser drives it: a cookie, the page's token, an origin.
#pragma once

#include <string>

#include "server/api.h"
#include "tests/server/test_province.h"

namespace tram::test {

// Somebody of this role, who is signed in; asks the API as a function.
class PageClient {
 public:
  PageClient(TestProvince& province, Role role, const std::string& name = "");

  http::Response ask(const std::string& method, const std::string& target, const json::Value& body = nullptr);
  // Its answer, which must be 200.
  json::Value gets(const std::string& target);
  json::Value posts(const std::string& target, const json::Value& body = json::Value::object());

  const std::string name;
  std::string cookie;  // "tram-session=…"
  std::string csrf;
  std::string origin = "http://127.0.0.1:8645";

 private:
  Api api_;
};

// "code" of an answered error.
std::string code_of(const http::Response& response);

}  // namespace tram::test
