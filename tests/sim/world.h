// tests/sim/world.h: a province, its offices, the people in them and the weather, all from one seed.
//
// run() has two phases. Safety: `steps` steps with faults. Liveness: faults off, some rounds of sessions, and then
// everybody must be in step. Two runs of one seed do the same; Trace::hash tells. One thread, one World at a time.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/sim/checker.h"
#include "tests/sim/machine.h"
#include "tests/sim/sim_province.h"
#include "tests/sim/swarm.h"
#include "tests/sim/trace.h"

namespace tram::sim {

struct WorldOptions {
  std::uint64_t seed = 1;
  int steps = 400;
  bool verbose = false;
  bool other_clocks = false;  // every clock of a machine reads otherwise: nothing may depend on it
  bool lying_disks = false;   // there are disks that lie about flushes
};

class World {
 public:
  explicit World(const WorldOptions& options);
  ~World();
  void run();

  // Whose province database a machine synchronises with; null while it cannot be opened.
  Store* province_store(const std::string& slug);
  // How often the province was set back so far, and what each machine knows of it: the life in which it last came
  // through. A machine that is set back forgets that, too.
  int province_lives = 0;
  std::map<std::string, int> life_seen;
  bool has_met(const Machine& machine) const {
    const auto life = life_seen.find(machine.name);
    return life != life_seen.end() && life->second == province_lives;
  }
  std::set<std::string> by_people;  // "id rev": what somebody wrote
  // What the leaves and refusals are when all is over, without the receipts of the province.
  std::string outcome();

  const WorldOptions options;
  Trace trace;
  SimTime time;
  Dice dice;
  Swarm swarm;
  std::unique_ptr<SimProvince> province;
  std::vector<std::unique_ptr<Machine>> machines;

 private:
  void found_office(const std::string& slug, int pcs);
  Machine& add_machine(const std::string& name, const std::string& slug);
  http::Response ask(const Machine& machine, const http::Request& request);
  void step();
  void act(Machine& at, bool before);
  void tidy_up();
  void power_back(Machine& machine);
  void going_back(const std::string& name);
  void went_back(const std::string& name);
  void knows_of_life(const Machine& machine, std::optional<int> life);
  void province_back();

  void person(Machine& machine);
  std::string scan(std::int64_t value);
  void attach(Machine& machine, const std::string& id, const std::string& bytes);
  void keep_tables();
  void officer();
  void sync(Machine& machine);
  void replay_late(Machine& machine);
  void weather();
  void arm(SimDisk& disk);
  void set_back(Machine& machine);
  void set_back_province();
  void clone(Machine& machine);
  void jump_clock();
  void calm();
  bool one_pass();
  void rest();
  void list_refusals();
  void note(Machine& machine, const Told& told);
  Machine& any_machine() { return *machines[dice.below(machines.size())]; }

  Checkers checkers_;
  int depth_ = 0;
  std::int64_t counter_ = 0;  // values that people type
  SimDisk::Image province_backup_;
  bool cloned_ = false;
};

}  // namespace tram::sim
