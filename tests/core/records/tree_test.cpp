#include "core/records/tree.h"

#include <rapidcheck.h>

#include <algorithm>

#include "tests/core/records/replica.h"

namespace tram {
namespace {

using Change = RevisionTree::Change;

// "c b a" ends the chain at generation 3.
std::vector<std::string> sigs(std::string_view text) {
  std::vector<std::string> path;
  for (const char c : text) {
    if (c != ' ') path.emplace_back(1, c);
  }
  return path;
}

RevisionTree::Merged put(RevisionTree& tree, std::uint64_t generation, std::string_view path, bool deleted = false) {
  const auto ids = sigs(path);
  const auto merged = tree.merge_path({generation, ids.front()}, ids);
  tree.at(merged.node).has_body = true;
  tree.at(merged.node).deleted = deleted;
  return merged;
}

std::string leaves_of(const RevisionTree& tree) {
  std::string text;
  for (const std::int32_t leaf : tree.leaves()) text += (text.empty() ? "" : " ") + tree.at(leaf).rev.text();
  return text;
}

std::vector<std::string> chain(std::size_t newest, std::size_t oldest) {
  std::vector<std::string> path;
  for (std::size_t i = newest + 1; i-- > oldest;) path.push_back("s" + std::to_string(i));
  return path;
}

RevisionTree::Merged put_chain(RevisionTree& tree, std::size_t newest, std::size_t oldest) {
  return tree.merge_path({newest, "s" + std::to_string(newest)}, chain(newest, oldest));
}

void close(RevisionTree& tree, std::uint64_t generation, std::string_view path, const std::string& merged_into) {
  tree.at(put(tree, generation, path, true).node).merged_into = merged_into;
}

std::string bases(const RevisionTree& tree, const RevisionId& a, const RevisionId& b) {
  std::string text;
  for (const std::int32_t index : tree.common_ancestors(tree.find(a), tree.find(b))) {
    text += (text.empty() ? "" : " ") + tree.at(index).rev.text();
  }
  return text;
}

}  // namespace

TEST_CASE("A path into an empty tree is a root and everything above the newest is without body") {
  RevisionTree tree;
  CHECK(tree.deleted());
  CHECK(tree.winner() == Node::kNone);
  CHECK(put(tree, 3, "c b a").change == Change::rooted);
  CHECK(tree.nodes().size() == 3);
  CHECK(leaves_of(tree) == "3-c");
  CHECK(tree.path(tree.winner()) == sigs("c b a"));
  CHECK(!tree.at(tree.find({2, "b"})).has_body);
  CHECK(!tree.deleted());
}

TEST_CASE("A path extends a leaf or adds a branch or is known already") {
  RevisionTree tree;
  put(tree, 2, "b a");
  CHECK(tree.probe({3, "c"}, sigs("c b a")) == Change::extended);
  CHECK(put(tree, 3, "c b a").change == Change::extended);
  CHECK(tree.probe({3, "d"}, sigs("d b a")) == Change::branched);
  CHECK(put(tree, 3, "d b a").change == Change::branched);
  CHECK(put(tree, 3, "c b a").change == Change::none);
  CHECK(put(tree, 1, "a").change == Change::known_bodyless);
  CHECK(put(tree, 1, "z").change == Change::rooted);
  CHECK(leaves_of(tree) == "3-d 3-c 1-z");
  CHECK(tree.live_leaves() == 3);
}

TEST_CASE("A revision alone is a path of one") {
  RevisionTree tree;
  CHECK(tree.merge_path({7, "g"}, {}).change == Change::rooted);
  CHECK(tree.merge_path({7, "g"}, {}).change == Change::known_bodyless);
  CHECK(leaves_of(tree) == "7-g");
}

TEST_CASE("The same sig in another generation is another revision") {
  RevisionTree tree;
  put(tree, 3, "a a a");
  CHECK(tree.nodes().size() == 3);
  CHECK(tree.at(tree.find({2, "a"})).parent == tree.find({1, "a"}));
}

TEST_CASE("The winner is live before deleted and then the longest and then the greatest name") {
  RevisionTree tree;
  put(tree, 2, "c a");
  put(tree, 2, "b a");
  CHECK(leaves_of(tree) == "2-c 2-b");
  put(tree, 4, "z y b a");
  CHECK(leaves_of(tree) == "4-z 2-c");
  put(tree, 5, "d z y b a", true);
  CHECK(leaves_of(tree) == "2-c 5-d");
  CHECK(tree.winner() == tree.find({2, "c"}));
  put(tree, 3, "e c a", true);
  CHECK(leaves_of(tree) == "5-d 3-e");
  CHECK(tree.deleted());
  CHECK(tree.live_leaves() == 0);
}

TEST_CASE("Names are compared as bytes when leaves are equally long") {
  RevisionTree tree;
  tree.merge_path({1, "B"}, {});
  tree.merge_path({1, "a"}, {});
  tree.merge_path({1, "~"}, {});
  CHECK(leaves_of(tree) == "1-~ 1-a 1-B");
}

TEST_CASE("No overlap makes a second root") {
  RevisionTree tree;
  put_chain(tree, 10, 1);
  CHECK(put_chain(tree, 30, 20).change == Change::rooted);
  CHECK(leaves_of(tree) == "30-s30 10-s10");
}

TEST_CASE("Ancestors that were missing are put in under a stemmed root and join what was a false conflict") {
  RevisionTree tree;
  put_chain(tree, 30, 20);
  tree.at(tree.find({30, "s30"})).has_body = true;
  put_chain(tree, 10, 1);
  const auto merged = put_chain(tree, 30, 5);
  CHECK(merged.change == Change::none);
  CHECK(merged.ancestors);
  CHECK(leaves_of(tree) == "30-s30");
  CHECK(tree.path(tree.find({30, "s30"})) == chain(30, 1));
  CHECK(!put_chain(tree, 30, 5).ancestors);
}

TEST_CASE("Where a path gives a known revision other ancestors those of the tree stand") {
  RevisionTree tree;
  put(tree, 3, "c b a");
  CHECK(put(tree, 4, "d c x y").change == Change::extended);
  CHECK(tree.path(tree.find({4, "d"})) == sigs("d c b a"));
  CHECK(tree.find({2, "x"}) == Node::kNone);
}

TEST_CASE("A long path is stemmed to 1000 revisions and a branch below the cut keeps its own") {
  RevisionTree tree;
  put_chain(tree, 1000, 1);
  CHECK(tree.stem().empty());
  put_chain(tree, 1200, 1);
  tree.merge_path({301, "branch"}, std::vector<std::string>{"branch", "s300"});
  const auto dropped = tree.stem();
  CHECK(dropped.empty());
  RevisionTree longer;
  put_chain(longer, 2500, 1);
  CHECK(longer.stem().size() == 1500);
  CHECK(longer.path(longer.winner()) == chain(2500, 1501));
  CHECK(longer.root(longer.winner()) == longer.find({1501, "s1501"}));
  CHECK(longer.stem().empty());
}

TEST_CASE("A branch keeps ancestors that the longer one gave up") {
  RevisionTree tree;
  put_chain(tree, 10, 1);
  tree.merge_path({4, "branch"}, std::vector<std::string>{"branch", "s3", "s2", "s1"});
  const auto dropped = tree.stem(3);
  CHECK(leaves_of(tree) == "10-s10 4-branch");
  CHECK(tree.path(tree.find({10, "s10"})).size() == 3);
  CHECK(tree.path(tree.find({4, "branch"})) == std::vector<std::string>{"branch", "s3", "s2"});
  CHECK(dropped.size() == 5);
}

TEST_CASE("Paths of 10000 revisions are merged and found again") {
  RevisionTree tree;
  put_chain(tree, 10'000, 1);
  CHECK(put_chain(tree, 10'000, 1).change == Change::known_bodyless);
  CHECK(put_chain(tree, 15'000, 6'000).change == Change::extended);
  CHECK(tree.nodes().size() == 15'000);
  std::vector<std::string> foreign(10'000, "x");
  CHECK(tree.merge_path({20'000, "x"}, foreign).change == Change::rooted);
  CHECK(tree.nodes().size() == 25'000);
}

TEST_CASE("The nearest common ancestor of two branches is where they part") {
  RevisionTree tree;
  put(tree, 3, "c b a");
  put(tree, 4, "e d b a");
  CHECK(bases(tree, {3, "c"}, {4, "e"}) == "2-b");
  CHECK(bases(tree, {3, "c"}, {2, "b"}) == "2-b");
  put(tree, 1, "z");
  CHECK(bases(tree, {3, "c"}, {1, "z"}).empty());
  CHECK(tree.is_ancestor(tree.find({1, "a"}), tree.find({4, "e"})));
  CHECK(!tree.is_ancestor(tree.find({3, "c"}), tree.find({4, "e"})));
}

TEST_CASE("A closed branch counts as a parent of the merge that it went into") {
  RevisionTree tree;
  put(tree, 2, "c a");
  put(tree, 2, "b a");
  put(tree, 3, "m c a");
  close(tree, 3, "t b a", "3-m");
  const std::int32_t merge = tree.find({3, "m"});
  CHECK(tree.parents(merge) == std::vector<std::int32_t>{tree.find({2, "c"}), tree.find({2, "b"})});
  CHECK(tree.is_ancestor(tree.find({2, "b"}), merge));
  put(tree, 3, "d b a");
  CHECK(bases(tree, {3, "m"}, {3, "d"}) == "2-b");
}

TEST_CASE("Two merges of the same two leaves have both as nearest common ancestors") {
  RevisionTree tree;
  put(tree, 2, "c a");
  put(tree, 2, "b a");
  put(tree, 3, "m c a");
  put(tree, 3, "n c a");
  close(tree, 3, "t b a", "3-m");
  close(tree, 3, "u b a", "3-n");
  CHECK(bases(tree, {3, "m"}, {3, "n"}) == "2-c 2-b");
}

TEST_CASE("A forged ring of merge edges is walked once and ends") {
  RevisionTree tree;
  put(tree, 2, "c a");
  put(tree, 2, "b a");
  put(tree, 3, "d c a");
  put(tree, 3, "e b a");
  close(tree, 4, "t d c a", "2-b");
  close(tree, 4, "u e b a", "2-c");
  close(tree, 4, "v d c a", "4-v");
  CHECK(tree.is_ancestor(tree.find({3, "e"}), tree.find({3, "e"})));
  CHECK(bases(tree, {4, "t"}, {4, "u"}) == "3-e");
}

TEST_CASE("A deletion of what somebody else edited is an open question and other closed branches are not") {
  RevisionTree tree;
  put(tree, 2, "c a");
  put(tree, 2, "t a", true);
  CHECK(tree.open_deletions() == std::vector<std::int32_t>{tree.find({2, "t"})});
  put(tree, 3, "u t a", true);
  CHECK(tree.open_deletions().empty());

  RevisionTree discarded;
  put(discarded, 2, "c a");
  put(discarded, 3, "t b a", true);
  CHECK(discarded.open_deletions().empty());
  discarded.at(discarded.find({3, "t"})).by_person = true;
  CHECK(discarded.open_deletions().size() == 1);
  discarded.at(discarded.find({3, "t"})).merged_into = "2-c";
  CHECK(discarded.open_deletions().empty());
}

TEST_CASE("A deleted document has no open deletions") {
  RevisionTree tree;
  put(tree, 2, "c a", true);
  put(tree, 2, "t a", true);
  CHECK(tree.open_deletions().empty());
}

TEST_CASE("A document begun again on a branch closed for a tombstone asks nothing about that tombstone") {
  RevisionTree tree;
  put(tree, 2, "c a");
  put(tree, 2, "t a", true);
  close(tree, 3, "d c a", "2-t");
  put(tree, 4, "e d c a");
  CHECK(tree.open_deletions().empty());
}

TEST_CASE("Any order and duplication of paths gives one tree") {
  CHECK(rc::check([] {
    // A random forest by parents, then the path of each node, in two orders and with repetitions.
    const auto parents = *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, 12));
    std::vector<std::vector<std::string>> paths;
    for (std::size_t i = 0; i < parents.size(); ++i) {
      std::vector<std::string> path = {"n" + std::to_string(i)};
      if (parents[i] < i) path.insert(path.end(), paths[parents[i]].begin(), paths[parents[i]].end());
      paths.push_back(path);
    }
    const auto build = [&](std::vector<std::size_t> order) {
      RevisionTree tree;
      for (const std::size_t i : order) tree.merge_path({paths[i].size(), paths[i][0]}, paths[i]);
      return tree.encode();
    };
    std::vector<std::size_t> order(paths.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    const std::string expected = build(order);
    auto shuffled = order;
    for (std::size_t i = 0; i < shuffled.size(); ++i) {
      std::swap(shuffled[i], shuffled[*rc::gen::inRange<std::size_t>(0, shuffled.size())]);
    }
    if (!shuffled.empty()) {
      for (int i = *rc::gen::inRange(0, 5); i > 0; --i) {
        shuffled.push_back(shuffled[*rc::gen::inRange<std::size_t>(0, order.size())]);
      }
    }
    RC_ASSERT(build(shuffled) == expected);
  }));
}

TEST_CASE("Pieces of one long path give the whole path in any order as long as they overlap") {
  CHECK(rc::check([] {
    std::vector<std::pair<std::size_t, std::size_t>> pieces;
    std::size_t newest = *rc::gen::inRange<std::size_t>(1, 6);
    const std::size_t count = *rc::gen::inRange<std::size_t>(1, 6);
    std::size_t oldest = 1;
    for (std::size_t i = 0; i < count; ++i) {
      pieces.emplace_back(newest, oldest);
      oldest = *rc::gen::inRange<std::size_t>(1, newest + 1);
      newest += *rc::gen::inRange<std::size_t>(0, 6);
    }
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      std::swap(pieces[i], pieces[*rc::gen::inRange<std::size_t>(0, pieces.size())]);
    }
    RevisionTree tree;
    std::size_t top = 0;
    for (int round = 0; round < 2; ++round) {
      for (const auto& [to, from] : pieces) {
        put_chain(tree, to, from);
        top = std::max(top, to);
      }
    }
    RC_ASSERT(tree.leaves().size() == 1U);
    RC_ASSERT(tree.path(tree.winner()) == chain(top, 1));
  }));
}

TEST_CASE("What probe promises is what merging does") {
  CHECK(rc::check([] {
    RevisionTree tree;
    for (int i = 0; i < 12; ++i) {
      const auto newest = *rc::gen::inRange<std::size_t>(1, 12);
      auto path = chain(newest, *rc::gen::inRange<std::size_t>(1, newest + 1));
      if (*rc::gen::inRange(0, 3) == 0) path[0] = "other" + std::to_string(*rc::gen::inRange(0, 3));
      const RevisionId rev{newest, path[0]};
      const Change expected = tree.probe(rev, path);
      const std::size_t before = tree.nodes().size();
      const auto merged = tree.merge_path(rev, path);
      RC_ASSERT(merged.change == expected);
      RC_ASSERT(tree.at(merged.node).rev == rev);
      if (expected == Change::none || expected == Change::known_bodyless) {
        RC_ASSERT(merged.ancestors || tree.nodes().size() == before);
      }
    }
  }));
}

}  // namespace tram
