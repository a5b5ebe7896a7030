#include "core/records/document.h"

#include <algorithm>
#include <array>
#include <functional>

#include "core/base/text.h"

namespace tram {
namespace {

constexpr std::string_view kDesign = "_design/";
constexpr std::array<std::string_view, 4> kIgnored = {"_conflicts", "_deleted_conflicts", "_local_seq", "_revs_info"};
// CouchDB's replicator writes them into documents, which keep them as their own.
constexpr std::array<std::string_view, 5> kReplicator = {"_replication_id", "_replication_state",
                                                         "_replication_state_time", "_replication_state_reason",
                                                         "_replication_stats"};

Error refused(std::string message, std::string name) {
  return error(ErrorCode::bad_request, std::move(message), std::move(name));
}

bool is_replicators(std::string_view name) {
  return std::find(kReplicator.begin(), kReplicator.end(), name) != kReplicator.end();
}

Document::Named named(const Document& document) {
  RevisionId parent;
  if (document.path.size() > 1) {
    parent = {document.rev.generation - 1, document.path[1]};
  } else if (document.rev.generation > 1) {
    return Document::Named::unknown;
  }
  const bool by_content = is_made_sig(document.rev.sig, parent, document.deleted, {}, document.body);
  return by_content ? Document::Named::by_content : Document::Named::otherwise;
}

// The "0-8" of a _local document.
std::optional<RevisionId> local_revision(std::string_view text) {
  if (!text.starts_with("0-") || text.size() < 3 || text.size() > 20) return std::nullopt;
  if (text.find_first_not_of("0123456789", 2) != std::string_view::npos) return std::nullopt;
  return RevisionId{0, std::string(text.substr(2))};
}

class DocumentReader {
 public:
  explicit DocumentReader(json::Reader& reader) : reader_(reader) {}

  Result<DocumentText> read(DocumentName* name) {
    Status status = read_object();
    if (status && text_.body.empty()) text_.body = "{}";
    if (status && noted_ <= members_.size()) text_.members.assign(members_.begin(), members_.begin() + noted_);
    if (status) return std::move(text_);
    if (name) *name = {text_.id.value_or(""), text_.rev && !text_.rev->empty() ? text_.rev->text() : rev_text_};
    return std::move(status).error();
  }

 private:
  Status read_object();
  void read_special(std::string_view name);
  void read_id();
  void read_rev();
  void read_deleted();
  void read_attachments();
  void read_revisions();
  void read_ids();
  Status check_revision();
  Status check_path();

  void keep(std::size_t from, std::size_t to);
  void note(std::string_view name, std::string_view value);
  void flush();
  void refuse(Error what) {
    if (!refusal_) refusal_ = std::move(what);
  }
  void refuse_revision(Error what) {
    if (!revision_refusal_) revision_refusal_ = std::move(what);
  }

