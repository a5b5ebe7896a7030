// The province's people: signing in, being away too long, losing a role; and what is written down about it.
#include "server/people.h"
#include "core/base/digest.h"
#include "storage/sqlite.h"
#include "tests/server/page_client.h"
#include "tests/server/served_province.h"

using namespace tram;
using namespace tram::test;

namespace {

http::Request signing_in(const std::string& name, const std::string& password, const std::string& from = "127.0.0.1") {
  http::Request request{"POST", "/api/v1/session", {{"Content-Type", "application/json"}, {"Host", "tram.example"}}};
  request.remote_address = from;
  request.body = json::print({{"name", name}, {"password", password}});
  return request;
}

std::string cookie_of(const http::Response& response) {
  const std::string set(response.headers.get("Set-Cookie"));
  return set.substr(0, set.find(';'));
}

json::Value rows_of(TestProvince& province) { return must(province->audit().newest(0, 1000)); }

}  // namespace

TEST_CASE("somebody signs in with a password, is known by the cookie, and signs out") {
  TestProvince province;
  Api api(*province, {});
  const auto answer = api.answer(signing_in("admin", kAdminPassword));
  REQUIRE(answer.status == 200);
  const std::string set(answer.headers.get("Set-Cookie"));
  CHECK(set.starts_with("tram-session="));
  for (const char* part : {"HttpOnly", "SameSite=Strict", "Path=/"}) CHECK(set.find(part) != std::string::npos);
  CHECK(set.find("Secure") == std::string::npos);
  const json::Value body = must(json::parse(answer.body));
  CHECK(body["role"] == "admin");

  http::Request who{"GET", "/api/v1/session", {{"Cookie", cookie_of(answer)}}};
  who.remote_address = "127.0.0.1";
  CHECK(must(json::parse(api.answer(who).body))["csrf"] == body["csrf"]);
  http::Request out{"DELETE", "/api/v1/session", {{"Cookie", cookie_of(answer)}}};
  out.remote_address = "127.0.0.1";
  out.headers.set("X-Tram-Csrf", body["csrf"].get<std::string>());
  CHECK(api.answer(out).status == 200);
  CHECK(api.answer(who).status == 401);
  CHECK(api.answer(signing_in("admin", "sai-mat-khau")).status == 401);
  CHECK(api.answer(signing_in("nobody", kAdminPassword)).status == 401);
}

TEST_CASE("over https the cookie is bound to the host; over plain HTTP from elsewhere nobody signs in") {
  TestProvince province;
  Api api(*province, {"192.0.2.1"});
  CHECK(code_of(api.answer(signing_in("admin", kAdminPassword, "198.51.100.7"))) == "https_needed");
  http::Request proxied = signing_in("admin", kAdminPassword, "192.0.2.1");
  proxied.headers.set("X-Forwarded-For", "203.0.113.9, 198.51.100.7");
  proxied.headers.set("X-Forwarded-Proto", "https");
  const auto answer = api.answer(proxied);
  REQUIRE(answer.status == 200);
  const std::string set(answer.headers.get("Set-Cookie"));
  CHECK(set.starts_with("__Host-tram="));
  CHECK(set.find("; Secure") != std::string::npos);
  CHECK(answer.headers.has("Strict-Transport-Security"));
  CHECK(province->sessions().list()[0].address == "198.51.100.7");

  // Who is no proxy of ours can say what he likes, and so can one on this machine that we were not told of.
  proxied.remote_address = "192.0.2.2";
  CHECK(code_of(api.answer(proxied)) == "https_needed");
  proxied.remote_address = "127.0.0.1";
  CHECK(code_of(api.answer(proxied)) == "https_needed");
}

