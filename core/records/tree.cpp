#include "core/records/tree.h"

#include <algorithm>
#include <numeric>

namespace tram {
namespace {

constexpr std::size_t kNodesScanned = 16'384;  // scanning more than this costs more than sorting once

// Finds nodes by revision: by scanning at first, by an index once scanning has become dear (long paths, large trees).
class Finder {
 public:
  explicit Finder(const std::vector<Node>& nodes) : nodes_(nodes), size_(nodes.size()) {}

  std::int32_t find(std::uint64_t generation, std::string_view sig) {
    if (scanned_ > kNodesScanned) return look_up(generation, sig);
    scanned_ += size_;
    for (std::size_t i = 0; i < size_; ++i) {
      if (nodes_[i].rev.generation == generation && nodes_[i].rev.sig == sig) return static_cast<std::int32_t>(i);
    }
    return Node::kNone;
  }

 private:
  std::int32_t look_up(std::uint64_t generation, std::string_view sig) {
    if (sorted_.empty()) {
      sorted_.resize(size_);
      std::iota(sorted_.begin(), sorted_.end(), 0);
      std::sort(sorted_.begin(), sorted_.end(), [&](auto a, auto b) { return rev(a) < rev(b); });
    }
    const auto found = std::lower_bound(sorted_.begin(), sorted_.end(), generation, [&](auto index, auto wanted) {
      return rev(index).generation != wanted ? rev(index).generation < wanted : rev(index).sig < sig;
    });
    if (found == sorted_.end() || rev(*found).generation != generation || rev(*found).sig != sig) return Node::kNone;
    return *found;
  }
  const RevisionId& rev(std::int32_t index) const { return nodes_[static_cast<std::size_t>(index)].rev; }

  const std::vector<Node>& nodes_;
  const std::size_t size_;  // nodes added later are never asked for
  std::size_t scanned_ = 0;
  std::vector<std::int32_t> sorted_;
};

// A path, newest first.
struct Path {
  Path(const RevisionId& newest, std::span<const std::string> ids)
      : rev(newest),
        sigs(ids),
        size(std::max<std::size_t>(1, std::min<std::uint64_t>(ids.size(), newest.generation))) {}

  std::uint64_t generation(std::size_t i) const { return rev.generation - i; }
  const std::string& sig(std::size_t i) const { return i == 0 ? rev.sig : sigs[i]; }

  const RevisionId& rev;
  std::span<const std::string> sigs;
  std::size_t size;
};

struct Overlap {
  std::size_t newer = 0;  // revisions of the path that are newer than its newest known node
  std::int32_t node = Node::kNone;
};

Overlap find_overlap(Finder& finder, const Path& path) {
  Overlap overlap;
  for (; overlap.newer < path.size; ++overlap.newer) {
    overlap.node = finder.find(path.generation(overlap.newer), path.sig(overlap.newer));
    if (overlap.node != Node::kNone) break;
  }
  return overlap;
}

RevisionTree::Change change_of(const RevisionTree& tree, const Overlap& overlap) {
  using Change = RevisionTree::Change;
  if (overlap.node == Node::kNone) return Change::rooted;
  if (overlap.newer > 0) return tree.is_leaf(overlap.node) ? Change::extended : Change::branched;
  return tree.at(overlap.node).has_body ? Change::none : Change::known_bodyless;
}

std::vector<bool> inner_nodes(const std::vector<Node>& nodes) {
  std::vector<bool> inner(nodes.size());
  for (const Node& node : nodes) {
    if (node.parent != Node::kNone) inner[static_cast<std::size_t>(node.parent)] = true;
  }
  return inner;
}

bool wins(const Node& a, const Node& b) { return a.deleted != b.deleted ? b.deleted : a.rev > b.rev; }

}  // namespace

std::int32_t RevisionTree::find(const RevisionId& rev) const { return Finder(nodes_).find(rev.generation, rev.sig); }

std::vector<std::int32_t> RevisionTree::leaves() const {
  if (nodes_.size() == 1) return {0};
  const std::vector<bool> inner = inner_nodes(nodes_);
  std::vector<std::int32_t> found;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (!inner[i]) found.push_back(static_cast<std::int32_t>(i));
  }
  std::sort(found.begin(), found.end(), [&](auto a, auto b) { return wins(at(a), at(b)); });
  return found;
}

std::int32_t RevisionTree::winner() const {
  if (nodes_.size() == 1) return 0;
  const std::vector<bool> inner = inner_nodes(nodes_);
  std::int32_t best = Node::kNone;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (!inner[i] && (best == Node::kNone || wins(nodes_[i], at(best)))) best = static_cast<std::int32_t>(i);
  }
  return best;
}

