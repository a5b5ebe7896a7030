#include "core/records/resolve.h"

#include "tests/core/records/replica.h"

namespace tram {
namespace {

using test::Replica;

RevisionId rev_of(const Replica& replica, std::int32_t index) { return replica.tree.at(index).rev; }

}  // namespace

TEST_CASE("Edits of different fields become one revision and a tombstone that names it") {
  Replica office;
  const auto a = office.write(Node::kNone, R"({"x":1,"y":1})");
  const auto b = office.write_below(a, R"({"x":2,"y":1})");
  const auto c = office.write_below(a, R"({"x":1,"y":2})");
  const RevisionId winner = std::max(b, c);
  const RevisionId loser = std::min(b, c);
  const Resolution resolution = office.settle();
  REQUIRE(resolution.revisions.size() == 2);
  CHECK(!resolution.needs_person);
  const Document& merge = resolution.revisions[0];
  CHECK(merge.body == R"({"x":2,"y":2})");
  CHECK(merge.rev == RevisionId{3, make_sig(winner, false, {}, merge.body)});
  CHECK(merge.path == std::vector<std::string>{merge.rev.sig, winner.sig, a.sig});
  const Document& tombstone = resolution.revisions[1];
  CHECK(tombstone.deleted);
  CHECK(tombstone.body == R"({"merged_into":")" + merge.rev.text() + "\"}");
  CHECK(tombstone.rev == RevisionId{3, make_sig(loser, true, {}, tombstone.body)});
  CHECK(office.tree.live_leaves() == 1);
  CHECK(office.settle().revisions.empty());
}

TEST_CASE("A clash leaves both leaves to a person and shows what they say") {
  Replica office;
  const auto a = office.write(Node::kNone, R"({"x":1,"y":1,"z":1})");
  office.write_below(a, R"({"x":2,"y":2,"z":1})");
  office.write_below(a, R"({"x":3,"y":1,"z":3})");
  const Resolution resolution = office.settle();
  CHECK(resolution.revisions.empty());
  CHECK(resolution.needs_person);
  const auto conflicts = office.conflicts();
  REQUIRE(conflicts.size() == 1);
  CHECK(conflicts[0].ours == rev_of(office, office.tree.winner()));
  CHECK(!conflicts[0].deletion);
  CHECK(conflicts[0].base == a);
  REQUIRE(conflicts[0].merge.clashes.size() == 1);
  CHECK(conflicts[0].merge.clashes[0].path_text() == "x");
  CHECK(conflicts[0].merge.parallel.size() == 2);
}

TEST_CASE("When the winner says it all it stays and the other branch is closed for it") {
  Replica office;
  const auto a = office.write(Node::kNone, R"({"x":1,"y":1})");
  const auto b = office.write_below(office.write_below(a, R"({"x":1,"y":2})"), R"({"x":2,"y":2})");
  office.write_below(a, R"({"x":2,"y":1.0})");
  const Resolution resolution = office.settle();
  REQUIRE(resolution.revisions.size() == 1);
  CHECK(resolution.revisions[0].body == R"({"merged_into":")" + b.text() + "\"}");
  CHECK(rev_of(office, office.tree.winner()) == b);
}

TEST_CASE("Documents begun in two places merge from empty") {
  Replica office;
  office.write(Node::kNone, R"({"x":1,"form":"bm02"})");
  office.write(Node::kNone, R"({"y":1,"form":"bm02"})");
  REQUIRE(office.settle().revisions.size() == 2);
  CHECK(office.winner_body() == R"({"form":"bm02","x":1,"y":1})");
}

TEST_CASE("A stemmed root hides what was before and so a person decides") {
  Replica office;
  Document one{"d", {5, "e"}, {"e", "d"}, false, R"({"x":1})", {}};
  Document two{"d", {5, "k"}, {"k", "j"}, false, R"({"y":1})", {}};
  office.receive(one);
  office.receive(two);
  CHECK(office.settle().revisions.empty());
  const auto conflicts = office.conflicts();
  REQUIRE(conflicts.size() == 1);
  CHECK(conflicts[0].merge.clashes.size() == 2);
  CHECK(!conflicts[0].base);
}