TEST_CASE("who guesses passwords on the page is put off like everybody else") {
  TestProvince province;
  Api api(*province, {});
  for (int i = 0; i < 5; ++i) CHECK(api.answer(signing_in("admin", "sai-" + std::to_string(i))).status == 401);
  const auto late = api.answer(signing_in("admin", kAdminPassword));
  CHECK(late.status == 429);
  CHECK(late.headers.has("Retry-After"));
  province.clock.advance(61'000);
  CHECK(api.answer(signing_in("admin", kAdminPassword)).status == 200);
  CHECK(rows_of(province)[1]["outcome"] == "too_many_requests");
}

TEST_CASE("a session ends after half an hour of rest, after twelve hours of work, and when somebody ends it") {
  TestProvince province;
  PageClient resting(province, Role::viewer, "lan"), working(province, Role::viewer, "minh");
  province.clock.advance(29 * 60'000);
  CHECK(working.ask("GET", "/api/v1/session").status == 200);
  province.clock.advance(2 * 60'000);
  CHECK(resting.ask("GET", "/api/v1/session").status == 401);
  for (int i = 0; i < 34; ++i) {
    province.clock.advance(20 * 60'000);
    CHECK(working.ask("GET", "/api/v1/session").status == 200);
  }
  province.clock.advance(20 * 60'000);
  CHECK(working.ask("GET", "/api/v1/session").status == 401);

  PageClient a(province, Role::viewer, "lan"), b(province, Role::officer, "minh"), admin(province, Role::admin);
  CHECK(a.gets("/api/v1/sessions").size() == 1);
  CHECK(admin.gets("/api/v1/sessions").size() == 3);
  const std::string of_a = a.gets("/api/v1/sessions")[0]["id"];
  CHECK(b.ask("DELETE", "/api/v1/sessions/" + of_a).status == 404);
  CHECK(admin.ask("DELETE", "/api/v1/sessions/" + of_a).status == 200);
  CHECK(a.ask("GET", "/api/v1/session").status == 401);
}

TEST_CASE("another role, another password and removal end the sessions of that person at once") {
  TestProvince province;
  PageClient admin(province, Role::admin);
  {
    PageClient officer(province, Role::officer, "minh");
    CHECK(admin.ask("PUT", "/api/v1/people/minh", {{"role", "viewer"}}).status == 200);
    CHECK(officer.ask("GET", "/api/v1/session").status == 401);
  }
  {
    PageClient viewer(province, Role::viewer, "minh");
    const json::Value renewed = admin.posts("/api/v1/people/minh/password");
    CHECK(viewer.ask("GET", "/api/v1/session").status == 401);
    CHECK(must(province->accounts().check("minh", renewed["password"].get<std::string>(), "127.0.0.1")).name == "minh");
  }
  {
    PageClient viewer(province, Role::viewer, "minh");
    PageClient same(province, Role::viewer, "minh");
    CHECK(
        viewer.ask("POST", "/api/v1/session/password", {{"old_password", "x"}, {"password", "mật khẩu mới"}}).status ==
        403);
    viewer.posts("/api/v1/session/password", {{"old_password", kAdminPassword}, {"password", "mật khẩu mới"}});
    CHECK(viewer.ask("GET", "/api/v1/session").status == 200);
    CHECK(same.ask("GET", "/api/v1/session").status == 401);
    CHECK(admin.ask("DELETE", "/api/v1/people/minh").status == 200);
    CHECK(viewer.ask("GET", "/api/v1/session").status == 401);
  }
}

TEST_CASE("one administrator always stays") {
  TestProvince province;
  PageClient admin(province, Role::admin, "lan");
  CHECK(admin.ask("DELETE", "/api/v1/people/admin").status == 200);
  CHECK(code_of(admin.ask("DELETE", "/api/v1/people/lan")) == "last_admin");
  CHECK(code_of(admin.ask("PUT", "/api/v1/people/lan", {{"role", "viewer"}})) == "last_admin");
  CHECK(admin.ask("PUT", "/api/v1/people/lan", {{"role", "admin"}, {"full_name", "Hoàng Thị Lan"}}).status == 200);
}

TEST_CASE("names of people are checked: taken, an office's, or none") {
  TestProvince province;
  const TestOffice office(province, "vn-04-049");
  const auto code = [&](const std::string& name) {
    const auto added = add_person(*province, {name, "", Role::viewer, ""});
    return added ? "" : std::string(added.error().what_name());
  };
  CHECK(code("admin") == "name_taken");
  CHECK(code("vn-04-049") == "name_taken");
  CHECK(code("Lan") == "bad_name");
  CHECK(code("") == "bad_name");
  CHECK(code("lan.ht") == "");
}

TEST_CASE("everything that changes something is written down with who, from where and what came of it") {
  TestProvince province;
  PageClient admin(province, Role::admin, "lan"), officer(province, Role::officer, "minh");
  admin.posts("/api/v1/people", {{"name", "hoa"}, {"role", "viewer"}, {"password", "một mật khẩu kín"}});
  officer.ask("POST", "/api/v1/offices", {{"slug", "vn-04-049"}});
  admin.gets("/api/v1/people");
  const json::Value rows = rows_of(province);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0]["by"] == "minh");
  CHECK(rows[0]["action"] == "office_add");
  CHECK(rows[0]["outcome"] == "role");
  CHECK(rows[1]["by"] == "lan");
  CHECK(rows[1]["from"] == "127.0.0.1");
  CHECK(rows[1]["outcome"] == "done");
  CHECK(rows[1]["detail"]["name"] == "hoa");
  CHECK(json::print(rows).find("kín") == std::string::npos);
  CHECK(admin.gets("/api/v1/audit/verify")["sound"] == true);
  CHECK(admin.gets("/api/v1/audit?limit=1&before=2").size() == 1);
}

TEST_CASE("an altered row of the audit list is named") {
  TestProvince province;
  PageClient admin(province, Role::admin);
  for (const char* name : {"mot", "hai", "ba"}) admin.posts("/api/v1/people", {{"name", name}, {"role", "viewer"}});
  const auto file = must(Connection::open(province.folder() + "/audit.db", Connection::Role::writer, "", 512));
  must(file->script("DROP TRIGGER chain_keeps; UPDATE chain SET text=replace(text, 'hai', 'bon') WHERE n=2"));
  const json::Value verified = admin.gets("/api/v1/audit/verify");
  CHECK(verified["sound"] == false);
  CHECK(verified["bad_row"] == 2);
}

TEST_CASE("people are kept by commands too, and what commands do is written down") {
  ServedProvince province;
  const auto added = province.types({"user", "add", "minh.nv", "--role", "officer", "--full-name", "Nguyễn Văn Minh"});
  REQUIRE(added.exit == 0);
  const std::string password =
      added.out.substr(added.out.find(' ') + 1, added.out.find('\n') - added.out.find(' ') - 1);
  const std::string secret = "Basic " + to_base64("minh.nv:" + password);
  CHECK(province.ask("GET", "/api/v1/review", secret).status == 200);
  CHECK(province.ask("GET", "/api/v1/people", secret).status == 403);
  CHECK(province.ask("GET", "/reference", secret).status == 403);
  CHECK(province.types({"user", "role", "minh.nv", "viewer"}).exit == 0);
  CHECK(province.ask("GET", "/api/v1/review", secret).status == 403);
  CHECK(province.types({"user", "list"}).out.find("minh.nv  viewer  Nguyễn Văn Minh") != std::string::npos);
  CHECK(province.types({"user", "remove", "minh.nv"}).exit == 0);
  CHECK(province.ask("GET", "/api/v1/targets", secret).status == 401);
  CHECK(province.types({"user", "remove", "admin"}).exit == 1);
  CHECK(province.types({"user", "add", "x", "--role", "king"}).exit == 2);
  const auto listed = province.types({"audit", "list"});
  CHECK(listed.out.find("user_role  minh.nv  done") != std::string::npos);
  CHECK(listed.out.find("user_remove  admin  failed") != std::string::npos);
  CHECK(province.types({"audit", "verify"}).exit == 0);
}

TEST_CASE("a restore brings back neither a person who was removed nor an older audit list") {
  ServedProvince province;
  REQUIRE(province.types({"user", "add", "minh.nv", "--role", "officer"}).exit == 0);
  REQUIRE(province.types({"backup", "all.tar"}).exit == 0);
  REQUIRE(province.types({"user", "remove", "minh.nv"}).exit == 0);
  REQUIRE(province.types({"restore", "all.tar"}).exit == 0);
  CHECK(province.types({"user", "list"}).out.find("minh.nv") == std::string::npos);
  const auto listed = province.types({"audit", "list"});
  CHECK(listed.out.find("user_remove") != std::string::npos);
  CHECK(listed.out.find("restore") != std::string::npos);
}
