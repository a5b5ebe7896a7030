// core/records/document.h: one revision of a document with its ancestry, as it travels.
//
// The body is the JSON text received, cut free of the special members (_id _rev _revisions _attachments _deleted) and
// never printed again on its way. Reading and writing here is what "bodies travel as text" means. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json_reader.h"
#include "core/base/result.h"
#include "core/records/revision.h"

namespace tram {

inline constexpr std::size_t kDocumentBytesMax = 8'000'000;  // of the body
inline constexpr std::size_t kIdBytesMax = 4096;
inline constexpr std::string_view kLocalPrefix = "_local/";  // ids of documents that never replicate
inline constexpr std::size_t kPathMax = 10'000;              // ids in one _revisions

// Where a member of a body stands in it: what is between the quotes of its name, and its value.
struct BodyMember {
  std::uint32_t name = 0, name_size = 0, value = 0, value_size = 0;
  std::string_view name_in(std::string_view body) const { return body.substr(name, name_size); }
  std::string_view value_in(std::string_view body) const { return body.substr(value, value_size); }
};
inline constexpr std::size_t kMembersNoted = 32;

struct Document {
  std::string id;
  RevisionId rev;
  std::vector<std::string> path;  // sigs, newest first, path[0] == rev.sig; empty: unknown beyond rev itself
  bool deleted = false;
  std::string body = "{}";  // JSON object text without special members
  std::vector<Attachment> attachments;
  // Generation of the newest ancestor that the receiver is known to hold: attachments with a greater revpos need their
  // bytes. Not part of what travels.
  std::uint64_t held = 0;
  // Contents that travel inside the document, of those of its attachments that are small; in any order.
  std::vector<std::string> bytes = {};
  // Is `rev` what make_sig calls this content, without attachments, below this path? Found out by to_document, where it
  // can be: so not while others wait to write. It says nothing of a document that has attachments. Not part of what
  // travels; whoever changes the rest sets it to unknown.
  enum class Named { unknown, by_content, otherwise } named = Named::unknown;
  // Of `body`, as noted while it was read; empty where that was not so, where there are more than kMembersNoted, or where
  // a name is written with escapes. Not part of what travels; whoever changes the body clears it.
  std::vector<BodyMember> members = {};
};

// What a text said, before anybody judged it: each special member as found.
struct DocumentText {
  std::optional<std::string> id;
  std::optional<RevisionId> rev;  // of _rev, or the first of _revisions
  std::vector<std::string> path;  // of _revisions, newest first; empty when absent
  std::uint64_t path_start = 0;   // generation of the newest of _revisions, which should be `rev`
  bool deleted = false;
  std::string body;                             // "{...}" without special members, its bytes as they came
  std::vector<BodyMember> members;              // of the body: see Document
  std::optional<std::string_view> attachments;  // raw JSON of _attachments, a slice of the source text
};

// UTF-8, 1-4096 bytes, no NUL, a leading "_" only as _design/x or _local/x. Error bad_request named illegal_docid.
Status check_id(std::string_view id);

// Reads the object that comes next. Errors of form stick to the reader (broken JSON). What is wrong with this one
// document only is the answer: bad_request named doc_validation (unknown special member), bad_revision (by
// 5.1: no ids, longer than start, too many), illegal_docid,
// or too_large named document_too_large. The reader then stands behind the object all the same, so that a
// neighbour can be read. _conflicts, _deleted_conflicts, _local_seq, _revs_info are ignored. `name`, if given, is
// filled as far as found when the answer is an error, so that a refusal can say of which document it speaks.
//
// A _local document has no revisions: its _rev "0-8" comes as RevisionId{0, "8"}, and its _revisions are ignored. A
// document without _id may carry such a _rev too (the id is in the address then).
struct DocumentName {
  std::string id, rev;
};
Result<DocumentText> read_document_text(json::Reader& reader, DocumentName* name = nullptr);

// A document that arrives with new_edits=false: id and rev are required (illegal_docid, bad_revision), path is rev
// alone when _revisions is absent. Where _revisions begins with another than _rev it is bad_revision; with `cut_counts`
// not where it has the same name and a smaller number: PouchDB cuts a history so where it holds one name twice, and the
// document is that of _revisions, as for a CouchDB. Attachments are the caller's: only it knows the stubs and parts they
// stand for; `named` is known where there are none and the parent is. A text that is refused stays as it was.
Result<Document> to_document(DocumentText&& text, bool cut_counts = false);

// What a printed document shows beside its body.
struct DocumentParts {
  // Attachments that are more than stubs: those above a revpos, up to a length. Their bytes are not known here. `base64`
  // leaves a mark in the place of "data", kDataMark and the SHA-256 between: no JSON text holds such a character.
  // `follows` announces them as the parts behind a multipart document.
  struct Data {
    enum class Form { none, base64, follows } form = Form::none;
    std::uint64_t above_revpos = 0;
    std::uint64_t length_max = UINT64_MAX;
    bool applies_to(const Attachment& attachment) const {
      return form != Form::none && attachment.revpos > above_revpos && attachment.length <= length_max;
    }
  };
  bool revisions = false;  // _revisions
  bool sha256 = false;     // in stubs; for our own programs, since others compare stubs whole
  Data data = {};
};
inline constexpr char kDataMark = '\x01';   // "\x01<sha256>\x01" stands for the bytes in base64
inline constexpr char kBytesMark = '\x02';  // and this for the bytes themselves

// Appends the document as JSON: {"_id","_rev","_deleted"?,"_revisions"?,"_attachments"?, body members...}.
void write_document(std::string& out, const Document& document, const DocumentParts& parts);

// What the body of a tombstone tells the tree (Node::merged_into, Node::by_person). A merged_into that is no revision
// counts as none.
struct TombstoneFacts {
  std::string merged_into;
  bool by_person = false;
};
TombstoneFacts tombstone_facts(std::string_view body);

// "_attachments" object text of stubs, in order of name; nothing for none.
std::string attachments_text(const std::vector<Attachment>& attachments);
// The reverse, for what attachments_text wrote.
Result<std::vector<Attachment>> parse_attachments(std::string_view text);
// Stubs as any peer writes them: what a member does not tell stays empty, so a stock peer's stub has no sha256.
Result<std::vector<Attachment>> parse_stubs(std::string_view text);

}  // namespace tram
