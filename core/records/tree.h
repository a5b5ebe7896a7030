// core/records/tree.h: all known revisions of one document, as a forest.
//
// Normally one root; more when a document was begun in two places, or when paths were stemmed. A node may lack its
// body (an ancestor that only its id is known of). Merging a path is idempotent and independent of order: any order
// and duplication of paths gives the same tree. A value type; not thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/records/revision.h"

namespace tram {

inline constexpr std::size_t kRevsLimit = 1000;  // revisions kept on a leaf's path, itself included, as CouchDB counts

struct Node {
  static constexpr std::int32_t kNone = -1;

  RevisionId rev;
  std::int32_t parent = kNone;  // index into RevisionTree::nodes()
  bool deleted = false;         // a tombstone (only meaningful with a body)
  bool has_body = false;
  bool local = false;         // made on this replica
  std::uint64_t body = 0;     // the store's key of the body; not part of what replicas compare
  std::uint64_t arrived = 0;  // sequence at which it came to this store
  std::string digest;         // 16 bytes: SHA-256 prefix over the body record; empty when the sig recomputes
  std::string merged_into;    // of a tombstone that closes a merged branch: the text of the merge revision, or ""
  bool by_person = false;     // a tombstone that carries `edit`: a person deleted with our programs
};

class RevisionTree {
 public:
  const std::vector<Node>& nodes() const { return nodes_; }
  bool empty() const { return nodes_.empty(); }

  // Index of a revision, or Node::kNone.
  std::int32_t find(const RevisionId& rev) const;
  Node& at(std::int32_t index) { return nodes_[static_cast<std::size_t>(index)]; }
  const Node& at(std::int32_t index) const { return nodes_[static_cast<std::size_t>(index)]; }

  // Leaves in winner order: live before deleted, then N, then sig as bytes, descending. The first is the winner.
  std::vector<std::int32_t> leaves() const;
  std::int32_t winner() const;  // kNone when empty
  bool deleted() const;         // the winner is a tombstone, or there is none
  std::size_t live_leaves() const;
  bool is_leaf(std::int32_t index) const;

  enum class Change { none, known_bodyless, extended, branched, rooted };
  struct Merged {
    Change change = Change::none;
    std::int32_t node = Node::kNone;  // of the path's newest revision; stem() and decode() renumber nodes
    bool ancestors = false;           // a stemmed root got ancestors: the tree is to be stored whatever `change` says
  };
  // Merges a path, newest first, of which path[0] belongs to rev (replication.md 5.1): finds its newest known node and
  // hangs the newer part below it; ancestors missing under a stemmed root are put in; no overlap: a new root. Where a
  // path gives a known node other ancestors, those of the tree stand. New nodes are bodyless and live; the caller then
  // sets body, deleted and arrived of the newest. known_bodyless: the node was known without a body. An empty path is
  // rev alone. The whole path counts for finding the overlap; stem() afterwards cuts what is too long.
  Merged merge_path(const RevisionId& rev, std::span<const std::string> path);

  // What merge_path would do, without doing it.
  Change probe(const RevisionId& rev, std::span<const std::string> path) const;

  // Keeps of each leaf's path the newest `limit` revisions, itself included; returns those that no leaf keeps (their
  // bodies may go too). A path stays longer where a leaf further up keeps what lies above.
  std::vector<RevisionId> stem(std::size_t limit = kRevsLimit);

  // Takes a leaf out, with those of its ancestors that no other leaf grows from; answers them, newest first. Nothing
  // where this is no leaf.
  std::vector<Node> remove_leaf(const RevisionId& rev);

  // Sigs from a node to its root, newest first (what _revisions shows).
  std::vector<std::string> path(std::int32_t index) const;

  // Is a an ancestor of b, or b itself? With merge edges: a tombstone with merged_into makes its branch a parent too.
  bool is_ancestor(std::int32_t a, std::int32_t b) const;

  // Nearest common ancestors of two nodes, where a merge edge (a tombstone child with merged_into = M makes its parent
  // a parent of M too) counts as parentage. Walked with a visited set, for forged edges may form a ring.
  // In descending order of revision.
  std::vector<std::int32_t> common_ancestors(std::int32_t a, std::int32_t b) const;
  // The same for what several leaves have become when merged, and b.
  std::vector<std::int32_t> common_ancestors(std::span<const std::int32_t> merged, std::int32_t b) const;

  // Tombstones that wait for a person: while the document lives, a leaf without merged_into that lies straight on an
  // ancestor of a live leaf, or that a person made. In winner order. A tombstone is settled once a live leaf knows of
  // it: as an ancestor, or because a tombstone among its ancestors closed a branch in its favour.
  std::vector<std::int32_t> open_deletions() const;

  // Index of the oldest known revision above a node.
  std::int32_t root(std::int32_t index) const;

  // Parents of a node: its tree parent and, where it is a merge, those whose tombstones name it.
  std::vector<std::int32_t> parents(std::int32_t index) const;

  // A compact binary form with a version byte in front, for storage: nodes in ascending order of revision, so equal
  // trees have equal bytes. decode refuses what encode cannot have written (error corrupt).
  std::string encode() const;
  static Result<RevisionTree> decode(std::string_view bytes);

 private:
  void drop(const std::vector<bool>& gone);  // nodes; what stays below one becomes a root
  std::int32_t append(std::uint64_t generation, std::string_view sig, std::int32_t parent);

  std::vector<Node> nodes_;
};

}  // namespace tram
