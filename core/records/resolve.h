// core/records/resolve.h: what happens to a document with several live leaves.
//
// Anyone who holds the same tree and bodies computes the same answer, so replicas that resolve alone and exchange end
// byte-equal, and nothing ping-pongs. What merges by itself becomes one ordinary revision M and a tombstone
// {"merged_into":"<M>"} for each leaf that went into it; a real clash leaves both leaves for a person.
// Rules: replication.md 5.3, told in docs/merging.md. Pure; any thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/records/document.h"
#include "core/records/merge.h"
#include "core/records/tree.h"

namespace tram {

inline constexpr std::size_t kMergeLeavesMax = 8;  // more live leaves than this go to a person

struct Body {
  std::string text;  // JSON object without special members
  std::vector<Attachment> attachments;
};
// Body of a revision, or nothing when it is not kept. Errors of storage end the resolution.
using BodyLookup = std::function<Result<std::optional<Body>>(const RevisionId&)>;

struct Resolution {
  // New revisions to write, in this order and in one transaction: M first if there is one, then the tombstones. Each
  // carries its whole path. Empty: nothing merges by itself.
  std::vector<Document> revisions;
  bool needs_person = false;  // live leaves, or an open deletion, remain for a person
};

// Merges what merges by itself; leaves that did not fit are tried again once others went in, so resolving the outcome
// changes nothing more. Leaves of one content are closed even when their history is not known. id is the document's;
// the caller has made sure that its database merges at all.
Result<Resolution> resolve(std::string_view id, const RevisionTree& tree, const BodyLookup& body);

// One open question for a person: the winner against another live leaf, or against a tombstone that a person made.
struct Conflict {
  RevisionId ours;                 // L0, the winner
  RevisionId theirs;               // another live leaf, or the tombstone
  bool deletion = false;           // theirs is a tombstone
  std::optional<RevisionId> base;  // nearest common ancestor with a body, when there is one
  MergeResult merge;               // clashes and parallel changes between them (x = ours); "_attachments/<name>"
                                   // stands for an attachment; of a deletion: what `ours` changed since the base
};

// All open questions of a document, in winner order of `theirs`.
Result<std::vector<Conflict>> open_conflicts(const RevisionTree& tree, const BodyLookup& body);

// A person's decision, for all open questions of the document at once; what merges by itself still merges. Answers the
// revisions to write: a child of the winner with the decided content, and the tombstones that close the others.
// - `keep` names a live leaf: its side is taken at every clash, and tombstones in question are closed. Where only
//   deletions are in question and nothing is set, no new content is written.
// - `keep` names a tombstone: the document is deleted. The winner gets a tombstone with `edit` that names the kept one,
//   and so does every other leaf in question, without `edit`.
// - `set` stands above `keep`: paths as Clash::path_text, with row ids as steps; other fields may be set too,
//   attachments not. Without `keep` every clash needs one, and a deletion cannot be decided.
// Errors: bad_request named unresolved, listing what is left without a choice; bad_request for a pointer where
// nothing can be set; conflict when `keep` is not in question, or nothing is (any more).
struct Decision {
  std::optional<RevisionId> keep;
  std::vector<std::pair<std::string, std::optional<json::Value>>> set;  // pointer -> value; nothing: the member goes
};
// `edit` is put as the member "edit" of the deciding revision (who and when); null: none.
Result<Resolution> decide(std::string_view id, const RevisionTree& tree, const BodyLookup& body,
                          const Decision& decision, const json::Value& edit);

}  // namespace tram
