// Machines that edit one document, exchange, and resolve alone, in random order.
#include <rapidcheck.h>

#include <algorithm>
#include <set>

#include "tests/core/records/replica.h"

namespace tram {
namespace {

using test::Replica;

// Any of 0..count-1, from the first test on: inRange alone begins with small numbers.
std::size_t pick(std::size_t count) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::size_t>(0, count));
}

struct World {
  std::vector<Replica> replicas = std::vector<Replica>(3);
  std::set<RevisionId> edits, merges;

  void edit(Replica& replica) {
    const auto leaves = replica.tree.leaves();
    const auto leaf = leaves[pick(leaves.size())];
    json::Value body = json::Value::object();
    if (!replica.tree.at(leaf).deleted) body = *json::parse(replica.body_of(replica.tree.at(leaf).rev));
    const std::size_t what = pick(12);
    const std::size_t number = pick(4);
    if (what < 6) {
      body[std::string(1, "abc"[what % 3])] = number;
    } else if (what < 9) {
      auto& rows = body["rows"];
      if (!rows.is_array()) rows = json::Value::array();
      if (rows.size() < 6) rows.push_back({{"id", replica.documents.size() * 10 + rows.size()}, {"v", number}});
    } else if (what == 9) {
      body["edit"] = {{"by", number}};
    } else if (what == 10 && !replica.tree.at(leaf).deleted) {
      edits.insert(replica.write(leaf, number % 2 ? "{}" : R"({"edit":{"by":"lan.ht"}})", true));
      return;
    }
    std::vector<Attachment> attachments = replica.attachments_of(replica.tree.at(leaf).rev);
    if (what == 11) {
      const std::string sha256(64, "abcd"[number]);
      if (attachments.empty() || attachments[0].sha256 != sha256) {
        attachments = {{"photo", "image/jpeg", sha256, "", 1, replica.tree.at(leaf).rev.generation + 1}};
      }
    }
    edits.insert(replica.write(leaf, json::print(body), false, attachments));
  }

  void settle(Replica& replica) {
    for (const Document& document : replica.settle().revisions) {
      if (!document.deleted) merges.insert(document.rev);
    }
  }

  // A line that is cut somewhere: what went over is the beginning of what the other had, in the order it had it.
  void send_some(const Replica& from, Replica& to) {
    const auto count = pick(from.documents.size() + 1);
    for (std::size_t i = 0; i < count; ++i) to.receive(from.documents[i]);
  }

  void exchange_all() {
    for (Replica& a : replicas) {
      for (Replica& b : replicas) {
        if (&a != &b) exchange(a, b);
      }
    }
  }
};

World random_world() {
  World world;
  for (Replica& replica : world.replicas) {
    if (pick(2) == 0 || &replica == &world.replicas[0]) {
      world.edits.insert(
          replica.write(Node::kNone, *rc::gen::element<std::string>(R"({"a":0})", R"({"b":0,"rows":[]})")));
    }
  }
  const std::size_t steps = pick(30);
  for (std::size_t step = 0; step < steps; ++step) {
    const auto a = pick(3);
    const auto b = (a + 1 + pick(2)) % 3;
    switch (pick(3)) {
      case 0:
        if (!world.replicas[a].tree.empty()) world.edit(world.replicas[a]);
        break;
      case 1: world.settle(world.replicas[a]); break;
      default: world.send_some(world.replicas[a], world.replicas[b]);
    }
  }
  return world;
}

}  // namespace

TEST_CASE("Replicas that resolve alone and exchange end equal and nothing is written twice") {
  CHECK(rc::check([] {
    World world = random_world();
    world.exchange_all();
    for (Replica& replica : world.replicas) world.settle(replica);
    world.exchange_all();
    for (Replica& replica : world.replicas) {
      RC_ASSERT(replica.settle().revisions.empty());
      RC_ASSERT(replica.shape() == world.replicas[0].shape());
      RC_ASSERT(replica.contents() == world.replicas[0].contents());
    }
    // Each edit is a leaf or went into one.
    const Replica& one = world.replicas[0];
    for (const RevisionId& edit : world.edits) RC_ASSERT(one.tree.find(edit) != Node::kNone);
    for (const std::int32_t leaf : one.tree.leaves()) RC_ASSERT(one.tree.at(leaf).has_body);
  }));
}

TEST_CASE("Resolving twice is resolving once") {
  CHECK(rc::check([] {
    World world = random_world();
    world.exchange_all();
    Replica& replica = world.replicas[0];
    const bool needs_person = replica.settle().needs_person;
    const Resolution again = replica.settle();
    RC_ASSERT(again.revisions.empty());
    RC_ASSERT(again.needs_person == needs_person);
    RC_ASSERT(needs_person == !replica.conflicts().empty());
  }));
}

TEST_CASE("Around one province there are no more merges than edits") {
  // The province merges what a push brought, an office after its pull. Without such a centre, machines that each merge
  // another half of the edits can make more merges than edits before they all have met.
  CHECK(rc::check([] {
    World world;
    Replica& province = world.replicas[0];
    world.edits.insert(province.write(Node::kNone, R"({"a":0,"b":0})"));
    const std::size_t steps = pick(40);
    for (std::size_t step = 0; step < steps; ++step) {
      Replica& office = world.replicas[1 + pick(2)];
      switch (pick(3)) {
        case 0:
          if (!office.tree.empty()) world.edit(office);
          break;
        case 1:
          world.send_some(office, province);
          world.settle(province);
          break;
        default: world.send_some(province, office); world.settle(office);
      }
    }
    RC_ASSERT(world.merges.size() <= world.edits.size());
  }));
}

TEST_CASE("After a decision and an exchange no replica has a question left") {
  CHECK(rc::check([] {
    World world = random_world();
    world.exchange_all();
    Replica& decider = world.replicas[0];
    const auto conflicts = decider.conflicts();
    if (conflicts.empty()) return;
    const Conflict& picked = conflicts[pick(conflicts.size())];
    const auto decided = decider.decide({.keep = pick(2) == 0 ? picked.ours : picked.theirs, .set = {}});
    RC_CLASSIFY(picked.deletion, "about a deletion");
    RC_CLASSIFY(!picked.deletion, "about a clash");
    RC_ASSERT(decided.ok());
    world.exchange_all();
    for (Replica& replica : world.replicas) {
      RC_ASSERT(replica.conflicts().empty());
      const Resolution resolution = replica.settle();
      RC_ASSERT(resolution.revisions.empty());
      RC_ASSERT(!resolution.needs_person);
      RC_ASSERT(replica.shape() == world.replicas[0].shape());
    }
  }));
}

}  // namespace tram
