#include "tests/sim/checker.h"

namespace tram::sim {

// Revisions further above a leaf than is kept differ with the order of arrival, and are left out.
std::string print_tree(const RevisionTree& tree) {
  std::vector<std::uint64_t> heir(tree.nodes().size(), 0);  // generation of the latest leaf that grew from each
  const auto heir_of = [&](std::int32_t at) -> std::uint64_t& { return heir[static_cast<std::size_t>(at)]; };
  for (const std::int32_t leaf : tree.leaves()) {
    const std::uint64_t generation = tree.at(leaf).rev.generation;
    for (std::int32_t at = leaf; at != Node::kNone && heir_of(at) < generation; at = tree.at(at).parent) {
      heir_of(at) = generation;
    }
  }
  const auto is_kept = [&](std::int32_t at) { return heir_of(at) - tree.at(at).rev.generation < kRevsLimit; };
  std::string out;
  for (std::size_t i = 0; i < tree.nodes().size(); ++i) {
    const auto at = static_cast<std::int32_t>(i);
    const Node& node = tree.at(at);
    if (!is_kept(at)) continue;
    out += node.rev.text();
    if (node.parent != Node::kNone && is_kept(node.parent)) out += "<" + tree.at(node.parent).rev.text().substr(0, 8);
    out += " ";
  }
  out += "leaves";
  for (const std::int32_t leaf : tree.leaves()) {
    out += " " + tree.at(leaf).rev.text() + (tree.at(leaf).deleted ? "-" : "");
  }
  return out;
}

std::map<std::string, std::string> print_store(SimDisk& disk, Store& store) {
  const SimDisk::Untouched untouched(disk);
  std::map<std::string, std::string> out;
  const Status status = store.read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const auto records, snapshot.changes(0, UINT64_MAX >> 1, SIZE_MAX >> 1));
    for (const Record& record : records) {
      std::string line = print_tree(record.tree);
      for (const std::int32_t leaf : record.tree.leaves()) {
        ASSIGN_OR_RETURN(const auto body, snapshot.body(record, record.tree.at(leaf).rev));
        line += body ? " [" : " [?";
        if (body) {
          for (const Attachment& one : body->attachments) line += one.name + "=" + one.sha256.substr(0, 8) + " ";
        }
        line += "]";
      }
      out[record.id] = std::move(line);
    }
    return {};
  });
  if (!status.ok()) out.clear();
  return out;
}

bool holds(SimDisk& disk, Store& store, const std::string& id, const std::string& rev) {
  const SimDisk::Untouched untouched(disk);
  bool found = false;
  (void)store.read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const auto record, snapshot.find(id));
    const auto parsed = RevisionId::parse(rev);
    found = record && parsed && record->tree.find(*parsed) != Node::kNone;
    return {};
  });
  return found;
}

std::set<std::string> refused_at(Machine& machine) {
  const SimDisk::Untouched untouched(machine.disk);
  std::set<std::string> ids;
  (void)machine.own->read([&](Snapshot& snapshot) -> Status {
    ASSIGN_OR_RETURN(const auto rows, snapshot.refusals(true));
    for (const Refusal& row : rows) ids.insert(row.id);
    return {};
  });
  return ids;
}

}  // namespace tram::sim
