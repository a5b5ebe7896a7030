// Faults, as the seed's swarm has them.
#include "tests/sim/world.h"

namespace tram::sim {
namespace {

constexpr unsigned kLies = 15;  // of steps: a disk begins to lie

}  // namespace

void World::arm(SimDisk& disk) {
  using Op = SimDisk::Op;
  if (dice.chance(swarm.power)) {
    disk.harm(swarm.harm);
    disk.cut_power_in(1 + dice.below(30));
  }
  if (dice.chance(swarm.io)) {
    constexpr Op kOps[] = {Op::write, Op::sync, Op::read, Op::truncate};
    disk.fail(kOps[dice.below(4)], {1 + dice.below(20), dice.below(3) == 0});
  }
  if (dice.chance(swarm.full)) disk.fill(true);
  if (options.lying_disks && dice.chance(kLies)) disk.lie(true);
}

void World::weather() {
  for (auto& machine : machines) arm(machine->disk);
  arm(province->disk);
  Machine& machine = any_machine();
  if (dice.chance(swarm.partition)) {
    machine.line.is_cut_off = !machine.line.is_cut_off;
    trace.say(machine.name + (machine.line.is_cut_off ? " is cut off" : " is connected"));
  }
  if (dice.chance(swarm.restart)) {
    if (dice.below(3) == 0) {
      trace.say("the province is started again");
      province->stop();
    } else {
      trace.say(machine.name + " is started again");
      machine.stop();
      machine.start();
    }
  }
  if (dice.chance(swarm.clock)) jump_clock();
  if (dice.chance(swarm.back)) set_back(machine);
  if (dice.chance(swarm.province_back)) set_back_province();
  if (dice.chance(swarm.clone)) clone(machine);
  if (dice.chance(swarm.late)) replay_late(machine);
  if (dice.chance(swarm.revoke)) {
    trace.say("a new token for " + machine.slug);
    province->renew_token(machine.slug);
    for (auto& other : machines) {
      if (other->slug != machine.slug || dice.below(2) == 0) continue;
      other->token = province->token_of(other->slug);
      other->stop();
      other->start();
    }
  }
}

void World::jump_clock() {
  constexpr std::int64_t kYearMs = 365LL * 24 * 3'600'000;
  const auto years = static_cast<std::int64_t>(dice.below(21)) - 10;
  const std::int64_t offset = (options.other_clocks ? -years : years) * kYearMs;
  if (dice.below(4) == 0) {
    province->clock.jump(offset);
  } else {
    any_machine().clock.jump(offset);
  }
  trace.sometimes("clock jumped");
}

void World::replay_late(Machine& machine) {
  if (machine.line.late.empty() || !province->is_up()) return;
  const http::Request request = machine.line.late.front();
  machine.line.late.erase(machine.line.late.begin());
  const http::Response response = province->answer(request);
  trace.say("late " + request.method + " " + std::string(request.path()) + " " + std::to_string(response.status));
  trace.sometimes("request replayed late");
}

// Now and then somebody copies a disk; later, somebody puts the copy back, with or without saying so.
void World::set_back(Machine& machine) {
  if (machine.backup.empty() || dice.below(2) == 0) {
    machine.backup = machine.disk.image();
    const auto life = life_seen.find(machine.name);
    machine.backup_life = life == life_seen.end() ? std::nullopt : std::optional(life->second);
    trace.say(machine.name + " is copied");
    return;
  }
  going_back(machine.name);
  machine.stop();
  machine.disk.heal();
  machine.disk.put(machine.backup);
  knows_of_life(machine, machine.backup_life);
  const bool declared = dice.below(2) == 0;
  trace.say(machine.name + " is set back" + (declared ? " by a restore" : " behind our back"));
  machine.start();
  if (declared && machine.is_running()) (void)machine.own->begin_new_history(true, false);
  went_back(machine.name);
}

void World::set_back_province() {
  if (province_backup_.empty() || dice.below(2) == 0) {
    province_backup_ = province->disk.image();
    trace.say("the province is copied");
    return;
  }
  going_back("province");
  province->stop();
  province->disk.heal();
  province->disk.put(province_backup_);
  ++province_lives;
  const bool declared = dice.below(2) == 0;
  trace.say(std::string("the province is set back") + (declared ? " by a restore" : " behind our back"));
  for (const std::string& slug : province->offices()) {
    const auto database = province->open("office-" + slug);
    if (declared && database) (void)(*database)->store->begin_new_history(true, true);
  }
  went_back("province");
}

// The image of a PC is put on another PC, and both live on. One clone a world.
void World::clone(Machine& machine) {
  if (cloned_) return;
  cloned_ = true;
  Machine& copy = add_machine(machine.name + "x", machine.slug);
  copy.is_clone = true;
  copy.disk.put(machine.disk.image());
  trace.say(machine.name + " is cloned");
  copy.start();
}

}  // namespace tram::sim
