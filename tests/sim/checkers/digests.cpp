// I12: when all is over every store checks: pages, keys, and each body and blob against its digest.
#include "tests/sim/world.h"

namespace tram::sim {
namespace {

class Digests final : public Checker {
 public:
  void at_rest(World& world) override {
    for (const auto& machine : world.machines) {
      check(world, machine->name, *machine->own);
      check(world, machine->name + "'s reference", *machine->reference);
      if (Store* store = world.province_store(machine->slug)) check(world, "province " + machine->slug, *store);
    }
  }

 private:
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
