// I1, I3: what a person was told is saved is on that PC after every crash, and somewhere until everybody is in step.
#include <algorithm>

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
    for (const Entry& entry : saved_) {
      if (entry.machine != machine.name || !entry.is_here || !machine.is_running()) continue;
      if (has(machine.disk, *machine.own, entry)) continue;
      world.trace.found("saved_ledger", machine.name + " lost " + entry.id + " " + entry.rev + " after a power cut");
    }
    for (const Entry& entry : doubtful_) {
      if (entry.machine != machine.name || !machine.is_running()) continue;
      const bool done = holds(machine.disk, *machine.own, entry.id, entry.rev);
      world.trace.sometimes(done ? "unknown turned out done" : "unknown turned out not done");
    }
    std::erase_if(doubtful_, [&](const Entry& entry) { return entry.machine == machine.name; });
  }

  void going_back(World& world, const std::string& name) override {
    settle(world);
    if (anyone_went_back_ || !all_can_be_read(world)) return;
    for (const Entry& entry : saved_) {
      if (is_anywhere(world, entry)) continue;
      world.trace.found("saved_ledger", entry.id + " " + entry.rev + " is nowhere, before " + name + " goes back");
    }
  }
  void went_back(World& world, const std::string& name) override {
    for (Entry& entry : saved_) {
      for (const auto& machine : world.machines) {
        if (entry.machine != name || machine->name != name) continue;
        entry.is_here = machine->is_running() && has(machine->disk, *machine->own, entry);
      }
    }
    anyone_went_back_ = true;
  }
  void after_step(World& world) override { settle(world); }

  void at_rest(World& world) override {
    settle(world);
    for (const Entry& entry : saved_) {
      Machine& home = home_of(world, entry);
      if (has(home.disk, *home.own, entry)) continue;
      // What the province refuses stays with whoever has it, listed there.
      if (is_refused(world, home.slug, entry.id) && is_anywhere(world, entry)) continue;
      world.trace.found("saved_ledger", entry.machine + " lost " + entry.id + " " + entry.rev + " at rest");
    }
  }

 private:
  struct Entry {
    std::string machine, id, rev;
    bool is_here;  // on that PC itself
  };
  static bool has(SimDisk& disk, Store& store, const Entry& entry) { return holds(disk, store, entry.id, entry.rev); }
  static bool can_be_read(SimDisk& disk, Store& store) {
    const SimDisk::Untouched untouched(disk);
    return store
        .read([](Snapshot& snapshot) -> Status {
          RETURN_IF_ERROR(snapshot.sequence());
          return {};
        })
        .ok();
  }
  static bool all_can_be_read(World& world) {
    const auto slugs = world.province->offices();
    return std::all_of(slugs.begin(), slugs.end(),
                       [&](const auto& slug) {
                         Store* store = world.province_store(slug);
                         return store != nullptr && can_be_read(world.province->disk, *store);
                       }) &&
           std::all_of(world.machines.begin(), world.machines.end(), [](const auto& machine) {
             return machine->is_running() && can_be_read(machine->disk, *machine->own);
           });
  }

  // What only the lost part of a disk held is gone, and nobody promised otherwise. What others hold comes back in time.
  void settle(World& world) {
    if (!anyone_went_back_ || !all_can_be_read(world)) return;
    std::erase_if(saved_, [&](const Entry& entry) { return !is_anywhere(world, entry); });
    anyone_went_back_ = false;
  }

  static Machine& home_of(World& world, const Entry& entry) {
    return **std::find_if(world.machines.begin(), world.machines.end(),
                          [&](const auto& machine) { return machine->name == entry.machine; });
  }
  static bool is_refused(World& world, const std::string& slug, const std::string& id) {
    return std::any_of(world.machines.begin(), world.machines.end(),
                       [&](const auto& machine) { return machine->slug == slug && refused_at(*machine).contains(id); });
  }

  static bool is_anywhere(World& world, const Entry& entry) {
    const std::string& slug = home_of(world, entry).slug;
    if (has(world.province->disk, *world.province_store(slug), entry)) return true;
    return std::any_of(world.machines.begin(), world.machines.end(), [&](const auto& machine) {
      return machine->slug == slug && has(machine->disk, *machine->own, entry);
    });
  }

  std::vector<Entry> saved_, doubtful_;
  bool anyone_went_back_ = false;
};

}  // namespace

std::unique_ptr<Checker> saved_ledger() { return std::make_unique<SavedLedger>(); }

}  // namespace tram::sim
