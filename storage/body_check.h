// storage/body_check.h: inside storage: does a kept body still say what its revision is named after?
#pragma once

#include "storage/snapshot.h"

namespace tram {

enum class BodyCheck {
  own,      // the revision id recomputes
  foreign,  // the id was made by another program; the digest kept beside it fits
  stemmed,  // the parent's name is no longer known, so nothing can be computed
  wrong_id,
  wrong_digest,
};
BodyCheck check_body(const RevisionTree& tree, const Node& node, const Body& body);

}  // namespace tram
