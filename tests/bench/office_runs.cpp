#include "tests/bench/office_runs.h"

#include <unistd.h>

#include <filesystem>

#include "core/base/json.h"
#include "http/client.h"
#include "sync/syncer.h"
#include "tests/bench/province.h"
#include "tests/bench/stopwatch.h"
#include "tests/bench/store_runs.h"
#include "tests/support/process.h"

namespace tram::bench {
namespace {

using test::Daemon;
using test::output_of;

constexpr int kEdits = 20;
constexpr std::int64_t kSettlesMs = 3000;  // a program that starts gives memory back behind its first second

// One PC of an office, in this process; the province is another.
struct Pc {
  Tools tools;
  std::unique_ptr<Store> own, reference;
  std::unique_ptr<http::Client> client;
  std::unique_ptr<Syncer> syncer;

  enum class Fetches { all, own };  // own: not forms and units
  Pc(const std::string& folder, const Province& province, const Account& account, Fetches fetches = Fetches::all) {
    std::filesystem::create_directories(folder);
    own = tools.store(folder + "/office.db");
    reference = tools.store(folder + "/reference.db");
    http::ClientOptions options;
    options.base_url = province.daemon->url();
    auto made = http::make_curl_client(options);
    CHECK(made.ok());
    client = std::move(*made);
    SyncerOptions sync;
    sync.database = account.database();
    sync.credential.token = account.token;
    sync.read_ahead = true;
    sync.overlap_from = BatchSize::kMost;
    if (fetches == Fetches::own) sync.reference.clear();
    syncer = std::make_unique<Syncer>(*own, *reference, *client, tools.clock, tools.random, sync);
  }
  Round step() {
    Round round = syncer->step();
    CHECK(!round.error.has_value());
    return round;
  }
  void send_all() {
    do step();
    while (syncer->status().pending > 0);
  }
  void fetch(std::uint64_t documents) {
    for (std::uint64_t received = 0, now = 0; received < documents; received += now) {
      now = step().received;
      CHECK(now > 0);
    }
  }
  std::uint64_t bytes() const { return client->traffic().bytes_sent + client->traffic().bytes_received; }
};

// Processor time of both ends, in microseconds a document since it was made.
class Cost {
 public:
  explicit Cost(const Province& province) : province_(province), here_(here()), there_(there()) {}
  void add_to(Rounds& both, Rounds& server) const {
    const double there_now = there() - there_;
    both.add((here() - here_ + there_now) * 1e6 / kDocuments);
    server.add(there_now * 1e6 / kDocuments);
  }

 private:
  static double here() { return test::cpu_seconds(::getpid()); }
  double there() const { return test::cpu_seconds(province_.daemon->pid()); }

