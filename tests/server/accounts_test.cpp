// Who is asking, and how often somebody may guess.
#include "core/base/digest.h"
#include "server/instant.h"
#include "tests/server/test_province.h"

using namespace tram;
using namespace tram::test;

namespace {

http::Request from(const std::string& authorization, const std::string& address = "192.0.2.7") {
  http::Request request;
  if (!authorization.empty()) request.headers.set("Authorization", authorization);
  request.remote_address = address;
  return request;
}

std::string basic(const std::string& name, const std::string& secret) {
  return "Basic " + to_base64(name + ":" + secret);
}

ErrorCode refused(TestProvince& province, const http::Request& request) {
  const auto principal = province->accounts().authenticate(request);
  return principal ? ErrorCode::internal : principal.error().code;
}

}  // namespace

TEST_CASE("an office is known by its token, alone or with its slug, and by nothing else") {
  TestProvince province;
  TestOffice a(province, "vn-04-049"), b(province, "vn-04-047");
  const Principal by_token = must(province->accounts().authenticate(from("Bearer " + a.token)));
  CHECK(by_token.office == "vn-04-049");
  CHECK_FALSE(by_token.admin);
  CHECK(must(province->accounts().authenticate(from(basic("vn-04-049", a.token)))).office == "vn-04-049");
  CHECK(refused(province, from("")) == ErrorCode::unauthorized);
  CHECK(refused(province, from("Bearer " + a.token + "0")) == ErrorCode::unauthorized);
  CHECK(refused(province, from(basic("vn-04-049", b.token))) == ErrorCode::unauthorized);
  CHECK(refused(province, from(basic("vn-04-049", ""))) == ErrorCode::unauthorized);
  CHECK(refused(province, from("Basic ???")) == ErrorCode::unauthorized);
  CHECK(refused(province, from("Digest x")) == ErrorCode::unauthorized);
}

TEST_CASE("a new token ends the old one") {
  TestProvince province;
  TestOffice office(province, "vn-04-049");
  const std::string next = must(province->renew_token("vn-04-049"));
  CHECK(refused(province, from("Bearer " + office.token)) == ErrorCode::unauthorized);
  CHECK(must(province->accounts().authenticate(from("Bearer " + next))).office == "vn-04-049");
  province.reopen();
  CHECK(refused(province, from("Bearer " + office.token)) == ErrorCode::unauthorized);
  CHECK(must(province->accounts().authenticate(from("Bearer " + next))).office == "vn-04-049");
}

TEST_CASE("the administrator is known by his password until he gets a new one") {
  TestProvince province;
  const http::Request good = from(basic("admin", kAdminPassword));
  CHECK(must(province->accounts().authenticate(good)).admin);
  CHECK(must(province->accounts().authenticate(good)).admin);
  User admin = *province->registry().user("admin");
  admin.password_hash = must(hash_password("mot-mat-khau-khac"));
  must(province->registry().save_user(admin));
  CHECK(refused(province, good) == ErrorCode::unauthorized);
  CHECK(must(province->accounts().authenticate(from(basic("admin", "mot-mat-khau-khac")))).admin);
}

