#include <algorithm>

#include "core/records/fold.h"

namespace tram {
namespace {

Error bad_choice(std::string_view pointer) {
  return error(ErrorCode::bad_request, "Nothing can be set at " + std::string(pointer) + ".");
}

bool contains(const std::vector<std::int32_t>& leaves, std::int32_t wanted) {
  return std::find(leaves.begin(), leaves.end(), wanted) != leaves.end();
}

json::Value* step_into(json::Value& value, const std::string& step) {
  if (value.is_object()) {
    const auto member = value.find(step);
    return member == value.end() ? nullptr : &*member;
  }
  if (!value.is_array()) return nullptr;
  const auto is_it = [&](const json::Value& element) { return row_step(element) == step; };
  const auto row = std::find_if(value.begin(), value.end(), is_it);
  return row == value.end() ? nullptr : &*row;
}

// Puts a value at a path of member names and row ids, or takes away what stands there.
Status set_at(json::Value& record, const std::string& pointer, const std::optional<json::Value>& wanted) {
  const std::vector<std::string> steps = path_steps(pointer);
  if (steps.front().empty() || steps.front().starts_with('_')) return bad_choice(pointer);
  json::Value* parent = &record;
  for (std::size_t i = 0; i + 1 < steps.size() && parent; ++i) parent = step_into(*parent, steps[i]);
  if (!parent || !parent->is_structured()) return bad_choice(pointer);

  json::Value* const present = step_into(*parent, steps.back());
  if (parent->is_array()) {
    if (wanted && row_step(*wanted) != steps.back()) return bad_choice(pointer);
    if (wanted && present) {
      *present = *wanted;
    } else if (wanted) {
      parent->push_back(*wanted);
    } else if (present) {
      parent->erase(static_cast<std::size_t>(present - &parent->front()));
    }
  } else if (wanted) {
    (*parent)[steps.back()] = *wanted;
  } else {
    parent->erase(steps.back());
  }
  return {};
}

class Decider {
 public:
  Decider(std::string_view id, const RevisionTree& tree, const BodyLookup& body, const Decision& decision)
      : tree_(tree), decision_(decision), fold_(id, tree, body), deletions_(tree.open_deletions()) {
    for (const std::int32_t leaf : tree.leaves()) {
      if (!tree.at(leaf).deleted) live_.push_back(leaf);
    }
  }

  Result<Resolution> run(const json::Value& edit) {
    if (live_.empty() || (live_.size() < 2 && deletions_.empty())) {
      return error(ErrorCode::conflict, "Nothing is left to decide here.");
    }
    std::int32_t kept = Node::kNone;
    if (decision_.keep) {
      kept = tree_.find(*decision_.keep);
      if (contains(deletions_, kept)) return remove(kept, edit);
      if (!contains(live_, kept)) {
        return error(ErrorCode::conflict, "Revision " + decision_.keep->text() + " is not in question.");
      }
    }
    return keep(kept, edit);
  }

 private:
  // Everything else closes in favour of the tombstone.
  Result<Resolution> remove(std::int32_t tombstone, const json::Value& edit) {
    RETURN_IF_ERROR(check_extensible());
    Resolution resolution;
    close(resolution, live_.front(), tree_.at(tombstone).rev, edit);
    for (std::size_t i = 1; i < live_.size(); ++i) close(resolution, live_[i], tree_.at(tombstone).rev);
    for (const std::int32_t other : deletions_) {
      if (other != tombstone) close(resolution, other, tree_.at(tombstone).rev);
    }
    return resolution;
  }

  Result<Resolution> keep(std::int32_t kept, const json::Value& edit) {
    RETURN_IF_ERROR(check_extensible());
    ASSIGN_OR_RETURN(Accumulated decided, decide_content(kept == Node::kNone ? live_.front() : kept));
    Resolution resolution;
    RevisionId into = tree_.at(live_.front()).rev;
    if (live_.size() > 1 || !decision_.set.empty()) {
      if (!edit.is_null()) decided.value["edit"] = edit;
      ASSIGN_OR_RETURN(std::optional<Document> revision, fold_.child(live_.front(), decided));
      if (revision) {
        into = revision->rev;
        resolution.revisions.push_back(*std::move(revision));
      }
    }
    for (std::size_t i = 1; i < live_.size(); ++i) close(resolution, live_[i], into);
    for (const std::int32_t tombstone : deletions_) close(resolution, tombstone, into);
    return resolution;
  }

  // Beginning with one side, which then stands at each clash, all live leaves merged, and then what was set.
  Result<Accumulated> decide_content(std::int32_t first) {
    std::vector<std::string> unresolved;
    if (!decision_.keep) {
      for (const std::int32_t tombstone : deletions_) unresolved.push_back(tree_.at(tombstone).rev.text());
    }
    RETURN_IF_ERROR(check_body(first));
    ASSIGN_OR_RETURN(const LeafRecord* side, fold_.record(first));
    Accumulated decided{side->value, {first}};
    for (const std::int32_t leaf : live_) {
      if (leaf == first) continue;
      RETURN_IF_ERROR(check_body(leaf));
      ASSIGN_OR_RETURN(PairMerge pair, fold_.merge(decided, leaf));
      for (const Clash& clash : pair.merge.clashes) {
        std::string path = clash.path_text();
        if (!decision_.keep && !is_set(path)) unresolved.push_back(std::move(path));
      }
      decided.value = std::move(pair.merge.merged);
      decided.leaves.push_back(leaf);
    }
    if (!unresolved.empty()) return still_open(unresolved);
    for (const auto& [pointer, value] : decision_.set) RETURN_IF_ERROR(set_at(decided.value, pointer, value));
    return decided;
  }

  static Error still_open(const std::vector<std::string>& unresolved) {
    std::string list;
    for (const std::string& path : unresolved) list += (list.empty() ? "" : ", ") + path;
    return error(ErrorCode::bad_request, "Still to be decided: " + list + ".", "unresolved");
  }

  Status check_body(std::int32_t leaf) {
    ASSIGN_OR_RETURN(const LeafRecord* known, fold_.record(leaf));
    if (known) return {};
    return error(ErrorCode::conflict, "The content of revision " + tree_.at(leaf).rev.text() + " has not come yet.");
  }

  Status check_extensible() {
    for (const auto* leaves : {&live_, &deletions_}) {
      for (const std::int32_t leaf : *leaves) {
        if (!fold_.extensible(leaf)) return error(ErrorCode::too_large, "This document can take no more revisions.");
      }
    }
    return {};
  }

  bool is_set(const std::string& path) const {
    return std::any_of(decision_.set.begin(), decision_.set.end(), [&](const auto& set) { return set.first == path; });
  }

  void close(Resolution& resolution, std::int32_t leaf, const RevisionId& into, const json::Value& edit = nullptr) {
    resolution.revisions.push_back(fold_.tombstone(leaf, into, edit));
  }

  const RevisionTree& tree_;
  const Decision& decision_;
  Fold fold_;
  std::vector<std::int32_t> live_;  // in winner order
  std::vector<std::int32_t> deletions_;
};

}  // namespace

Result<Resolution> decide(std::string_view id, const RevisionTree& tree, const BodyLookup& body,
                          const Decision& decision, const json::Value& edit) {
  return Decider(id, tree, body, decision).run(edit);
}

}  // namespace tram