  json::Reader& reader_;
  DocumentText text_;
  std::string rev_text_;                   // only when it is refused
  std::optional<Error> refusal_;           // the first thing wrong with this document
  std::optional<Error> revision_refusal_;  // the same, of what a _local document may write as it likes
  bool has_path_ = false;
  std::uint64_t start_ = 0;
  std::size_t ids_ = 0;
  std::size_t begin_ = 0, end_ = 0;  // of the body members not yet copied; the same: none
  bool too_large_ = false;
  std::array<BodyMember, kMembersNoted> members_;
  std::size_t noted_ = 0;  // more than there is room for: they are not to be had
};

Status DocumentReader::read_object() {
  const json::Kind kind = reader_.peek();
  if (kind != json::Kind::object) {
    reader_.skip();
    if (!reader_.ok()) return reader_.error();
    return refused("A document is a JSON object.", "doc_validation");
  }
  reader_.enter_object();
  std::size_t from = reader_.position();
  while (const auto name = reader_.next_member()) {
    if (name->starts_with('_') && !is_replicators(*name)) {
      flush();
      read_special(*name);
    } else {
      const std::string_view value = reader_.skip();
      if (!reader_.ok()) break;
      keep(from, reader_.position());
      note(*name, value);
    }
    from = reader_.position();
  }
  if (!reader_.ok()) return reader_.error();
  flush();
  if (!text_.body.empty()) text_.body += '}';
  if (refusal_) return std::move(*refusal_);
  if (!text_.id || !text_.id->starts_with(kLocalPrefix)) {
    RETURN_IF_ERROR(check_revision());
  } else {
    text_.path.clear();
  }
  if (too_large_ || text_.body.size() > kDocumentBytesMax) {
    return error(ErrorCode::too_large, "The document is larger than " + std::to_string(kDocumentBytesMax) + " bytes.",
                 "document_too_large");
  }
  return {};
}

// Neighbouring members are copied as one range, with whatever stands between them.
void DocumentReader::keep(std::size_t from, std::size_t to) {
  if (begin_ == end_) begin_ = reader_.text().find('"', from);
  end_ = to;
}

// Behind keep(): the range will stand behind one more byte of the body.
void DocumentReader::note(std::string_view name, std::string_view value) {
  const std::string_view text = reader_.text();
  const std::less<const char*> before;
  const bool as_written = !before(name.data(), text.data()) && before(name.data(), text.data() + text.size());
  if (!as_written || noted_ >= members_.size()) {
    noted_ = members_.size() + 1;
    return;
  }
  const auto place = [&](std::string_view part) {
    return static_cast<std::uint32_t>(text_.body.size() + 1 + static_cast<std::size_t>(part.data() - text.data()) -
                                      begin_);
  };
  members_[noted_++] = {place(name), static_cast<std::uint32_t>(name.size()), place(value),
                        static_cast<std::uint32_t>(value.size())};
}

void DocumentReader::flush() {
  if (begin_ == end_) return;
  const std::string_view range = reader_.text().substr(begin_, end_ - begin_);
  begin_ = end_ = 0;
  if (text_.body.size() + range.size() > kDocumentBytesMax) too_large_ = true;
  if (too_large_) return;
  if (text_.body.empty()) text_.body.reserve(range.size() + 2);
  text_.body += text_.body.empty() ? '{' : ',';
  text_.body += range;
}

void DocumentReader::read_special(std::string_view name) {
  if (name == "_id") return read_id();
  if (name == "_rev") return read_rev();
  if (name == "_revisions") return read_revisions();
  if (name == "_deleted") return read_deleted();
  if (name == "_attachments") return read_attachments();
  if (std::find(kIgnored.begin(), kIgnored.end(), name) == kIgnored.end()) {
    refuse(refused("Bad special document member: " + std::string(name), "doc_validation"));
  }
  reader_.skip();
}

void DocumentReader::read_id() {
  if (reader_.peek() != json::Kind::string) {
    reader_.skip();
    return refuse(refused("Document id must be a string", "illegal_docid"));
  }
  text_.id = reader_.string();
  if (!text_.id) return;
  if (Status status = check_id(*text_.id); !status) refuse(std::move(status).error());
}

void DocumentReader::read_rev() {
  if (reader_.peek() != json::Kind::string) {
    reader_.skip();
    return refuse_revision(refused("The _rev of a document is a string.", "bad_revision"));
  }
  const auto text = reader_.view();
  if (!text) return;
  auto rev = RevisionId::parse(*text);
  if (rev) {
    text_.rev = *std::move(rev);
  } else if (auto local = local_revision(*text)) {
    text_.rev = std::move(local);
  } else {
    refuse_revision(std::move(rev).error());
  }
  if (!text_.rev || text_.rev->empty()) rev_text_ = *text;
}

void DocumentReader::read_deleted() {
  if (reader_.peek() != json::Kind::boolean) {
    reader_.skip();
    return refuse(refused("_deleted is true or false.", "doc_validation"));
  }
  text_.deleted = reader_.boolean().value_or(false);
}

void DocumentReader::read_attachments() {
  const bool is_object = reader_.peek() == json::Kind::object;
  text_.attachments = reader_.skip();
  if (!is_object) refuse(refused("_attachments is an object.", "doc_validation"));
}

void DocumentReader::read_revisions() {
  has_path_ = true;
  if (reader_.peek() != json::Kind::object) {
    reader_.skip();
    return;
  }
  reader_.enter_object();
  while (const auto name = reader_.next_member()) {
    if (*name == "start" && reader_.peek() == json::Kind::number) {
      const auto start = json::Reader(reader_.number()).integer();
      if (start && *start > 0) start_ = static_cast<std::uint64_t>(*start);
    } else if (*name == "ids" && reader_.peek() == json::Kind::array) {
      read_ids();
    } else {
      reader_.skip();
    }
  }
}

void DocumentReader::read_ids() {
  reader_.enter_array();
  while (reader_.next_element()) {
    if (++ids_ > kPathMax || reader_.peek() != json::Kind::string) {
      refuse_revision(refused("The ids of _revisions are at most 10000 strings.", "bad_revision"));
      reader_.skip();
      continue;
    }
    const auto id = reader_.view();
    if (!id) return;
    auto sig = parse_sig(*id);
    if (sig) {
      text_.path.push_back(*std::move(sig));
    } else {
      refuse_revision(std::move(sig).error());
    }
  }
}

Status DocumentReader::check_revision() {
  if (revision_refusal_) return std::move(*revision_refusal_);
  if (has_path_) RETURN_IF_ERROR(check_path());
  if (text_.id && text_.rev && text_.rev->empty()) {
    return refused("The number of a revision is a whole number from 1 to 2^53 - 1.", "bad_revision");
  }
  return {};
}

Status DocumentReader::check_path() {
  if (start_ == 0 || start_ > kGenerationMax) {
    return refused("The start of _revisions is a whole number from 1 to 2^53 - 1.", "bad_revision");
  }
  if (text_.path.empty()) return refused("_revisions names no ids.", "bad_revision");
  if (text_.path.size() > start_) return refused("_revisions names more ids than its start.", "bad_revision");
  text_.path_start = start_;
  if (!text_.rev) text_.rev = RevisionId{start_, text_.path.front()};
  return {};
}

}  // namespace

Status check_id(std::string_view id) {
  // The sentences are CouchDB's: clients show them.
  if (id.empty()) return refused("Document id must not be empty", "illegal_docid");
  if (id.size() > kIdBytesMax) return refused("Document id is too long", "illegal_docid");
  if (id.find('\0') != std::string_view::npos || !is_utf8(id)) {
    return refused("The id of a document is UTF-8 without NUL.", "illegal_docid");
  }
  const auto names_one = [&](std::string_view prefix) { return id.starts_with(prefix) && id.size() > prefix.size(); };
  if (id.starts_with('_') && !names_one(kDesign) && !names_one(kLocalPrefix)) {
    return refused("Only reserved document ids may start with underscore.", "illegal_docid");
  }
  return {};
}

Result<DocumentText> read_document_text(json::Reader& reader, DocumentName* name) {
  return DocumentReader(reader).read(name);
}

Result<Document> to_document(DocumentText&& text, bool cut_counts) {
  if (!text.id) return refused("The document has no _id.", "illegal_docid");
  if (!text.rev || text.rev->empty()) return refused("The document has no _rev.", "bad_revision");
  if (text.path.empty()) {
    text.path.push_back(text.rev->sig);
  } else {
    const bool same_sig = text.path.front() == text.rev->sig;
    const bool is_cut = cut_counts && text.path_start < text.rev->generation;
    if (!same_sig || (text.path_start != text.rev->generation && !is_cut)) {
      return refused("_revisions does not begin with _rev.", "bad_revision");
    }
    text.rev->generation = text.path_start;
  }
  Document document{
      *std::move(text.id), *std::move(text.rev), std::move(text.path), text.deleted, std::move(text.body), {}, 0, {}};
  if (!text.attachments) document.named = named(document);
  document.members = std::move(text.members);
  return document;
}

TombstoneFacts tombstone_facts(std::string_view body) {
  TombstoneFacts facts;
  json::Reader reader(body);
  if (!reader.enter_object()) return facts;
  while (const auto name = reader.next_member()) {
    if (*name == "edit") facts.by_person = true;
    if (*name == "merged_into" && reader.peek() == json::Kind::string) {
      const auto rev = RevisionId::parse(reader.string().value_or(""));
      if (rev) facts.merged_into = rev->text();
    } else {
      reader.skip();
    }
  }
  return facts;
}

}  // namespace tram
