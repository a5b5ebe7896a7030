// core/records/merge.h: three-way merge of two records against their common ancestor ("tram-merge-1").
//
// Pure, symmetric, and without a clock: merge(b,x,y) = merge(b,y,x); merge(b,x,b) = merge(b,x,x) = x; a field changed
// on one side only survives; no scalar appears that none of the three had. The rules are in docs/merging.md; the model
// is diff3 (Khanna, Kunal, Pierce, "A Formal Investigation of Diff3", 2007) lifted to trees with named members.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/json.h"
#include "core/records/revision.h"

namespace tram {

// A place where both sides changed the same thing differently, as steps: member names, and the ids of rows.
struct Clash {
  std::vector<std::string> path;
  json::Value base, x, y;  // meaningful where present
  bool in_base = false, in_x = false, in_y = false;

  std::string path_text() const;  // steps joined by "/", with "/" and "~" in steps escaped as in RFC 6901
};

struct MergeResult {
  json::Value merged;  // complete only without clashes; with clashes: ours (x) stands at each of them
  std::vector<Clash> clashes;
  // Paths (as path_text) changed on one side only, which merged by themselves, for people to look at: (path, changed by
  // x). Without `edit`, which every revision changes.
  std::vector<std::pair<std::string, bool>> parallel;
  bool clean() const { return clashes.empty(); }
};

// base, x, y are objects (bodies without special members).
MergeResult merge_records(const json::Value& base, const json::Value& x, const json::Value& y);

// When the base is not known: everything that differs is a clash, except `edit` and `submission`.
MergeResult compare_records(const json::Value& x, const json::Value& y);

// Equality of canonical text.
bool same_value(const json::Value& a, const json::Value& b);

// The id of a row as a step of a path, "7" for both 7 and "7"; nothing when the value is no row.
std::optional<std::string> row_step(const json::Value& row);

// Takes a path_text apart again.
std::vector<std::string> path_steps(std::string_view path_text);

// Attachments merge as a map name -> (sha256, content type) of scalars; one that differs from x's gets `revpos`.
// Nothing when they clash. In order of name.
std::optional<std::vector<Attachment>> merge_attachments(const std::vector<Attachment>& base,
                                                         const std::vector<Attachment>& x,
                                                         const std::vector<Attachment>& y, std::uint64_t revpos);
// That map, as an object of strings.
json::Value attachments_value(const std::vector<Attachment>& attachments);
// The way back: the map's attachments as `ours` has them, else as one of `others` has them, with `revpos`.
std::vector<Attachment> attachments_of(const json::Value& map, const std::vector<Attachment>& ours,
                                       const std::vector<Attachment>& others, std::uint64_t revpos);

}  // namespace tram
