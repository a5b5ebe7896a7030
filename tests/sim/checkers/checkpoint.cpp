// I6: what a checkpoint says is there, is there: everything made on a PC up to the sequence that counts as acknowledged is
// at the province, or refused and listed; everything up to the position that it pulled to is in its store, or listed as waiting for the bytes of its attachments.
#include <set>

#include "sync/checkpoint.h"
#include "sync/ledger.h"
#include "sync/local_peer.h"
#include "tests/sim/world.h"

namespace tram::sim {
namespace {

class CheckpointTold final : public Checker {
 public:
  void after_step(World& world) override {
    for (const auto& machine : world.machines) look(world, *machine);
  }
  void at_rest(World& world) override { after_step(world); }

 private:
  // Only what moved since the last look is looked at again.
  std::map<std::string, std::string> seen_;

  void look(World& world, Machine& machine) {
    if (!machine.is_running() || machine.disk.is_dead()) return;
    if (!world.has_met(machine)) return;
    Store* there = world.province_store(machine.slug);
    if (there == nullptr) return;
    const SimDisk::Untouched mine(machine.disk), its(world.province->disk);
    const auto facts = facts_of(*machine.own, *there);
    if (!facts) return;
    const std::string fingerprint =
        machine.own->instance_uuid() + std::to_string(facts->acknowledged) + " " + std::to_string(facts->pulled);
    if (std::exchange(seen_[machine.name], fingerprint) == fingerprint) return;
    check_push(world, machine, *there, facts->acknowledged);
    check_pull(world, machine, *there, facts->pulled);
  }

  struct Facts {
    std::uint64_t acknowledged = 0, pulled = 0;
  };
  static Result<Facts> facts_of(Store& own, Store& there) {
    Facts facts;
    LocalPeer peer(own);
    ASSIGN_OR_RETURN(const PeerId here, peer.id());
    ASSIGN_OR_RETURN(const auto checkpoint, peer.checkpoint(replication_id(PeerId{there.db_uuid(), ""}, here)));
    RETURN_IF_ERROR(own.read([&](Snapshot& snapshot) -> Status {
      ASSIGN_OR_RETURN(facts.acknowledged, acknowledged(snapshot));
      return {};
    }));
    if (!checkpoint) return facts;
    RETURN_IF_ERROR(there.read([&](Snapshot& snapshot) -> Status {
      bool in_history = false;
      ASSIGN_OR_RETURN(facts.pulled, snapshot.since(from_json(checkpoint->source_last_seq), &in_history));
      return {};
    }));
    return facts;
  }

  static Result<std::map<std::string, RevisionTree>> trees(Store& store, std::uint64_t until) {
    std::map<std::string, RevisionTree> out;
    RETURN_IF_ERROR(store.read([&](Snapshot& snapshot) -> Status {
      ASSIGN_OR_RETURN(const auto records, snapshot.changes(0, until, SIZE_MAX >> 1));
      for (const Record& record : records) out[record.id] = record.tree;
      return {};
    }));
    return out;
  }

  static void check_push(World& world, Machine& machine, Store& there, std::uint64_t acknowledged) {
    std::vector<LocalWrite> writes;
    std::map<std::string, bool> listed;
    (void)machine.own->read([&](Snapshot& snapshot) -> Status {
      ASSIGN_OR_RETURN(writes, snapshot.writes(0));
      ASSIGN_OR_RETURN(const auto rows, snapshot.refusals(false));
      for (const Refusal& row : rows) listed[row.id] = true;
      return {};
    });
    const auto province = trees(there, UINT64_MAX >> 1);
    if (!province) return;
    for (const LocalWrite& write : writes) {
      if (write.seq > acknowledged || listed.contains(write.id)) continue;
      const auto found = province->find(write.id);
      const auto rev = RevisionId::parse(write.rev);
      if (found != province->end() && rev && found->second.find(*rev) != Node::kNone) continue;
      world.trace.found("checkpoint", machine.name + " says that " + write.id + " " + write.rev + " at " +
                                          std::to_string(write.seq) + " of " + std::to_string(acknowledged) +
                                          " is at the province, and it is not");
    }
  }

  static void check_pull(World& world, Machine& machine, Store& there, std::uint64_t pulled) {
    const auto theirs = trees(there, pulled);
    const auto mine = trees(*machine.own, UINT64_MAX >> 1);
    std::set<std::pair<std::string, std::string>> waiting;  // for the bytes of its attachments
    const Status read = machine.own->read([&](Snapshot& snapshot) -> Status {
      ASSIGN_OR_RETURN(const auto rows, snapshot.refusals(true));
      for (const Refusal& row : rows) {
        if (!row.push) waiting.emplace(row.id, row.rev);
      }
      return {};
    });
    if (!theirs || !mine || !read) return;
    for (const auto& [id, tree] : *theirs) {
      const auto found = mine->find(id);
      for (const std::int32_t leaf : tree.leaves()) {
        if (found != mine->end() && found->second.find(tree.at(leaf).rev) != Node::kNone) continue;
        if (waiting.contains({id, tree.at(leaf).rev.text()})) continue;
        world.trace.found("checkpoint", machine.name + " has pulled to " + std::to_string(pulled) + ", and lacks " +
                                            id + " " + tree.at(leaf).rev.text());
      }
    }
  }
};

}  // namespace

std::unique_ptr<Checker> checkpoint() { return std::make_unique<CheckpointTold>(); }

}  // namespace tram::sim
