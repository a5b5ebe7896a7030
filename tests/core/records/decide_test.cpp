#include "core/records/resolve.h"
#include "tests/core/records/replica.h"

namespace tram {
namespace {

using test::Replica;
using test::value;

struct Clashing {
  Replica office;
  RevisionId base, ours, theirs;
};

Clashing clashing() {
  Clashing made;
  made.base = made.office.write(Node::kNone, R"({"v":{"a":0,"b":0,"c":0}})");
  const auto one = made.office.write_below(made.base, R"({"v":{"a":1,"b":1,"c":0}})");
  const auto two = made.office.write_below(made.base, R"({"v":{"a":2,"b":0,"c":2}})");
  made.ours = std::max(one, two);
  made.theirs = std::min(one, two);
  return made;
}

void check_settled(const Replica& replica) {
  CHECK(replica.conflicts().empty());
  Replica copy = replica;
  const Resolution again = copy.settle();
  CHECK(again.revisions.empty());
  CHECK(!again.needs_person);
}

}  // namespace

TEST_CASE("A person keeps one side at each clash and what merges by itself still merges") {
  for (const bool keep_ours : {true, false}) {
    auto [office, base, ours, theirs] = clashing();
    Replica province = office;
    const RevisionId kept = keep_ours ? ours : theirs;
    const auto a = value(office.body_of(kept)).at("v").at("a");
    const auto resolution = office.decide({.keep = kept, .set = {}});
    REQUIRE(resolution.ok());
    REQUIRE(resolution->revisions.size() == 2);
    CHECK(office.winner_body() == R"({"edit":{"by":"lan.ht"},"v":{"a":)" + json::print(a) + R"(,"b":1,"c":2}})");
    CHECK(office.tree.at(office.tree.winner()).parent == office.tree.find(ours));
    check_settled(office);
    exchange(office, province);
    CHECK(province.shape() == office.shape());
    check_settled(province);
  }
}

TEST_CASE("A person sets the clashing fields one by one") {
  auto [office, base, ours, theirs] = clashing();
  REQUIRE(office.decide({.keep = {}, .set = {{"v/a", value("7")}}}).ok());
  CHECK(office.winner_body() == R"({"edit":{"by":"lan.ht"},"v":{"a":7,"b":1,"c":2}})");
  check_settled(office);

  auto removing = clashing();
  REQUIRE(removing.office.decide({.keep = {}, .set = {{"v/a", std::nullopt}}}).ok());
  CHECK(removing.office.winner_body() == R"({"edit":{"by":"lan.ht"},"v":{"b":1,"c":2}})");
}

TEST_CASE("What is set stands above what is kept") {
  auto [office, base, ours, theirs] = clashing();
  REQUIRE(office.decide({.keep = ours, .set = {{"v/a", value("7")}, {"note", value("\"agreed by phone\"")}}}).ok());
  CHECK(office.winner_body() == R"({"edit":{"by":"lan.ht"},"note":"agreed by phone","v":{"a":7,"b":1,"c":2}})");
}

TEST_CASE("Clashes without a choice are named and nothing is written") {
  auto [office, base, ours, theirs] = clashing();
  const auto refused = office.decide({});
  REQUIRE(!refused.ok());
  CHECK(refused.error().what_name() == "unresolved");
  CHECK(refused.error().message.find("v/a") != std::string::npos);
  CHECK(refused.error().message.find("v/b") == std::string::npos);
  CHECK(office.tree.live_leaves() == 2);
}

TEST_CASE("Rows that clash are set or removed by their id") {
  Replica office;
  const auto base = office.write(Node::kNone, R"({"r":[{"id":"p","v":0},{"id":"q","v":0}]})");
  office.write_below(base, R"({"r":[{"id":"q","v":1}]})");
  office.write_below(base, R"({"r":[{"id":"p","v":2},{"id":"q","v":2}]})");
  Replica other = office;
  REQUIRE(office.decide({.keep = {}, .set = {{"r/p", std::nullopt}, {"r/q/v", value("5")}}}, "null").ok());
  CHECK(office.winner_body() == R"({"r":[{"id":"q","v":5}]})");
  REQUIRE(
      other.decide({.keep = {}, .set = {{"r/p", value(R"({"id":"p","v":3})")}, {"r/q/v", value("5")}}}, "null").ok());
  CHECK(value(other.winner_body()).at("r").size() == 2);
}

TEST_CASE("Values that fit nowhere are refused") {
  for (const char* pointer : {"x/y", "v/a/b", "_id", "", "_attachments/p"}) {
    auto [office, base, ours, theirs] = clashing();
    INFO(pointer);
    CHECK(!office.decide({.keep = ours, .set = {{pointer, value("1")}}}).ok());
  }
}

TEST_CASE("Only what is in question can be kept and only while something is") {
  auto [office, base, ours, theirs] = clashing();
  CHECK(office.decide({.keep = base, .set = {}}).error().code == ErrorCode::conflict);
  CHECK(office.decide({.keep = RevisionId{9, "x"}, .set = {}}).error().code == ErrorCode::conflict);
  REQUIRE(office.decide({.keep = ours, .set = {}}).ok());
  CHECK(office.decide({.keep = ours, .set = {}}).error().code == ErrorCode::conflict);
}

TEST_CASE("The same decision of two machines is one revision") {
  auto [office, base, ours, theirs] = clashing();
  Replica province = office;
  REQUIRE(office.decide({.keep = theirs, .set = {}}).ok());
  REQUIRE(province.decide({.keep = theirs, .set = {}}).ok());
  CHECK(office.shape() == province.shape());
}

TEST_CASE("The same decision of two persons merges by itself") {
  auto [office, base, ours, theirs] = clashing();
  Replica province = office;
  REQUIRE(office.decide({.keep = ours, .set = {}}, R"({"by":"lan.ht"})").ok());
  REQUIRE(province.decide({.keep = ours, .set = {}}, R"({"by":"minh.nv"})").ok());
  exchange(office, province);
  CHECK(!office.settle().needs_person);
  CHECK(office.tree.live_leaves() == 1);
}

TEST_CASE("A decision among many leaves closes them all") {
  Replica office;
  const auto base = office.write(Node::kNone, R"({"a":0})");
  std::vector<RevisionId> leaves;
  for (int i = 1; i <= 12; ++i) leaves.push_back(office.write_below(base, "{\"a\":" + std::to_string(i) + "}"));
  REQUIRE(office.decide({.keep = leaves[3], .set = {}}, "null").ok());
  CHECK(office.winner_body() == R"({"a":4})");
  check_settled(office);
}

TEST_CASE("A person confirms a deletion and the live leaf gets a tombstone that tells who") {
  Replica office;
  const auto base = office.write(Node::kNone, R"({"a":0})");
  const auto edited = office.write_below(base, R"({"a":1})");
  const auto tombstone = office.write_below(base, "{}", true);
  Replica province = office;
  const auto refused = office.decide({});
  REQUIRE(!refused.ok());
  CHECK(refused.error().what_name() == "unresolved");
  CHECK(refused.error().message.find(tombstone.text()) != std::string::npos);

  const auto resolution = office.decide({.keep = tombstone, .set = {}});
  REQUIRE(resolution.ok());
  REQUIRE(resolution->revisions.size() == 1);
  CHECK(resolution->revisions[0].deleted);
  CHECK(resolution->revisions[0].body == R"({"edit":{"by":"lan.ht"},"merged_into":")" + tombstone.text() + "\"}");
  CHECK(office.tree.find(edited) == office.tree.at(office.tree.find(resolution->revisions[0].rev)).parent);
  CHECK(office.tree.deleted());
  check_settled(office);
  exchange(office, province);
  CHECK(province.shape() == office.shape());
  check_settled(province);

