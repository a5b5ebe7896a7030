// I7: the same branches are merged once: no two merges of one document have the same parents.
#include <algorithm>
#include <set>

#include "tests/sim/world.h"

namespace tram::sim {
namespace {

class MergeOnce final : public Checker {
 public:
  void at_rest(World& world) override {
    for (const auto& machine : world.machines) {
      const SimDisk::Untouched untouched(machine->disk);
      (void)machine->own->read([&](Snapshot& snapshot) -> Status {
        ASSIGN_OR_RETURN(const auto records, snapshot.changes(0, UINT64_MAX >> 1, SIZE_MAX >> 1));
        for (const Record& record : records) look(world, *machine, record);
        return {};
      });
    }
  }

 private:
  std::set<std::string> made_;

  void look(World& world, const Machine& machine, const Record& record) {
    std::set<std::vector<std::string>> merged;
    const RevisionTree& tree = record.tree;
    std::set<std::int32_t> roots;
    for (const std::int32_t leaf : tree.leaves()) roots.insert(tree.root(leaf));
    if (roots.size() > 1) world.trace.sometimes("two roots");
    if (tree.nodes().size() >= kRevsLimit) world.trace.sometimes("stemmed history");
    for (std::size_t i = 0; i < tree.nodes().size(); ++i) {
      const auto index = static_cast<std::int32_t>(i);
      std::vector<std::string> parents;
      for (const std::int32_t parent : tree.parents(index)) parents.push_back(tree.at(parent).rev.text());
      if (parents.size() < 2) continue;
      world.trace.sometimes("merge");
      const bool here = tree.at(index).local && !machine.is_clone;  // a clone made what its original made before
      if (here && !made_.insert(machine.slug + record.id + tree.at(index).rev.text()).second) {
        world.trace.sometimes("same merge on two replicas");
      }
      // What a person wrote may say all that another branch says, and takes its place; that is no merge.
      if (world.by_people.contains(record.id + " " + tree.at(index).rev.text())) continue;
      std::sort(parents.begin(), parents.end());
      if (!merged.insert(parents).second) {
        world.trace.found("merge_once", machine.name + ": " + record.id + " " + tree.at(index).rev.text() +
                                            " merges what another revision merged before: " + parents[0] + ", " +
                                            parents[1]);
      }
    }
  }
};

}  // namespace

std::unique_ptr<Checker> merge_once() { return std::make_unique<MergeOnce>(); }

}  // namespace tram::sim
