// core/records/fold.h: inside core/records: the bodies of a document's leaves, and one merged into another.
//
// Attachments take part as the member "_attachments" (name -> content), which no body has. Not thread-safe.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/records/resolve.h"

namespace tram {

struct LeafRecord {
  json::Value value;  // the body, and "_attachments"
  std::vector<Attachment> attachments;
};

// Leaves merged so far.
struct Accumulated {
  json::Value value;
  std::vector<std::int32_t> leaves;
};

struct PairMerge {
  MergeResult merge;               // x = accumulated, y = the leaf
  std::optional<RevisionId> base;  // the newest common ancestor with a body
  bool base_known = true;          // false: compared without one, for a person only
  bool clean() const { return base_known && merge.clean(); }
};

class Fold {
 public:
  static constexpr int kBasesMax = 64;

  Fold(std::string_view id, const RevisionTree& tree, const BodyLookup& body) : id_(id), tree_(tree), body_(body) {}

  // The content of a revision; nullptr when it is not kept.
  Result<const LeafRecord*> record(std::int32_t index);
  // What the leaf, whose body is kept, gives with what is accumulated.
  Result<PairMerge> merge(const Accumulated& accumulated, std::int32_t leaf);

  // A child of the parent, live, with the accumulated content; nothing when that is the parent's own content.
  Result<std::optional<Document>> child(std::int32_t parent, const Accumulated& accumulated);
  // A tombstone child that says where its branch went, and who closed it unless `edit` is null.
  Document tombstone(std::int32_t parent, const RevisionId& merged_into, const json::Value& edit = nullptr) const;
  // Can a child be numbered?
  bool extensible(std::int32_t index) const { return tree_.at(index).rev.generation < kGenerationMax; }

 private:
  // What the leaves had in common: their nearest common ancestor, or where there are several of them (two replicas
  // merged the same branches at different moments) these merged in their turn, as the "recursive" strategy of git does.
  // Nothing when a body is not kept, or the ancestors contradict each other.
  Result<std::optional<json::Value>> base(std::span<const std::int32_t> leaves, std::int32_t leaf);
  Result<std::optional<MergeResult>> merge_from_each(const std::vector<std::int32_t>& ancestors,
                                                     const json::Value& ours, const json::Value& theirs);
  Document make(std::int32_t parent, bool deleted, const json::Value& body, std::vector<Attachment> attachments) const;

  std::string_view id_;
  const RevisionTree& tree_;
  const BodyLookup& body_;
  std::map<std::int32_t, std::optional<LeafRecord>> records_;
  int bases_left_ = 0;  // for this pair: a forged history may cross any number of times
};

}  // namespace tram