  const Province& province_;
  double here_, there_;
};

// The first requests of a process, and those after a pause, are slow, and 20,000 documents go in a fifth of a second. So
// both ends are warmed up: a neighbour's office, in this process too, sends some reports, and fetches them, just before.
// They are looked at for figures later than what is measured takes.
void neighbour_sends(const Province& province, const std::string& folder) {
  Pc sender(folder + "/neighbour-sender", province, province.neighbour);
  sender.step();
  save_bulk(*sender.own, kNeighbour, kWarmUp);
  sender.send_all();
}

void neighbour_fetches(const Province& province, const std::string& folder) {
  Pc(folder + "/neighbour-receiver", province, province.neighbour, Pc::Fetches::own).fetch(kWarmUp);
}

enum class Start { at_work, cold };

// Sends and fetches, and adds what that took.
void transfer(const Province& province, const std::string& folder, Start start, NamedRounds& rounds) {
  Pc sender(folder + "/sender", province, province.office);
  sender.step();  // forms and units come down first
  save_bulk(*sender.own);
  wait_until_quiet(province);
  if (start == Start::at_work) neighbour_sends(province, folder);
  const std::uint64_t before = sender.bytes();
  const Cost push_cost(province);
  const Stopwatch push;
  sender.send_all();
  rounds["push_docs_s"].add(kDocuments / push.seconds());
  push_cost.add_to(rounds["push_cpu_us_per_doc"], rounds["push_server_cpu_us_per_doc"]);
  rounds["push_bytes_per_doc"].add(static_cast<double>(sender.bytes() - before) / kDocuments);

  Pc receiver(folder + "/receiver", province, province.office, Pc::Fetches::own);
  wait_until_quiet(province);
  if (start == Start::at_work) neighbour_fetches(province, folder);
  const Cost pull_cost(province);
  const Stopwatch pull;
  receiver.fetch(kDocuments);
  rounds["pull_docs_s"].add(kDocuments / pull.seconds());
  pull_cost.add_to(rounds["pull_cpu_us_per_doc"], rounds["pull_server_cpu_us_per_doc"]);
  rounds["pull_bytes_per_doc"].add(static_cast<double>(receiver.bytes()) / kDocuments);
}

void edits(const Province& province, const std::string& folder, Figures& figures) {
  Pc pc(folder + "/editor", province, province.office);
  pc.fetch(kDocuments);
  pc.step();
  Rounds requests, bytes, ms;
  for (int n = 0; n < kEdits; ++n) {
    save_one(*pc.own, n * 11, 2 + n);
    const http::Traffic before = pc.client->traffic();
    const std::uint64_t bytes_before = pc.bytes();
    const Stopwatch time;
    pc.step();
    ms.add(time.seconds() * 1e3);
    requests.add(static_cast<double>(pc.client->traffic().requests - before.requests));
    bytes.add(static_cast<double>(pc.bytes() - bytes_before));
  }
  figures["edit_requests"] = requests.median();
  figures["edit_bytes"] = bytes.median();
  figures["edit_ms"] = ms.median();
  Rounds noop_requests, noop_bytes;
  for (int n = 0; n < kRounds; ++n) {
    const http::Traffic before = pc.client->traffic();
    const std::uint64_t bytes_before = pc.bytes();
    pc.step();
    noop_requests.add(static_cast<double>(pc.client->traffic().requests - before.requests));
    noop_bytes.add(static_cast<double>(pc.bytes() - bytes_before));
  }
  figures["noop_requests"] = noop_requests.median();
  figures["noop_bytes"] = noop_bytes.median();
}

json::Value agent_status(const std::string& programs, const std::string& data) {
  auto value = json::parse(output_of({programs + "/tram-agent", "status", "--json", "--data", data}));
  CHECK(value.ok());
  return std::move(*value);
}

// The real agent with everything still to send: its memory before and at the worst moment.
void agent_memory(const Province& province, const std::string& folder, Figures& figures) {
  const std::string data = folder + "/agent";
  output_of({province.programs + "/tram-agent", "init", "--server", province.daemon->url(), "--office",
             province.office.id(), "--token", province.office.token, "--data", data});
  const test::Command run = {province.programs + "/tram-agent", "run", "--data", data, "--listen", "127.0.0.1:0"};
  SystemClock clock;
  {
    const Daemon agent(run);
    clock.sleep_ms(kSettlesMs, {});
    figures["agent_rss_idle_kb"] = static_cast<double>(test::rss_kb(agent.pid()));
  }
  {
    Tools tools;
    save_bulk(*tools.store(data + "/office.db"));
  }
  const Daemon agent(run);
  const std::int64_t deadline = clock.steady_ms() + 120'000;
  while (agent_status(province.programs, data)["pending"] != 0) {
    CHECK(clock.steady_ms() < deadline);
    clock.sleep_ms(100, {});
  }
  figures["agent_rss_peak_kb"] = static_cast<double>(test::rss_peak_kb(agent.pid()));
}

}  // namespace

void transfer_round(const std::string& programs, const std::string& folder, NamedRounds& rounds) {
  NamedRounds cold;
  const auto measure = [&](Start start, NamedRounds& into) {
    const std::string here = folder + "/transfer";
    {
      const Province province(programs, here + "-province");
      transfer(province, here, start, into);
    }
    std::filesystem::remove_all(here);
    std::filesystem::remove_all(here + "-province");
  };
  measure(Start::cold, cold);
  for (int n = 0; n < kTransfers; ++n) measure(Start::at_work, rounds);
  for (const char* way : {"push", "pull"}) {
    rounds[std::string(way) + "_cold_docs_s"].add(cold[std::string(way) + "_docs_s"].median());
  }
}

Figures office_runs(const std::string& programs, const std::string& folder) {
  Figures figures;
  const Province province(programs, folder + "/province");
  wait_until_quiet(province);
  SystemClock().sleep_ms(kSettlesMs, {});
  figures["server_rss_idle_kb"] = static_cast<double>(test::rss_kb(province.daemon->pid()));
  NamedRounds beside;
  transfer(province, folder + "/office", Start::cold, beside);
  edits(province, folder + "/office", figures);
  figures["server_rss_peak_kb"] = static_cast<double>(test::rss_peak_kb(province.daemon->pid()));
  const Province another(programs, folder + "/memory-province");
  agent_memory(another, folder, figures);
  return figures;
}

}  // namespace tram::bench