  // Begun again on whichever tombstone wins: no old question comes back.
  office.write(office.tree.winner(), R"({"a":9})");
  CHECK(!office.tree.deleted());
  check_settled(office);
}

TEST_CASE("A person keeps the document and the deletion is closed") {
  Replica office;
  const auto base = office.write(Node::kNone, R"({"a":0})");
  const auto edited = office.write_below(base, R"({"a":1})");
  const auto tombstone = office.write_below(base, R"({"edit":{"by":"minh.nv"}})", true);
  Replica province = office;
  const auto resolution = office.decide({.keep = edited, .set = {}});
  REQUIRE(resolution.ok());
  REQUIRE(resolution->revisions.size() == 1);
  CHECK(resolution->revisions[0].body == R"({"merged_into":")" + edited.text() + "\"}");
  CHECK(office.tree.at(office.tree.find(resolution->revisions[0].rev)).parent == office.tree.find(tombstone));
  CHECK(office.winner_body() == R"({"a":1})");
  check_settled(office);
  exchange(office, province);
  check_settled(province);
}

TEST_CASE("An edit made elsewhere after a deletion was confirmed asks again") {
  Replica office;
  const auto base = office.write(Node::kNone, R"({"a":0})");
  const auto edited = office.write_below(base, R"({"a":1})");
  const auto tombstone = office.write_below(base, "{}", true);
  Replica province = office;
  REQUIRE(office.decide({.keep = tombstone, .set = {}}).ok());
  const auto later = province.write_below(edited, R"({"a":2})");
  exchange(office, province);
  CHECK(!office.tree.deleted());
  REQUIRE(office.conflicts().size() == 1);
  REQUIRE(office.decide({.keep = later, .set = {}}).ok());
  check_settled(office);
}

TEST_CASE("Several deletions and a clash are decided at once") {
  for (const bool remove : {true, false}) {
    auto [office, base, ours, theirs] = clashing();
    const auto first = office.write_below(base, "{}", true);
    office.write_below(base, R"({"edit":{"by":"minh.nv"}})", true);
    Replica province = office;
    CHECK(office.conflicts().size() == 3);
    REQUIRE(office.decide({.keep = remove ? first : theirs, .set = {}}).ok());
    CHECK(office.tree.deleted() == remove);
    check_settled(office);
    exchange(office, province);
    CHECK(province.shape() == office.shape());
    check_settled(province);
  }
}

}  // namespace tram
