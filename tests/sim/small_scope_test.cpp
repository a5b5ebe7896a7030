// Everything that can happen in a small world: three replicas of one document, up to four edits at any of them, and
// every order in which replicas can send each other what they hold, any number of times. Of four edits: those of one
// field, and deletions.
#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "core/base/digest.h"
#include "core/base/json.h"
#include "core/records/document.h"
#include "core/records/resolve.h"
#include "core/records/tree.h"
#include "tests/support/check.h"
#include "tests/support/held_body.h"

namespace tram::test {
namespace {

enum class Kind { same_field, other_field, remove, attach };
constexpr std::array kKinds = {Kind::same_field, Kind::remove, Kind::other_field, Kind::attach};
constexpr std::size_t kKindsOfFour = 2;  // of four edits there are too many of all kinds

struct Operation {
  Kind kind;
  std::size_t replica;
};

// A replica without a store: the tree, and every body there is by its revision (a revision names its content).
class Replica {
 public:
  explicit Replica(std::map<std::string, Document>* documents) : documents_(documents) {}

  // False when nothing of it was new.
  bool take(const Document& document) {
    documents_->emplace(document.rev.text(), document);
    if (const auto known = tree_.find(document.rev); known != Node::kNone && tree_.at(known).has_body) return false;
    const auto merged = tree_.merge_path(document.rev, document.path);
    hold_body(tree_.at(merged.node), document);
    return true;
  }

  void settle() {
    const Resolution resolution = must(resolve("note:1", tree_, lookup()));
    for (const Document& document : resolution.revisions) take(document);
  }

  // All leaves, with their paths, as a push carries them. False when nothing of it was new.
  bool receive(const Replica& from) {
    bool is_new = false;
    for (const std::int32_t leaf : from.tree_.leaves()) {
      is_new = take(documents_->at(from.tree_.at(leaf).rev.text())) || is_new;
    }
    if (is_new) settle();
    return is_new;
  }

  // Answers the new revision; nothing when a person would not be let.
  std::string edit(const Operation& operation, int number) {
    settle();
    if (tree_.deleted()) return {};
    if (operation.kind == Kind::remove && tree_.live_leaves() > 1) return {};
    const Document& parent = documents_->at(tree_.at(tree_.winner()).rev.text());
    Document child = parent;
    json::Value body = must(json::parse_object(parent.body));
    child.deleted = operation.kind == Kind::remove;
    if (child.deleted) {
      body = json::Value::object();
      child.attachments.clear();
    }
    body["edit"] = {{"n", number}};
    if (operation.kind == Kind::same_field) body["same"] = number;
    if (operation.kind == Kind::other_field) body["field" + std::to_string(operation.replica)] = number;
    if (operation.kind == Kind::attach) {
      child.attachments.push_back({"scan" + std::to_string(number), "text/plain", sha256_hex(std::to_string(number)),
                                   "md5-x", 1, parent.rev.generation + 1});
    }
    child.body = json::print(body);
    child.rev = {parent.rev.generation + 1, make_sig(parent.rev, child.deleted, child.attachments, child.body)};
    child.path.insert(child.path.begin(), child.rev.sig);
    take(child);
    return child.rev.text();
  }

  // Something of its leaves.
  bool lacks(const Replica& from) const {
    const auto leaves = from.tree_.leaves();
    return std::any_of(leaves.begin(), leaves.end(), [&](std::int32_t leaf) {
      const auto known = tree_.find(from.tree_.at(leaf).rev);
      return known == Node::kNone || !tree_.at(known).has_body;
    });
  }
  bool knows(const std::string& rev) const { return tree_.find(must(RevisionId::parse(rev))) != Node::kNone; }
  std::string text() const {
    std::string out;
    for (const Node& node : tree_.nodes()) {
      out += node.rev.text() + (node.parent == Node::kNone ? "" : "<" + std::to_string(node.parent)) +
             (node.deleted ? "-" : "") + (node.has_body ? " " : "? ");
    }
    return out;
  }
  // Without the order in which revisions came, and what a replica happens to lack bodies of.
  std::set<std::string> shape() const {
    std::set<std::string> out;
    for (const Node& node : tree_.nodes()) {
      const std::string parent = node.parent == Node::kNone ? "" : tree_.at(node.parent).rev.text();
      out.insert(node.rev.text() + "<" + parent + (node.deleted ? "-" : ""));
    }
    for (const std::int32_t leaf : tree_.leaves()) {
      if (!tree_.at(leaf).has_body) out.insert("a leaf without its body");
    }
    out.insert("winner " + tree_.at(tree_.winner()).rev.text());
    return out;
  }
  // No two merges of the same parents.
  bool merged_once() const {
    std::set<std::vector<std::string>> merged;
    for (std::size_t i = 0; i < tree_.nodes().size(); ++i) {
      std::vector<std::string> parents;
      for (const auto parent : tree_.parents(static_cast<std::int32_t>(i)))
        parents.push_back(tree_.at(parent).rev.text());
      std::sort(parents.begin(), parents.end());
      if (parents.size() > 1 && !merged.insert(parents).second) return false;
    }
    return true;
  }

