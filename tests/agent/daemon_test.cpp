// The daemon, and commands typed while it runs: real processes.
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/json.h"
#include "http/client.h"
#include "storage/data_folder.h"
#include "tests/agent/office_pc.h"
#include "tests/agent/program.h"
#include "tests/support/check.h"

namespace tram::test {
namespace {

http::Outcome on(const OfficePc& pc, std::vector<std::string> words) {
  words.insert(words.end(), {"--data", pc.data()});
  return run_program(words);
}

http::Response get(const std::string& address, const std::string& target, const std::string& host = {}) {
  const auto client = must(http::make_curl_client({address}));
  http::Request request{"GET", target};
  if (!host.empty()) request.headers.set("Host", host);
  return must(client->send(request));
}

}  // namespace

TEST_CASE("the daemon starts without a line, serves its page and stops cleanly") {
  OfficePc pc;
  Daemon daemon(pc.data());
  CHECK(get(daemon.address(), "/_up").status == 200);
  const json::Value status = must(json::parse(get(daemon.address(), "/api/v1/status").body));
  CHECK(status["office"] == "vn-04-049");
  CHECK(get(daemon.address(), "/api/v1/status", "province.example").status == 403);
  CHECK(daemon.stop(SIGTERM) == 0);
}

TEST_CASE("F12: a second daemon on the same folder ends at once and says why") {
  OfficePc pc;
  Daemon daemon(pc.data());
  const http::Outcome second = on(pc, {"run", "--listen", "127.0.0.1:0"});
  CHECK(second.exit == 75);
  CHECK(second.out.empty());
  CHECK(second.err.find("another tram-agent") != std::string::npos);
}

TEST_CASE("commands answer alike whether or not the daemon runs") {
  OfficePc pc;
  const std::string id = whole_report(pc);
  pc.out({"report", "submit", id});
  const std::vector<std::vector<std::string>> questions = {{"report", "list", "--json"},
                                                           {"report", "show", id, "--json"},
                                                           {"report", "history", id, "--json"},
                                                           {"ledger", "--json"},
                                                           {"conflicts", "--json"},
                                                           {"report", "show", "report:bm02:2020Q1"},
                                                           {"report", "set", id, "x=1"},
                                                           {"report", "set", id},
                                                           {"nonsense"}};
  std::vector<http::Outcome> alone;
  for (const auto& question : questions) alone.push_back(on(pc, question));
  Daemon daemon(pc.data());
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const http::Outcome asked = on(pc, questions[i]);
    INFO(questions[i].front());
    CHECK(asked.exit == alone[i].exit);
    CHECK(asked.out == alone[i].out);
    CHECK(asked.err == alone[i].err);
  }
}

TEST_CASE("what is typed while the daemon runs is there after it was killed") {
  OfficePc pc;
  const std::string id = pc.out({"report", "new", "bm02", "2024Q2"});
  {
    Daemon daemon(pc.data());
    CHECK(on(pc, {"report", "set", id, "models_count=7"}).exit == 0);
    CHECK(daemon.stop(SIGKILL) == -SIGKILL);
  }
  CHECK(file_exists(pc.data() + "/tram.sock"));
  CHECK(on(pc, {"report", "set", id, "tasks_new_count=1"}).exit == 0);
  CHECK(pc.json({"report", "show", id})["values"]["models_count"] == 7);
  Daemon again(pc.data());
  CHECK(on(pc, {"report", "show", id}).exit == 0);
}

TEST_CASE("a round asked for while the daemon has no line ends with exit code 3") {
  OfficePc pc;
  CHECK(on(pc, {"sync"}).exit == 3);
  Daemon daemon(pc.data());
  const http::Outcome outcome = on(pc, {"sync", "--json"});
  CHECK(outcome.exit == 3);
  CHECK(must(json::parse(outcome.out))["error"]["code"] == "offline");
}

TEST_CASE("a backup is taken while the daemon runs, a restore waits until it has stopped") {
  OfficePc pc;
  const std::string id = whole_report(pc);
  Daemon daemon(pc.data());
  const std::string file = pc.file("office.tram");
  CHECK(on(pc, {"backup", file}).exit == 0);
  CHECK(on(pc, {"restore", file}).exit == 75);
  CHECK(daemon.stop(SIGINT) == 0);
  CHECK(on(pc, {"restore", file}).exit == 0);
  CHECK(pc.json({"report", "list"}).size() == 1);
}

TEST_CASE("the page of an office listens on loopback alone, and a busy port is told") {
  OfficePc pc;
  CHECK(on(pc, {"run", "--listen", "0.0.0.0:7645"}).exit == 2);
  CHECK(on(pc, {"run", "--listen", "example.org:80"}).exit == 2);
  CHECK(on(pc, {"run", "--listen", "127.0.0.1"}).exit == 2);
  OfficePc other;
  Daemon daemon(other.data());
  const std::string port = daemon.address().substr(daemon.address().rfind(':') + 1);
  const http::Outcome busy = on(pc, {"run", "--listen", "127.0.0.1:" + port});
  CHECK(busy.exit == 1);
  CHECK(busy.err.find(port) != std::string::npos);
}

TEST_CASE("a configuration that says something unknown is refused with its name") {
  OfficePc pc;
  const std::string file = pc.file("agent.toml");
  must(write_file(file, "listen = \"127.0.0.1:0\"\nlisten_adress = 1\n"));
  const http::Outcome wrong = on(pc, {"run", "--config", file});
  CHECK(wrong.exit == 2);
  CHECK(wrong.err.find("listen_adress") != std::string::npos);
}

TEST_CASE("another program on the PC may work on the databases of the office, when it was asked for") {
  OfficePc pc;
  const std::string id = whole_report(pc);
  const std::string file = pc.file("agent.toml");
  // Port 0 would do, but nothing tells which one it became: so a port that was free a moment ago.
  std::string port;
  {
    OfficePc other;
    Daemon probe(other.data());
    port = probe.address().substr(probe.address().rfind(':') + 1);
  }
  must(write_file(
      file,
      "[local_api]\ncouchdb = true\nuser = \"app\"\npassword = \"a long password\"\ncouchdb_listen = \"127.0.0.1:" +
          port + "\"\n"));
  Daemon daemon(pc.data(), {"--config", file});
  const std::string address = "http://127.0.0.1:" + port;
  CHECK(get(address, "/office-vn-04-049/_all_docs").status == 401);
  const auto client = must(http::make_curl_client({address}));
  http::Request request{"GET", "/office-vn-04-049/" + http::percent_encode(id)};
  request.headers.set("Authorization", "Basic YXBwOmEgbG9uZyBwYXNzd29yZA==");
  const http::Response answer = must(client->send(request));
  CHECK(answer.status == 200);
  CHECK(must(json::parse(answer.body))["_id"] == id);
}

TEST_CASE("files of an office are for its own user alone") {
  OfficePc pc("vn-04-049", false);
  CHECK(on(pc, {"init", "--server", "http://127.0.0.1:9", "--office", "vn-04-049", "--token", "x"}).exit == 0);
  Daemon daemon(pc.data());
  for (const char* name : {"agent.json", "office.db", "reference.db", "tram.sock"}) {
    struct stat info {};
    INFO(name);
    REQUIRE(::stat((pc.data() + "/" + name).c_str(), &info) == 0);
    CHECK((info.st_mode & 077) == 0);
  }
}

}  // namespace tram::test
