#include "core/records/resolve.h"

#include <algorithm>

#include "core/records/fold.h"

namespace tram {
namespace {

struct Folded {
  Accumulated accumulated;         // leaves: L0 first, then what went into it
  std::vector<std::int32_t> left;  // live leaves that want a person
};

std::vector<std::int32_t> live_leaves_of(const RevisionTree& tree) {
  std::vector<std::int32_t> live = tree.leaves();
  std::erase_if(live, [&](std::int32_t leaf) { return tree.at(leaf).deleted; });
  return live;
}

// Tries each leaf against what is merged so far, and those that did not fit again once something else went in, until
// nothing more does: so that resolving the outcome once more changes nothing.
Result<Folded> fold_live(Fold& fold, const std::vector<std::int32_t>& live) {
  Folded folded{{{}, {live.front()}}, {live.begin() + 1, live.end()}};
  if (live.size() < 2 || live.size() > kMergeLeavesMax || !fold.extensible(live.front())) return folded;
  ASSIGN_OR_RETURN(const LeafRecord* winner, fold.record(live.front()));
  if (!winner) return folded;
  folded.accumulated.value = winner->value;
  for (bool progress = true; progress && !folded.left.empty();) {
    progress = false;
    std::vector<std::int32_t> left;
    for (const std::int32_t leaf : folded.left) {
      ASSIGN_OR_RETURN(const LeafRecord* theirs, fold.record(leaf));
      if (theirs && fold.extensible(leaf)) {
        ASSIGN_OR_RETURN(PairMerge pair, fold.merge(folded.accumulated, leaf));
        if (pair.clean()) {
          folded.accumulated.value = std::move(pair.merge.merged);
          folded.accumulated.leaves.push_back(leaf);
          progress = true;
          continue;
        }
      }
      left.push_back(leaf);
    }
    folded.left = std::move(left);
  }
  return folded;
}

Conflict between(const RevisionTree& tree, std::int32_t ours, std::int32_t theirs) {
  Conflict conflict;
  conflict.ours = tree.at(ours).rev;
  conflict.theirs = tree.at(theirs).rev;
  conflict.deletion = tree.at(theirs).deleted;
  return conflict;
}

// What was changed in the record that somebody deleted meanwhile.
Status describe_deletion(Fold& fold, const RevisionTree& tree, std::int32_t winner, std::int32_t tombstone,
                         Conflict& conflict) {
  ASSIGN_OR_RETURN(const LeafRecord* ours, fold.record(winner));
  if (!ours) return {};
  conflict.merge.merged = ours->value;
  for (const std::int32_t index : tree.common_ancestors(winner, tombstone)) {
    ASSIGN_OR_RETURN(const LeafRecord* base, fold.record(index));
    if (!base) continue;
    conflict.base = tree.at(index).rev;
    conflict.merge = merge_records(base->value, ours->value, base->value);
    break;
  }
  return {};
}

}  // namespace

Result<Resolution> resolve(std::string_view id, const RevisionTree& tree, const BodyLookup& body) {
  Resolution resolution;
  const std::vector<std::int32_t> live = live_leaves_of(tree);
  if (live.empty()) return resolution;
  Fold fold(id, tree, body);
  ASSIGN_OR_RETURN(const Folded folded, fold_live(fold, live));
  resolution.needs_person = !folded.left.empty() || !tree.open_deletions().empty();
  const std::vector<std::int32_t>& merged = folded.accumulated.leaves;
  if (merged.size() < 2) return resolution;

  RevisionId into = tree.at(live.front()).rev;
  ASSIGN_OR_RETURN(std::optional<Document> revision, fold.child(live.front(), folded.accumulated));
  if (revision) {
    into = revision->rev;
    resolution.revisions.push_back(*std::move(revision));
  }
  for (std::size_t i = 1; i < merged.size(); ++i) resolution.revisions.push_back(fold.tombstone(merged[i], into));
  return resolution;
}

Result<std::vector<Conflict>> open_conflicts(const RevisionTree& tree, const BodyLookup& body) {
  std::vector<Conflict> conflicts;
  const std::vector<std::int32_t> live = live_leaves_of(tree);
  if (live.empty()) return conflicts;
  Fold fold("", tree, body);
  const std::int32_t winner = live.front();
  ASSIGN_OR_RETURN(Folded folded, fold_live(fold, live));
  std::sort(folded.left.begin(), folded.left.end(), [&](auto a, auto b) { return tree.at(a).rev > tree.at(b).rev; });
  ASSIGN_OR_RETURN(const LeafRecord* ours, fold.record(winner));
  for (const std::int32_t leaf : folded.left) {
    Conflict& conflict = conflicts.emplace_back(between(tree, winner, leaf));
    ASSIGN_OR_RETURN(const LeafRecord* theirs, fold.record(leaf));
    if (!ours || !theirs) continue;
    ASSIGN_OR_RETURN(PairMerge pair, fold.merge({ours->value, {winner}}, leaf));
    conflict.base = std::move(pair.base);
    conflict.merge = std::move(pair.merge);
  }
  for (const std::int32_t tombstone : tree.open_deletions()) {
    Conflict& conflict = conflicts.emplace_back(between(tree, winner, tombstone));
    RETURN_IF_ERROR(describe_deletion(fold, tree, winner, tombstone, conflict));
  }
  return conflicts;
}

}  // namespace tram
