// tram-kill-test KILLS [SEED]: two PCs of one office and the province under load; again and again one of the three
// programs is killed with SIGKILL at a random moment and started again. In the end everything that a command had told as
// saved must be on both PCs and at the province, the stores must check, and nothing may be left to send.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>

#include "core/base/system.h"
#include "tests/kill/office_room.h"

namespace {

using namespace tram;
using namespace tram::kill_test;

constexpr std::int64_t kConvergeMs = 30'000;
constexpr std::int64_t kReadyMs = 5'000;  // promised, on any machine

struct World {
  std::string programs, folder, token;
  std::unique_ptr<Machine> province, first_agent, second_agent;
  std::unique_ptr<Pc> first, second;

  explicit World(const std::string& where);
  bool keep = true;  // until all was found well
  ~World() {
    if (!keep) std::filesystem::remove_all(folder);
  }
  test::Outcome server(test::Command words) const {
    words.insert(words.begin(), programs + "/tram-server");
    words.insert(words.end(), {"--data", folder + "/province"});
    return test::run(words, 60);
  }
};

World::World(const std::string& where)
    : programs(std::filesystem::canonical("/proc/self/exe").parent_path()), folder(where) {
  CHECK(server({"init", "--province", "Khánh Hòa"}).exit == 0);
  const test::Outcome added = server({"office", "add", "vn-56-575", "--name", "Huyện Khánh Sơn"});
  CHECK(added.exit == 0);
  token = test::last_line(added.out);
  province = std::make_unique<Machine>(
      test::Command{programs + "/tram-server", "run", "--data", folder + "/province", "--listen", "127.0.0.1:0"});
  const auto install = [&](const std::string& data) {
    test::output_of({programs + "/tram-agent", "init", "--server", province->url(), "--office", "vn-56-575", "--token",
                     token, "--data", data});
    return std::make_unique<Machine>(
        test::Command{programs + "/tram-agent", "run", "--data", data, "--listen", "127.0.0.1:0"});
  };
  first_agent = install(folder + "/first");
  second_agent = install(folder + "/second");
  first = std::make_unique<Pc>(programs + "/tram-agent", folder + "/first",
                               std::vector<std::string>{"tbt_bulletins_received_count", "tbt_articles_count"});
  second = std::make_unique<Pc>(programs + "/tram-agent", folder + "/second",
                                std::vector<std::string>{"exporters_count", "training_count"});
}

// Both PCs have nothing to send, and show the same version of each report.
bool in_step(const World& world) {
  for (const Pc* pc : {world.first.get(), world.second.get()}) {
    const json::Value status = pc->json_of({"status"});
    if (status["pending"] != 0 || status["conflicts"] != 0 || status["refused"] != 0) return false;
  }
  for (const std::string& id : reports()) {
    const json::Value here = world.first->json_of({"report", "show", id});
    const json::Value there = world.second->json_of({"report", "show", id});
    if (here["_rev"] != there["_rev"]) return false;
  }
  return true;
}

int count_lost(const World& world) {
  int lost = 0;
  for (const Pc* typist : {world.first.get(), world.second.get()}) {
    for (const auto& [field, typed] : typist->typed()) {
      for (const Pc* reader : {world.first.get(), world.second.get()}) {
        const json::Value values = reader->json_of({"report", "show", field.first})["values"];
        const std::int64_t found = json::integer_at(values, field.second).value_or(0);
        if (found >= typed.saved && found <= typed.tried) continue;
        ++lost;
        std::fprintf(stderr, "LOST %s %s: found %lld, saved %lld, tried %lld\n", field.first.c_str(),
                     field.second.c_str(), static_cast<long long>(found), static_cast<long long>(typed.saved),
                     static_cast<long long>(typed.tried));
      }
    }
  }
  return lost;
}

void kill_again_and_again(World& world, int kills, std::uint64_t seed) {
  SystemClock clock;
  std::mt19937_64 draw(seed);
  world.first->start_typing(seed + 1);
  world.second->start_typing(seed + 2);
  for (int n = 0; n < kills; ++n) {
    clock.sleep_ms(static_cast<std::int64_t>(20 + draw() % 250), {});
    Machine* const machines[] = {world.province.get(), world.first_agent.get(), world.second_agent.get()};
    Machine& victim = *machines[draw() % 3];
    victim.power_cut();
    clock.sleep_ms(static_cast<std::int64_t>(draw() % 100), {});
    victim.switch_on();
  }
  world.first->stop_typing();
  world.second->stop_typing();
}

int judge(const World& world) {
  SystemClock clock;
  const std::int64_t deadline = clock.steady_ms() + kConvergeMs;
  while (!in_step(world)) {
    // A person who does not want to wait for the next try.
    (void)world.first->command({"sync"});
    (void)world.second->command({"sync"});
    if (clock.steady_ms() < deadline) continue;
    for (const Pc* pc : {world.first.get(), world.second.get()}) {
      std::fprintf(stderr, "NOT IN STEP\n%s\n%s\n", json::print(pc->json_of({"status"})).c_str(),
                   json::print(pc->json_of({"conflicts"})).c_str());
    }
    return 1;
  }
  int faults = count_lost(world);
  for (const Pc* pc : {world.first.get(), world.second.get()}) {
    for (const char* const verb : {"doctor", "verify"}) {
      const test::Outcome outcome = pc->command({verb});
      if (outcome.exit == 0) continue;
      ++faults;
      std::fprintf(stderr, "%s: exit %d\n%s%s", verb, outcome.exit, outcome.out.c_str(), outcome.err.c_str());
    }
  }
  for (const char* const verb : {"doctor", "verify"}) {
    const test::Outcome outcome = world.server({verb});
    if (outcome.exit == 0) continue;
    ++faults;
    std::fprintf(stderr, "server %s: exit %d\n%s%s", verb, outcome.exit, outcome.out.c_str(), outcome.err.c_str());
  }
  return faults;
}

int tell_starts(const World& world) {
  const std::pair<const char*, const Machine*> machines[] = {{"tram-server", world.province.get()},
                                                             {"tram-agent, first PC", world.first_agent.get()},
                                                             {"tram-agent, second PC", world.second_agent.get()}};
  int late = 0;
  for (const auto& [name, machine] : machines) {
    std::printf("%s: killed %d times, ready again in %lld ms at most\n", name, machine->kills(),
                static_cast<long long>(machine->slowest_start_ms()));
    if (machine->slowest_start_ms() > kReadyMs) ++late;
  }
  return late;
}

}  // namespace

int main(int argc, char** argv) {
  const int kills = argc > 1 ? std::atoi(argv[1]) : 12;
  const std::uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  std::string folder = (std::filesystem::temp_directory_path() / "tram-kill-XXXXXX").string();
  CHECK(::mkdtemp(folder.data()) != nullptr);
  World world(folder);
  kill_again_and_again(world, kills, seed);
  std::int64_t saved = 0;
  for (const Pc* pc : {world.first.get(), world.second.get()}) {
    for (const auto& [field, typed] : pc->typed()) saved += typed.saved > 0 ? 1 : 0;
  }
  const int faults = judge(world) + tell_starts(world);
  world.keep = faults != 0;
  if (world.keep) std::fprintf(stderr, "everything is kept in %s\n", folder.c_str());
  std::printf("%d kills, seed %llu, %lld fields saved and looked for on both PCs, %d faults\n", kills,
              static_cast<unsigned long long>(seed), static_cast<long long>(saved), faults);
  return faults == 0 && saved > 0 ? 0 : 1;
}
