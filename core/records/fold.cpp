#include "core/records/fold.h"

#include <algorithm>

namespace tram {
namespace {

constexpr const char* kAttachments = "_attachments";

const LeafRecord& empty_record() {
  static const LeafRecord record = [] {
    LeafRecord empty{json::Value::object(), {}};
    empty.value[kAttachments] = json::Value::object();
    return empty;
  }();
  return record;
}

}  // namespace

Result<const LeafRecord*> Fold::record(std::int32_t index) {
  auto [entry, is_new] = records_.try_emplace(index);
  if (is_new) {
    ASSIGN_OR_RETURN(std::optional<Body> body, body_(tree_.at(index).rev));
    if (body) {
      auto value = json::parse_object(body->text);
      if (!value) return value.error().within("reading revision " + tree_.at(index).rev.text());
      entry->second = LeafRecord{*std::move(value), std::move(body->attachments)};
      entry->second->value[kAttachments] = attachments_value(entry->second->attachments);
    }
  }
  return entry->second ? &*entry->second : nullptr;
}

Result<std::optional<json::Value>> Fold::base(std::span<const std::int32_t> leaves, std::int32_t leaf) {
  if (bases_left_-- == 0) return std::optional<json::Value>();
  const std::vector<std::int32_t> ancestors = tree_.common_ancestors(leaves, leaf);
  if (ancestors.empty()) {
    // Begun in two places: nothing was there before. A stemmed root hides what was.
    const auto begins = [&](std::int32_t index) { return tree_.at(tree_.root(index)).rev.generation == 1; };
    const bool known = begins(leaf) && std::all_of(leaves.begin(), leaves.end(), begins);
    return known ? std::optional(empty_record().value) : std::nullopt;
  }
  ASSIGN_OR_RETURN(const LeafRecord* first, record(ancestors.front()));
  if (!first) return std::optional<json::Value>();
  json::Value merged = first->value;
  for (std::size_t i = 1; i < ancestors.size(); ++i) {
    ASSIGN_OR_RETURN(const LeafRecord* next, record(ancestors[i]));
    if (!next) return std::optional<json::Value>();
    ASSIGN_OR_RETURN(const auto below, base(std::span(ancestors).first(i), ancestors[i]));
    if (!below) return std::optional<json::Value>();
    MergeResult result = merge_records(*below, merged, next->value);
    if (!result.clean()) return std::optional<json::Value>();
    merged = std::move(result.merged);
  }
  return std::optional(std::move(merged));
}

// Where the nearest ancestors contradict each other, the leaves may still go together in the same way from each of them.
Result<std::optional<MergeResult>> Fold::merge_from_each(const std::vector<std::int32_t>& ancestors,
                                                         const json::Value& ours, const json::Value& theirs) {
  std::optional<MergeResult> agreed;
  for (const std::int32_t index : ancestors) {
    ASSIGN_OR_RETURN(const LeafRecord* known, record(index));
    if (!known) return std::optional<MergeResult>();
    MergeResult result = merge_records(known->value, ours, theirs);
    if (!result.clean() || (agreed && !same_value(result.merged, agreed->merged))) return std::optional<MergeResult>();
    agreed = std::move(result);
  }
  return agreed;
}

Result<PairMerge> Fold::merge(const Accumulated& accumulated, std::int32_t leaf) {
  ASSIGN_OR_RETURN(const LeafRecord* theirs, record(leaf));
  CHECK(theirs != nullptr);
  PairMerge pair;
  const std::vector<std::int32_t> ancestors = tree_.common_ancestors(accumulated.leaves, leaf);
  bool all_known = true;
  for (const std::int32_t index : ancestors) {
    ASSIGN_OR_RETURN(const LeafRecord* known, record(index));
    if (known && !pair.base) pair.base = tree_.at(index).rev;
    all_known = all_known && known != nullptr;
  }
  if (same_value(accumulated.value, theirs->value)) {  // whatever the base
    pair.merge.merged = accumulated.value;
    return pair;
  }
  bases_left_ = kBasesMax;
  ASSIGN_OR_RETURN(const auto known, base(accumulated.leaves, leaf));
  if (known) {
    pair.merge = merge_records(*known, accumulated.value, theirs->value);
    return pair;
  }
  if (all_known && !ancestors.empty()) {
    ASSIGN_OR_RETURN(auto agreed, merge_from_each(ancestors, accumulated.value, theirs->value));
    pair.merge = agreed ? *std::move(agreed) : compare_records(accumulated.value, theirs->value);
    return pair;
  }
  pair.base_known = false;
  pair.merge = compare_records(accumulated.value, theirs->value);
  return pair;
}

Result<std::optional<Document>> Fold::child(std::int32_t parent, const Accumulated& accumulated) {
  ASSIGN_OR_RETURN(const LeafRecord* ours, record(parent));
  CHECK(ours != nullptr);
  if (same_value(ours->value, accumulated.value)) return std::optional<Document>();
  std::vector<Attachment> others;
  for (const std::int32_t leaf : accumulated.leaves) {
    ASSIGN_OR_RETURN(const LeafRecord* theirs, record(leaf));
    others.insert(others.end(), theirs->attachments.begin(), theirs->attachments.end());
  }
  json::Value body = accumulated.value;
  auto attachments = attachments_of(body[kAttachments], ours->attachments, others, tree_.at(parent).rev.generation + 1);
  body.erase(kAttachments);
  return std::optional(make(parent, false, body, std::move(attachments)));
}

Document Fold::tombstone(std::int32_t parent, const RevisionId& merged_into, const json::Value& edit) const {
  json::Value body = json::Value::object();
  body["merged_into"] = merged_into.text();
  if (!edit.is_null()) body["edit"] = edit;
  return make(parent, true, body, {});
}

Document Fold::make(std::int32_t parent, bool deleted, const json::Value& body,
                    std::vector<Attachment> attachments) const {
  const RevisionId& above = tree_.at(parent).rev;
  Document document;
  document.id = id_;
  document.body = json::print(body);
  document.rev = {above.generation + 1, make_sig(above, deleted, attachments, document.body)};
  document.path = tree_.path(parent);
  document.path.insert(document.path.begin(), document.rev.sig);
  document.deleted = deleted;
  document.attachments = std::move(attachments);
  return document;
}

}  // namespace tram
