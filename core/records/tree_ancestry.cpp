#include <algorithm>
#include <utility>

#include "core/records/tree.h"

namespace tram {
namespace {

std::size_t place(std::int32_t index) { return static_cast<std::size_t>(index); }

// (child, parent) for each closed branch: the merge revision, and the leaf that went into it.
using Edges = std::vector<std::pair<std::int32_t, std::int32_t>>;

Edges merge_edges(const RevisionTree& tree) {
  Edges edges;
  for (const Node& node : tree.nodes()) {
    if (!node.deleted || node.merged_into.empty() || node.parent == Node::kNone) continue;
    const auto merged = RevisionId::parse(node.merged_into);
    const std::int32_t child = merged ? tree.find(*merged) : Node::kNone;
    if (child != Node::kNone) edges.emplace_back(child, node.parent);
  }
  return edges;
}

class Walk {
 public:
  Walk(const RevisionTree& tree, const Edges& edges) : tree_(tree), edges_(edges), seen_(tree.nodes().size()) {}

  // Also takes for known what a closing tombstone on the way names: who wrote it knew that revision.
  Walk& with_knowledge() {
    with_knowledge_ = true;
    return *this;
  }

  // The nodes themselves and everything above them.
  std::vector<bool> up(std::span<const std::int32_t> from) {
    for (const std::int32_t index : from) visit(index);
    while (!todo_.empty()) {
      const std::int32_t index = todo_.back();
      todo_.pop_back();
      visit(tree_.at(index).parent);
      for (const auto& [child, parent] : edges_) {
        if (child == index) visit(parent);
      }
      if (with_knowledge_ && !tree_.at(index).merged_into.empty()) {
        const auto merged = RevisionId::parse(tree_.at(index).merged_into);
        if (merged) visit(tree_.find(*merged));
      }
    }
    return std::move(seen_);
  }

 private:
  void visit(std::int32_t index) {
    if (index == Node::kNone || seen_[place(index)]) return;
    seen_[place(index)] = true;
    todo_.push_back(index);
  }

  const RevisionTree& tree_;
  const Edges& edges_;
  std::vector<bool> seen_;
  std::vector<std::int32_t> todo_;
  bool with_knowledge_ = false;
};

}  // namespace

std::vector<std::int32_t> RevisionTree::parents(std::int32_t index) const {
  std::vector<std::int32_t> found;
  if (at(index).parent != Node::kNone) found.push_back(at(index).parent);
  for (const auto& [child, parent] : merge_edges(*this)) {
    if (child == index && std::find(found.begin(), found.end(), parent) == found.end()) found.push_back(parent);
  }
  return found;
}

bool RevisionTree::is_ancestor(std::int32_t a, std::int32_t b) const {
  return Walk(*this, merge_edges(*this)).up(std::span(&b, 1))[place(a)];
}

std::vector<std::int32_t> RevisionTree::common_ancestors(std::int32_t a, std::int32_t b) const {
  return common_ancestors(std::span(&a, 1), b);
}

std::vector<std::int32_t> RevisionTree::common_ancestors(std::span<const std::int32_t> merged, std::int32_t b) const {
  const Edges edges = merge_edges(*this);
  std::vector<bool> common = Walk(*this, edges).up(merged);
  const std::vector<bool> other = Walk(*this, edges).up(std::span(&b, 1));
  for (std::size_t i = 0; i < common.size(); ++i) common[i] = common[i] && other[i];

  // What lies between a common ancestor and one below it is common too: the nearest are those without a common child.
  std::vector<bool> covered(common.size());
  for (std::size_t i = 0; i < common.size(); ++i) {
    if (common[i] && nodes_[i].parent != Node::kNone) covered[place(nodes_[i].parent)] = true;
  }
  for (const auto& [child, parent] : edges) {
    if (common[place(child)] && child != parent) covered[place(parent)] = true;
  }
  std::vector<std::int32_t> nearest;
  std::vector<std::int32_t> ring;
  for (std::size_t i = 0; i < common.size(); ++i) {
    if (common[i]) (covered[i] ? ring : nearest).push_back(static_cast<std::int32_t>(i));
  }
  const auto newer = [&](auto a, auto c) { return at(a).rev > at(c).rev; };
  std::sort(nearest.begin(), nearest.end(), newer);
  // Each covers another only where forged edges form a ring: then the newest of them stands for all.
  if (nearest.empty() && !ring.empty()) nearest.push_back(*std::min_element(ring.begin(), ring.end(), newer));
  return nearest;
}

std::vector<std::int32_t> RevisionTree::open_deletions() const {
  if (nodes_.size() < 2) return {};
  std::vector<std::int32_t> live;
  std::vector<std::int32_t> tombstones;
  for (const std::int32_t leaf : leaves()) {
    if (!at(leaf).deleted) {
      live.push_back(leaf);
    } else if (at(leaf).merged_into.empty()) {
      tombstones.push_back(leaf);
    }
  }
  if (live.empty() || tombstones.empty()) return {};
  const Edges edges = merge_edges(*this);
  Edges merges = edges;  // without the tombstones that a person set aside: what they deleted did not enter
  std::erase_if(merges, [&](const auto& edge) { return at(edge.second).deleted; });
  const std::vector<bool> above = Walk(*this, merges).up(live);
  const std::vector<bool> known = Walk(*this, edges).with_knowledge().up(live);
  std::erase_if(tombstones, [&](std::int32_t leaf) {
    const std::int32_t parent = at(leaf).parent;
    const bool straight = parent != Node::kNone && above[place(parent)];
    return known[place(leaf)] || !(straight || at(leaf).by_person);
  });
  return tombstones;
}

}  // namespace tram
