// sync/render.h (inside sync only): a stored revision as the JSON that a reader asked for.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "storage/snapshot.h"
#include "sync/query.h"

namespace tram {

// What is shown beside the document itself.
struct Shown {
  bool revisions = false;          // _revisions
  bool revs_info = false;          // _revs_info: available, deleted or missing
  bool conflicts = false;          // _conflicts: the other live leaves
  bool deleted_conflicts = false;  // _deleted_conflicts
  bool local_seq = false;          // _local_seq
  bool sha256 = false;             // of attachments, in their stubs
  // Bytes of attachments: marks for expanded() (expand.h). Of those that the reader has by these revisions, none.
  DocumentParts::Data data = {};
  std::vector<RevisionId> atts_since = {};
};

// What attachments=true and atts_since=[…] ask for; error bad_request for a bad one.
Status ask_for_attachments(const Query& query, Shown& shown);

// Appends it; false, with nothing appended, where the revision has no body.
Result<bool> render(std::string& out, Snapshot& snapshot, const Record& record, std::int32_t node, const Shown& shown);

// What stands before the bytes of an attachment in multipart/related. A CouchDB goes by the order of the parts; the name
// and the type are for readers that tell files by them (express-pouchdb).
std::string part_headers(const Attachment& attachment);

// The revision as the inside of multipart/related, the document and the parts that follow it, with marks for bytes; as
// JSON alone where nothing follows, and `parts` is then false. Nothing where the revision has no body.
struct Related {
  std::string text;
  bool parts = false;
};
Result<std::optional<Related>> render_related(Snapshot& snapshot, const Record& record, std::int32_t node,
                                              const Shown& shown, std::string_view boundary);

// The same as a value for selectors, with _id, _rev and _deleted; null without body.
Result<json::Value> value_of(Snapshot& snapshot, const Record& record, std::int32_t node);

}  // namespace tram
