// sync/wire.h: the CouchDB replication protocol's JSON, both directions in one place: what routes print, RemotePeer
// reads, and the reverse. Bodies pass as text. Pure functions; any thread. Readers answer bad_request for JSON of
// another shape than expected (a client treats that as half an answer).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json_reader.h"
#include "core/base/result.h"
#include "core/records/document.h"
#include "sync/peer.h"

namespace tram::wire {

// Most items (documents, revisions, ids) that one request may name; more is too_large, so that 64 MiB of "{},{},…" do
// not become gigabytes.
inline constexpr std::size_t kRequestItemsMax = 100'000;

// Documents stand a few levels deep in an answer, and may be kDepthMax deep themselves.
inline constexpr std::size_t kAnswerDepthMax = json::kDepthMax + 8;
// One document of an answer, with its path, into `documents`; or why it cannot be taken into `failed`.
void read_document(json::Reader& reader, std::vector<Document>& documents, std::vector<Refused>& failed);

// --- _changes -----------------------------------------------------------------------------------------------------
// {"seq":…,"id":…,"changes":[{"rev":…}],"deleted":true,"doc":…|"docs":[…]}, without line break.
// Attachments up to inline_max bytes that the receiver cannot have (Document::held) come as marks (DocumentParts::Data).
void write_change_row(std::string& out, const ChangeRow& row, bool with_documents, std::uint64_t inline_max = 0);
// A whole normal or longpoll answer; or its rows alone, the last of which tells the position (sync/feed_text.h).
enum class Extent { whole, rows };
Result<ChangesPage> read_changes(std::string_view body, Extent extent = Extent::whole);

// --- _revs_diff ---------------------------------------------------------------------------------------------------
std::string write_revisions(const RevisionSet& offered);                      // {"id":["rev"]}
Result<RevisionSet> read_revisions(std::string_view body);                    // error named bad_revision for a bad rev
void write_revs_list(std::string& out, const std::vector<RevisionId>& revs);  // ["rev"]
Result<RevisionSet> read_revs_diff(std::string_view body);                    // {"id":{"missing":[…]}}

// --- _bulk_docs ---------------------------------------------------------------------------------------------------
// {"new_edits":false,"docs":[…]}; a checkpoint is the last element, as _local/tram-<id>.
std::string write_bulk_docs(std::span<const Document> documents, const WriteOptions& options);
// Calls back for each element in order, with the element as read or why this one cannot be taken; new_edits as given
// (default true), which may stand before or behind docs.
struct BulkDocs {
  bool new_edits = true;
  std::vector<Result<DocumentText>> documents;
  std::vector<DocumentName> failed;  // of the documents that cannot be taken, in their order
};
Result<BulkDocs> read_bulk_docs(std::string_view body);
void write_refused(std::string& out, const Refused& refused);      // one row
Result<std::vector<Refused>> read_refused(std::string_view body);  // the answer of new_edits=false

// --- _bulk_get ----------------------------------------------------------------------------------------------------
std::string write_bulk_get(const RevisionSet& wanted);  // {"docs":[{"id","rev"}]}
struct BulkGet {
  struct Item {
    std::string id;
    std::optional<RevisionId> rev;
    std::vector<RevisionId> atts_since = {};
  };
  std::vector<Item> items;
};
Result<BulkGet> read_bulk_get(std::string_view body);
// {"results":[{"id":…,"docs":[{"ok":…}|{"error":…}]}]}: the documents found; those that cannot be taken are left out.
Result<std::vector<Document>> read_bulk_get_answer(std::string_view body);

// --- checkpoints --------------------------------------------------------------------------------------------------
// Object text without _id and _rev; and read back (unknown members ignored, a malformed one is no checkpoint).
std::string write_checkpoint(const Checkpoint& checkpoint);
std::optional<Checkpoint> read_checkpoint(std::string_view body);

// --- errors -------------------------------------------------------------------------------------------------------
// {"error":…,"reason":…}
std::string write_error(std::string_view name, std::string_view reason);
// Status and body of a failed answer as an Error of the right code (docs/protocol.md, What is done after which answer).
Error read_error(int status, std::string_view body);

}  // namespace tram::wire
