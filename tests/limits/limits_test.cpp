// F14: tram-server where the system gives it few descriptors, or little memory.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include "core/base/json.h"
#include "core/base/system.h"
#include "tests/http/raw.h"
#include "tests/support/catch.h"
#include "tests/support/process.h"
#include "tests/support/temp_folder.h"

namespace tram::test {
namespace {

constexpr int kOffices = 24, kCallers = 300;

struct Province {
  TempFolder folder;
  std::string program = std::filesystem::canonical("/proc/self/exe").parent_path() / "tram-server";
  std::vector<std::string> tokens;

  Province() {
    output_of({program, "init", "--province", "Khánh Hòa", "--data", folder.path() + "/p"});
    for (int i = 0; i < kOffices; ++i) {
      tokens.push_back(last_line(output_of({program, "office", "add", "office-" + std::to_string(i), "--name",
                                            "Xã " + std::to_string(i), "--data", folder.path() + "/p"})));
    }
  }
  Command served(int descriptors) const { return served_with("ulimit -n " + std::to_string(descriptors)); }
  Command served_with(const std::string& limit) const {
    return {"/bin/sh",  "-c",         limit + " && exec \"$0\" \"$@\"", program, "run", "--data", folder.path() + "/p",
            "--listen", "127.0.0.1:0"};
  }
};

std::uint16_t port_of(const Daemon& daemon) {
  return static_cast<std::uint16_t>(std::stoi(daemon.url().substr(daemon.url().rfind(':') + 1)));
}

std::string request_of(int office, const std::string& token) {
  return "GET /office-office-" + std::to_string(office) +
         " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer " + token + "\r\n\r\n";
}

// 0: the connection was refused or closed without a word.
int ask(std::uint16_t port, int office, const std::string& token) {
  http::RawSocket socket = http::RawSocket::to(port);
  if (socket.handle() < 0) return 0;
  socket.send(request_of(office, token));
  const std::string answer = socket.receive_all();
  return answer.starts_with("HTTP/1.1 ") ? std::stoi(answer.substr(9, 3)) : 0;
}

}  // namespace

TEST_CASE("F14: with few descriptors every office is answered, for databases leave some to those who call") {
  const Province province;
  const Daemon daemon(province.served(160));
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < kOffices; ++i) {
      INFO("office " << i);
      CHECK(ask(port_of(daemon), i, province.tokens[static_cast<std::size_t>(i)]) == 200);
    }
  }
}

TEST_CASE("F14: more callers than descriptors are refused or wait, and once they are gone all is as before") {
  const Province province;
  const Daemon daemon(province.served(160));
  SystemClock clock;
  int answered = 0, refused = 0;
  {
    std::vector<http::RawSocket> callers;
    for (int i = 0; i < kCallers; ++i) {
      callers.push_back(http::RawSocket::to(port_of(daemon)));
      callers.back().send("GET / HTTP/1.1\r\nHost: x\r\n");  // and no more
    }
    for (int i = 0; i < kOffices; ++i) {
      const int status = ask(port_of(daemon), i, province.tokens[static_cast<std::size_t>(i)]);
      INFO("status " << status);
      CHECK((status == 200 || status == 503 || status == 0));
      ++(status == 200 ? answered : refused);
    }
  }
  const std::int64_t deadline = clock.steady_ms() + 20'000;
  while (ask(port_of(daemon), 0, province.tokens[0]) != 200 && clock.steady_ms() < deadline) {
  }
  for (int i = 0; i < kOffices; ++i) {
    CHECK(ask(port_of(daemon), i, province.tokens[static_cast<std::size_t>(i)]) == 200);
  }
  CHECK(output_of({province.program, "doctor", "--data", province.folder.path() + "/p"}).size() > 0);
}

TEST_CASE("F14: far too few descriptors are refused at the start, in one line") {
  const Province province;
  const Outcome outcome = run(province.served(60), 20);
  CHECK(outcome.exit == 2);
  CHECK(outcome.err.find("files open") != std::string::npos);
  CHECK(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 1);
}

TEST_CASE("F14: without memory it refuses or ends, and started again it holds what it held") {
  const Province province;
  std::int64_t pages = 0;
  {
    const Daemon daemon(province.served_with("true"));
    std::ifstream("/proc/" + std::to_string(daemon.pid()) + "/statm") >> pages;
  }
  const std::int64_t needed_kb = pages * 4;
  if (needed_kb > 8'000'000) return;  // a sanitizer's
  json::Value documents = json::Value::array();
  for (int i = 0; i < 9000; ++i) {
    documents.push_back({{"_id", "note:" + std::to_string(i)}, {"text", std::string(2000, 'x')}});
  }
  const std::string body = json::print({{"docs", std::move(documents)}});
  {
    const Daemon daemon(province.served_with("ulimit -v " + std::to_string(needed_kb + 40'000)));
    REQUIRE(ask(port_of(daemon), 0, province.tokens[0]) == 200);
    std::vector<std::jthread> callers;
    for (int i = 0; i < 4; ++i) {
      callers.emplace_back([&, i] {
        http::RawSocket socket = http::RawSocket::to(port_of(daemon));
        if (socket.handle() < 0) return;
        socket.send("POST /office-office-" + std::to_string(i) +
                    "/_bulk_docs HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n" +
                    "Authorization: Bearer " + province.tokens[static_cast<std::size_t>(i)] +
                    "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n");
        socket.send(body);
        (void)socket.receive_all();
      });
    }
  }
  CHECK(run({province.program, "verify", "--data", province.folder.path() + "/p"}).exit == 0);
  const Daemon daemon(province.served_with("true"));
  for (int i = 0; i < kOffices; ++i) {
    CHECK(ask(port_of(daemon), i, province.tokens[static_cast<std::size_t>(i)]) == 200);
  }
}

}  // namespace tram::test
