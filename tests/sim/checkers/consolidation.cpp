// The province's consolidated tables, kept up from the change feeds, say what all the documents say when they are read
// anew: now and then on the way, and at the end, whatever happened to either file.
#include "tests/sim/world.h"

namespace tram::sim {
namespace {

class ConsolidationTrue final : public Checker {
 public:
  void after_step(World& world) override {
    if (world.province->is_up() && world.dice.below(32) == 0) compare(world);
  }
  void at_rest(World& world) override { compare(world); }

 private:
  static void compare(World& world) {
    const SimDisk::Untouched untouched(world.province->disk);
    const auto tables = world.province->figures();
    if (!tables) return world.trace.found("consolidation", "no tables: " + tables.error().message);
    const auto verified = (*tables)->verify();
    if (!verified) return world.trace.found("consolidation", verified.error().message);
    if (verified->reports > 0) world.trace.sometimes("consolidated tables compared");
    for (const std::string& line : verified->differences) world.trace.found("consolidation", line);
  }
};

}  // namespace

std::unique_ptr<Checker> consolidation() { return std::make_unique<ConsolidationTrue>(); }

}  // namespace tram::sim
