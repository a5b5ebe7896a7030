// I12: after every power cut, and when all is over, every store checks: pages, keys, and each body and blob against its
// digest. What a document names is there, whole.
#include "tests/sim/world.h"

namespace tram::sim {
namespace {

class Digests final : public Checker {
 public:
  void opened(World& world, const Opened& opened) override {
    std::uint64_t& seen = cuts_[opened.name];
    if (std::exchange(seen, opened.disk.counts().cuts) == opened.disk.counts().cuts || opened.disk.is_dead()) return;
    const SimDisk::Untouched untouched(opened.disk);
    check(world, opened.name + " after a power cut", opened.store);
  }
  void at_rest(World& world) override {
    for (const auto& machine : world.machines) {
      check(world, machine->name, *machine->own);
      check(world, machine->name + "'s reference", *machine->reference);
      if (Store* store = world.province_store(machine->slug)) check(world, "province " + machine->slug, *store);
    }
  }

 private:
  std::map<std::string, std::uint64_t> cuts_;  // when a store was last looked at

  static void check(World& world, const std::string& name, Store& store) {
    const auto verified = store.verify();
    if (!verified) return world.trace.found("digests", name + ": " + verified.error().message);
    for (const std::string& finding : verified->findings) world.trace.found("digests", name + ": " + finding);
    if (verified->foreign > 0) {
      world.trace.found("digests",
                        name + ": " + std::to_string(verified->foreign) + " ids are not those of their content");
    }
  }
};

}  // namespace

std::unique_ptr<Checker> digests() { return std::make_unique<Digests>(); }

}  // namespace tram::sim
