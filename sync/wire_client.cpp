// The client's half of wire.h: prints requests, reads answers.
#include <algorithm>
#include <initializer_list>
#include <map>
#include <utility>

#include "core/base/digest.h"
#include "core/base/json.h"
#include "storage/blobs.h"
#include "sync/batch_size.h"
#include "sync/expand.h"
#include "sync/wire.h"

namespace tram::wire {
namespace {

constexpr std::size_t kSessionsMax = 10;

std::string string_or_empty(json::Reader& reader) {
  if (reader.peek() == json::Kind::string) return reader.string().value_or("");
  reader.skip();
  return {};
}

struct Wanted {
  std::string_view name;
  std::string* into;
};

// Reads these members of an object where they are strings.
bool read_strings(json::Reader& reader, std::initializer_list<Wanted> wanted) {
  if (!reader.enter_object()) return false;
  while (const auto name = reader.next_member()) {
    const auto found = std::find_if(wanted.begin(), wanted.end(), [&](const Wanted& one) { return one.name == *name; });
    if (found != wanted.end()) {
      *found->into = string_or_empty(reader);
    } else {
      reader.skip();
    }
  }
  return true;
}

Refused unreadable(const DocumentName& name, const Error& why) {
  Refused refused;
  refused.id = name.id;
  refused.rev = name.rev;
  refused.code = std::string(why.what_name());
  refused.reason = why.message;
  return refused;
}

// Stubs, and what small ones brought along.
Status read_attachments(std::string_view text, Document& document) {
  ASSIGN_OR_RETURN(document.attachments, parse_stubs(text));
  ASSIGN_OR_RETURN(const json::Value object, json::parse_object(text));
  for (Attachment& attachment : document.attachments) {
    const auto data = json::string_at(object.at(attachment.name), "data");
    if (!data) continue;
    auto bytes = from_base64(*data);
    if (!bytes) return error(ErrorCode::bad_request, "The attachment " + attachment.name + " is no base64.");
    attachment.sha256 = sha256_hex(*bytes);
    document.bytes.push_back(*std::move(bytes));
  }
  return {};
}

void read_result(json::Reader& reader, std::vector<Document>& documents) {
  std::vector<Refused> left_out;
  if (!reader.enter_object()) return;
  while (const auto name = reader.next_member()) {
    if (*name != "docs") {
      reader.skip();
      continue;
    }
    if (!reader.enter_array()) return;
    while (reader.next_element()) {
      if (!reader.enter_object()) return;
      while (const auto kind = reader.next_member()) {
        if (*kind == "ok") {
          read_document(reader, documents, left_out);
        } else {
          reader.skip();
        }
      }
    }
  }
}

std::optional<Refused> read_refusal(json::Reader& reader) {
  Refused refused;
  refused.error.clear();
  const bool is_row = read_strings(reader, {{"id", &refused.id},
                                            {"rev", &refused.rev},
                                            {"error", &refused.error},
                                            {"code", &refused.code},
                                            {"reason", &refused.reason},
                                            {"reason_vi", &refused.reason_vi}});
  if (!is_row) return std::nullopt;
  if (refused.error.empty()) return std::nullopt;  // some servers list what they took as well
  if (refused.code.empty()) refused.code = refused.error;
  return refused;
}

}  // namespace

void read_document(json::Reader& reader, std::vector<Document>& documents, std::vector<Refused>& failed) {
  DocumentName name;
  auto text = read_document_text(reader, &name);
  if (!reader.ok()) return;
  if (!text) return failed.push_back(unreadable(name, text.error()));
  const std::optional<std::string_view> stubs = text->attachments;
  auto document = to_document(*std::move(text));
  if (!document) return failed.push_back(unreadable(name, document.error()));
  if (stubs) {
    const Status status = read_attachments(*stubs, *document);
    if (!status) return failed.push_back(unreadable({document->id, document->rev.text()}, status.error()));
  }
  documents.push_back(*std::move(document));
}

std::string write_revisions(const RevisionSet& offered) {
  std::string out = "{";
  for (const auto& [id, revs] : offered) {
    if (out.size() > 1) out += ',';
    json::print_string(out, id);
    out += ":[";
    for (std::size_t i = 0; i < revs.size(); ++i) {
      if (i > 0) out += ',';
      json::print_string(out, revs[i].text());
    }
    out += ']';
  }
  return out + "}";
}

Result<RevisionSet> read_revs_diff(std::string_view body) {
  RevisionSet set;
  json::Reader reader(body);
  if (!reader.enter_object()) return reader.error();
  while (const auto id = reader.next_member()) {
    auto& [missing_id, revs] = set.emplace_back(std::string(*id), std::vector<RevisionId>{});
    if (!reader.enter_object()) return reader.error();
    while (const auto name = reader.next_member()) {
      if (*name != "missing") {
        reader.skip();
        continue;
      }
      if (!reader.enter_array()) return reader.error();
      while (reader.next_element()) {
        ASSIGN_OR_RETURN(RevisionId rev, RevisionId::parse(reader.string().value_or("")));
        revs.push_back(std::move(rev));
      }
    }
  }
  RETURN_IF_ERROR(reader.finish());
  return set;
}

// Small attachments that the receiver may lack go inside.
void write_with_bytes(std::string& out, const Document& document) {
  if (document.bytes.empty()) return write_document(out, document, {.revisions = true, .sha256 = true});
  std::map<std::string, std::string_view> contents;
  for (const std::string& bytes : document.bytes) contents.emplace(sha256_hex(bytes), bytes);
  std::string marked;
  DocumentParts parts{.revisions = true, .sha256 = true};
  parts.data = {DocumentParts::Data::Form::base64, document.held, kBlobInRow};
  write_document(marked, document, parts);
  const auto text = expanded_text(marked, [&](std::string_view sha256) -> Result<std::string> {
    const auto found = contents.find(std::string(sha256));
    CHECK(found != contents.end());  // whoever reads a document says what travels inside
    return std::string(found->second);
  });
  out += *text;
}

std::string write_bulk_docs(std::span<const Document> documents, const WriteOptions& options) {
  std::string out = "{\"new_edits\":false,\"docs\":[";
  constexpr std::size_t kSpare = 64;  // for a long generation, and the checkpoint
  out.reserve(bytes_of(documents) + kSpare * (documents.size() + 16));
  bool first = true;
  for (const Document& document : documents) {
    if (!first) out += ',';
    first = false;
    write_with_bytes(out, document);
  }
  if (options.checkpoint) {
    if (!first) out += ',';
    out += "{\"_id\":\"_local/tram-" + options.checkpoint_id + "\",";
    out += std::string_view(write_checkpoint(*options.checkpoint)).substr(1);
  }
  out += "]}";
  return out;
}

Result<std::vector<Refused>> read_refused(std::string_view body) {
  std::vector<Refused> rows;
  json::Reader reader(body);
  if (!reader.enter_array()) return reader.error();
  while (reader.next_element()) {
    if (auto refused = read_refusal(reader)) rows.push_back(*std::move(refused));
  }
  RETURN_IF_ERROR(reader.finish());
  return rows;
}

std::string write_bulk_get(const RevisionSet& wanted) {
  std::string out = "{\"docs\":[";
  bool first = true;
  for (const auto& [id, revs] : wanted) {
    for (const RevisionId& rev : revs) {
      if (!first) out += ',';
      first = false;
      out += "{\"id\":";
      json::print_string(out, id);
      out += ",\"rev\":";
      json::print_string(out, rev.text());
      out += '}';
    }
  }
  return out + "]}";
}

Result<std::vector<Document>> read_bulk_get_answer(std::string_view body) {
  std::vector<Document> documents;
  bool complete = false;
  json::Reader reader(body, kAnswerDepthMax);
  if (!reader.enter_object()) return reader.error();
  while (const auto name = reader.next_member()) {
    if (*name != "results") {
      reader.skip();
      continue;
    }
    complete = true;
    if (!reader.enter_array()) return reader.error();
    while (reader.next_element()) read_result(reader, documents);
  }
  RETURN_IF_ERROR(reader.finish());
  if (!complete) return error(ErrorCode::bad_request, "The answer of _bulk_get has no results.");
  return documents;
}

std::string write_checkpoint(const Checkpoint& checkpoint) {
  std::string out = checkpoint.held ? "{\"held\":" + *checkpoint.held + ",\"history\":[" : "{\"history\":[";
  for (std::size_t i = 0; i < checkpoint.history.size() && i < kSessionsMax; ++i) {
    const Checkpoint::Session& session = checkpoint.history[i];
    if (i > 0) out += ',';
    out += "{\"recorded_seq\":" + session.recorded_seq + ",\"session_id\":";
    json::print_string(out, session.session_id);
    out += '}';
  }
  out += "],\"replicator\":\"tram\",\"session_id\":";
  json::print_string(out, checkpoint.session_id);
  return out + ",\"source_last_seq\":" + checkpoint.source_last_seq + ",\"version\":1}";
}

std::optional<Checkpoint> read_checkpoint(std::string_view body) {
  Checkpoint checkpoint;
  json::Reader reader(body);
  if (!reader.enter_object()) return std::nullopt;
  while (const auto name = reader.next_member()) {
    if (*name == "_rev")
      checkpoint.rev = string_or_empty(reader);
    else if (*name == "session_id")
      checkpoint.session_id = string_or_empty(reader);
    else if (*name == "source_last_seq")
      checkpoint.source_last_seq = std::string(reader.skip());
    else if (*name == "held")
      checkpoint.held = std::string(reader.skip());
    else if (*name == "history" && reader.peek() == json::Kind::array) {
      reader.enter_array();
      while (reader.next_element()) {
        Checkpoint::Session session;
        if (!reader.enter_object()) return std::nullopt;
        while (const auto member = reader.next_member()) {
          if (*member == "session_id")
            session.session_id = string_or_empty(reader);
          else if (*member == "recorded_seq")
            session.recorded_seq = std::string(reader.skip());
          else
            reader.skip();
        }
        if (checkpoint.history.size() < kSessionsMax) checkpoint.history.push_back(std::move(session));
      }
    } else {
      reader.skip();
    }
  }
  if (!reader.finish().ok() || checkpoint.session_id.empty()) return std::nullopt;
  return checkpoint;
}

}  // namespace tram::wire
