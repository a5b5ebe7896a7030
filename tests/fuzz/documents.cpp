// Documents with their _revisions, a line each: what is taken is printed so that it reads the same; their paths make a
// tree that is stored and read back, and that does not change when they come once more.
#include "core/records/document.h"

#include "core/records/tree.h"
#include "tests/fuzz/fuzz.h"

namespace tram::fuzzing {
namespace {

Result<Document> read(std::string_view text) {
  json::Reader reader(text);
  auto read = read_document_text(reader);
  RETURN_IF_ERROR(reader.finish());
  if (!read) return read.error();
  return to_document(*std::move(read));
}

void check_round_trip(const Document& document) {
  CHECK(!document.path.empty() && document.path[0] == document.rev.sig);
  CHECK(document.path.size() <= document.rev.generation);
  CHECK(must(RevisionId::parse(document.rev.text())) == document.rev);
  std::string printed;
  write_document(printed, document, {.revisions = true});
  const Document again = must(read(printed));
  CHECK(again.id == document.id && again.rev == document.rev && again.path == document.path);
  CHECK(again.deleted == document.deleted && again.body == document.body);
}

// What was noted of its members while it was read is what is found when the body is read by itself.
void check_members(const Document& document) {
  json::Reader reader(document.body);
  CHECK(reader.enter_object());
  std::size_t count = 0;
  while (const auto name = reader.next_member()) {
    const std::string found(*name);
    const std::string_view value = reader.skip();
    if (document.members.empty()) continue;
    CHECK(count < document.members.size());
    const BodyMember& member = document.members[count++];
    CHECK(member.name_in(document.body) == found && member.value_in(document.body) == value);
  }
  CHECK(reader.finish().ok() && count == document.members.size());
}

void check_tree(const std::vector<Document>& documents) {
  RevisionTree tree;
  for (const Document& document : documents) {
    const auto probed = tree.probe(document.rev, document.path);
    const auto merged = tree.merge_path(document.rev, document.path);
    CHECK(merged.change == probed);
    CHECK(tree.find(document.rev) == merged.node);
  }
  const std::string bytes = tree.encode();
  CHECK(must(RevisionTree::decode(bytes)).encode() == bytes);
  for (const Document& document : documents) {
    tree.merge_path(document.rev, document.path);
    const auto node = tree.find(document.rev);
    CHECK(node != Node::kNone && tree.is_ancestor(tree.root(node), node));
  }
  CHECK(tree.encode() == bytes);
  tree.stem(3);
  CHECK(tree.leaves().size() != 1 || tree.path(tree.leaves()[0]).size() <= 3);
  CHECK(tree.stem(3).empty());
  CHECK(must(RevisionTree::decode(tree.encode())).encode() == tree.encode());
}

}  // namespace

void fuzz(std::string_view input) {
  std::vector<Document> documents;
  for (const std::string_view line : cut(input, "\n", 12)) {
    auto document = read(line);
    if (!document) continue;
    check_round_trip(*document);
    check_members(*document);
    documents.push_back(*std::move(document));
  }
  check_tree(documents);
  const auto tree = RevisionTree::decode(input);
  if (tree.ok()) CHECK(tree->encode() == input);
}

}  // namespace tram::fuzzing
