// core/records/merge.h: three-way merge of two records against their common ancestor ("tram-merge-1").
//
// Pure, symmetric, and without a clock: merge(b,x,y) = merge(b,y,x); merge(b,x,b) = merge(b,x,x) = x; a field changed
// on one side only survives; no scalar appears that none of the three had. The rules are in docs/merging.md; the model
// is diff3 (Khanna, Kunal, Pierce, "A Formal Investigation of Diff3", 2007) lifted to trees with named members.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/json.h"
#include "core/records/revision.h"

namespace tram {

// A place where both sides changed the same thing differently: path "values.tasks_applied_count" in steps.
struct Clash {
  std::vector<std::string> path;
  json::Value base, x, y;         // meaningful where present
  bool in_base = false, in_x = false, in_y = false;

  std::string path_text() const;  // steps joined by "/", with "/" and "~" in steps escaped as in RFC 6901
};

struct MergeResult {
  json::Value merged;             // complete only without clashes; with clashes: ours (x) stands at each of them
  std::vector<Clash> clashes;
  // Paths changed on one side only, which merged by themselves, for people to look at: (path, changed by x).
  std::vector<std::pair<std::string, bool>> parallel;
  bool clean() const { return clashes.empty(); }
};

// base, x, y are objects (bodies without special members).
MergeResult merge_records(const json::Value& base, const json::Value& x, const json::Value& y);

// Attachments merge as a map name -> (sha256, content type) of scalars; one that differs from x's gets `revpos`.
// Nothing when they clash.
std::optional<std::vector<Attachment>> merge_attachments(const std::vector<Attachment>& base,
                                                         const std::vector<Attachment>& x,
                                                         const std::vector<Attachment>& y, std::uint64_t revpos);

}  // namespace tram