TEST_CASE("Leaves with one content are closed even when their history is not known") {
  Replica office;
  office.receive({"d", {5, "e"}, {"e", "d"}, false, R"({"x":1})", {}});
  office.receive({"d", {5, "k"}, {"k", "j"}, false, R"({"x":1.0})", {}});
  CHECK(office.settle().revisions.size() == 1);
  CHECK(office.tree.live_leaves() == 1);
}

TEST_CASE("Without the body of the ancestor nothing merges by itself") {
  Replica office;
  office.receive({"d", {2, "b"}, {"b", "a"}, false, R"({"x":1,"y":2})", {}});
  office.receive({"d", {2, "c"}, {"c", "a"}, false, R"({"x":2,"y":1})", {}});
  CHECK(office.settle().revisions.empty());
  REQUIRE(office.conflicts().size() == 1);
  CHECK(office.conflicts()[0].merge.clashes.size() == 2);
  office.receive({"d", {1, "a"}, {"a"}, false, R"({"x":1,"y":1})", {}});
  CHECK(office.settle().revisions.size() == 2);
}

TEST_CASE("Of three leaves those that fit are merged and the one that clashes stays") {
  Replica office;
  const auto a = office.write(Node::kNone, R"({"x":1,"y":1,"z":1})");
  const auto b = office.write_below(office.write_below(a, R"({"x":1,"y":1,"z":9})"), R"({"x":2,"y":1,"z":1})");
  office.write_below(a, R"({"x":3,"y":1,"z":1})");
  office.write_below(a, R"({"x":1,"y":2,"z":1})");
  const Resolution resolution = office.settle();
  CHECK(resolution.revisions.size() == 2);
  CHECK(resolution.needs_person);
  CHECK(office.winner_body() == R"({"x":2,"y":2,"z":1})");
  CHECK(office.tree.is_ancestor(office.tree.find(b), office.tree.winner()));
  CHECK(office.settle().revisions.empty());
}

TEST_CASE("Eight live leaves merge and nine go to a person") {
  for (const int count : {8, 9}) {
    Replica office;
    const auto a = office.write(Node::kNone, "{}");
    for (int i = 0; i < count; ++i) office.write_below(a, "{\"f" + std::to_string(i) + "\":1}");
    const Resolution resolution = office.settle();
    CHECK(resolution.revisions.size() == (count == 8 ? 8U : 0U));
    CHECK(resolution.needs_person == (count == 9));
    CHECK(office.conflicts().size() == (count == 8 ? 0U : 8U));
  }
}

TEST_CASE("Two merges of the same leaves made apart meet and agree") {
  Replica office;
  const auto a = office.write(Node::kNone, R"({"x":1,"y":1,"z":1})");
  const auto b = office.write_below(a, R"({"x":2,"y":1,"z":1})");
  const auto c = office.write_below(a, R"({"x":1,"y":2,"z":1})");
  Replica province = office;
  office.settle();
  const auto merged = rev_of(office, office.tree.winner());
  province.write_below(std::min(b, c), std::min(b, c) == b ? R"({"x":2,"y":1,"z":5})" : R"({"x":1,"y":2,"z":5})");
  province.settle();
  exchange(office, province);
  office.settle();
  province.settle();
  exchange(office, province);
  CHECK(office.shape() == province.shape());
  CHECK(office.tree.is_ancestor(office.tree.find(merged), office.tree.winner()));
  CHECK(office.winner_body() == R"({"x":2,"y":2,"z":5})");
}

TEST_CASE("Two merges of different moments that both went on meet without a question") {
  Replica office;
  const auto a = office.write(Node::kNone, R"({"x":1,"y":1})");
  const auto b = office.write_below(a, R"({"x":2,"y":1})");
  const auto c = office.write_below(a, R"({"x":1,"y":2})");
  const auto winner = std::max(b, c);
  Replica province = office;
  office.settle();  // here the two were merged as they are, there after their authors had gone on
  province.write_below(b, R"({"x":3,"y":1})");
  province.write_below(c, R"({"x":1,"y":3})");
  province.settle();
  exchange(office, province);
  CHECK_FALSE(office.settle().needs_person);
  CHECK(office.winner_body() == R"({"x":3,"y":3})");
  CHECK(office.tree.find(winner) != Node::kNone);
}

