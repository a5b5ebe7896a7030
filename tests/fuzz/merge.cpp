// Three records, a line each: merging does not depend on who asks, and what changed on one side only is simply taken.
#include "core/records/merge.h"

#include "tests/fuzz/fuzz.h"

namespace tram::fuzzing {

void fuzz(std::string_view input) {
  const auto lines = cut(input, "\n", 3);
  if (lines.size() != 3) return;
  const auto b = json::parse_object(lines[0]), x = json::parse_object(lines[1]), y = json::parse_object(lines[2]);
  if (!b || !x || !y) return;
  const MergeResult one = merge_records(*b, *x, *y), other = merge_records(*b, *y, *x);
  CHECK(one.clashes.size() == other.clashes.size());
  if (one.clean()) CHECK(same_value(one.merged, other.merged));
  for (const Clash& clash : one.clashes) CHECK(path_steps(clash.path_text()) == clash.path);
  const MergeResult mine = merge_records(*b, *x, *b), alike = merge_records(*b, *x, *x);
  CHECK(mine.clean() && same_value(mine.merged, *x));
  CHECK(alike.clean() && same_value(alike.merged, *x));
}

}  // namespace tram::fuzzing
