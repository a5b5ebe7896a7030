#include <rapidcheck.h>

#include "core/records/tree.h"
#include "tests/support/catch.h"

namespace tram {
namespace {

bool same_node(const Node& a, const Node& b) {
  return a.rev == b.rev && a.parent == b.parent && a.deleted == b.deleted && a.has_body == b.has_body &&
         a.local == b.local && a.body == b.body && a.arrived == b.arrived && a.digest == b.digest &&
         a.merged_into == b.merged_into && a.by_person == b.by_person;
}

std::string random_sig() {
  const auto number = *rc::gen::inRange<std::uint64_t>(0, 40);
  if (*rc::gen::inRange(0, 2) == 0) return "sig" + std::to_string(number);
  std::string hex = std::to_string(number);
  return std::string(32 - hex.size(), 'a') + hex;
}

RevisionTree random_tree() {
  RevisionTree tree;
  const int count = *rc::gen::inRange(0, 10);
  for (int i = 0; i < count; ++i) {
    std::vector<std::string> path;
    RevisionId rev{*rc::gen::inRange<std::uint64_t>(1, 300), random_sig()};
    if (!tree.empty() && *rc::gen::inRange(0, 2) == 0) {
      const auto above = *rc::gen::inRange<std::int32_t>(0, static_cast<std::int32_t>(tree.nodes().size()));
      rev.generation = tree.at(above).rev.generation + 1;
      path = {rev.sig, tree.at(above).rev.sig};
    }
    Node& node = tree.at(tree.merge_path(rev, path).node);
    node.deleted = *rc::gen::arbitrary<bool>();
    node.has_body = *rc::gen::arbitrary<bool>();
    node.body = node.has_body ? *rc::gen::arbitrary<std::uint32_t>() : 0;
    node.local = *rc::gen::arbitrary<bool>();
    node.by_person = *rc::gen::arbitrary<bool>();
    node.arrived = *rc::gen::arbitrary<bool>() ? *rc::gen::arbitrary<std::uint64_t>() : 0;
    if (*rc::gen::arbitrary<bool>()) node.digest = std::string("0123456789abcde\0", 16);
    if (*rc::gen::arbitrary<bool>()) node.merged_into = "3-" + random_sig();
  }
  return tree;
}

}  // namespace

TEST_CASE("A tree comes back from its stored form with all that each node knew") {
  CHECK(rc::check([] {
    const RevisionTree tree = random_tree();
    const auto back = RevisionTree::decode(tree.encode());
    RC_ASSERT(back.ok());
    RC_ASSERT(back->nodes().size() == tree.nodes().size());
    for (const Node& node : tree.nodes()) {
      Node found = back->at(back->find(node.rev));
      const auto rev_of = [](const RevisionTree& of, std::int32_t i) {
        return i == Node::kNone ? RevisionId{} : of.at(i).rev;
      };
      RC_ASSERT(rev_of(*back, found.parent) == rev_of(tree, node.parent));
      found.parent = node.parent;
      RC_ASSERT(same_node(found, node));
    }
    RC_ASSERT(back->encode() == tree.encode());
  }));
}

TEST_CASE("A usual tree is small when stored") {
  RevisionTree tree;
  std::vector<std::string> path;
  for (int i = 0; i < 5; ++i) path.push_back(std::string(31, 'a') + std::to_string(i));
  tree.merge_path({5, path[0]}, path);
  CHECK(tree.encode().size() == 2 + 5 * 18 + 1);
}

TEST_CASE("Random bytes and damaged trees are refused or read but never crash") {
  CHECK(rc::check([](const std::string& bytes) {
    const auto tree = RevisionTree::decode("\x01" + bytes);
    if (tree) RC_ASSERT(tree->encode() == "\x01" + bytes);
  }));
  CHECK(rc::check([] {
    std::string bytes = random_tree().encode();
    const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
    bytes[at] = static_cast<char>(*rc::gen::inRange(0, 256));
    if (*rc::gen::arbitrary<bool>()) bytes.resize(*rc::gen::inRange<std::size_t>(0, bytes.size()));
    const auto tree = RevisionTree::decode(bytes);
    if (tree) {
      RC_ASSERT(tree->encode() == bytes);
    } else {
      RC_ASSERT(tree.error().code == ErrorCode::corrupt);
    }
  }));
}

TEST_CASE("A stored tree of another version or with an absurd count is refused") {
  CHECK(!RevisionTree::decode("").ok());
  CHECK(!RevisionTree::decode(std::string("\x02\x00", 2)).ok());
  CHECK(RevisionTree::decode(std::string("\x01\x00", 2)).ok());
  CHECK(!RevisionTree::decode("\x01\xff\xff\xff\xff\x7f").ok());
}

}  // namespace tram
