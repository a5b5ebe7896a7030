// What `sync` tells a script about the other end. The province here is a stub that gives one answer to everything.
#include <thread>

#include "http/server.h"
#include "tests/agent/office_pc.h"
#include "tests/agent/program.h"
#include "tests/support/check.h"

namespace tram::test {
namespace {

struct Stub {
  explicit Stub(http::Response answer)
      : server(must(http::Server::start({}, [answer](const http::Request&) { return answer; }))) {}
  std::string address() const { return "http://127.0.0.1:" + std::to_string(server->port()); }
  std::unique_ptr<http::Server> server;
};

struct PcOf {
  explicit PcOf(const Stub& province) : pc("", false) {
    CHECK(pc.exit({"init", "--server", province.address(), "--office", "vn-04-049", "--token", "x"}) == 0);
    id = whole_report(pc);
  }
  int sync() { return pc.run({"sync"}).exit; }
  OfficePc pc;
  std::string id;
};

}  // namespace

TEST_CASE("a sign-in page of a hotel is no province: no line, nothing lost") {
  const Stub hotel(http::text_response(200, "<html>Mời đăng nhập</html>", "text/html"));
  PcOf office(hotel);
  CHECK(office.sync() == 3);
  const json::Value status = office.pc.json({"status"});
  CHECK(status["state"] == "offline");
  CHECK(status["last_error"]["code"] == "captive_portal");
  CHECK(status["pending"] == 2);
}

TEST_CASE("a province that shuts the office out is told apart from a dead line") {
  http::Response refusal = http::error_response(401, "unauthorized", "unknown token");
  refusal.headers.set("Tram-Peer", "1");
  const Stub province(refusal);
  PcOf office(province);
  CHECK(office.sync() == 4);
  CHECK(office.pc.json({"status"})["state"] == "refused");
  CHECK(office.pc.json({"ledger"}).size() == 2);
}

TEST_CASE("an office with a new token goes on in its folder; another office's is refused there") {
  OfficePc pc;
  const std::string id = whole_report(pc);
  const std::string before = must(read_file(pc.data() + "/agent.json"));
  const auto init = [&](const std::string& office, const std::string& token) {
    return run_program(
               {"init", "--server", "http://127.0.0.1:9", "--office", office, "--token", token, "--data", pc.data()})
        .exit;
  };
  CHECK(init("vn-04-047", "ma-moi") == 1);
  CHECK(must(read_file(pc.data() + "/agent.json")) == before);
  CHECK(init("vn-04-049", "ma-moi") == 0);
  CHECK(init("vn-04-049", "ma-moi") == 1);  // nothing is new
  const json::Value old = must(json::parse_object(before));
  json::Value now = must(json::parse_object(must(read_file(pc.data() + "/agent.json"))));
  CHECK(now["token"] == "ma-moi");
  CHECK(now["device_id"] == old["device_id"]);
  CHECK(pc.json({"report", "show", id})["state"] == "draft");
}

TEST_CASE("several commands typed at once wait for one another, and none is lost") {
  OfficePc pc;
  const std::string id = whole_report(pc);
  std::vector<std::thread> people;
  std::atomic<int> done{0};
  for (int i = 0; i < 6; ++i) {
    people.emplace_back([&] {
      done += run_program({"report", "row", id, "tasks", "task_title=Nhiệm vụ", "--data", pc.data()}).exit == 0 ? 1 : 0;
    });
  }
  for (std::thread& person : people) person.join();
  CHECK(done == 6);
  CHECK(pc.json({"report", "show", id})["rows"]["tasks"].size() == 6);
}

}  // namespace tram::test