TEST_CASE(
    "F47: after five wrong passwords in a minute further guesses are put off, from that network and for that name") {
  TestProvince province;
  for (int i = 0; i < 5; ++i) {
    CHECK(refused(province, from(basic("admin", "sai" + std::to_string(i)))) == ErrorCode::unauthorized);
  }
  const auto late = province->accounts().authenticate(from(basic("admin", kAdminPassword)));
  REQUIRE_FALSE(late);
  CHECK(late.error().code == ErrorCode::busy);
  CHECK(late.error().what_name() == "too_many_requests");
  CHECK(late.error().retry_after_ms > 0);
  CHECK(http::error_response(late.error()).status == 429);
  CHECK(refused(province, from(basic("nobody", "x"), "192.0.2.200")) == ErrorCode::busy);
  CHECK(refused(province, from(basic("nobody", "x"), "198.51.100.1")) == ErrorCode::unauthorized);
  province.clock.advance(61'000);
  CHECK(must(province->accounts().authenticate(from(basic("admin", kAdminPassword)))).admin);
}

TEST_CASE("a right password that is remembered is not put off by somebody else who guesses") {
  TestProvince province;
  const http::Request good = from(basic("admin", kAdminPassword));
  CHECK(must(province->accounts().authenticate(good)).admin);
  for (int i = 0; i < 6; ++i) refused(province, from(basic("admin", "sai" + std::to_string(i))));
  CHECK(must(province->accounts().authenticate(good)).admin);
}

TEST_CASE("signing in gives a cookie that ends with time and with the password it was given for") {
  TestProvince province;
  http::Request request;
  request.method = "POST";
  request.headers.set("Content-Type", "application/json");
  request.body = json::print({{"name", "admin"}, {"password", kAdminPassword}});
  const http::Response response = province->accounts().sign_in(request);
  REQUIRE(response.status == 200);
  const std::string set(response.headers.get("Set-Cookie"));
  CHECK(set.find("HttpOnly") != std::string::npos);
  CHECK(set.find("SameSite=Strict") != std::string::npos);
  http::Request with_cookie;
  with_cookie.headers.set("Cookie", set.substr(0, set.find(';')));
  CHECK(must(province->accounts().authenticate(with_cookie)).admin);

  http::Request forged;
  forged.headers.set("Cookie", set.substr(0, set.find(';') - 1) + "0");
  http::Request forged_too;
  forged_too.headers.set("Cookie", set.substr(0, set.find(';') - 1) + "1");
  CHECK((refused(province, forged) == ErrorCode::unauthorized ||
         refused(province, forged_too) == ErrorCode::unauthorized));

  User admin = *province->registry().user("admin");
  const std::string before = admin.password_hash;
  admin.password_hash = must(hash_password("mot-mat-khau-khac"));
  must(province->registry().save_user(admin));
  CHECK(refused(province, with_cookie) == ErrorCode::unauthorized);
  admin.password_hash = before;
  must(province->registry().save_user(admin));
  CHECK(must(province->accounts().authenticate(with_cookie)).admin);

  const auto renewed = [&](const http::Request& by) {
    http::Response answer = http::json_response(200, "{}");
    province->accounts().renew(by, answer);
    return std::string(answer.headers.get("Set-Cookie"));
  };
  CHECK(renewed(with_cookie).empty());
  province.clock.advance(7LL * 3600 * 1000);
  CHECK((renewed(forged).empty() || renewed(forged_too).empty()));
  const std::string later = renewed(with_cookie);
  CHECK(later.find("Expires=") != std::string::npos);
  province.clock.advance(6LL * 3600 * 1000);
  CHECK(refused(province, with_cookie) == ErrorCode::unauthorized);
  CHECK(renewed(with_cookie).empty());
  with_cookie.headers.set("Cookie", later.substr(0, later.find(';')));
  CHECK(must(province->accounts().authenticate(with_cookie)).admin);

  request.body = json::print({{"name", "admin"}, {"password", "sai"}});
  CHECK(province->accounts().sign_in(request).status == 401);
  request.headers.set("Content-Type", "application/x-www-form-urlencoded");
  request.body = "name=admin&password=" + std::string(kAdminPassword);
  CHECK(province->accounts().sign_in(request).status == 200);
}

TEST_CASE("networks are told apart by their first groups") {
  CHECK(network_of("192.0.2.7") == "192.0.2");
  CHECK(network_of("2001:db8:1:2:3:4:5:6") == "2001:db8:1:2");
  CHECK(network_of("2001:db8:1:2::9") == network_of("2001:db8:1:2:7::9"));
  CHECK(network_of("") == "");
}

TEST_CASE("passwords that everybody tries are not taken") {
  CHECK_FALSE(check_password_rules("ngắn").ok());
  CHECK_FALSE(check_password_rules("Password").ok());
  CHECK_FALSE(check_password_rules(std::string(129, 'x')).ok());
  CHECK(check_password_rules("một mật khẩu tốt").ok());
}

TEST_CASE("what the province signs cannot be changed") {
  SeededRandom random(7);
  const SigningKey key = SigningKey::make(random), other = SigningKey::make(random);
  json::Value record = {{"office", "vn-04-049"}, {"at", "2024-06-17T02:12:00Z"}};
  CHECK_FALSE(is_signed_by(record, key));
  sign_record(record, key);
  CHECK(is_signed_by(record, key));
  CHECK_FALSE(is_signed_by(record, other));
  record["at"] = "2024-06-14T02:12:00Z";
  CHECK_FALSE(is_signed_by(record, key));
  CHECK(must(SigningKey::from_seed_hex(key.seed_hex())).public_hex() == key.public_hex());
}

TEST_CASE("moments are read as people and documents write them") {
  CHECK(parse_instant("2024-06-17T02:12:00Z") == 1'718'590'320'000);
  CHECK(parse_instant("2024-06-17T09:12:00+07:00") == 1'718'590'320'000);
  CHECK(parse_instant("2024-06-17T02:12:00.5Z") == 1'718'590'320'000);
  CHECK(parse_instant("2024-06-17") == 1'718'643'599'000);
  CHECK_FALSE(parse_instant("2024-06-31T00:00:00Z"));
  CHECK_FALSE(parse_instant("17/06/2024"));
  CHECK_FALSE(parse_instant("2024-06-17T02:12:00"));
  CHECK_FALSE(parse_instant(""));
}