TEST_CASE("Criss-cross bases that disagree leave the question to a person") {
  // Two persons decided one conflict differently at the same time, each with a tombstone for the other side.
  Replica office;
  const auto a = office.write(Node::kNone, R"({"x":0})");
  const auto b = office.write_below(a, R"({"x":1})");
  const auto c = office.write_below(a, R"({"x":2})");
  Replica province = office;
  REQUIRE(office.decide({.keep = b, .set = {}}, R"({"by":"lan.ht"})").ok());
  REQUIRE(province.decide({.keep = c, .set = {}}, R"({"by":"minh.nv"})").ok());
  exchange(office, province);
  CHECK(office.shape() == province.shape());
  CHECK(office.settle().needs_person);
  const auto conflicts = office.conflicts();
  REQUIRE(conflicts.size() == 1);
  REQUIRE(conflicts[0].merge.clashes.size() == 1);
  CHECK(conflicts[0].merge.clashes[0].path_text() == "x");
}

TEST_CASE("A deletion against an edit leaves the document and asks a person") {
  Replica office;
  const auto a = office.write(Node::kNone, R"({"x":1,"y":1})");
  const auto edited = office.write_below(a, R"({"x":2,"y":1})");
  const auto tombstone = office.write_below(a, "{}", true);
  const Resolution resolution = office.settle();
  CHECK(resolution.revisions.empty());
  CHECK(resolution.needs_person);
  CHECK(!office.tree.deleted());
  const auto conflicts = office.conflicts();
  REQUIRE(conflicts.size() == 1);
  CHECK(conflicts[0].deletion);
  CHECK(conflicts[0].ours == edited);
  CHECK(conflicts[0].theirs == tombstone);
  CHECK(conflicts[0].base == a);
  CHECK(conflicts[0].merge.parallel == std::vector<std::pair<std::string, bool>>{{"x", true}});
}

TEST_CASE("A branch with edits of its own that a stock tool deleted is closed without a question") {
  Replica office;
  const auto a = office.write(Node::kNone, R"({"x":1})");
  office.write_below(a, R"({"x":2})");
  office.write_below(office.write_below(a, R"({"x":3})"), "{}", true);
  const Resolution resolution = office.settle();
  CHECK(resolution.revisions.empty());
  CHECK(!resolution.needs_person);
  CHECK(office.conflicts().empty());
}

TEST_CASE("Attachments of both sides are kept and the other side's take the generation of the merge") {
  Replica office;
  const Attachment photo{"p", "image/jpeg", std::string(64, 'a'), "md5-a", 9, 2};
  const Attachment scan{"s", "application/pdf", std::string(64, 'b'), "md5-b", 9, 2};
  const auto a = office.write(Node::kNone, "{}");
  office.write_below(a, "{}", false, {photo});
  office.write_below(a, "{}", false, {scan});
  const Resolution resolution = office.settle();
  REQUIRE(resolution.revisions.size() == 2);
  REQUIRE(resolution.revisions[0].attachments.size() == 2);
  CHECK(resolution.revisions[0].attachments[0].revpos + resolution.revisions[0].attachments[1].revpos == 5);
  CHECK(resolution.revisions[0].body == "{}");

  Replica clash;
  const auto root = clash.write(Node::kNone, "{}");
  Attachment other = photo;
  other.sha256 = std::string(64, 'c');
  clash.write_below(root, "{}", false, {photo});
  clash.write_below(root, "{}", false, {other});
  CHECK(clash.settle().needs_person);
  CHECK(clash.conflicts()[0].merge.clashes[0].path_text() == "_attachments/p");
}

TEST_CASE("A storage error ends resolving") {
  Replica office;
  const auto a = office.write(Node::kNone, "{}");
  office.write_below(a, R"({"x":1})");
  office.write_below(a, R"({"y":1})");
  const BodyLookup broken = [](const RevisionId&) -> Result<std::optional<Body>> {
    return error(ErrorCode::storage_error, "the disk is gone");
  };
  CHECK(resolve("d", office.tree, broken).error().code == ErrorCode::storage_error);
}

TEST_CASE("A revision of the greatest generation cannot be merged and does no harm") {
  Replica office;
  office.receive({"d", {kGenerationMax, "b"}, {"b", "a"}, false, R"({"x":1})", {}});
  office.receive({"d", {kGenerationMax, "c"}, {"c", "a"}, false, R"({"x":1})", {}});
  CHECK(office.settle().needs_person);
  CHECK(!office.decide({.keep = RevisionId{kGenerationMax, "b"}, .set = {}}).ok());
}

}  // namespace tram
