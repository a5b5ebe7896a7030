// What the office's side says to a server that is not ours, and how it signs in there.
#include "core/base/digest.h"
#include "sync/remote_server.h"
#include "tests/sync/served_province.h"

using namespace tram;
using namespace tram::test;

namespace {

constexpr const char* kWelcome = R"({"couchdb":"Welcome","version":"3.3.3","uuid":"0123"})";

// A CouchDB with one account, which counts what each request brought along.
struct Stock {
  bool has_sessions = true;
  std::string password = "mật khẩu";
  int sign_ins = 0, by_cookie = 0, by_password = 0, refused = 0;
  int ends_after = 1000;  // requests that a cookie is good for

  http::Response answer(const http::Request& request) {
    if (request.path() == "/") return http::json_response(200, kWelcome);
    if (request.path() == "/_session") return sign_in(request);
    const std::string basic = "Basic " + to_base64("vn-56-570:" + password);
    if (request.headers.get("Authorization") == basic) {
      ++by_password;
    } else if (request.cookie("AuthSession") == "session-" + std::to_string(sign_ins) && left_-- > 0) {
      ++by_cookie;
    } else {
      ++refused;
      return http::error_response(401, "unauthorized", "You are not authorized.");
    }
    return http::json_response(200, R"({"update_seq":"1-x","instance_start_time":"0"})");
  }

  http::Response sign_in(const http::Request& request) {
    if (!has_sessions) return http::error_response(404, "not_found", "missing");
    const json::Value given = must(json::parse(request.body));
    if (given["name"] != "vn-56-570" || given["password"] != password) {
      return http::error_response(401, "unauthorized", "Name or password is incorrect.");
    }
    left_ = ends_after;
    http::Response response = http::json_response(200, R"({"ok":true,"name":"vn-56-570","roles":[]})");
    response.headers.set("Set-Cookie", "AuthSession=session-" + std::to_string(++sign_ins) + "; Path=/; HttpOnly");
    return response;
  }

  http::LoopbackClient client{[this](const http::Request& request) { return answer(request); }};

 private:
  int left_ = 0;
};

struct Met : RemoteServer {
  explicit Met(Stock& stock) : RemoteServer(stock.client, {.token = "", .user = "vn-56-570", .password = "mật khẩu"}) {
    must(identify());
  }
};

}  // namespace

TEST_CASE("toward a stock server one sign-in serves all requests by its cookie") {
  Stock stock;
  Met server(stock);
  for (int i = 0; i < 5; ++i) must(server.send("GET", "/office"));
  CHECK(stock.sign_ins == 1);
  CHECK(stock.by_cookie == 5);
  CHECK(stock.by_password == 0);
  CHECK(stock.refused == 0);
}

TEST_CASE("where there are no sessions every request has its password") {
  Stock stock;
  stock.has_sessions = false;
  Met server(stock);
  for (int i = 0; i < 3; ++i) must(server.send("GET", "/office"));
  CHECK(stock.by_password == 3);
  CHECK(stock.client.traffic().requests == 1 + 1 + 3);
}

TEST_CASE("401 renews once; a cookie that has ended costs one more sign-in and nothing else") {
  Stock stock;
  stock.ends_after = 2;
  Met server(stock);
  for (int i = 0; i < 6; ++i) must(server.send("GET", "/office"));
  CHECK(stock.by_cookie == 6);
  CHECK(stock.sign_ins == 3);
  CHECK(stock.refused == 2);
}

TEST_CASE("a password that is no longer right is tried once and then stops and shows") {
  Stock stock;
  Met server(stock);
  must(server.send("GET", "/office"));
  stock.password = "another";
  stock.sign_ins = 7;  // the server forgot its sessions
  const auto failed = server.send("GET", "/office");
  REQUIRE_FALSE(failed);
  CHECK(failed.error().code == ErrorCode::unauthorized);
  CHECK(stock.client.traffic().requests == 3 + 2);
}

TEST_CASE("a cookie is a stock server's affair and is never sent to a server of our own kind") {
  Stock stock;
  Met server(stock);
  must(server.send("GET", "/office"));
  server.forget();
  std::vector<http::Request> seen;
  http::LoopbackClient own([&](const http::Request& request) {
    seen.push_back(request);
    http::Response response = http::json_response(200, R"({"couchdb":"Welcome","uuid":"ours","tram":{"protocol":1}})");
    response.headers.set("Tram-Peer", "ours");
    response.headers.set("Set-Cookie", "AuthSession=x");
    return response;
  });
  RemoteServer ours(own, {.token = "token", .user = "vn-56-570", .password = ""});
  must(ours.identify());
  must(ours.send("GET", "/office"));
  must(ours.send("GET", "/office"));
  REQUIRE(seen.size() == 3);
  CHECK(seen.back().headers.get("Authorization") == "Bearer token");
  CHECK_FALSE(seen.back().headers.has("Cookie"));
}
