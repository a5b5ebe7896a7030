// I1, I3: what a person was told is saved is on that PC after every crash, and somewhere until everybody is in step.
#include "tests/sim/world.h"

namespace tram::sim {
namespace {

class SavedLedger final : public Checker {
 public:
  void told(World& world, Machine& machine, const Told& told) override {
    if (told.what == Told::What::unknown) doubtful_.push_back({machine.name, told.id, told.rev, true});
    if (told.what != Told::What::saved) return;
    if (!machine.disk.is_dead() && !holds(machine.disk, *machine.own, told.id, told.rev)) {
      world.trace.found("saved_ledger",
                        machine.name + " was told that " + told.id + " " + told.rev + " is saved, and it is not there");
    }
    saved_.push_back({machine.name, told.id, told.rev, true});
  }

  void crashed(World& world, Machine& machine) override {
    check(world, machine, "after a power cut", false);
    for (const Entry& entry : doubtful_) {
      if (entry.machine != machine.name || !machine.is_running()) continue;
      const bool done = holds(machine.disk, *machine.own, entry.id, entry.rev);
      world.trace.sometimes(done ? "unknown turned out done" : "unknown turned out not done");
    }
    std::erase_if(doubtful_, [&](const Entry& entry) { return entry.machine == machine.name; });
  }

  // What only the lost part of a disk held is gone, and nobody promised otherwise. What others hold comes back in time.
  void went_back(World& world, const std::string& name) override {
    for (Entry& entry : saved_) {
      for (const auto& machine : world.machines) {
        if (entry.machine != name || machine->name != name) continue;
        entry.is_here = machine->is_running() && has(machine->disk, *machine->own, entry);
      }
    }
    std::erase_if(saved_, [&](const Entry& entry) {
      const Machine* home = nullptr;
      for (const auto& machine : world.machines) {
        if (machine->name == entry.machine) home = machine.get();
      }
      if (home == nullptr) return true;
      if (name != "province" && home->slug != slug_of(world, name)) return false;
      if (Store* store = world.province_store(home->slug); store == nullptr || has(world.province->disk, *store, entry))
        return false;
      for (const auto& machine : world.machines) {
        if (machine->slug != home->slug) continue;
        if (!machine->is_running() || has(machine->disk, *machine->own, entry)) return false;
      }
      return true;
    });
  }

  void at_rest(World& world) override {
    for (const auto& machine : world.machines) check(world, *machine, "at rest", true);
  }

 private:
  struct Entry {
    std::string machine, id, rev;
    bool is_here;  // on that PC itself
  };
  static bool has(SimDisk& disk, Store& store, const Entry& entry) { return holds(disk, store, entry.id, entry.rev); }
  static std::string slug_of(World& world, const std::string& name) {
    for (const auto& machine : world.machines) {
      if (machine->name == name) return machine->slug;
    }
    return {};
  }

  void check(World& world, Machine& machine, const char* when, bool all) {
    if (!machine.is_running()) return;
    for (const Entry& entry : saved_) {
      if (entry.machine == machine.name && (all || entry.is_here) && !has(machine.disk, *machine.own, entry)) {
        world.trace.found("saved_ledger", machine.name + " lost " + entry.id + " " + entry.rev + " " + when);
      }
    }
  }

  std::vector<Entry> saved_, doubtful_;
};

}  // namespace

std::unique_ptr<Checker> saved_ledger() { return std::make_unique<SavedLedger>(); }

}  // namespace tram::sim
