// sync/open_revs.h (inside sync only): GET /db/id?open_revs=, several revisions of one document.
#pragma once

#include <string>

#include "sync/service.h"

namespace tram {

// An array of {"ok":doc} and {"missing":"rev"}, or multipart/mixed where Accept names it, with all attachments that
// atts_since leaves. Streamed, a revision a piece.
Result<http::Response> open_revs(const Service& service, const Call& call, const std::string& id);

// The best leaf, by winner order, that grew from this node, or is it.
std::int32_t best_leaf_below(const RevisionTree& tree, std::int32_t node);

}  // namespace tram
