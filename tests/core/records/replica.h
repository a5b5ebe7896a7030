// tests/core/records/replica.h: one document as two or three machines hold it, without any store: they edit, exchange
// revisions, and resolve alone.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/records/resolve.h"
#include "tests/support/catch.h"
#include "tests/support/held_body.h"

namespace tram::test {

inline json::Value value(std::string_view text) {
  auto parsed = json::parse(text);
  REQUIRE(parsed.ok());
  return *std::move(parsed);
}

class Replica {
 public:
  RevisionTree tree;
  std::vector<Document> documents;  // in order of arrival

  BodyLookup bodies() const {
    return [this](const RevisionId& rev) -> Result<std::optional<Body>> {
      for (const Document& document : documents) {
        if (document.rev == rev) return std::optional(Body{document.body, document.attachments});
      }
      return std::optional<Body>();
    };
  }

  void receive(const Document& document) {
    const auto merged = tree.merge_path(document.rev, document.path);
    Node& node = tree.at(merged.node);
    if (node.has_body) return;
    hold_body(node, document);
    documents.push_back(document);
  }
  void receive_all(const std::vector<Document>& from) {
    for (const Document& document : from) receive(document);
  }

  // A new revision below a node (kNone: a new root), as an edit makes it.
  RevisionId write(std::int32_t parent, std::string_view body, bool deleted = false,
                   std::vector<Attachment> attachments = {}) {
    const RevisionId above = parent == Node::kNone ? RevisionId{} : tree.at(parent).rev;
    Document document;
    document.id = "report:bm02:2026Q3";
    document.body = json::print(value(body));
    document.rev = {above.generation + 1, make_sig(above, deleted, attachments, document.body)};
    if (parent != Node::kNone) document.path = tree.path(parent);
    document.path.insert(document.path.begin(), document.rev.sig);
    document.deleted = deleted;
    document.attachments = std::move(attachments);
    receive(document);
    return document.rev;
  }
  RevisionId write_below(const RevisionId& parent, std::string_view body, bool deleted = false,
                         std::vector<Attachment> attachments = {}) {
    return write(tree.find(parent), body, deleted, std::move(attachments));
  }

  Resolution settle() {
    auto resolution = resolve("report:bm02:2026Q3", tree, bodies());
    REQUIRE(resolution.ok());
    receive_all(resolution->revisions);
    return *std::move(resolution);
  }
  Result<Resolution> decide(const Decision& decision, std::string_view edit = R"({"by":"lan.ht"})") {
    auto resolution = tram::decide("report:bm02:2026Q3", tree, bodies(), decision, value(edit));
    if (resolution) receive_all(resolution->revisions);
    return resolution;
  }
  std::vector<Conflict> conflicts() const {
    auto found = open_conflicts(tree, bodies());
    REQUIRE(found.ok());
    return *std::move(found);
  }

  std::string winner_body() const { return body_of(tree.at(tree.winner()).rev); }
  std::string body_of(const RevisionId& rev) const {
    for (const Document& document : documents) {
      if (document.rev == rev) return document.body;
    }
    return "";
  }
  std::vector<Attachment> attachments_of(const RevisionId& rev) const {
    for (const Document& document : documents) {
      if (document.rev == rev) return document.attachments;
    }
    return {};
  }
  // The tree without what is each machine's own.
  std::string shape() const {
    RevisionTree copy = tree;
    for (std::size_t i = 0; i < copy.nodes().size(); ++i) {
      Node& node = copy.at(static_cast<std::int32_t>(i));
      node.arrived = 0;
      node.local = false;
    }
    return copy.encode();
  }
  std::map<RevisionId, std::string> contents() const {
    std::map<RevisionId, std::string> all;
    for (const Document& document : documents)
      all[document.rev] = document.body + attachments_text(document.attachments);
    return all;
  }
};

inline void exchange(Replica& a, Replica& b) {
  b.receive_all(std::vector<Document>(a.documents));
  a.receive_all(std::vector<Document>(b.documents));
}

}  // namespace tram::test