 private:
  BodyLookup lookup() const {
    return [this](const RevisionId& rev) -> Result<std::optional<Body>> {
      const auto node = tree_.find(rev);
      if (node == Node::kNone || !tree_.at(node).has_body) return std::optional<Body>();
      const Document& document = documents_->at(rev.text());
      return std::optional(Body{document.body, document.attachments});
    };
  }
  std::map<std::string, Document>* documents_;
  RevisionTree tree_;
};

using World = std::vector<Replica>;  // three

// With the order in which revisions came, or without it: there are too many orders of more than two edits.
std::string text_of(const World& world, std::size_t done, bool ordered = true) {
  std::string text = std::to_string(done);
  for (const Replica& replica : world) {
    text += "|";
    if (ordered) text += replica.text();
    for (const std::string& line : replica.shape()) text += ordered ? "" : line;
  }
  return text;
}

// Everybody exchanges with everybody until nothing moves: they agree, and lack nothing.
std::string disagreement(World world, const std::vector<std::string>& saved) {
  constexpr int kRoundsMax = 4;
  for (int round = 0;; ++round) {
    bool moved = false;
    for (std::size_t to = 0; to < world.size(); ++to) {
      for (std::size_t from = 0; from < world.size(); ++from) {
        if (from != to) moved = world[to].receive(world[from]) || moved;
      }
    }
    if (!moved) break;
    if (round == kRoundsMax) return "they go on merging for ever";
  }
  for (const Replica& replica : world) {
    if (replica.shape() != world[0].shape()) return "they differ:\n" + replica.text() + "\n" + world[0].text();
    if (!replica.merged_once()) return "the same branches were merged twice:\n" + replica.text();
    for (const std::string& rev : saved) {
      if (!replica.knows(rev)) return "lost " + rev;
    }
  }
  return {};
}

struct Explored {
  std::uint64_t programs = 0, states = 0, deliveries = 0;
};

struct State {
  World world;
  std::size_t done;
  std::vector<std::string> saved;
};

// All orders of the edits of a program and of deliveries between any two replicas, by visiting each state once.
void explore(const std::vector<Operation>& program, Explored& explored) {
  std::map<std::string, Document> documents;
  Document first;
  first.id = "note:1";
  first.body = R"({"edit":{"n":0},"same":0})";
  first.rev = {1, make_sig({}, false, {}, first.body)};
  first.path = {first.rev.sig};
  World begin(3, Replica(&documents));
  for (Replica& replica : begin) replica.take(first);

  std::set<std::string> seen;
  std::deque<State> open;
  const auto reach = [&](State state) {
    if (seen.insert(text_of(state.world, state.done, program.size() <= 2)).second) open.push_back(std::move(state));
  };
  reach({std::move(begin), 0, {}});
  while (!open.empty()) {
    const State state = std::move(open.front());
    open.pop_front();
    ++explored.states;
    if (state.done < program.size()) {
      State next = state;
      const Operation& operation = program[state.done];
      const std::string rev = next.world[operation.replica].edit(operation, static_cast<int>(state.done) + 1);
      if (!rev.empty()) next.saved.push_back(rev);
      ++next.done;
      reach(std::move(next));
    } else {
      const std::string wrong = disagreement(state.world, state.saved);
      if (!wrong.empty()) FAIL(wrong);
    }
    for (std::size_t from = 0; from < 3; ++from) {
      for (std::size_t to = 0; to < 3; ++to) {
        if (from == to) continue;
        ++explored.deliveries;
        if (!state.world[to].lacks(state.world[from])) continue;
        State next = state;
        next.world[to].receive(state.world[from]);
        const std::string once = next.world[to].text();
        if (next.world[to].receive(state.world[from]) || next.world[to].text() != once)
          FAIL("a second delivery changed something:\n" + once);
        reach(std::move(next));
      }
    }
  }
  ++explored.programs;
}

// Programs of this length; replicas are named in the order in which they are first edited.
void explore_all(std::size_t length, std::vector<Operation>& program, Explored& explored) {
  if (program.size() == length) return explore(program, explored);
  std::size_t used = 0;
  for (const Operation& operation : program) used = std::max(used, operation.replica + 1);
  for (std::size_t replica = 0; replica <= std::min<std::size_t>(used, 2); ++replica) {
    for (const Kind kind : std::span(kKinds).first(length == 4 ? kKindsOfFour : kKinds.size())) {
      program.push_back({kind, replica});
      explore_all(length, program, explored);
      program.pop_back();
    }
  }
}

}  // namespace

TEST_CASE("three replicas agree after any edits and any order of deliveries") {
  const std::size_t length = GENERATE(1, 2, 3, 4);
  Explored explored;
  std::vector<Operation> program;
  explore_all(length, program, explored);
  WARN(length << " edits: " << explored.programs << " programs, " << explored.states << " states, "
              << explored.deliveries << " deliveries");
  CHECK(explored.programs > 0);
}

}  // namespace tram::test
