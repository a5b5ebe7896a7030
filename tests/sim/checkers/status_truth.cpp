// I14: what the screen says is so. "Nothing waits" means that the province holds every leaf made here, but for those that
// are listed as refused; conflicts and refusals are counted; at rest nothing waits.
#include <set>

#include "sync/office_peer.h"
#include "tests/sim/world.h"

namespace tram::sim {
namespace {

class StatusTruth final : public Checker {
 public:
  void after_round(World& world, Machine& machine, const Round& round) override {
    if (round.error || machine.disk.is_dead() || world.dice.below(4) != 0) return;
    Store* store = world.province_store(machine.slug);
    if (store == nullptr) return;
    const SimDisk::Untouched mine(machine.disk), its(world.province->disk);
    const SyncStatus status = machine.syncer->status();
    // A province that went back in the middle of the session is heard of in the next one.
    if (status.pending == 0 && world.has_met(machine)) nothing_waits(world, machine, *store);
    std::uint64_t conflicts = 0, refused = 0;
    (void)machine.own->read([&](Snapshot& snapshot) -> Status {
      ASSIGN_OR_RETURN(const auto records, snapshot.in_conflict(1000));
      conflicts = records.size();
      ASSIGN_OR_RETURN(refused, count_refused(snapshot));
      return {};
    });
    if (status.conflicts != conflicts) {
      world.trace.found("status_truth", machine.name + " shows " + std::to_string(status.conflicts) + " conflicts of " +
                                            std::to_string(conflicts));
    }
    if (status.refused != refused) {
      world.trace.found("status_truth", machine.name + " shows " + std::to_string(status.refused) + " refusals of " +
                                            std::to_string(refused));
    }
  }

  void at_rest(World& world) override {
    for (const auto& machine : world.machines) {
      (void)machine->own->read([&](Snapshot& snapshot) -> Status {
        ASSIGN_OR_RETURN(const auto rows, snapshot.refusals(false));
        for (const Refusal& row : rows) {
          if (row.state == RefusalState::accepted && row.code == "unknown_form")
            world.trace.sometimes("refused document offered again and taken");
          if (row.state == RefusalState::open) world.trace.sometimes("refusal open at the end");
        }
        return {};
      });
      const SyncStatus status = machine->syncer->status();
      if (status.pending != 0 || status.state != SyncState::idle) {
        world.trace.found("status_truth", machine->name + " is at rest and shows " + std::to_string(status.pending) +
                                              " waiting, " + std::string(name_of(status.state)));
      }
    }
  }

 private:
  static Result<std::uint64_t> count_refused(Snapshot& snapshot) {
    std::set<std::string> ids;
    ASSIGN_OR_RETURN(const auto rows, snapshot.refusals(true));
    for (const Refusal& row : rows) {
      if (!is_waiting(row.code)) ids.insert(row.id);
    }
    return ids.size();
  }

  static void nothing_waits(World& world, Machine& machine, Store& province) {
    std::vector<std::pair<std::string, std::string>> leaves;
    (void)machine.own->read([&](Snapshot& snapshot) -> Status {
      std::set<std::string> refused;
      ASSIGN_OR_RETURN(const auto rows, snapshot.refusals(true));
      for (const Refusal& row : rows) refused.insert(row.id);
      ASSIGN_OR_RETURN(const auto records, snapshot.changes(0, UINT64_MAX >> 1, SIZE_MAX >> 1));
      for (const Record& record : records) {
        if (refused.contains(record.id)) continue;
        for (const std::int32_t leaf : record.tree.leaves())
          leaves.emplace_back(record.id, record.tree.at(leaf).rev.text());
      }
      return {};
    });
    for (const auto& [id, rev] : leaves) {
      if (holds(world.province->disk, province, id, rev)) continue;
      world.trace.found("status_truth",
                        machine.name + " shows that nothing waits, and the province lacks " + id + " " + rev);
    }
  }
};

}  // namespace

std::unique_ptr<Checker> status_truth() { return std::make_unique<StatusTruth>(); }

}  // namespace tram::sim
