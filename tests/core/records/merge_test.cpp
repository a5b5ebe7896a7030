#include "core/records/merge.h"

#include <rapidcheck.h>

#include <algorithm>
#include <set>

#include "tests/core/records/replica.h"

namespace tram {
namespace {

using test::value;

// The merged record, or the clashing paths in parentheses.
std::string merged(std::string_view base, std::string_view x, std::string_view y) {
  const MergeResult result = merge_records(value(base), value(x), value(y));
  if (result.clean()) return json::print(result.merged);
  std::string text = "(";
  for (const Clash& clash : result.clashes) text += (text.size() > 1 ? " " : "") + clash.path_text();
  return text + ")";
}

// One change to a record, so that two changed copies stay related to the base.
struct Edit {
  int place = 0;
  int number = 0;
};
std::ostream& operator<<(std::ostream& out, const Edit& edit) { return out << edit.place << ":" << edit.number; }

void apply(json::Value& record, const Edit& edit) {
  static const char* const kNames[] = {"a", "b", "c"};
  const std::string name = kNames[edit.number % 3];
  const json::Value number = edit.number;
  json::Value& rows = record["rows"];
  const auto row = std::find_if(rows.begin(), rows.end(), [&](const auto& r) { return r.at("id") == edit.number % 4; });
  switch (edit.place) {
    case 0: record[name] = number; break;
    case 1: record.erase(name); break;
    case 2: record[name] = nullptr; break;
    case 3: record["values"][name] = number; break;
    case 4: record["values"].erase(name); break;
    case 5: record["values"][name] = {{"deep", number}}; break;
    case 6:
      if (row == rows.end())
        rows.push_back({{"id", edit.number % 4}, {"v", number}});
      else
        (*row)["v"] = number;
      break;
    case 7:
      if (row != rows.end()) rows.erase(row);
      break;
    case 8:
      if (row != rows.end()) std::swap(*row, rows.front());
      break;
    case 9: record["edit"] = {{"by", number}}; break;
    case 10: record["submission"] = {{"n", edit.number % 3}, {"by", number}}; break;
    case 11: record["review"] = {{"verdict", number}}; break;
    default: record["list"] = {number, 1}; break;
  }
}

json::Value edited(json::Value record, const std::vector<Edit>& edits) {
  for (const Edit& edit : edits) apply(record, edit);
  return record;
}

std::vector<Edit> random_edits() {
  return *rc::gen::container<std::vector<Edit>>(
      rc::gen::construct<Edit>(rc::gen::inRange(0, 13), rc::gen::inRange(0, 20)));
}

struct Related {
  json::Value base, x, y;
};
Related random_related() {
  const json::Value start = json::Value::object({{"values", json::Value::object()}, {"rows", json::Value::array()}});
  const json::Value base = edited(start, random_edits());
  return {base, edited(base, random_edits()), edited(base, random_edits())};
}

void scalars_of(const json::Value& of, std::set<std::string>& into) {
  if (!of.is_structured()) into.insert(json::print(of));
  if (of.is_structured()) {
    for (const auto& element : of) scalars_of(element, into);
  }
}

std::set<std::string> clashing(const MergeResult& result) {
  std::set<std::string> paths;
  for (const Clash& clash : result.clashes) paths.insert(clash.path_text());
  return paths;
}

}  // namespace

TEST_CASE("Two offices that change different fields lose nothing") {
  CHECK(merged(R"({"a":1,"b":1})", R"({"a":2,"b":1})", R"({"a":1,"b":2,"c":3})") == R"({"a":2,"b":2,"c":3})");
  CHECK(merged(R"({"v":{"a":1,"b":1}})", R"({"v":{"b":1}})", R"({"v":{"a":1,"b":{"c":2}}})") ==
        R"({"v":{"b":{"c":2}}})");
}

TEST_CASE("The same field changed differently is a clash and changed alike is none") {
  CHECK(merged(R"({"v":{"a":1}})", R"({"v":{"a":2}})", R"({"v":{"a":3}})") == "(v/a)");
  CHECK(merged(R"({"v":{"a":1}})", R"({"v":{"a":2}})", R"({"v":{"a":2.0}})") == R"({"v":{"a":2}})");
  CHECK(merged(R"({"a":1})", R"({"a":[1]})", R"({"a":{"b":1}})") == "(a)");
}

TEST_CASE("Absent is another value than null") {
  CHECK(merged(R"({"a":1})", R"({"a":null})", R"({})") == "(a)");
  CHECK(merged(R"({})", R"({"a":null})", R"({})") == R"({"a":null})");
  CHECK(merged(R"({"a":1})", R"({})", R"({"a":1})") == "{}");
}

TEST_CASE("A field removed at one office and changed at the other is a clash") {
  CHECK(merged(R"({"a":1})", R"({})", R"({"a":2})") == "(a)");
}

TEST_CASE("Numbers are equal when their decimals are and never as doubles") {
  CHECK(merged(R"({"a":1.0})", R"({"a":1e0})", R"({"a":2})") == R"({"a":2})");
  CHECK(merged(R"({"a":1})", R"({"a":9007199254740993})", R"({"a":9007199254740992})") == "(a)");
  CHECK(merged(R"({"a":18446744073709551615})", R"({"a":18446744073709552000})", R"({"a":5})") == "(a)");
  CHECK(merged(R"({"a":0.1})", R"({"a":0.10000000000000000001})", R"({"a":0.1})") == R"({"a":0.10000000000000000001})");
}

TEST_CASE("Rows merge one by one by their id") {
  CHECK(merged(R"({"r":[{"id":1,"v":1},{"id":2,"v":1}]})", R"({"r":[{"id":1,"v":2},{"id":2,"v":1}]})",
               R"({"r":[{"id":1,"v":1},{"id":2,"v":3}]})") == R"({"r":[{"id":1,"v":2},{"id":2,"v":3}]})");
  CHECK(merged(R"({"r":[{"id":1}]})", R"({"r":[]})", R"({"r":[{"id":1}]})") == R"({"r":[]})");
  CHECK(merged(R"({"r":[{"id":1}]})", R"({"r":[]})", R"({"r":[{"id":1,"v":1}]})") == "(r/1)");
  CHECK(merged(R"({"r":[{"id":"a/b","v":0}]})", R"({"r":[{"id":"a/b","v":1}]})", R"({"r":[{"id":"a/b","v":2}]})") ==
        "(r/a~1b/v)");
}

TEST_CASE("Rows added at both offices come in order of their ids and the same row merges from empty") {
  CHECK(merged(R"({"r":[{"id":"m"}]})", R"({"r":[{"id":"m"},{"id":"z"}]})", R"({"r":[{"id":"m"},{"id":"b"}]})") ==
        R"({"r":[{"id":"m"},{"id":"b"},{"id":"z"}]})");
  CHECK(merged(R"({})", R"({"r":[{"id":1,"a":1}]})", R"({"r":[{"id":1,"b":2}]})") == R"({"r":[{"a":1,"b":2,"id":1}]})");
  CHECK(merged(R"({"r":[]})", R"({"r":[{"id":1,"a":1}]})", R"({"r":[{"id":1,"a":2}]})") == "(r/1/a)");
}

TEST_CASE("The order of rows is that of the only office which changed it") {
  CHECK(merged(R"({"r":[{"id":1},{"id":2}]})", R"({"r":[{"id":2},{"id":1}]})", R"({"r":[{"id":1,"v":1},{"id":2}]})") ==
        R"({"r":[{"id":2},{"id":1,"v":1}]})");
  CHECK(merged(R"({"r":[{"id":1},{"id":2}]})", R"({"r":[{"id":2},{"id":1}]})", R"({"r":[{"id":2,"v":1},{"id":1}]})") ==
        R"({"r":[{"id":2,"v":1},{"id":1}]})");
  CHECK(merged(R"({"r":[{"id":1},{"id":2}]})", R"({"r":[{"id":2},{"id":1}]})",
               R"({"r":[{"id":1},{"id":2},{"id":3}]})") == R"({"r":[{"id":1},{"id":2},{"id":3}]})");
}

TEST_CASE("Arrays that are no rows are one value") {
  CHECK(merged(R"({"r":[1]})", R"({"r":[1,2]})", R"({"r":[1,3]})") == "(r)");
  CHECK(merged(R"({"r":[]})", R"({"r":[{"id":1},{"id":1}]})", R"({"r":[{"id":2}]})") == "(r)");
  CHECK(merged(R"({"r":[]})", R"({"r":[{"id":1.5}]})", R"({"r":[{"id":2}]})") == "(r)");
  CHECK(merged(R"({"r":null})", R"({"r":[{"id":1}]})", R"({"r":[{"id":2}]})") == "(r)");
  CHECK(merged(R"({"r":[{"id":1},{"id":"1"}]})", R"({"r":[{"id":1,"a":1},{"id":"1"}]})",
               R"({"r":[{"id":1},{"id":"1","b":1}]})") == R"({"r":[{"a":1,"id":1},{"b":1,"id":"1"}]})");
}

TEST_CASE("Who edited last and what was submitted never clash") {
  CHECK(merged(R"({"edit":{"at":"1"}})", R"({"edit":{"at":"2"}})", R"({"edit":{"at":"3"}})") ==
        R"({"edit":{"at":"3"}})");
  CHECK(merged(R"({"edit":{"at":"1"}})", R"({})", R"({"edit":{"at":"0"}})") == R"({"edit":{"at":"0"}})");
  CHECK(merged(R"({})", R"({"submission":{"n":10,"by":"a"}})", R"({"submission":{"n":9,"by":"b"}})") ==
        R"({"submission":{"by":"a","n":10}})");
  CHECK(merged(R"({})", R"({"submission":{"n":2,"by":"a"}})", R"({"submission":{"n":2,"by":"b"}})") ==
        R"({"submission":{"by":"b","n":2}})");
  CHECK(merged(R"({"submission":{"n":9}})", R"({"submission":{"n":9}})", R"({"submission":{"n":1}})") ==
        R"({"submission":{"n":1}})");
  CHECK(merged(R"({"v":{"edit":1}})", R"({"v":{"edit":2}})", R"({"v":{"edit":3}})") == "(v/edit)");
}

TEST_CASE("A review is one value") {
  CHECK(merged(R"({"review":{"a":1,"b":1}})", R"({"review":{"a":2,"b":1}})", R"({"review":{"a":1,"b":2}})") ==
        "(review)");
  CHECK(merged(R"({"v":{"review":{}}})", R"({"v":{"review":{"a":2}}})", R"({"v":{"review":{"b":2}}})") ==
        R"({"v":{"review":{"a":2,"b":2}}})");
}

TEST_CASE("A clash shows all three values and the fields that merged by themselves are named") {
  const MergeResult result =
      merge_records(value(R"({"a":1,"b":1,"c":1,"v":{"d":1}})"), value(R"({"a":2,"b":2,"c":1,"v":{"d":1}})"),
                    value(R"({"b":1,"c":3,"v":{"d":4}})"));
  REQUIRE(result.clashes.size() == 1);
  const Clash& clash = result.clashes[0];
  CHECK(clash.path_text() == "a");
  CHECK((clash.in_base && clash.base == 1 && clash.in_x && clash.x == 2 && !clash.in_y));
  CHECK(result.parallel == std::vector<std::pair<std::string, bool>>{{"b", true}, {"c", false}, {"v/d", false}});
  CHECK(json::print(result.merged) == R"({"a":2,"b":2,"c":3,"v":{"d":4}})");
}

TEST_CASE("Without a known base everything that differs is a clash") {
  const MergeResult result =
      compare_records(value(R"({"a":1,"b":{"c":1,"d":1},"edit":1})"), value(R"({"b":{"c":1,"d":2},"edit":2})"));
  CHECK(clashing(result) == std::set<std::string>{"a", "b/d"});
  CHECK(result.merged.at("edit") == 2);
}

TEST_CASE("A path text comes apart into the steps that it was made of") {
  const Clash clash{{"a/b", "~1", ""}, {}, {}, {}, true, true, true};
  CHECK(clash.path_text() == "a~1b/~01/");
  CHECK(path_steps(clash.path_text()) == clash.path);
}

TEST_CASE("Attachments merge by name and those from the other side get the generation of the merge") {
  const Attachment old{"a", "image/jpeg", "s1", "md5-1", 5, 1};
  const Attachment ours{"b", "image/jpeg", "s2", "md5-2", 5, 3};
  Attachment theirs{"c", "image/jpeg", "s3", "md5-3", 5, 3};
  const auto result = merge_attachments({old}, {old, ours}, {theirs}, 4);
  REQUIRE(result.has_value());
  theirs.revpos = 4;
  CHECK(*result == std::vector<Attachment>{ours, theirs});
  const Attachment other{"b", "image/jpeg", "s9", "md5-9", 5, 3};
  CHECK(!merge_attachments({}, {ours}, {other}, 4).has_value());
  CHECK(merge_attachments({ours}, {other}, {ours}, 4) == std::vector<Attachment>{other});
}

TEST_CASE("Merging is symmetric") {
  CHECK(rc::check([] {
    const auto [base, x, y] = random_related();
    const MergeResult one = merge_records(base, x, y);
    const MergeResult two = merge_records(base, y, x);
    RC_ASSERT(clashing(one) == clashing(two));
    if (one.clean()) RC_ASSERT(json::print(one.merged) == json::print(two.merged));
  }));
}

TEST_CASE("A record merged with its base or with itself is the record") {
  CHECK(rc::check([] {
    const auto [base, x, y] = random_related();
    RC_ASSERT(json::print(merge_records(base, x, base).merged) == json::print(x));
    RC_ASSERT(json::print(merge_records(base, base, x).merged) == json::print(x));
    RC_ASSERT(json::print(merge_records(base, x, x).merged) == json::print(x));
    RC_ASSERT(merge_records(base, x, base).clean());
    RC_ASSERT(merge_records(y, x, x).clean());
  }));
}

TEST_CASE("A field changed at one office only survives and no scalar is invented") {
  CHECK(rc::check([] {
    const auto [base, x, y] = random_related();
    const MergeResult result = merge_records(base, x, y);
    for (const char* name : {"a", "b", "c"}) {
      for (const auto& [b, one, other] : {std::tie(base, x, y), std::tie(base, y, x)}) {
        for (const char* parent : {"", "values"}) {
          const auto at = [&](const json::Value& of) {
            const json::Value& object = *parent ? of.at(parent) : of;
            return object.contains(name) ? json::print(object.at(name)) : "absent";
          };
          if (at(b) == at(other)) RC_ASSERT(at(result.merged) == at(one));
        }
      }
    }
    std::set<std::string> known, found;
    for (const json::Value* of : {&base, &x, &y}) scalars_of(*of, known);
    scalars_of(result.merged, found);
    RC_ASSERT(std::includes(known.begin(), known.end(), found.begin(), found.end()));
  }));
}

}  // namespace tram
