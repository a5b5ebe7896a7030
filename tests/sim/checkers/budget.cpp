// I13, I15: a session ends, with a bounded number of requests; one without news costs one.
#include "tests/sim/world.h"

namespace tram::sim {
namespace {

constexpr std::uint64_t kRequestsMax = 60;  // of some thirty documents, with every fault there is
constexpr std::uint64_t kRequestsOfSmallPagesMax = 240;

class Budget final : public Checker {
 public:
  void after_round(World& world, Machine& machine, const Round&) override {
    std::uint64_t& before = seen_[machine.name];
    const std::uint64_t made = machine.line.requests - before;
    before = machine.line.requests;
    const bool is_small = machine.rows_max < BatchSize::kDocumentsMax;
    if (made > (is_small ? kRequestsOfSmallPagesMax : kRequestsMax)) {
      world.trace.found("budget", machine.name + " made " + std::to_string(made) + " requests in one session");
    }
  }
  void at_rest(World& world) override {
    for (const auto& machine : world.machines) {
      const std::uint64_t before = machine->line.requests;
      const Round round = machine->syncer->step();
      const std::uint64_t made = machine->line.requests - before;
      if (round.error || made > 2 || round.sent > 0 || round.received > 0) {
        world.trace.found("budget", machine->name + " needs " + std::to_string(made) + " requests to learn nothing");
      }
    }
  }

 private:
  std::map<std::string, std::uint64_t> seen_;
};

}  // namespace

std::unique_ptr<Checker> budget() { return std::make_unique<Budget>(); }

}  // namespace tram::sim
