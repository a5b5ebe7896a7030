// tests/support/held_body.h: what a store notes at the node of a revision whose body has come.
#pragma once

#include "core/records/document.h"
#include "core/records/tree.h"

namespace tram::test {

inline void hold_body(Node& node, const Document& document) {
  node.has_body = true;
  node.deleted = document.deleted;
  if (!document.deleted) return;
  const TombstoneFacts facts = tombstone_facts(document.body);
  node.merged_into = facts.merged_into;
  node.by_person = facts.by_person;
}

}  // namespace tram::test
