#include "tests/sim/world.h"

namespace tram::sim {
namespace {

constexpr int kNestedMax = 3;
constexpr int kPassesMax = 8;
constexpr std::int64_t kStepMs = 30'000;
constexpr std::int64_t k1970 = -1'718'000'000'000, kLate = 300'000'000'000;  // from the right time

}  // namespace

World::World(const WorldOptions& its_options)
    : options(its_options), trace(its_options.verbose), dice(its_options.seed) {
  reset_sqlite(options.seed);
  swarm = Swarm::draw(dice);
  for (auto* make : {saved_ledger, prefix, convergence, checkpoint, merge_once, scope, identity, digests, budget,
                     status_truth, audit, consolidation}) {
    checkers_.push_back(make());
  }
  province = std::make_unique<SimProvince>(time, options.seed * 7919, trace);
  province->merges = swarm.province_merges;
  province->on_open = [this](const std::string& name, Store& store) {
    for (auto& checker : checkers_) checker->opened(*this, {"province/" + name + ".db", province->disk, store});
  };
  for (int i = 0; i < swarm.offices; ++i) {
    found_office(std::string(1, static_cast<char>('a' + i)), i == 0 && swarm.two_pcs ? 2 : 1);
  }
  CHECK(province->publish_form("bm09").ok());
  // A copy of before an office's database was born would bring another database (F33), which an administrator judges.
  for (const std::string& slug : province->offices()) CHECK(province->open("office-" + slug).ok());
  if (swarm.long_history) note(*machines[0], machines[0]->change_often("note:0", 996));
}

World::~World() {
  for (auto& machine : machines) machine->stop();
  province->stop();
}

void World::found_office(const std::string& slug, int pcs) {
  province->add_office(slug);
  for (int i = 1; i <= pcs; ++i) CHECK(add_machine("pc-" + slug + std::to_string(i), slug).start());
}

Machine& World::add_machine(const std::string& name, const std::string& slug) {
  const std::size_t index = machines.size();
  LineHooks hooks;
  hooks.province = [this, index](const http::Request& request) { return ask(*machines[index], request); };
  hooks.is_up = [this] { return province->is_up(); };
  hooks.fingerprint = [this] { return province->fingerprint(); };
  hooks.has_failed = [this] { return province->disk.has_failed(); };
  hooks.server = kServerUuid;
  hooks.act = [this, index](bool before) { act(*machines[index], before); };
  machines.push_back(
      std::make_unique<Machine>(name, slug, options.seed * 104729 + index, time, dice, trace, std::move(hooks)));
  Machine& machine = *machines.back();
  if (options.other_clocks) machine.clock.jump(index % 2 == 0 ? k1970 : kLate);
  machine.token = province->token_of(slug);
  machine.line.faults = swarm.line;
  machine.on_open = [this, &machine](const std::string& file, Store& store) {
    for (auto& checker : checkers_) checker->opened(*this, {machine.name + "/" + file, machine.disk, store});
  };
  return machine;
}

http::Response World::ask(const Machine& machine, const http::Request& request) {
  const std::size_t before = province->audited.size();
  http::Response response = province->answer(request);
  const Audited answered{
      request, response, {province->audited.begin() + static_cast<std::ptrdiff_t>(before), province->audited.end()}};
  for (auto& checker : checkers_) checker->answered(*this, machine, answered);
  return response;
}

Store* World::province_store(const std::string& slug) {
  if (!province->is_up()) return nullptr;
  const SimDisk::Untouched untouched(province->disk);
  const auto database = province->open("office-" + slug);
  return database ? (*database)->store.get() : nullptr;
}

void World::run() {
  for (int i = 0; i < options.steps && trace.findings().empty(); ++i) {
    trace.at_step(i + 1);
    time.ms += kStepMs;
    weather();
    step();
    tidy_up();
    for (auto& checker : checkers_) checker->after_step(*this);
  }
  if (!trace.findings().empty()) return;
  trace.at_step(options.steps + 1);
  calm();
  rest();
}

void World::step() {
  const std::uint64_t what = dice.below(100);
  Machine& machine = any_machine();
  if (what < 55) {
    person(machine);
  } else if (what < 62) {
    officer();
  } else {
    sync(machine);
  }
}

// Each end of a request is a point where anything may come in between.
void World::act(Machine& at, bool before) {
  if (depth_ >= kNestedMax || !dice.chance(swarm.nested)) return;
  ++depth_;
  const std::uint64_t what = dice.below(10);
  if (what < 4) {
    person(any_machine());
  } else if (what < 7) {
    sync(any_machine());
  } else if (what == 7) {
    officer();
  } else if (swarm.power > 0 && what == 8) {
    trace.say(at.name + " loses power " + (before ? "before" : "after") + " the province acts");
    at.disk.harm(swarm.harm);
    at.disk.cut_power();
  } else if (swarm.power > 0) {
    trace.say("the province loses power");
    province->disk.harm(swarm.harm);
    province->disk.cut_power();
    province_back();
  }
  --depth_;
}

void World::tidy_up() {
  province->disk.heal();
  if (!province->is_up()) province_back();
  for (std::size_t i = 0; i < machines.size(); ++i) {
    Machine& machine = *machines[i];
    const bool failed = machine.disk.has_failed();
    machine.disk.heal();
    if (machine.disk.is_dead()) {
      power_back(machine);
    } else if (!machine.is_running()) {
      machine.start();
    } else if (failed && dice.below(3) == 0) {
      trace.say(machine.name + " is started again");
      machine.stop();
      machine.start();
    }
  }
}

void World::power_back(Machine& machine) {
  machine.stop();
  const bool older = machine.disk.is_older();
  if (older) going_back(machine.name);
  if (older) trace.sometimes("power cut on a disk that lied");
  machine.disk.revive();
  trace.say(machine.name + " has power again" + (older ? " and is older: its disk lied" : ""));
  if (dice.below(4) == 0) machine.disk.cut_power_in(1 + dice.below(3));
  machine.start();
  if (machine.disk.is_dead()) {
    trace.sometimes("crash in recovery");
    machine.stop();
    machine.disk.revive();
    machine.start();
  }
  if (older && province_lives > 0) knows_of_life(machine, std::nullopt);
  if (older) went_back(machine.name);
  if (machine.disk.counts().lost_names > 0) trace.sometimes("file of a large attachment lost in a power cut");
  for (auto& checker : checkers_) checker->crashed(*this, machine);
}

void World::knows_of_life(const Machine& machine, std::optional<int> life) {
  life_seen.erase(machine.name);
  if (life) life_seen[machine.name] = *life;
}

void World::going_back(const std::string& name) {
  for (auto& checker : checkers_) checker->going_back(*this, name);
}

void World::went_back(const std::string& name) {
  for (auto& checker : checkers_) checker->went_back(*this, name);
}

void World::province_back() {
  province->stop();
  const bool older = province->disk.is_older();
  if (older) going_back("province");
  province->disk.revive();
  trace.say(std::string("the province has power again") + (older ? " and is older: its disk lied" : ""));
  if (!older) return;
  trace.sometimes("power cut on a disk that lied");
  ++province_lives;
  went_back("province");
}

void World::note(Machine& machine, const Told& told) {
  constexpr const char* kWhat[] = {" saved ", " unknown ", " refused "};
  trace.say(machine.name + kWhat[static_cast<int>(told.what)] + told.id + " " + told.rev);
  if (told.what == Told::What::unknown) trace.sometimes("unknown outcome");
  if (!told.rev.empty()) by_people.insert(told.id + " " + told.rev);
  for (auto& checker : checkers_) checker->told(*this, machine, told);
}

// No more faults: links up, disks with room, everything runs.
void World::calm() {
  swarm.nested = 0;
  trace.say("calm");
  tidy_up();
  province->disk.lie(false);
  for (auto& machine : machines) {
    machine->disk.lie(false);
    machine->line.faults = {};
    machine->line.is_cut_off = false;
    machine->line.late.clear();
    machine->token = province->token_of(machine->slug);
    machine->stop();
    if (!machine->start()) trace.found("progress", machine->name + " does not start on a sound disk");
  }
  province->stop();
}

// Everybody synchronises once; false when nothing moved and nothing failed.
bool World::one_pass() {
  std::map<std::string, std::string> before, after;
  const auto look = [&](std::map<std::string, std::string>& at) {
    for (const auto& machine : machines) {
      at[machine->name] = machine->own->update_seq() + " " + machine->reference->update_seq();
      if (Store* store = province_store(machine->slug)) at["province " + machine->slug] = store->update_seq();
    }
  };
  look(before);
  bool failed = false;
  for (std::size_t i = 0; i < machines.size(); ++i) {
    const Round round = machines[i]->syncer->step();
    if (round.error) {
      failed = true;
      trace.say(machines[i]->name + " fails: " + std::string(round.error->what_name()) + " " + round.error->message);
    }
    for (auto& checker : checkers_) checker->after_round(*this, *machines[i], round);
  }
  look(after);
  return failed || before != after;
}

void World::rest() {
  // A PC that was copied in the middle of a greeting is told apart in its second session.
  for (int session = 1; session <= 2 && trace.findings().empty(); ++session) {
    int passes = 0;
    while (one_pass()) {
      if (++passes > kPassesMax) {
        trace.found("progress", "not at rest after " + std::to_string(kPassesMax) + " rounds of everybody");
        return;
      }
    }
    trace.say("at rest after " + std::to_string(passes));
    if (session == 2) break;
    for (auto& machine : machines) {
      machine->stop();
      if (!machine->start()) trace.found("progress", machine->name + " does not start on a sound disk");
    }
  }
  list_refusals();
  for (auto& checker : checkers_) checker->at_rest(*this);
}

void World::list_refusals() {
  for (const auto& machine : machines) {
    const SimDisk::Untouched untouched(machine->disk);
    (void)machine->own->read([&](Snapshot& snapshot) -> Status {
      ASSIGN_OR_RETURN(const auto rows, snapshot.refusals(true));
      for (const Refusal& row : rows) {
        trace.say(machine->name + (row.push ? " could not send " : " could not take ") + row.id + " " + row.rev + ": " +
                  row.code + " " + row.reason);
      }
      return {};
    });
  }
}

std::string World::outcome() {
  std::string out;
  for (const auto& machine : machines) {
    if (!machine->is_running()) continue;
    for (const auto& [id, line] : print_store(machine->disk, *machine->own)) {
      if (!id.starts_with("arrival:")) out += machine->name + " " + id + " " + line + "\n";
    }
    for (const std::string& id : refused_at(*machine)) out += machine->name + " is refused " + id + "\n";
  }
  return out;
}

}  // namespace tram::sim
