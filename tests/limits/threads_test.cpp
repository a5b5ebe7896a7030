// F14: both programs where the system gives them no further thread, which strace makes so. Where tracing is forbidden
// nothing is tried, and a warning says so.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/base/json.h"
#include "core/base/system.h"
#include "tests/http/raw.h"
#include "tests/support/catch.h"
#include "tests/support/process.h"
#include "tests/support/temp_folder.h"

namespace tram::test {
namespace {

std::string program(const std::string& name) {
  return std::filesystem::canonical("/proc/self/exe").parent_path() / name;
}

std::string text_of(const std::string& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::ptrdiff_t count_of(const std::string& text, const std::string& part) {
  std::ptrdiff_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

bool can_trace() {
  const bool can = run({"/usr/bin/strace", "-o", "/dev/null", "/bin/true"}).exit == 0;
  if (!can) WARN("strace is missing, or tracing is forbidden here");
  return can;
}

// What is written down of a program's threads. Its tracer stands aside, so the process is the program itself.
Command traced(const std::string& log, const std::string& fault, const Command& command) {
  Command whole{"/usr/bin/strace", "-D", "-f", "--seccomp-bpf", "-o", log, "-e", "trace=clone3,clone"};
  if (!fault.empty()) whole.insert(whole.end(), {"-e", "inject=clone3,clone:error=EAGAIN:when=" + fault});
  whole.insert(whole.end(), command.begin(), command.end());
  return whole;
}

struct Place {
  TempFolder folder;
  std::string server = program("tram-server"), agent = program("tram-agent");
  std::string province = folder.path() + "/province", office = folder.path() + "/office", log = folder.path() + "/log";
  std::string token;

  Place() {
    output_of({server, "init", "--province", "Khánh Hòa", "--data", province});
    token = last_line(output_of({server, "office", "add", "khanh-son", "--name", "Khánh Sơn", "--data", province}));
  }
  Command serve() const { return {server, "run", "--data", province, "--listen", "127.0.0.1:0"}; }
  Command work() const { return {agent, "run", "--data", office, "--listen", "127.0.0.1:0"}; }
  void joins(const std::string& url) const {
    output_of({agent, "init", "--server", url, "--office", "khanh-son", "--token", token, "--data", office});
  }
};

// Started with no thread from the n-th on, for each n there is: it says why in one line, and holds nothing up.
void starts_only_whole(const Place& place, const Command& command) {
  std::ptrdiff_t threads = 0;
  {
    Daemon daemon(traced(place.log, "", command));
    threads = count_of(text_of(place.log), "CLONE_THREAD");
    CHECK(daemon.stop() == 0);
  }
  REQUIRE(threads >= 4);
  for (std::ptrdiff_t n = 1; n <= threads; ++n) {
    INFO("no thread from number " << n << " on, of " << threads);
    const Outcome outcome = run(traced(place.log, std::to_string(n) + "+", command), 30);
    CHECK(outcome.exit == 1);
    CHECK(outcome.out.empty());
    CHECK(outcome.err.find("no further thread") != std::string::npos);
    CHECK(count_of(outcome.err, "\n") == 1);
  }
  Daemon again(command);
  CHECK(again.stop() == 0);
}

// More notes than fit a page, so that a PC reads ahead.
void fill(const Place& place, const Daemon& province) {
  const auto port = static_cast<std::uint16_t>(std::stoi(province.url().substr(province.url().rfind(':') + 1)));
  json::Value documents = json::Value::array();
  for (int i = 0; i < 3000; ++i) {
    documents.push_back({{"_id", "note:" + std::to_string(i)}, {"text", std::string(500, 'x')}});
  }
  const std::string body = json::print({{"docs", std::move(documents)}});
  http::RawSocket socket = http::RawSocket::to(port);
  socket.send(
      "POST /office-khanh-son/_bulk_docs HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: "
      "application/json\r\n" +
      std::string("Authorization: Bearer ") + place.token + "\r\nContent-Length: " + std::to_string(body.size()) +
      "\r\n\r\n");
  socket.send(body);
  REQUIRE(socket.receive_all().starts_with("HTTP/1.1 201"));
}

}  // namespace

TEST_CASE("F14: a province's program that gets too few threads says so and ends, and holds what it held") {
  if (!can_trace()) return;
  const Place place;
  starts_only_whole(place, place.serve());
  const Daemon daemon(place.serve());
  place.joins(daemon.url());
  CHECK(run({place.agent, "sync", "--data", place.office}).exit == 0);
}

TEST_CASE(
    "F14: an office's program that gets too few threads says so and ends, and reports can be typed in the meantime") {
  if (!can_trace()) return;
  const Place place;
  place.joins("http://127.0.0.1:9");
  const std::string report = "report:bm11:2021";
  output_of({place.agent, "report", "new", "bm11", "2021", "--data", place.office});
  starts_only_whole(place, place.work());
  output_of({place.agent, "report", "set", report, "tbt_articles_count=7", "--data", place.office});
  const Daemon daemon(place.work());
  const std::string kept = output_of({place.agent, "report", "show", report, "--json", "--data", place.office});
  CHECK(kept.find("\"tbt_articles_count\":7") != std::string::npos);
}

TEST_CASE("F14: an office that gets no thread to read ahead with brings everything over all the same") {
  if (!can_trace()) return;
  const Place place;
  const Daemon province(place.serve());
  fill(place, province);
  place.joins(province.url());
  const Outcome synced = run(traced(place.log, "1+", {place.agent, "sync", "--data", place.office}), 60);
  INFO(synced.err);
  CHECK(synced.exit == 0);
  CHECK(count_of(text_of(place.log), "INJECTED") > 0);
  const json::Value status = *json::parse(output_of({place.agent, "status", "--json", "--data", place.office}));
  CHECK(json::integer_at(status, "sequence") == 3000);
}

}  // namespace tram::test
