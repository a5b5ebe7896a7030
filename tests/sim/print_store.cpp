#include "tests/sim/checker.h"

namespace tram::sim {

std::string print_tree(const RevisionTree& tree) {
  std::string out;
  for (const Node& node : tree.nodes()) {
    out += node.rev.text();
    if (node.parent != Node::kNone) out += "<" + std::to_string(node.parent);
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

}  // namespace tram::sim