bool RevisionTree::deleted() const {
  const std::int32_t best = winner();
  return best == Node::kNone || at(best).deleted;
}

std::size_t RevisionTree::live_leaves() const {
  if (nodes_.size() == 1) return nodes_.front().deleted ? 0 : 1;
  const std::vector<bool> inner = inner_nodes(nodes_);
  std::size_t live = 0;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (!inner[i] && !nodes_[i].deleted) ++live;
  }
  return live;
}

bool RevisionTree::is_leaf(std::int32_t index) const {
  return std::none_of(nodes_.begin(), nodes_.end(), [&](const Node& node) { return node.parent == index; });
}

std::int32_t RevisionTree::append(std::uint64_t generation, std::string_view sig, std::int32_t parent) {
  Node& node = nodes_.emplace_back();
  node.rev = {generation, std::string(sig)};
  node.parent = parent;
  return static_cast<std::int32_t>(nodes_.size() - 1);
}

RevisionTree::Merged RevisionTree::merge_path(const RevisionId& rev, std::span<const std::string> sigs) {
  const RevisionId newest = rev;  // the caller's may be that of a node, and nodes move
  const Path path(newest, sigs);
  Finder finder(nodes_);
  const Overlap overlap = find_overlap(finder, path);
  Merged merged{change_of(*this, overlap), overlap.node, false};

  if (overlap.node != Node::kNone) {
    for (std::int32_t top = root(overlap.node); at(top).rev.generation > 1; top = root(top)) {
      const std::size_t i = path.rev.generation - at(top).rev.generation;
      if (i + 1 >= path.size || path.sig(i) != at(top).rev.sig) break;
      std::int32_t above = finder.find(path.generation(i + 1), path.sig(i + 1));
      if (above == Node::kNone) above = append(path.generation(i + 1), path.sig(i + 1), Node::kNone);
      at(top).parent = above;
      merged.ancestors = true;
    }
  }

  for (std::size_t i = overlap.newer; i-- > 0;) merged.node = append(path.generation(i), path.sig(i), merged.node);
  return merged;
}

RevisionTree::Change RevisionTree::probe(const RevisionId& rev, std::span<const std::string> sigs) const {
  Finder finder(nodes_);
  return change_of(*this, find_overlap(finder, Path(rev, sigs)));
}

std::vector<RevisionId> RevisionTree::stem(std::size_t limit) {
  if (nodes_.size() <= limit) return {};
  std::vector<std::size_t> room(nodes_.size(), 0);  // revisions that may be kept from this node upwards; 0: not kept
  for (const std::int32_t leaf : leaves()) {
    std::size_t left = limit;
    for (std::int32_t i = leaf; i != Node::kNone && left > room[static_cast<std::size_t>(i)]; i = at(i).parent) {
      room[static_cast<std::size_t>(i)] = left--;
    }
  }
  std::vector<RevisionId> dropped;
  std::vector<bool> gone(nodes_.size());
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    gone[i] = room[i] == 0;
    if (gone[i]) dropped.push_back(nodes_[i].rev);
  }
  drop(gone);
  return dropped;
}

std::vector<Node> RevisionTree::remove_leaf(const RevisionId& rev) {
  std::vector<Node> removed;
  std::int32_t at = find(rev);
  if (at == Node::kNone || !is_leaf(at)) return removed;
  std::vector<bool> gone(nodes_.size());
  const auto has_others = [&](std::int32_t index) {
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      if (nodes_[i].parent == index && !gone[i]) return true;
    }
    return false;
  };
  for (; at != Node::kNone && !has_others(at); at = this->at(at).parent) {
    removed.push_back(this->at(at));
    gone[static_cast<std::size_t>(at)] = true;
  }
  drop(gone);
  return removed;
}

void RevisionTree::drop(const std::vector<bool>& gone) {
  std::vector<Node> kept;
  std::vector<std::int32_t> moved(nodes_.size(), Node::kNone);
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (gone[i]) continue;
    moved[i] = static_cast<std::int32_t>(kept.size());
    kept.push_back(std::move(nodes_[i]));
  }
  for (Node& node : kept) {
    if (node.parent != Node::kNone) node.parent = moved[static_cast<std::size_t>(node.parent)];
  }
  nodes_ = std::move(kept);
}

std::vector<std::string> RevisionTree::path(std::int32_t index) const {
  std::vector<std::string> sigs;
  for (std::int32_t i = index; i != Node::kNone; i = at(i).parent) sigs.push_back(at(i).rev.sig);
  return sigs;
}

std::int32_t RevisionTree::root(std::int32_t index) const {
  while (at(index).parent != Node::kNone) index = at(index).parent;
  return index;
}

}  // namespace tram
