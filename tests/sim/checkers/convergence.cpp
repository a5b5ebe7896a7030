// I4: when everybody has synchronised, replicas of one scope hold the same trees, winners and attachments. A document of
// which the province refuses a revision is the same but for that.
#include <algorithm>
#include <set>

#include "tests/sim/world.h"

namespace tram::sim {
namespace {

class Convergence final : public Checker {
 public:
  void at_rest(World& world) override {
    std::map<std::string, std::set<std::string>> refused;  // by office
    for (const auto& machine : world.machines) refused[machine->slug].merge(refused_at(*machine));
    for (const auto& machine : world.machines) {
      Store* store = world.province_store(machine->slug);
      if (store == nullptr) return world.trace.found("convergence", "the province cannot be read");
      compare(world, machine->name, print_store(machine->disk, *machine->own),
              print_store(world.province->disk, *store), refused[machine->slug]);
      const auto reference = world.province->open("reference");
      if (reference) {
        auto here = print_store(machine->disk, *machine->reference);
        const auto there = print_store(world.province->disk, *(*reference)->store);
        // Offices write nothing there, so what a province that went back lost stays with them alone.
        if (world.province_lives > 0) std::erase_if(here, [&](const auto& one) { return !there.contains(one.first); });
        compare(world, machine->name + "'s reference", here, there, {});
      }
    }
  }

 private:
  // From where the two differ.
  static std::string shown(const std::string& a, const std::string& b) {
    constexpr std::size_t kShown = 400;
    const auto differs = std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin();
    const std::size_t from = a.rfind(' ', static_cast<std::size_t>(differs));
    return a.size() <= kShown || from == std::string::npos ? a.substr(0, kShown) : "..." + a.substr(from, kShown);
  }
  static void compare(World& world, const std::string& name, const std::map<std::string, std::string>& here,
                      const std::map<std::string, std::string>& there, const std::set<std::string>& refused) {
    std::set<std::string> ids;
    for (const auto& [id, line] : here) ids.insert(id);
    for (const auto& [id, line] : there) ids.insert(id);
    for (const std::string& id : ids) {
      const auto mine = here.find(id), theirs = there.find(id);
      const std::string a = mine == here.end() ? "nothing" : mine->second;
      const std::string b = theirs == there.end() ? "nothing" : theirs->second;
      if (a != b && !refused.contains(id)) {
        world.trace.found("convergence", id + "\n  " + name + ": " + shown(a, b) + "\n  province: " + shown(b, a));
      }
    }
  }
};

}  // namespace

std::unique_ptr<Checker> convergence() { return std::make_unique<Convergence>(); }

}  // namespace tram::sim
