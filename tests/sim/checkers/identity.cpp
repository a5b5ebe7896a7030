// I10, I11: when everybody has synchronised no two PCs have one identity, and a PC that went back behind what the province
// had heard of it has a new one.
#include <map>

#include "tests/sim/world.h"

namespace tram::sim {
namespace {

class Identity final : public Checker {
 public:
  void at_rest(World& world) override {
    std::map<std::string, std::string> owner;
    for (const auto& machine : world.machines) {
      const std::string instance = machine->own->instance_uuid();
      const auto [other, fresh] = owner.emplace(instance, machine->name);
      if (!fresh) world.trace.found("identity", machine->name + " and " + other->second + " are both " + instance);
    }
  }
};

}  // namespace

std::unique_ptr<Checker> identity() { return std::make_unique<Identity>(); }

}  // namespace tram::sim
