#include "tests/bench/peer_runs.h"

#include <arpa/inet.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "core/base/json.h"
#include "core/base/system.h"
#include "http/client.h"
#include "storage/data_folder.h"
#include "tests/bench/province.h"
#include "tests/bench/report.h"

namespace tram::bench {
namespace {

constexpr int kPolls = 10'000;
constexpr int kPollsAtOnce = 100;  // more are asked to come again (ServerOptions::queue_max)
constexpr int kDescriptorsBeside = 200;

std::string documents(int count, const NamedOffice& office) {
  std::string lines;
  for (const auto& [id, body] : report_bodies(count, office)) {
    lines.append("{\"_id\":\"").append(id).append("\",").append(body, 1).append("\n");
  }
  return lines;
}

// PouchDB at the measured office, after the neighbour's, as our own office is measured: documents a second.
double pouchdb_docs_s(const std::string& direction, const Province& province, const std::string& some,
                      const std::string& all) {
  test::Command command = {"/usr/bin/env", "node", TRAM_SOURCE_FOLDER "/tests/bench/pouchdb.js", direction};
  for (const auto& [file, account] : {std::pair(some, province.neighbour), std::pair(all, province.office)}) {
    command.insert(command.end(), {file, province.url_of(account), account.id(), account.token});
  }
  wait_until_quiet(province);
  const test::Outcome ran = test::run(command, 600);
  if (ran.exit != 0) std::fprintf(stderr, "%s\n", ran.err.c_str());
  CHECK(ran.exit == 0);
  return std::stod(ran.out);
}

int connection_to(const std::string& url, const std::string& request) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1))));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  CHECK(socket >= 0);
  CHECK(::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  CHECK(::send(socket, request.data(), request.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(request.size()));
  return socket;
}

int waiting(http::Client& client) {
  http::Request request;
  request.method = "GET";
  request.target = "/metrics";
  const auto answer = client.send(request);
  CHECK(answer.ok());
  const std::string name = "\ntram_http_waiting ";
  const auto at = answer->body.find(name);
  CHECK(at != std::string::npos);
  return std::stoi(answer->body.substr(at + name.size()));
}

// As many as the limit of open files allows; each as an office's PC that is online and has nothing to do.
void long_polls(const std::string& programs, const std::string& folder, Figures& figures) {
  rlimit limit{};
  CHECK(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
  limit.rlim_cur = limit.rlim_max;
  CHECK(::setrlimit(RLIMIT_NOFILE, &limit) == 0);
  const int count = static_cast<int>(std::min<rlim_t>(kPolls, limit.rlim_max - kDescriptorsBeside));
  const Province province(programs, folder + "/polls");
  http::ClientOptions options;
  options.base_url = province.daemon->url();
  const auto client = http::make_curl_client(options);
  CHECK(client.ok());
  const std::string request = "GET /" + province.office.database() +
                              "/_changes?feed=longpoll&limit=1&since=now&heartbeat=30000 HTTP/1.1\r\nHost: "
                              "province\r\nAccept: application/json\r\nAuthorization: Bearer " +
                              province.office.token +
                              "\r\nUser-Agent: tram-agent/0.1.0\r\nAccept-Encoding: zstd,gzip\r\n\r\n";
  CHECK(waiting(**client) == 0);
  const auto before = static_cast<double>(test::rss_kb(province.daemon->pid()));
  std::vector<int> sockets;
  SystemClock clock;
  const std::int64_t deadline = clock.steady_ms() + 300'000;
  for (int n = 0; n < count;) {
    for (const int end = std::min(count, n + kPollsAtOnce); n < end; ++n) {
      sockets.push_back(connection_to(options.base_url, request));
    }
    while (waiting(**client) < n) {
      CHECK(clock.steady_ms() < deadline);
      clock.sleep_ms(5, {});
    }
  }
  figures["longpoll_clients"] = count;
  figures["longpoll_kb_each"] = (static_cast<double>(test::rss_kb(province.daemon->pid())) - before) / count;
  for (const int socket : sockets) ::close(socket);
}

}  // namespace

void pouchdb_round(const std::string& programs, const std::string& folder, NamedRounds& rounds) {
  const std::string modules = TRAM_SOURCE_FOLDER "/build/npm/node_modules";
  if (!std::filesystem::exists(modules + "/pouchdb")) {
    std::fprintf(stderr, "PouchDB is not installed (./dev setup): its figures are left out\n");
    return;
  }
  CHECK(::setenv("NODE_PATH", modules.c_str(), 1) == 0);
  const std::string some = folder + "/neighbour.jsonl", all = folder + "/documents.jsonl";
  CHECK(write_file(some, documents(kWarmUp, kNeighbour), 0644).ok());
  CHECK(write_file(all, documents(kDocuments, kOffice), 0644).ok());
  for (int n = 0; n < kTransfers; ++n) {
    const Province province(programs, folder + "/pouchdb-province" + std::to_string(n));
    rounds["pouchdb_push_docs_s"].add(pouchdb_docs_s("push", province, some, all));
    rounds["pouchdb_pull_docs_s"].add(pouchdb_docs_s("pull", province, some, all));
  }
}

Figures peer_runs(const std::string& programs, const std::string& folder) {
  Figures figures;
  long_polls(programs, folder, figures);
  return figures;
}

}  // namespace tram::bench
