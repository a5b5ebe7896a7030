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

Result<std::optional<std::vector<const LeafRecord*>>> Fold::bases(const Accumulated& accumulated, std::int32_t leaf,
                                                                  std::optional<RevisionId>& newest) {
  std::vector<const LeafRecord*> found;
  const auto ancestors = tree_.common_ancestors(accumulated.leaves, leaf);
  bool all_known = true;
  for (const std::int32_t index : ancestors) {
    ASSIGN_OR_RETURN(const LeafRecord* known, record(index));
    if (known && !newest) newest = tree_.at(index).rev;
    if (!known) all_known = false;
    found.push_back(known);
  }
  if (ancestors.empty()) {
    // Begun in two places: nothing was there before. A stemmed root hides what was.
    const auto begins = [&](std::int32_t index) { return tree_.at(tree_.root(index)).rev.generation == 1; };
    all_known = begins(leaf) && std::all_of(accumulated.leaves.begin(), accumulated.leaves.end(), begins);
    found.push_back(&empty_record());
  }
  if (!all_known) return std::optional<std::vector<const LeafRecord*>>();
  return std::optional(std::move(found));
}

Result<PairMerge> Fold::merge(const Accumulated& accumulated, std::int32_t leaf) {
  ASSIGN_OR_RETURN(const LeafRecord* theirs, record(leaf));
  CHECK(theirs != nullptr);
  PairMerge pair;
  ASSIGN_OR_RETURN(const auto known, bases(accumulated, leaf, pair.base));
  if (same_value(accumulated.value, theirs->value)) {  // whatever the base
    pair.merge.merged = accumulated.value;
    return pair;
  }
  if (!known) {
    pair.base_known = false;
    pair.merge = compare_records(accumulated.value, theirs->value);
    return pair;
  }
  pair.merge = merge_records(known->front()->value, accumulated.value, theirs->value);
  for (std::size_t i = 1; i < known->size(); ++i) {
    const MergeResult other = merge_records((*known)[i]->value, accumulated.value, theirs->value);
    if (other.clean() && pair.merge.clean() && same_value(other.merged, pair.merge.merged)) continue;
    pair.merge = compare_records(accumulated.value, theirs->value);
    break;
  }
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
